"""Maintenance windows: those of the process, and those that are planned one by one."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0003_measured_stamp'),
        ('portal', '0002_vendors_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='MaintenanceWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired', models.BooleanField(default=False, help_text='No longer offered; tickets that use it keep it.')),
                ('assumed', models.JSONField(blank=True, default=list, help_text="Fields that the vendor's document does not give.")),
                ('category', models.CharField(help_text='The part of the service, in the words of its customers.', max_length=60)),
                ('recurrence', models.CharField(choices=[('daily', 'Every day'), ('weekly', 'Every week'), ('monthly', 'Every month'), ('by_agreement', 'Planned one by one')], max_length=20)),
                ('weekday', models.CharField(blank=True, help_text='mon to sun.', max_length=3)),
                ('week_of_month', models.SmallIntegerField(blank=True, help_text='The first to fourth such day of the month is 1 to 4, the last is -1.', null=True)),
                ('starts', models.TimeField(blank=True, help_text='Local time of the vendor.', null=True)),
                ('ends', models.TimeField(blank=True, help_text='If not after the start, on the next day.', null=True)),
                ('kind', models.CharField(choices=[('planned', 'Planned'), ('emergency', 'Emergency')], default='planned', max_length=12)),
                ('affects_service', models.BooleanField(default=False, help_text='The service may be slow or away meanwhile.')),
                ('notice', models.JSONField(blank=True, default=dict, help_text='How long before the start windows planned one by one are announced.')),
                ('note', models.CharField(blank=True, help_text='A remark for customers.', max_length=300)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='PlannedWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('text', models.TextField(blank=True, help_text='What customers should know.')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('affects_service', models.BooleanField(default=True)),
                ('reason', models.CharField(blank=True, help_text='For staff: why an emergency, or why at that time.', max_length=300)),
                ('notice_due_at', models.DateTimeField(help_text='The last moment to tell customers.', null=True)),
                ('announced_at', models.DateTimeField()),
                ('planned_by', models.CharField(max_length=254)),
                ('called_off_at', models.DateTimeField(null=True)),
                ('called_off_by', models.CharField(blank=True, max_length=254)),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned', to='portal.maintenancewindow')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.AddConstraint(
            model_name='maintenancewindow',
            constraint=models.UniqueConstraint(fields=('vendor', 'code'), name='window_code_is_taken'),
        ),
        migrations.AddIndex(
            model_name='plannedwindow',
            index=models.Index(fields=['vendor', 'ends_at'], name='planned_window_ends'),
        ),
        migrations.AddConstraint(
            model_name='plannedwindow',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='window_ends_after_it_starts'),
        ),
    ]
