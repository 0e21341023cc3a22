"""Row security of incoming mail; whose mailbox an address is, and which vendors have mail to be read."""

from django.db import migrations

from helpdesk.isolation import Isolate, IsolateFields

OWNERS = """
CREATE FUNCTION vendors_of_mailbox(asked text) RETURNS TABLE (vendor_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.vendor_id FROM notifications_mailbox m WHERE lower(m.address) = lower(asked)
$$;
"""
UNREAD = """
CREATE FUNCTION vendors_with_unread_mail(until timestamptz) RETURNS TABLE (vendor_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    SELECT DISTINCT m.vendor_id FROM notifications_incomingmail m WHERE m.state = 'new' AND m.next_attempt_at <= until
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_incoming_mail"), ("helpdesk", "0009_mail_domains")]

    operations = [
        Isolate("MailPolicy", "IncomingMail", "RawMail", "BlockedSender"),
        IsolateFields("Delivery", "mail"),
        migrations.RunSQL(OWNERS, "DROP FUNCTION vendors_of_mailbox(text)"),
        migrations.RunSQL(UNREAD, "DROP FUNCTION vendors_with_unread_mail(timestamptz)"),
    ]
