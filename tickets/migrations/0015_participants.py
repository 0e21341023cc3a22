"""Who takes part in a ticket beside the one who asked."""

import django.db.models.deletion
import helpdesk.tenancy
from django.db import migrations, models

from helpdesk.isolation import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0009_mail_domains'),
        ('tickets', '0014_due_by_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.contact')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='tickets.ticket')),
                ('vendor', models.ForeignKey(db_index=False, default=helpdesk.tenancy.current_vendor_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.vendor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vendor', 'ticket', 'contact'), name='contact_takes_part_already')],
            },
        ),
        Isolate('Participant'),
    ]
