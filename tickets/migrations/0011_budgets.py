"""Types whose work uses included time or needs an estimate."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0010_procedures'),
    ]

    operations = [
        migrations.AddField(
            model_name='tickettype',
            name='budget_applies',
            field=models.BooleanField(default=False, help_text="Work on it uses the company's included time."),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='estimate_required',
            field=models.BooleanField(default=False, help_text='Work on it needs an approved estimate.'),
        ),
        migrations.AlterField(
            model_name='status',
            name='set_on',
            field=models.JSONField(blank=True, default=list, help_text='Occasions on which it is entered by itself.'),
        ),
    ]
