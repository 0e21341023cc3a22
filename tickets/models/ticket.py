"""The ticket: the current state, a projection of its log. Only commands change it."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Case, Q, When

from helpdesk.access import Actor
from helpdesk.models import Agent, Company, Contact, Team
from helpdesk.tenancy import TenantManager, TenantModel, TenantQuerySet
from tickets.models.process import (
    FINAL_CATEGORIES,
    Cause,
    Impact,
    Priority,
    Product,
    Queue,
    Severity,
    SolutionScope,
    Status,
    TicketType,
)

# Sorts tickets without a due time behind all others, without the special cases of NULL in keyset paging.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

CHANNELS = {
    "portal": "Portal",
    "email": "E-mail",
    "phone": "Phone",
    "chat": "Chat",
    "social": "Social message",
    "voicemail": "Voicemail",
    "monitoring": "Monitoring",
    "api": "API",
}
ESCALATED = "escalated"  # the flag of a ticket while an escalation is open; kept by the SLA room
# Who owes the next word, in the order in which lists show them.
TURNS = {"vendor": "the vendor", "other": "a third party", "customer": "the customer", "nobody": "nobody"}


class TicketQuerySet(TenantQuerySet):
    """Filters that read aloud."""

    def visible_to(self, actor: Actor) -> "TicketQuerySet":
        """Agents see their vendor's tickets; a contact sees its own, or its company's."""
        if actor.is_agent:
            return self
        if not actor.is_customer:
            return self.none()
        if actor.sees_company:
            return self.filter(company_id=actor.company_id)
        return self.filter(requester_id=actor.id)

    def unfinished(self) -> "TicketQuerySet":
        """Neither resolved nor closed; worded as the partial indexes are."""
        return self.filter(is_finished=False)

    def for_list(self) -> "TicketQuerySet":
        """Everything one row of a ticket list shows, in one query."""
        return self.select_related("company", "requester", "assignee").defer("fields", "facts")


class Ticket(TenantModel):
    """One matter of one customer."""

    number = models.CharField(max_length=40)
    subject = models.CharField(max_length=250)
    company = models.ForeignKey(Company, models.PROTECT, db_index=False, related_name="tickets")
    requester = models.ForeignKey(Contact, models.PROTECT, db_index=False, related_name="tickets")
    channel = models.CharField(max_length=12, choices=list(CHANNELS.items()))
    mailbox = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=8, blank=True)

    type = models.ForeignKey(TicketType, models.PROTECT, db_index=False, related_name="+")
    queue = models.ForeignKey(Queue, models.PROTECT, db_index=False, related_name="+")
    severity = models.ForeignKey(Severity, models.PROTECT, db_index=False, related_name="+")
    severity_confirmed_at = models.DateTimeField(null=True)
    priority = models.ForeignKey(Priority, models.PROTECT, null=True, db_index=False, related_name="+")
    impact = models.ForeignKey(Impact, models.PROTECT, null=True, db_index=False, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, db_index=False, related_name="+")
    product_version = models.CharField(max_length=80, blank=True)
    solution_scope = models.ForeignKey(SolutionScope, models.PROTECT, null=True, db_index=False, related_name="+")
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, db_index=False, related_name="+")
    answer = models.CharField(max_length=40, blank=True, help_text="One of the answers that the type asks for.")
    external_reference = models.CharField(max_length=80, blank=True)
    responsible_team = models.ForeignKey(Team, models.PROTECT, null=True, db_index=False, related_name="+")
    assignee = models.ForeignKey(Agent, models.PROTECT, null=True, db_index=False, related_name="+")
    support_level = models.CharField(max_length=2, blank=True)

    status = models.ForeignKey(Status, models.PROTECT, db_index=False, related_name="+")
    status_reason = models.CharField(max_length=40, blank=True)
    status_since = models.DateTimeField()
    is_finished = models.BooleanField(default=False, help_text="Resolved or closed.")
    finished_at = models.DateTimeField(null=True)
    flags = models.JSONField(default=list)
    fields = models.JSONField(default=dict, help_text="The vendor's own form fields, by key.")
    facts = models.JSONField(default=dict, help_text="Facts recorded for statuses that require them, by key.")

    deadline_at = models.DateTimeField(null=True, help_text="Set by an agent together with a waiting status.")
    confirmation_requested_at = models.DateTimeField(null=True)
    arrangement_until = models.DateTimeField(null=True, help_text="No closing for inactivity before this.")

    turn = models.CharField(max_length=10, choices=list(TURNS.items()), default="vendor", help_text="Whose turn it is.")
    turn_since = models.DateTimeField(help_text="Since when; a word of the one whose turn it stays counts anew.")
    turn_rank = models.GeneratedField(
        expression=Case(*(When(turn=turn, then=rank) for rank, turn in enumerate(TURNS))),
        output_field=models.SmallIntegerField(),
        db_persist=True,
        help_text="The place of the turn in lists: ours first.",
    )
    last_customer_at = models.DateTimeField(null=True)
    last_agent_at = models.DateTimeField(null=True, help_text="Last public message or call by an agent.")
    last_word_at = models.DateTimeField()
    next_due_at = models.DateTimeField(default=NEVER, help_text="The earliest running clock; kept by the SLA room.")
    follows = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="followed_by")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TenantManager.from_queryset(TicketQuerySet)()  # type: ignore[misc]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "number"], name="ticket_number_is_taken"),
        ]
        indexes: ClassVar = [
            # Agents' lists: due next, per queue and over all queues; mine; whose turn. The customer's two lists.
            models.Index(
                fields=["vendor", "queue", "next_due_at", "id"],
                name="ticket_queue_due",
                condition=Q(is_finished=False),
            ),
            models.Index(fields=["vendor", "next_due_at", "id"], name="ticket_due", condition=Q(is_finished=False)),
            models.Index(
                fields=["vendor", "assignee", "next_due_at", "id"],
                name="ticket_mine_due",
                condition=Q(is_finished=False),
            ),
            models.Index(
                fields=["vendor", "turn_rank", "turn_since", "id"],
                name="ticket_turn",
                condition=Q(is_finished=False),
            ),
            models.Index(
                fields=["vendor", "next_due_at", "id"],
                name="ticket_escalated",
                condition=Q(flags__contains=[ESCALATED]),
            ),
            models.Index(fields=["vendor", "queue", "-updated_at", "-id"], name="ticket_queue_recent"),
            models.Index(fields=["vendor", "-updated_at", "-id"], name="ticket_recent"),
            models.Index(fields=["vendor", "requester", "-updated_at", "-id"], name="ticket_requester_recent"),
            models.Index(fields=["vendor", "company", "-updated_at", "-id"], name="ticket_company_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def waits_for_customer(self) -> bool:
        return self.turn == "customer"

    def was_finished(self) -> bool:
        """Whether the status now set ends the ticket; commands write it to `is_finished`."""
        return self.status.category in FINAL_CATEGORIES


class Participant(TenantModel):
    """A person of the customer who was copied into a ticket: may answer by mail and gets the public messages.

    It grants no reading in the portal.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="participants")
    contact = models.ForeignKey(Contact, models.PROTECT, db_index=False, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "ticket", "contact"], name="contact_takes_part_already"),
        ]

    def __str__(self) -> str:
        return str(self.contact)


class TicketCounter(TenantModel):
    """The last number given out; the row's lock makes numbers unique and never used again."""

    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor"], name="one_ticket_counter_per_vendor")]

    def __str__(self) -> str:
        return str(self.last)


class Submission(TenantModel):
    """A form that was sent, so that a second press of the button finds what the first one made."""

    key = models.UUIDField()
    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "key"], name="form_was_sent_already")]

    def __str__(self) -> str:
        return str(self.key)
