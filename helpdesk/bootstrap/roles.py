"""What a superuser does once to a new cluster: two roles, the database, its extensions."""

from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection

from helpdesk.bootstrap.postgres import PORT, SUPERUSER

DATABASE, OWNER, APP = "helpdesk", "helpdesk_owner", "helpdesk_app"
SQL = Path(__file__).parent / "sql"


def prepare_cluster(sockets: Path, *, password: str, owner_password: str, app_password: str) -> None:
    """Bring roles, database and extensions to what this version needs; a second call changes nothing."""

    def connect(database: str) -> connection:
        session = psycopg2.connect(host=str(sockets), port=PORT, user=SUPERUSER, password=password, dbname=database)
        session.autocommit = True
        return session

    with closing(connect("postgres")) as session, session.cursor() as cursor:
        for name, value in (("owner", owner_password), ("app", app_password)):
            cursor.execute("SELECT set_config(%s, %s, false)", [f"helpdesk.{name}_password", value])
        cursor.execute((SQL / "roles.sql").read_text())
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        exists = cursor.fetchone() is not None
    extensions = (SQL / "extensions.sql").read_text()
    if not exists:
        # A database is a copy of template1, extensions included.
        with closing(connect("template1")) as session, session.cursor() as cursor:
            cursor.execute(extensions)
        with closing(connect("postgres")) as session, session.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    else:
        with closing(connect(DATABASE)) as session, session.cursor() as cursor:
            cursor.execute(extensions)
