"""Row security of mail accounts, and which of them are to be looked at."""

from django.db import migrations

from helpdesk.isolation import Isolate

DUE = """
CREATE FUNCTION mail_accounts_due(until timestamptz) RETURNS TABLE (vendor_id bigint, account_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    SELECT a.vendor_id, a.id FROM notifications_mailaccount a
    WHERE a.is_active AND a.next_fetch_at <= until AND (a.leased_until IS NULL OR a.leased_until <= until)
    ORDER BY a.next_fetch_at, a.id
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0009_mail_accounts")]

    operations = [
        Isolate("MailAccount", "Fetched"),
        migrations.RunSQL(DUE, "DROP FUNCTION mail_accounts_due(timestamptz)"),
    ]
