"""Work on tickets: the time that is included, what was logged, and estimates for what is not."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.models import Agent, Company, Contact
from helpdesk.tenancy import TenantModel
from tickets.models import Ticket
from tickets.models.process import ProcessRow

PAYERS = {"company": "Company"}
PERIODS = {"calendar_month": "Calendar month"}
WHEN_EXHAUSTED = {
    "require_approved_estimate": "More work needs an approved estimate",
    "allow": "More work is logged all the same",
}


class Entitlement(ProcessRow):
    """The time that the agreement includes. What is left at the end of a period lapses."""

    minutes = models.PositiveIntegerField(help_text="Included in each period.")
    per = models.CharField(max_length=20, choices=list(PAYERS.items()), help_text="Whose work is added up.")
    period = models.CharField(max_length=20, choices=list(PERIODS.items()), help_text="In the vendor's time zone.")
    exempt = models.JSONField(default=dict, blank=True, help_text="Work on such tickets is never counted.")
    outside = models.JSONField(default=dict, blank=True, help_text="Work on such tickets needs an approved estimate.")
    on_exhausted = models.CharField(
        max_length=30, choices=list(WHEN_EXHAUSTED.items()), default="require_approved_estimate"
    )
    currency = models.CharField(max_length=3, blank=True, help_text="Of estimates: three letters, such as EUR.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="entitlement_code_is_taken")]

    def __str__(self) -> str:
        return f"{self.minutes} minutes per {self.per} and {self.get_period_display().lower()}"


class Estimate(TenantModel):
    """What work outside the agreement takes, and what the customer says to it. Its words are in the log."""

    STATES: ClassVar = {
        "offered": "Waits for approval",
        "approved": "Approved",
        "declined": "Declined",
        "expired": "Expired",
    }

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="estimates")
    minutes = models.PositiveIntegerField(null=True, help_text="Empty: a fixed price, however long it takes.")
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    valid_until = models.DateField(help_text="The last day on which it can be approved, in the vendor's time zone.")
    status = models.CharField(max_length=10, choices=list(STATES.items()), default="offered")
    offered_by = models.ForeignKey(Agent, models.PROTECT, db_index=False, related_name="+")
    offered_at = models.DateTimeField()
    decided_by = models.ForeignKey(Contact, models.PROTECT, null=True, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "ticket"], name="one_estimate_waits_per_ticket", condition=Q(status="offered")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["vendor", "ticket"], name="estimate_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.get_status_display()}"


class WorkLog(TenantModel):
    """Minutes that an agent worked on a ticket. Counted ones use the company's included time of the period."""

    TREATMENTS: ClassVar = {"counted": "Included time", "exempt": "Not counted", "estimated": "Estimate"}

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="work_logs")
    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="+")
    agent = models.ForeignKey(Agent, models.PROTECT, db_index=False, related_name="+")
    minutes = models.PositiveIntegerField()
    at = models.DateTimeField()
    treatment = models.CharField(max_length=10, choices=list(TREATMENTS.items()))
    period = models.DateField(help_text="First day of the period that it belongs to, in the vendor's time zone.")
    estimate = models.ForeignKey(Estimate, models.PROTECT, null=True, db_index=False, related_name="work_logs")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["vendor", "company", "period"], name="work_of_company"),
            models.Index(fields=["vendor", "ticket"], name="work_on_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.minutes} min"
