"""On call: schedules, rotations and overrides, how people are reached, and the pages themselves."""

import datetime
import django.core.validators
import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0004_special_hours'),
        ('sla', '0003_policies'),
        ('tickets', '0005_turn'),
    ]

    operations = [
        migrations.CreateModel(
            name='OnCallSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired', models.BooleanField(default=False, help_text='No longer offered; tickets that use it keep it.')),
                ('assumed', models.JSONField(blank=True, default=list, help_text="Fields that the vendor's document does not give.")),
                ('name', models.CharField(max_length=120)),
                ('coverage', models.CharField(default='24x7', help_text='24x7, or the calendar within which it pages.', max_length=40)),
                ('page_when', models.CharField(choices=[('always', 'At any hour'), ('outside_business_hours', 'Outside business hours')], default='always', max_length=30)),
                ('business_hours', models.CharField(blank=True, help_text='The calendar outside which it pages; only for “outside business hours”.', max_length=40)),
                ('triggers', models.JSONField(default=list, help_text='On which occasion, under which conditions.')),
                ('channels', models.JSONField(default=list, help_text='mail, sms, webhook.')),
                ('repeat_minutes', models.PositiveIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1)])),
                ('attempts', models.PositiveSmallIntegerField(default=3, help_text='Pages at each level before the next one is paged.', validators=[django.core.validators.MinValueValidator(1)])),
                ('audience', models.JSONField(blank=True, default=list, help_text='Who is told when nobody has acknowledged.')),
                ('team', models.ForeignKey(help_text='All of them are paged where no rotation covers the time.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.team')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'verbose_name': 'on-call schedule',
            },
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)])),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.agent')),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='sla.oncallschedule')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('opened', 'A ticket is opened'), ('severity_set', 'An agent sets the severity'), ('called', 'Called by an agent'), ('test', 'Test')], max_length=20)),
                ('level', models.PositiveSmallIntegerField(help_text='The level paged last; 0 is the whole team.')),
                ('attempt', models.PositiveSmallIntegerField(default=1, help_text='How often this level was paged.')),
                ('step', models.PositiveSmallIntegerField(default=1, help_text='How often anybody was paged.')),
                ('agents', models.JSONField(default=list, help_text='Ids of the agents who were paged last.')),
                ('state', models.CharField(choices=[('open', 'Open'), ('acknowledged', 'Acknowledged'), ('exhausted', 'Nobody acknowledged'), ('cancelled', 'Cancelled')], default='open', max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(help_text='When it goes on if nobody acknowledges.', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('is_over', models.BooleanField(default=False, help_text='The ticket was finished since: when it is open again, it may page again.')),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.agent')),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='sla.oncallschedule')),
                ('ticket', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='tickets.ticket')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='Pager',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(blank=True, help_text='For SMS: with the country, digits only, as +46701740605.', max_length=16, validators=[django.core.validators.RegexValidator('^\\+[1-9]\\d{6,14}$', 'Write the number with its country, as +46701740605.')])),
                ('email', models.EmailField(blank=True, help_text="Pages by mail go here. Empty: the login's address.", max_length=254)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pagers', to='helpdesk.agent')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='Rotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(default=1, help_text='1 is paged first, 2 when nobody of 1 acknowledges …', validators=[django.core.validators.MinValueValidator(1)])),
                ('starts_on', models.DateField(help_text='The first hand-over; with turns of 7 days, all are on its weekday.')),
                ('ends_on', models.DateField(blank=True, help_text='The last hand-over. Empty: goes on.', null=True)),
                ('hands_over', models.TimeField(default=datetime.time(9, 0), help_text='Local time of the hand-over.')),
                ('days', models.PositiveSmallIntegerField(default=7, help_text='Length of a turn in days.', validators=[django.core.validators.MinValueValidator(1)])),
                ('time_zone', models.CharField(max_length=60)),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rotations', to='sla.oncallschedule')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.agent')),
                ('rotation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='sla.rotation')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='Gateway',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('sms', 'SMS gateway'), ('webhook', 'Webhook')], max_length=10)),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('sealed_secret', models.TextField(blank=True, editable=False)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vendor', 'channel'), name='channel_has_a_gateway_already')],
            },
        ),
        migrations.AddConstraint(
            model_name='oncallschedule',
            constraint=models.UniqueConstraint(fields=('vendor', 'code'), name='schedule_code_is_taken'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('level__gt', 0)), name='override_has_a_level'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='override_ends_after_it_starts'),
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['vendor', '-opened_at'], name='page_open'),
        ),
        migrations.AddIndex(
            model_name='page',
            index=models.Index(fields=['vendor', 'ticket'], name='page_of_ticket'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('vendor', 'ticket', 'schedule'), name='page_is_open_already'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False), ('state', 'acknowledged')), models.Q(models.Q(('state', 'acknowledged'), _negated=True), ('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), _connector='OR'), name='page_says_who_acknowledged_it'),
        ),
        migrations.AddConstraint(
            model_name='pager',
            constraint=models.UniqueConstraint(fields=('vendor', 'agent'), name='agent_has_a_pager_already'),
        ),
        migrations.AddConstraint(
            model_name='rotation',
            constraint=models.CheckConstraint(condition=models.Q(('level__gt', 0)), name='rotation_has_a_level'),
        ),
        migrations.AddConstraint(
            model_name='rotation',
            constraint=models.CheckConstraint(condition=models.Q(('days__gt', 0)), name='rotation_turn_has_a_length'),
        ),
        migrations.AddConstraint(
            model_name='rotation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='rotation_ends_after_it_starts'),
        ),
        migrations.AddIndex(
            model_name='turn',
            index=models.Index(fields=['vendor', 'rotation', 'position'], name='turn_of_rotation'),
        ),
        Isolate('OnCallSchedule', 'Rotation', 'Turn', 'Override', 'Pager', 'Gateway', 'Page'),
    ]
