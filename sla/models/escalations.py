"""Escalation: the vendor's path of people to ask, and what was asked of whom on a ticket."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.access import Actor
from helpdesk.models import Agent
from helpdesk.tenancy import TenantManager, TenantModel, TenantQuerySet
from tickets.models import Ticket
from tickets.models.process import QUEUE_KINDS

PATH_KINDS = {
    "hierarchical": "To the next in line",
    "customer": "By the customer",
    "management": "To the management",
    "satisfaction": "Not satisfied",
}
BY_RULE = "target"
KINDS = PATH_KINDS | {BY_RULE: "Target missed or near"}
CHANNELS = {"portal_button": "Button in the portal", "phone": "By phone", "internal": "By staff only"}
CONTACTS_FROM = {"company": "The company's account manager", "project": "The project's consultant"}
OUTCOMES = {
    "satisfied": "Settled",
    "unsatisfied": "Not settled",
    "withdrawn": "Taken back",
    "raised": "Raised to the next level",
    "finished": "Ended with the ticket",
}
GIVEN_OUTCOMES = ("satisfied", "unsatisfied", "withdrawn")  # the others come by themselves
AT_REST = ("satisfied", "withdrawn", "finished")  # after these, asking starts at the first level again


class EscalationStep(TenantModel):
    """One level of the path: who is asked, and how."""

    kind = models.CharField(max_length=14, choices=list(PATH_KINDS.items()))
    level = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=34, blank=True, help_text="Empty where the vendor has named nobody yet.")
    title = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=60, blank=True, help_text="What the button in the portal says.")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    mobile = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=14, choices=list(CHANNELS.items()), default="portal_button")
    queue_kind = models.CharField(
        max_length=20, choices=list(QUEUE_KINDS.items()), blank=True, help_text="Only in queues of this kind."
    )
    contact_from = models.CharField(max_length=8, choices=list(CONTACTS_FROM.items()), blank=True)
    fallback_role = models.CharField(max_length=34, blank=True, help_text="Asked where nobody is found.")
    available = models.CharField(max_length=40, blank=True, help_text="any_time, or a calendar's code.")
    on_finished = models.BooleanField(default=False, help_text="May be asked about a finished ticket, too.")
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = "escalation step"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "kind", "level", "queue_kind"], name="escalation_step_is_there_already"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, level {self.level}"

    @property
    def is_gap(self) -> bool:
        """Whether nobody is named for this step itself."""
        return not (self.role and (self.email or self.contact_from == "company"))


class EscalationQuerySet(TenantQuerySet):
    """Filters that read aloud."""

    def still_open(self) -> "EscalationQuerySet":
        return self.filter(closed_at__isnull=True)

    def visible_to(self, actor: Actor) -> "EscalationQuerySet":
        """Customers see what customers asked; whose tickets they see is decided where the ticket is found."""
        return self if actor.is_agent else self.filter(asked_by_kind="contact")


class Escalation(TenantModel):
    """One asking: by whom, of whom, when answered, how it ended. Its words are in the log, at the lines named here."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="escalations")
    seq = models.PositiveIntegerField(help_text="The line of the log that holds the reason.")
    kind = models.CharField(max_length=14, choices=list(KINDS.items()))
    level = models.PositiveSmallIntegerField(default=1)
    role = models.CharField(max_length=34, blank=True)
    title = models.CharField(max_length=250, help_text="Who was asked, as it was called then.")
    rule = models.CharField(max_length=40, blank=True)
    told = models.JSONField(default=list, help_text="Names, addresses and role of those who were told, as it was then.")
    asked_by_kind = models.CharField(max_length=10)
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Agent, models.PROTECT, null=True, db_index=False, related_name="+")
    answer_seq = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Agent, models.PROTECT, null=True, db_index=False, related_name="+")
    close_seq = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=14, choices=list(OUTCOMES.items()), blank=True)

    objects = TenantManager.from_queryset(EscalationQuerySet)()  # type: ignore[misc]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "ticket", "seq"], name="one_escalation_per_line"),
            models.UniqueConstraint(
                fields=["vendor", "ticket", "kind", "rule"],
                condition=Q(closed_at=None),
                name="escalation_is_open_already",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def by_customer(self) -> bool:
        return self.asked_by_kind == "contact"

    @property
    def asker(self) -> tuple[str, ...]:
        """The audience word for whoever asked; none for a rule."""
        return (f"{self.asked_by_kind}:{self.asked_by_id}",) if self.asked_by_id is not None else ()
