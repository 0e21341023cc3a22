"""The vendor's own words in mails."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0009_mail_domains'),
        ('notifications', '0011_sending'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=40)),
                ('audience', models.CharField(choices=[('customer', 'Customers'), ('staff', 'Staff')], max_length=10)),
                ('language', models.CharField(max_length=8)),
                ('status', models.CharField(blank=True, help_text='Only where the ticket has this status.', max_length=40)),
                ('subject', models.CharField(blank=True, help_text="What stands after the number. Empty: the ticket's first subject, so that mails stay one thread.", max_length=200)),
                ('text', models.TextField(help_text='Paragraphs, with an empty line between them.')),
                ('position', models.PositiveIntegerField(default=0)),
                ('assumed', models.JSONField(blank=True, default=list)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vendor', 'event', 'audience', 'language', 'status'), name='mail_template_exists_already')],
            },
        ),
        Isolate('MailTemplate'),
    ]
