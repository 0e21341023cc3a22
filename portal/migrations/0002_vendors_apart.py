"""Row security and twin keys of the portal room."""

from django.db import migrations

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_tables"), ("helpdesk", "0002_vendors_apart")]

    operations = [Isolate("PortalMenuItem", "FormField", "ContactPoint")]
