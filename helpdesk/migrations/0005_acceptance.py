"""Companies whose acceptance is asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0004_special_hours'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='acceptance_required',
            field=models.BooleanField(default=False, help_text='A solution counts as such only once this customer has accepted it.'),
        ),
    ]
