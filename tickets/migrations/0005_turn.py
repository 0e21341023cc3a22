"""Since when it is whose turn, and its place in lists."""

from django.db import migrations, models
from django.db.models import Case, Q, When


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_classification")]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="turn",
            field=models.CharField(
                choices=[
                    ("vendor", "the vendor"),
                    ("other", "a third party"),
                    ("customer", "the customer"),
                    ("nobody", "nobody"),
                ],
                default="vendor",
                help_text="Whose turn it is.",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="turn_since",
            field=models.DateTimeField(
                null=True, help_text="Since when; a word of the one whose turn it stays counts anew."
            ),
        ),
        migrations.RunSQL("UPDATE tickets_ticket SET turn_since = status_since", migrations.RunSQL.noop),
        # Deferred checks of the update would stand in the way of the next change of the table.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="ticket",
            name="turn_since",
            field=models.DateTimeField(help_text="Since when; a word of the one whose turn it stays counts anew."),
        ),
        migrations.AddField(
            model_name="ticket",
            name="turn_rank",
            field=models.GeneratedField(
                expression=Case(
                    When(turn="vendor", then=0),
                    When(turn="other", then=1),
                    When(turn="customer", then=2),
                    When(turn="nobody", then=3),
                ),
                output_field=models.SmallIntegerField(),
                db_persist=True,
                help_text="The place of the turn in lists: ours first.",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["vendor", "turn_rank", "turn_since", "id"], name="ticket_turn", condition=Q(is_finished=False)
            ),
        ),
    ]
