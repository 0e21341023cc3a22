"""What is due is looked up by its index, whatever the statistics say.

After thousands of timers were done at once, the index of pending ones has as many empty pages as the planner takes
for full ones: it read the whole table instead, done timers of years included, at every sweep.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_level_queue_by_channel")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION due_tickets(timestamptz, integer) SET enable_seqscan = off",
            "ALTER FUNCTION due_tickets(timestamptz, integer) RESET enable_seqscan",
        ),
    ]
