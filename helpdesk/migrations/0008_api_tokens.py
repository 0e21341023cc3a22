"""Tokens for the REST API."""
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import helpdesk.tenancy
from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0007_own_time_zone'),
    ]

    operations = [
        migrations.CreateModel(
            name='APIToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='What it is for.', max_length=80)),
                ('start', models.CharField(help_text='Its first characters, to tell it from others.', max_length=12)),
                ('digest', models.CharField(help_text='SHA-256 of the token.', max_length=64)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_on', models.DateField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'verbose_name': 'API token',
                'constraints': [models.UniqueConstraint(fields=('vendor', 'digest'), name='token_exists_already')],
            },
        ),
        Isolate("APIToken"),
    ]
