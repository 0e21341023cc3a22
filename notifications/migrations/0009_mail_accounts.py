"""Where mail is fetched from, and which mails there are known."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0009_mail_domains'),
        ('notifications', '0008_readers'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_active', models.BooleanField(default=True, help_text='Look for new mail.', verbose_name='fetch')),
                ('protocol', models.CharField(choices=[('imap', 'IMAP'), ('pop3', 'POP3')], default='imap', max_length=10)),
                ('host', models.CharField(max_length=253, verbose_name='server')),
                ('port', models.PositiveIntegerField(blank=True, help_text='Empty: the usual one.', null=True)),
                ('security', models.CharField(choices=[('tls', 'TLS from the start'), ('starttls', 'STARTTLS'), ('none', 'None')], default='tls', help_text='None only for servers that the operator of this installation names.', max_length=10, verbose_name='encryption')),
                ('username', models.CharField(max_length=254, verbose_name='user name')),
                ('auth', models.CharField(choices=[('password', 'Password'), ('oauth2', 'OAuth 2.0')], default='password', max_length=10, verbose_name='sign in with')),
                ('sealed_secret', models.TextField(blank=True, editable=False)),
                ('token_url', models.URLField(blank=True, help_text='Where access tokens are given.', max_length=500, verbose_name='token address')),
                ('client_id', models.CharField(blank=True, max_length=250)),
                ('sealed_client_secret', models.TextField(blank=True, editable=False)),
                ('sealed_refresh_token', models.TextField(blank=True, editable=False)),
                ('scope', models.CharField(blank=True, help_text='With spaces between several.', max_length=500)),
                ('sealed_access_token', models.TextField(blank=True, editable=False)),
                ('access_expires_at', models.DateTimeField(editable=False, null=True)),
                ('folder', models.CharField(default='INBOX', help_text='IMAP only.', max_length=250)),
                ('afterwards', models.CharField(choices=[('flag', 'Leave it there, marked as read'), ('move', 'Move it to another folder'), ('delete', 'Delete it at the server')], default='flag', help_text='What happens to a mail at the server once it is safe here. POP3 leaves or deletes.', max_length=10, verbose_name='then')),
                ('move_to', models.CharField(blank=True, max_length=250, verbose_name='folder for read mail')),
                ('every_seconds', models.PositiveIntegerField(default=30, verbose_name='seconds between looks')),
                ('uid_validity', models.BigIntegerField(editable=False, null=True)),
                ('last_uid', models.BigIntegerField(default=0, editable=False)),
                ('last_fetched_at', models.DateTimeField(editable=False, null=True, verbose_name='last look')),
                ('next_fetch_at', models.DateTimeField(editable=False, verbose_name='next look')),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('failures', models.PositiveIntegerField(default=0, editable=False)),
                ('last_error', models.CharField(blank=True, editable=False, max_length=300)),
                ('mailbox', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notifications.mailbox')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='Fetched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid_validity', models.BigIntegerField(default=0)),
                ('uid', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField()),
                ('error', models.CharField(blank=True, max_length=300)),
                ('mail', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.incomingmail')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='fetched', to='notifications.mailaccount')),
            ],
            options={
                'verbose_name_plural': 'fetched',
            },
        ),
        migrations.AddIndex(
            model_name='mailaccount',
            index=models.Index(condition=models.Q(('is_active', True)), fields=['next_fetch_at', 'vendor'], name='account_to_look_at'),
        ),
        migrations.AddConstraint(
            model_name='mailaccount',
            constraint=models.UniqueConstraint(fields=('vendor', 'mailbox'), name='mailbox_is_fetched_already'),
        ),
        migrations.AddIndex(
            model_name='fetched',
            index=models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['vendor', 'account', 'attempts', 'id'], name='fetched_unsettled'),
        ),
        migrations.AddIndex(
            model_name='fetched',
            index=models.Index(condition=models.Q(('mail__isnull', False)), fields=['vendor', 'mail'], name='fetched_of_mail'),
        ),
        migrations.AddConstraint(
            model_name='fetched',
            constraint=models.UniqueConstraint(fields=('vendor', 'account', 'uid_validity', 'uid'), name='mail_is_known_at_the_server'),
        ),
    ]
