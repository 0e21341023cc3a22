"""Policies, agreements and exceptions; clocks know the version that measured them."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate

# Clocks of before say by which policy they were measured.
NAME_THE_POLICY = """
UPDATE sla_clock AS clock
   SET target = clock.target || jsonb_build_object('policy', policy.code, 'met_by', policy.resolution_met_by)
  FROM sla_slapolicy AS policy
 WHERE policy.vendor_id = clock.vendor_id AND policy.code = 'standard'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0003_measured_stamp'),
        ('sla', '0002_vendors_apart'),
        ('tickets', '0004_classification'),
    ]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='suspended_by',
            field=models.CharField(blank=True, help_text='Code of the exception that suspends it.', max_length=40),
        ),
        migrations.AddField(
            model_name='clock',
            name='version',
            field=models.PositiveIntegerField(default=0, help_text='The process version that it was measured by.'),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='restart_on',
            field=models.JSONField(blank=True, default=list, help_text='Changes after which time spent before counts no more; else it is kept.'),
        ),
        migrations.AddField(
            model_name='slapolicy',
            name='when',
            field=models.JSONField(blank=True, default=dict, help_text='Conditions for tickets; empty: only for companies that agreed on it.'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='state',
            field=models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('met', 'Met'), ('suspended', 'Suspended'), ('ended', 'Ended')], max_length=10),
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(help_text="The first day, in the vendor's time zone.")),
                ('valid_to', models.DateField(blank=True, help_text='The last day; empty: until further notice.', null=True)),
                ('covers_customer_solution', models.BooleanField(default=False, help_text='Also covers what was made for this company alone.')),
                ('note', models.CharField(blank=True, max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='helpdesk.company')),
                ('policy', models.ForeignKey(blank=True, help_text='Empty: as for everybody.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.slapolicy')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vendor', 'company', 'valid_from'), name='agreement_begins_then_already')],
            },
        ),
        migrations.CreateModel(
            name='SLAException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired', models.BooleanField(default=False, help_text='No longer offered; tickets that use it keep it.')),
                ('assumed', models.JSONField(blank=True, default=list, help_text="Fields that the vendor's document does not give.")),
                ('label', models.CharField(help_text='What is said instead of a time.', max_length=120)),
                ('when', models.JSONField(default=dict, help_text='Conditions; all that are given must hold.')),
                ('suspend', models.JSONField(default=list, help_text='The metrics that are not measured.')),
                ('url', models.URLField(blank=True, help_text='Where the policy that applies instead can be read.')),
                ('handover_queue', models.ForeignKey(blank=True, help_text='Such tickets are moved here.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.queue')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'verbose_name': 'SLA exception',
                'constraints': [models.UniqueConstraint(fields=('vendor', 'code'), name='exception_code_is_taken')],
            },
        ),
        Isolate('SLAException', 'Agreement'),
        migrations.RunSQL(NAME_THE_POLICY, migrations.RunSQL.noop),
    ]
