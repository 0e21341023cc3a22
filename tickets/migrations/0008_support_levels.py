"""Support levels."""

import django.db.models.deletion
from django.db import migrations, models

import helpdesk.tenancy
from helpdesk.isolation import Isolate


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0004_special_hours"), ("tickets", "0007_acceptance")]

    operations = [
        migrations.CreateModel(
            name="SupportLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "retired",
                    models.BooleanField(default=False, help_text="No longer offered; tickets that use it keep it."),
                ),
                (
                    "assumed",
                    models.JSONField(
                        blank=True, default=list, help_text="Fields that the vendor's document does not give."
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "summary_required",
                    models.BooleanField(default=False, help_text="Handing a ticket up to it needs a summary."),
                ),
                (
                    "taken_from",
                    models.JSONField(
                        blank=True, default=list, help_text="Levels that hand up to it; empty: every lower."
                    ),
                ),
                (
                    "managed_by",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Levels whose agents manage what is here: only they hand it back, others are warned;"
                        " empty: anybody.",
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where a ticket goes with it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.queue",
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        blank=True,
                        help_text="What a ticket enters with it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.status",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        db_index=False,
                        default=helpdesk.tenancy.current_vendor_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="helpdesk.vendor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("vendor", "code"), name="support_level_code_is_taken")
                ]
            },
        ),
        Isolate("SupportLevel"),
    ]
