#!/bin/sh
# Run once by the PostgreSQL image on an empty data folder: the roles, the extensions and the owner of the database.
# The passwords must be free of spaces and backslashes; they also stand in addresses, so keep to letters and digits.
set -eu
sql=${HELPDESK_SQL:-/helpdesk-sql}

run() {
    database=$1
    shift
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$database" "$@"
}

PGOPTIONS="-c helpdesk.owner_password=$HELPDESK_OWNER_PASSWORD -c helpdesk.app_password=$HELPDESK_APP_PASSWORD" \
    run "$POSTGRES_DB" --file "$sql/roles.sql"
for database in template1 "$POSTGRES_DB"; do
    run "$database" --file "$sql/extensions.sql"
done
run "$POSTGRES_DB" --command "ALTER DATABASE \"$POSTGRES_DB\" OWNER TO helpdesk_owner"
