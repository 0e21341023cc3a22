"""Statuses in which one side asks for the other's agreement."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0006_releases'),
    ]

    operations = [
        migrations.AddField(
            model_name='status',
            name='acceptance',
            field=models.JSONField(blank=True, default=dict, help_text="Where one side asks for the other's agreement: what agreeing leads to."),
        ),
    ]
