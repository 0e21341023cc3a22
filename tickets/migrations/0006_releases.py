"""Releases, the tickets that they implement, and the answers that types ask for."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0003_measured_stamp'),
        ('tickets', '0005_turn'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='answer',
            field=models.CharField(blank=True, help_text='One of the answers that the type asks for.', max_length=40),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='answered_reason',
            field=models.CharField(blank=True, help_text='Code of the reason that goes with it.', max_length=40),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='answered_status',
            field=models.CharField(blank=True, help_text='Code of the status that an answer brings.', max_length=40),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='released_status',
            field=models.CharField(blank=True, help_text='Code of the status that telling the customer the version brings.', max_length=40),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='reopen_on_release',
            field=models.BooleanField(default=False, help_text='Opened again when a release has it, unless the answer was no.'),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='requires_answer',
            field=models.JSONField(blank=True, default=list, help_text='Answers, one of which must be recorded before the ticket ends; yes first.'),
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=80)),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='tickets.product')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='ReleaseTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('release', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='tickets.release')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='releases', to='tickets.ticket')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(fields=('vendor', 'product', 'version'), name='version_of_this_product_is_there_already'),
        ),
        migrations.AddIndex(
            model_name='releaseticket',
            index=models.Index(fields=['vendor', 'ticket'], name='release_of_ticket'),
        ),
        migrations.AddConstraint(
            model_name='releaseticket',
            constraint=models.UniqueConstraint(fields=('vendor', 'release', 'ticket'), name='ticket_is_in_this_release_already'),
        ),
        Isolate("Release", "ReleaseTicket"),
    ]
