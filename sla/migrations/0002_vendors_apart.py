"""Row security and twin keys of the SLA room."""

from django.db import migrations

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_tables"), ("tickets", "0002_vendors_apart")]

    operations = [Isolate("SLAPolicy", "SLATarget", "Clock")]
