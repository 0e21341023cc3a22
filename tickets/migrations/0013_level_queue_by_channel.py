"""Queues of support levels by channel."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0012_escalated_view'),
    ]

    operations = [
        migrations.AddField(
            model_name='supportlevel',
            name='queue_by_channel',
            field=models.JSONField(blank=True, default=dict, help_text='The queue, by its code, for tickets that came by a channel.'),
        ),
    ]
