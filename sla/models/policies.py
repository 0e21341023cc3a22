"""Policies and their targets: how long things may take."""

from typing import ClassVar

from django.db import models

from helpdesk.durations import UNITS
from helpdesk.tenancy import TenantModel
from tickets.models import Severity
from tickets.models.process import METRICS, ProcessRow


class SLAPolicy(ProcessRow):
    """A set of targets with a name."""

    name = models.CharField(max_length=120)
    resolution_met_by = models.JSONField(default=list, help_text="resolved, workaround, alternate_plan.")
    warn_at_percent = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "SLA policy"
        verbose_name_plural = "SLA policies"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="policy_code_is_taken")]


class SLATarget(TenantModel):
    """How long one metric may take at one severity, and on which clock that time is counted."""

    policy = models.ForeignKey(SLAPolicy, models.CASCADE, related_name="targets")
    severity = models.ForeignKey(Severity, models.CASCADE, related_name="+")
    metric = models.CharField(max_length=20, choices=list(METRICS.items()))
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=list(UNITS.items()))
    clock = models.CharField(max_length=40, help_text="A calendar's code, responsible_team, or 24x7.")
    warn_amount = models.PositiveIntegerField(null=True, blank=True)
    warn_unit = models.CharField(max_length=20, choices=list(UNITS.items()), blank=True)
    response_via = models.CharField(max_length=10, choices=[("any", "Any"), ("phone", "Phone")], default="any")
    flag = models.CharField(max_length=40, blank=True, help_text="Only for tickets with this flag; beats one without.")
    note = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = "SLA target"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "policy", "severity", "metric", "flag"], name="target_is_given_already"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.amount} {self.get_unit_display()}"
