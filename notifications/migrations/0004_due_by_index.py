"""Mails that are due are looked up by their index, whatever the statistics say; as timers are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_on_call")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION vendors_with_due_deliveries(timestamptz) SET enable_seqscan = off",
            "ALTER FUNCTION vendors_with_due_deliveries(timestamptz) RESET enable_seqscan",
        ),
    ]
