"""Scopes of solutions and causes, and the ticket's own."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate, IsolateFields


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0003_measured_stamp'),
        ('tickets', '0003_log'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired', models.BooleanField(default=False, help_text='No longer offered; tickets that use it keep it.')),
                ('assumed', models.JSONField(blank=True, default=list, help_text="Fields that the vendor's document does not give.")),
                ('name', models.CharField(max_length=120)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.AddField(
            model_name='ticket',
            name='cause',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.cause'),
        ),
        migrations.CreateModel(
            name='SolutionScope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired', models.BooleanField(default=False, help_text='No longer offered; tickets that use it keep it.')),
                ('assumed', models.JSONField(blank=True, default=list, help_text="Fields that the vendor's document does not give.")),
                ('name', models.CharField(max_length=120)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.AddField(
            model_name='ticket',
            name='solution_scope',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.solutionscope'),
        ),
        migrations.AddConstraint(
            model_name='cause',
            constraint=models.UniqueConstraint(fields=('vendor', 'code'), name='cause_code_is_taken'),
        ),
        migrations.AddConstraint(
            model_name='solutionscope',
            constraint=models.UniqueConstraint(fields=('vendor', 'code'), name='scope_code_is_taken'),
        ),
        Isolate('Cause', 'SolutionScope'),
        IsolateFields('Ticket', 'cause', 'solution_scope'),
    ]
