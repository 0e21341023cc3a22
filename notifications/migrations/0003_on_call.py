"""Pages in the outbox: by mail, SMS or webhook."""

import django.db.models.deletion
from django.db import migrations, models

from helpdesk.isolation import IsolateFields


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0004_special_hours'),
        ('notifications', '0002_vendors_apart'),
        ('sla', '0004_on_call'),
        ('tickets', '0005_turn'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='agent',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.agent'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='channel',
            field=models.CharField(choices=[('mail', 'Mail'), ('sms', 'SMS'), ('webhook', 'Webhook')], default='mail', max_length=10),
        ),
        migrations.AddField(
            model_name='delivery',
            name='page',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='sla.page'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('failed', 'Failed'), ('void', 'Not needed any more')], default='queued', max_length=10),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='ticket',
            field=models.ForeignKey(db_index=False, help_text='Empty for test pages.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='tickets.ticket'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='to_address',
            field=models.CharField(help_text='An e-mail address, a telephone number or a host.', max_length=254),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('page__isnull', False)), fields=['vendor', 'page'], name='delivery_of_page'),
        ),
        IsolateFields('Delivery', 'page', 'agent'),
    ]
