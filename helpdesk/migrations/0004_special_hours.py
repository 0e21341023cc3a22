"""Dates with opening hours of their own."""

import django.db.models.deletion
from django.db import migrations, models

import helpdesk.tenancy
from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0003_measured_stamp'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpecialHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('name', models.CharField(blank=True, max_length=120)),
                ('assumed', models.BooleanField(default=False, help_text="Not from the vendor's document.")),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='special_hours', to='helpdesk.businesscalendar')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'verbose_name_plural': 'special hours',
                'constraints': [models.UniqueConstraint(fields=('vendor', 'calendar', 'date', 'opens'), name='opening_time_is_listed_already')],
            },
        ),
        Isolate("SpecialHours"),
    ]
