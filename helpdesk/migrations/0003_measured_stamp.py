"""A vendor knows by which version of its process its open tickets were measured last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0002_vendors_apart")]

    operations = [
        migrations.AddField(
            model_name="vendor",
            name="measured_stamp",
            field=models.UUIDField(
                editable=False,
                help_text="The version of the process by which running clocks were measured last.",
                null=True,
            ),
        ),
    ]
