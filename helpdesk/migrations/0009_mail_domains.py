"""Whose mail domain an address is of, and people of whom nobody knows yet where they belong."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0008_api_tokens'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='mail_domains',
            field=models.JSONField(blank=True, default=list, help_text="What stands after the @ in its people's addresses, in lower case."),
        ),
        migrations.AlterField(
            model_name='company',
            name='kind',
            field=models.CharField(choices=[('customer', 'Customer'), ('partner', 'Partner'), ('end_customer', 'End customer'), ('unknown', 'Not known yet')], default='customer', max_length=20),
        ),
    ]
