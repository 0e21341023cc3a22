"""The list of escalated tickets reads an index of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0006_account_manager'),
        ('tickets', '0011_budgets'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('flags__contains', ['escalated'])), fields=['vendor', 'next_due_at', 'id'], name='ticket_escalated'),
        ),
    ]
