"""Policies and their targets: how long things may take."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from helpdesk.durations import UNITS
from helpdesk.models import Company
from helpdesk.tenancy import TenantModel
from tickets.models import Queue, Severity
from tickets.models.process import METRICS, ProcessRow

STANDARD = "standard"
CHANGES = {
    "severity": "Another severity",
    "team": "Another responsible team",
    "queue": "Another queue",
    "policy": "Another policy",
}


class SLAPolicy(ProcessRow):
    """A set of targets with a name."""

    name = models.CharField(max_length=120)
    resolution_met_by = models.JSONField(default=list, help_text="resolved, workaround, alternate_plan.")
    warn_at_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    when = models.JSONField(
        default=dict, blank=True, help_text="Conditions for tickets; empty: only for companies that agreed on it."
    )
    restart_on = models.JSONField(
        default=list, blank=True, help_text="Changes after which time spent before counts no more; else it is kept."
    )

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


class SLAException(ProcessRow):
    """When targets are suspended, and what is said instead of a time."""

    label = models.CharField(max_length=120, help_text="What is said instead of a time.")
    when = models.JSONField(default=dict, help_text="Conditions; all that are given must hold.")
    suspend = models.JSONField(default=list, help_text="The metrics that are not measured.")
    handover_queue = models.ForeignKey(
        Queue, models.PROTECT, null=True, blank=True, related_name="+", help_text="Such tickets are moved here."
    )
    url = models.URLField(blank=True, help_text="Where the policy that applies instead can be read.")

    class Meta:
        verbose_name = "SLA exception"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="exception_code_is_taken")]

    def __str__(self) -> str:
        return self.label


class Agreement(TenantModel):
    """What was agreed with one company for a time: its policy, and what the agreement covers."""

    company = models.ForeignKey(Company, models.CASCADE, db_index=False, related_name="agreements")
    policy = models.ForeignKey(
        SLAPolicy, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: as for everybody."
    )
    valid_from = models.DateField(help_text="The first day, in the vendor's time zone.")
    valid_to = models.DateField(null=True, blank=True, help_text="The last day; empty: until further notice.")
    covers_customer_solution = models.BooleanField(
        default=False, help_text="Also covers what was made for this company alone."
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "company", "valid_from"], name="agreement_begins_then_already"),
        ]

    def clean(self) -> None:
        """One company has one agreement at a time."""
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": "The last day lies before the first."})
        if not (self.company_id and self.valid_from):
            return  # the form says already what is missing
        others = Agreement.objects.filter(company_id=self.company_id).exclude(pk=self.pk)
        others = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.valid_from))
        if self.valid_to is not None:
            others = others.filter(valid_from__lte=self.valid_to)
        if (other := others.first()) is not None:
            raise ValidationError(
                f"This company has an agreement from {other.valid_from:%Y-%m-%d} already; end it first."
            )

    def __str__(self) -> str:
        return f"{self.company}, from {self.valid_from:%Y-%m-%d}"
