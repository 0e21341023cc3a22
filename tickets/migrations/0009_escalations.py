"""Rules that escalate."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0008_support_levels'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rule',
            name='kind',
            field=models.CharField(choices=[('routing', 'Routing'), ('reminder', 'Reminder'), ('auto_close', 'Closing for inactivity'), ('notification', 'Notification'), ('escalation', 'Escalation')], max_length=20),
        ),
    ]
