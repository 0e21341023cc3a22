"""Row security and twin keys of the notification room, and the vendors with mail to send."""

from django.db import migrations

from helpdesk.isolation import Isolate

DUE = """
CREATE FUNCTION vendors_with_due_deliveries(until timestamptz) RETURNS TABLE (vendor_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT d.vendor_id FROM notifications_delivery d WHERE d.state = 'queued' AND d.next_attempt_at <= until
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_tables"), ("tickets", "0002_vendors_apart")]

    operations = [
        Isolate("Mailbox", "Delivery"),
        migrations.RunSQL(DUE, "DROP FUNCTION vendors_with_due_deliveries(timestamptz)"),
    ]
