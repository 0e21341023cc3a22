"""The account manager of a company."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0005_acceptance'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='account_manager',
            field=models.CharField(blank=True, help_text='Name or title; who is asked where the process escalates to it.', max_length=120),
        ),
        migrations.AddField(
            model_name='company',
            name='account_manager_email',
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='company',
            name='account_manager_phone',
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
