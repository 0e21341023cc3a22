"""The escalation path, and what was asked along it."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0006_account_manager'),
        ('sla', '0004_on_call'),
        ('tickets', '0009_escalations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(help_text='The line of the log that holds the reason.')),
                ('kind', models.CharField(choices=[('hierarchical', 'To the next in line'), ('customer', 'By the customer'), ('management', 'To the management'), ('satisfaction', 'Not satisfied'), ('target', 'Target missed or near')], max_length=14)),
                ('level', models.PositiveSmallIntegerField(default=1)),
                ('role', models.CharField(blank=True, max_length=34)),
                ('title', models.CharField(help_text='Who was asked, as it was called then.', max_length=250)),
                ('rule', models.CharField(blank=True, max_length=40)),
                ('told', models.JSONField(default=list, help_text='Names, addresses and role of those who were told, as it was then.')),
                ('asked_by_kind', models.CharField(max_length=10)),
                ('asked_by_id', models.BigIntegerField(null=True)),
                ('asked_by_name', models.CharField(max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer_seq', models.PositiveIntegerField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('close_seq', models.PositiveIntegerField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('satisfied', 'Settled'), ('unsatisfied', 'Not settled'), ('withdrawn', 'Taken back'), ('raised', 'Raised to the next level'), ('finished', 'Ended with the ticket')], max_length=14)),
                ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.agent')),
                ('closed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.agent')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='tickets.ticket')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vendor', 'ticket', 'seq'), name='one_escalation_per_line'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('vendor', 'ticket', 'kind', 'rule'), name='escalation_is_open_already')],
            },
        ),
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hierarchical', 'To the next in line'), ('customer', 'By the customer'), ('management', 'To the management'), ('satisfaction', 'Not satisfied')], max_length=14)),
                ('level', models.PositiveSmallIntegerField()),
                ('role', models.CharField(blank=True, help_text='Empty where the vendor has named nobody yet.', max_length=34)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('label', models.CharField(blank=True, help_text='What the button in the portal says.', max_length=60)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('mobile', models.CharField(blank=True, max_length=40)),
                ('channel', models.CharField(choices=[('portal_button', 'Button in the portal'), ('phone', 'By phone'), ('internal', 'By staff only')], default='portal_button', max_length=14)),
                ('queue_kind', models.CharField(blank=True, choices=[('inbox', 'Inbox'), ('technical', 'Technical'), ('partner', 'Partner'), ('project', 'Project'), ('business', 'Business'), ('handover', 'Hand-over'), ('internal', 'Internal')], help_text='Only in queues of this kind.', max_length=20)),
                ('contact_from', models.CharField(blank=True, choices=[('company', "The company's account manager"), ('project', "The project's consultant")], max_length=8)),
                ('fallback_role', models.CharField(blank=True, help_text='Asked where nobody is found.', max_length=34)),
                ('available', models.CharField(blank=True, help_text="any_time, or a calendar's code.", max_length=40)),
                ('on_finished', models.BooleanField(default=False, help_text='May be asked about a finished ticket, too.')),
                ('position', models.PositiveIntegerField(default=0)),
                ('assumed', models.JSONField(blank=True, default=list)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'verbose_name': 'escalation step',
                'constraints': [models.UniqueConstraint(fields=('vendor', 'kind', 'level', 'queue_kind'), name='escalation_step_is_there_already')],
            },
        ),
        Isolate('Escalation', 'EscalationStep'),
    ]
