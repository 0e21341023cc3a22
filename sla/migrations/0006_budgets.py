"""Included time, work and estimates."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0004_special_hours'),
        ('sla', '0005_escalations'),
        ('tickets', '0011_budgets'),
    ]

    operations = [
        migrations.CreateModel(
            name='Estimate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveIntegerField(help_text='Empty: a fixed price, however long it takes.', null=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('valid_until', models.DateField(help_text="The last day on which it can be approved, in the vendor's time zone.")),
                ('status', models.CharField(choices=[('offered', 'Waits for approval'), ('approved', 'Approved'), ('declined', 'Declined'), ('expired', 'Expired')], default='offered', max_length=10)),
                ('offered_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.contact')),
                ('offered_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.agent')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='tickets.ticket')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='WorkLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('treatment', models.CharField(choices=[('counted', 'Included time'), ('exempt', 'Not counted'), ('estimated', 'Estimate')], max_length=10)),
                ('period', models.DateField(help_text="First day of the period that it belongs to, in the vendor's time zone.")),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.agent')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.company')),
                ('estimate', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='work_logs', to='sla.estimate')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='work_logs', to='tickets.ticket')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='Entitlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired', models.BooleanField(default=False, help_text='No longer offered; tickets that use it keep it.')),
                ('assumed', models.JSONField(blank=True, default=list, help_text="Fields that the vendor's document does not give.")),
                ('minutes', models.PositiveIntegerField(help_text='Included in each period.')),
                ('per', models.CharField(choices=[('company', 'Company')], help_text='Whose work is added up.', max_length=20)),
                ('period', models.CharField(choices=[('calendar_month', 'Calendar month')], help_text="In the vendor's time zone.", max_length=20)),
                ('exempt', models.JSONField(blank=True, default=dict, help_text='Work on such tickets is never counted.')),
                ('outside', models.JSONField(blank=True, default=dict, help_text='Work on such tickets needs an approved estimate.')),
                ('on_exhausted', models.CharField(choices=[('require_approved_estimate', 'More work needs an approved estimate'), ('allow', 'More work is logged all the same')], default='require_approved_estimate', max_length=30)),
                ('currency', models.CharField(blank=True, help_text='Of estimates: three letters, such as EUR.', max_length=3)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vendor', 'code'), name='entitlement_code_is_taken')],
            },
        ),
        migrations.AddIndex(
            model_name='estimate',
            index=models.Index(fields=['vendor', 'ticket'], name='estimate_of_ticket'),
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'offered')), fields=('vendor', 'ticket'), name='one_estimate_waits_per_ticket'),
        ),
        migrations.AddIndex(
            model_name='worklog',
            index=models.Index(fields=['vendor', 'company', 'period'], name='work_of_company'),
        ),
        migrations.AddIndex(
            model_name='worklog',
            index=models.Index(fields=['vendor', 'ticket'], name='work_on_ticket'),
        ),
        Isolate("Entitlement", "Estimate", "WorkLog"),
    ]
