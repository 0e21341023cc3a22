"""Whose own address a mail goes to, which mails answer mail alone, and reply addresses with a token."""

import django.db.models.deletion
from django.db import migrations, models

from helpdesk.isolation import IsolateFields


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0009_mail_domains'),
        ('notifications', '0007_kept_for_a_time'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='answers',
            field=models.BooleanField(default=False, help_text='Caused by a mail alone; so many a day to one address.'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='contact',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.contact'),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='plus_addressing',
            field=models.BooleanField(default=False, help_text='The mail server delivers name+anything@… here too; answers then carry their token.'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='audience',
            field=models.CharField(help_text='requester, participants, queue_team, assignee or a role.', max_length=40),
        ),
        IsolateFields('Delivery', 'contact'),
    ]
