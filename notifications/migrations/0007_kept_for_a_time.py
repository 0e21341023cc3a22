"""How long mail is kept: days in the policy, and when the bytes of a mail were emptied."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0009_mail_domains'),
        ('notifications', '0006_incoming_apart'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailpolicy',
            name='keep_days',
            field=models.PositiveIntegerField(default=365, help_text='Days after which the original of a mail that was decided is no longer kept.'),
        ),
        migrations.AddField(
            model_name='mailpolicy',
            name='suspended_days',
            field=models.PositiveIntegerField(default=30, help_text='Days after which a suspended mail that nobody decided about is discarded.'),
        ),
        migrations.AddField(
            model_name='rawmail',
            name='emptied_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='rawmail',
            index=models.Index(condition=models.Q(('emptied_at__isnull', True)), fields=['vendor', 'mail'], name='raw_mail_kept'),
        ),
    ]
