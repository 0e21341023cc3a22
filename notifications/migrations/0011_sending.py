"""The servers that mail leaves by, how they do, and addresses that could not be reached."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0009_mail_domains'),
        ('notifications', '0010_accounts_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='SendingAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=253, verbose_name='server')),
                ('port', models.PositiveIntegerField(blank=True, help_text='Empty: the usual one.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(65535)])),
                ('security', models.CharField(choices=[('tls', 'TLS from the start'), ('starttls', 'STARTTLS'), ('none', 'None')], default='starttls', help_text='None only for servers that the operator of this installation names.', max_length=10, verbose_name='encryption')),
                ('username', models.CharField(blank=True, max_length=254, verbose_name='user name')),
                ('sealed_password', models.TextField(blank=True, editable=False)),
                ('hourly_cap', models.PositiveIntegerField(blank=True, help_text='What is more waits. Empty: as many as there are.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='mails an hour')),
                ('dkim_domain', models.CharField(blank=True, help_text='Signs what is sent, where the server does not.', max_length=253, verbose_name='DKIM domain')),
                ('dkim_selector', models.CharField(blank=True, max_length=63, verbose_name='DKIM selector')),
                ('sealed_dkim_key', models.TextField(blank=True, editable=False)),
                ('mailbox', models.ForeignKey(blank=True, help_text='Empty: every mailbox that has no account of its own.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notifications.mailbox')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='SendingState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('failures', models.PositiveIntegerField(default=0)),
                ('open_until', models.DateTimeField(help_text='Nothing is tried before then.', null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('hour', models.DateTimeField(null=True)),
                ('sent', models.PositiveIntegerField(default=0, help_text='In that hour.')),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notifications.sendingaccount')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='UndeliverableAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(help_text='Lower case.', max_length=254)),
                ('permanent', models.BooleanField(help_text='The address does not exist.')),
                ('since', models.DateTimeField()),
                ('code', models.CharField(blank=True, help_text='What the server answered last.', max_length=20)),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'verbose_name_plural': 'undeliverable addresses',
            },
        ),
        migrations.AddConstraint(
            model_name='sendingaccount',
            constraint=models.UniqueConstraint(fields=('vendor', 'mailbox'), name='mailbox_has_an_account_already', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='sendingstate',
            constraint=models.UniqueConstraint(fields=('vendor', 'account'), name='one_state_per_server', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='undeliverableaddress',
            constraint=models.UniqueConstraint(fields=('vendor', 'address'), name='address_is_marked_already'),
        ),
        migrations.AddConstraint(
            model_name='undeliverableaddress',
            constraint=models.CheckConstraint(condition=models.Q(('address', django.db.models.functions.text.Lower('address'))), name='marked_address_is_lower_case'),
        ),
        Isolate('SendingAccount', 'SendingState', 'UndeliverableAddress'),
    ]
