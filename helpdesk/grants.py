"""What the app role may do: rows of tables it does not own, and nothing at all to the record of a ticket."""

from django.conf import settings
from django.db import connections, transaction

# The ticket record is written by the SQL function `append_entries` alone.
RECORD_TABLES = ("tickets_entry", "tickets_payload", "tickets_loghead")


def grant_to_app_role(using: str) -> None:
    """Run on the owner's connection after `migrate`; does nothing on any other."""
    app_role = settings.DATABASES["default"].get("USER", "")
    connection = connections[using]
    if not app_role or connection.settings_dict.get("USER") == app_role:
        return
    role = connection.ops.quote_name(app_role)
    existing = connection.introspection.table_names()
    # At once: between granting and revoking, a running app must not write the record.
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(f"REVOKE ALL ON django_migrations FROM {role}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")
        for table in RECORD_TABLES:
            if table in existing:
                cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
