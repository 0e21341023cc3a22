"""Row security and twin keys of maintenance windows."""

from django.db import migrations

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_maintenance")]

    operations = [Isolate("MaintenanceWindow", "PlannedWindow")]
