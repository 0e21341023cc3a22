"""Checklists, and telephone lines whose messages are written down."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0005_acceptance'),
        ('tickets', '0009_escalations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired', models.BooleanField(default=False, help_text='No longer offered; tickets that use it keep it.')),
                ('assumed', models.JSONField(blank=True, default=list, help_text="Fields that the vendor's document does not give.")),
                ('name', models.CharField(max_length=120)),
                ('when', models.JSONField(blank=True, default=dict, help_text='Conditions; empty: offered on every ticket.')),
                ('items', models.JSONField(default=list, help_text='The steps: code and label.')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vendor', 'code'), name='checklist_code_is_taken')],
            },
        ),
        migrations.CreateModel(
            name='VoicemailLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired', models.BooleanField(default=False, help_text='No longer offered; tickets that use it keep it.')),
                ('assumed', models.JSONField(blank=True, default=list, help_text="Fields that the vendor's document does not give.")),
                ('name', models.CharField(max_length=120)),
                ('questions', models.JSONField(default=list, help_text='What is written down of a message: key and label.')),
                ('severities', models.JSONField(blank=True, default=list, help_text='Only for these; empty: for all.')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.team')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vendor', 'code'), name='voicemail_code_is_taken')],
            },
        ),
        Isolate('Checklist', 'VoicemailLine'),
    ]
