"""People may say their own time zone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0006_account_manager'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='time_zone',
            field=models.CharField(blank=True, help_text="The person's own; pages then show its times as well. Empty: not said.", max_length=60),
        ),
    ]
