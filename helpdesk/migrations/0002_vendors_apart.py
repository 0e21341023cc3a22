"""The expression that every tenant policy asks, the floor's tenant tables, and the table of the cache."""

from django.db import migrations

from helpdesk.isolation import Isolate

APP_VENDOR_ID = """
CREATE FUNCTION app_vendor_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(current_setting('app.vendor_id', true), '')::bigint $$;
"""
CACHE_TABLE = """
CREATE TABLE helpdesk_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX helpdesk_cache_expires ON helpdesk_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0001_tables")]

    operations = [
        migrations.RunSQL(APP_VENDOR_ID, "DROP FUNCTION app_vendor_id()"),
        migrations.RunSQL(CACHE_TABLE, "DROP TABLE helpdesk_cache"),
        Isolate(
            "ProcessVersion",
            "BusinessCalendar",
            "OpeningHours",
            "Holiday",
            "Team",
            "Region",
            "Company",
            "Contact",
            "Agent",
            "TeamMembership",
        ),
    ]
