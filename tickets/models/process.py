"""The rows of a vendor's process that tickets are made of: queues, types, severities, statuses, rules."""

from typing import ClassVar

from django.db import models

from helpdesk.models import Team
from helpdesk.tenancy import TenantModel

CATEGORIES = {
    "new": "New",
    "open": "Open",
    "pending_customer": "Waiting for the customer",
    "pending_supplier": "Waiting for a supplier",
    "pending_internal": "Waiting for ourselves",
    "resolved": "Resolved",
    "closed": "Closed",
}
FINAL_CATEGORIES = frozenset({"resolved", "closed"})
QUEUE_KINDS = {
    "inbox": "Inbox",
    "technical": "Technical",
    "partner": "Partner",
    "project": "Project",
    "business": "Business",
    "handover": "Hand-over",
    "internal": "Internal",
}
VISIBILITIES = {
    "all": "Every customer may choose it",
    "partners": "Contacts of partners may choose it",
    "project_members": "Contacts of the project's companies may choose it",
    "hidden": "Not offered in the portal",
}
METRICS = {
    "first_response": "First response",
    "periodic_update": "Update",
    "resolution": "Resolution",
}
OCCASIONS = {
    "assignment": "An agent takes the ticket",
    "agent_reply": "An agent replies",
    "customer_reply": "The customer replies",
    "estimate_offered": "The customer is offered an estimate",
}
RULE_KINDS = {
    "routing": "Routing",
    "reminder": "Reminder",
    "auto_close": "Closing for inactivity",
    "notification": "Notification",
    "escalation": "Escalation",
}


class ProcessRow(TenantModel):
    """A coded row of the process file, in the file's order. Retired rows stay for the tickets that use them."""

    code = models.CharField(max_length=40)
    position = models.PositiveIntegerField(default=0)
    retired = models.BooleanField(default=False, help_text="No longer offered; tickets that use it keep it.")
    assumed = models.JSONField(default=list, blank=True, help_text="Fields that the vendor's document does not give.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, "name", "") or self.code)


class Queue(ProcessRow):
    """Where a ticket waits. Its location; who is responsible is the ticket's team."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=list(QUEUE_KINDS.items()), default="technical")
    teams = models.JSONField(default=list, blank=True, help_text="Codes of the teams that work it.")
    portal_visibility = models.CharField(max_length=20, choices=list(VISIBILITIES.items()), default="hidden")
    is_template = models.BooleanField(default=False, help_text="A pattern for queues made per project.")
    help = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="queue_code_is_taken")]


class TicketType(ProcessRow):
    """What a ticket is, and whether service levels apply to it."""

    name = models.CharField(max_length=120)
    help = models.CharField(max_length=300, blank=True)
    sla_applies = models.BooleanField(default=True)
    handover_queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    budget_applies = models.BooleanField(default=False, help_text="Work on it uses the company's included time.")
    estimate_required = models.BooleanField(default=False, help_text="Work on it needs an approved estimate.")
    requires_answer = models.JSONField(
        default=list, blank=True, help_text="Answers, one of which must be recorded before the ticket ends; yes first."
    )
    answered_status = models.CharField(max_length=40, blank=True, help_text="Code of the status that an answer brings.")
    answered_reason = models.CharField(max_length=40, blank=True, help_text="Code of the reason that goes with it.")
    reopen_on_release = models.BooleanField(
        default=False, help_text="Opened again when a release has it, unless the answer was no."
    )
    released_status = models.CharField(
        max_length=40, blank=True, help_text="Code of the status that telling the customer the version brings."
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="type_code_is_taken")]

    @property
    def yes(self) -> str:
        """The answer that means yes; empty where the type needs no answer."""
        return self.requires_answer[0] if self.requires_answer else ""


class Severity(ProcessRow):
    """How bad it is; targets hang on it. The first in the file is the worst."""

    name = models.CharField(max_length=120)
    definition = models.TextField(blank=True)
    examples = models.JSONField(default=list, blank=True)
    is_default = models.BooleanField(default=False)
    is_unassigned = models.BooleanField(default=False, help_text="Nobody has graded the ticket yet; no target runs.")
    best_effort = models.BooleanField(default=False, help_text='Shown as "as soon as possible" instead of a time.')
    is_major = models.BooleanField(default=False)
    phone_call_required = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "severities"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="severity_code_is_taken")]


class Priority(ProcessRow):
    """The customer's own urgency. It advises; no target hangs on it."""

    name = models.CharField(max_length=120)

    class Meta:
        verbose_name_plural = "priorities"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="priority_code_is_taken")]


class Impact(ProcessRow):
    """How many are affected. It advises; no target hangs on it."""

    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="impact_code_is_taken")]


class SolutionScope(ProcessRow):
    """What part of a solution a ticket is about, such as the standard software or what was made for one customer."""

    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="scope_code_is_taken")]


class Cause(ProcessRow):
    """Where a problem came from, once that is known."""

    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="cause_code_is_taken")]


class Status(ProcessRow):
    """A state of the ticket in the vendor's words, in one of the seven categories that code knows."""

    name = models.CharField(max_length=120)
    customer_name = models.CharField(max_length=120, blank=True, help_text="What customers read; empty: the name.")
    help = models.CharField(max_length=300, blank=True)
    category = models.CharField(max_length=20, choices=list(CATEGORIES.items()))
    pauses = models.JSONField(default=list, blank=True, help_text="Metrics whose clock stands still in this status.")
    requires = models.JSONField(default=list, blank=True, help_text="Facts that must be given to enter the status.")
    reasons = models.JSONField(default=list, blank=True, help_text="Codes and names; one must be chosen.")
    moves_to = models.JSONField(default=list, blank=True, help_text="Codes of the next statuses; empty: any.")
    set_on = models.JSONField(default=list, blank=True, help_text="Occasions on which it is entered by itself.")
    set_by = models.JSONField(default=list, blank=True, help_text="agent, customer, worker; empty: agent and worker.")
    override_role = models.CharField(max_length=20, blank=True, help_text="May enter it without the required facts.")
    takes_deadline = models.BooleanField(default=False, help_text="An agent may set a deadline with it.")
    message = models.TextField(blank=True, help_text="Text for the customer that is added when it is entered.")
    acceptance = models.JSONField(
        default=dict, blank=True, help_text="Where one side asks for the other's agreement: what agreeing leads to."
    )

    class Meta:
        verbose_name_plural = "statuses"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="status_code_is_taken")]

    @property
    def is_final(self) -> bool:
        return self.category in FINAL_CATEGORIES

    @property
    def waits_for_customer(self) -> bool:
        return self.category == "pending_customer"

    @property
    def public_name(self) -> str:
        return self.customer_name or self.name


class SupportLevel(ProcessRow):
    """One of the levels that hand tickets to each other: l1, l2 or l3, in the vendor's words."""

    name = models.CharField(max_length=120)
    summary_required = models.BooleanField(default=False, help_text="Handing a ticket up to it needs a summary.")
    taken_from = models.JSONField(default=list, blank=True, help_text="Levels that hand up to it; empty: every lower.")
    managed_by = models.JSONField(
        default=list,
        blank=True,
        help_text="Levels whose agents manage what is here: only they hand it back, others are warned; empty: anybody.",
    )
    queue = models.ForeignKey(
        Queue, models.PROTECT, null=True, blank=True, related_name="+", help_text="Where a ticket goes with it."
    )
    queue_by_channel = models.JSONField(
        default=dict, blank=True, help_text="The queue, by its code, for tickets that came by a channel."
    )
    status = models.ForeignKey(
        Status, models.PROTECT, null=True, blank=True, related_name="+", help_text="What a ticket enters with it."
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="support_level_code_is_taken")]


class Product(ProcessRow):
    """Something the vendor supports, and the team that knows it."""

    LIFECYCLES: ClassVar = {"supported": "Supported", "beta": "Beta", "discontinued": "Discontinued"}

    name = models.CharField(max_length=120)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    lifecycle = models.CharField(max_length=20, choices=list(LIFECYCLES.items()), default="supported")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="product_code_is_taken")]


class Rule(ProcessRow):
    """When (trigger, delay on a calendar), if (conditions), then (actions): the one engine's row.

    `spec` is the rule as the process file writes it; its shape depends on the kind and is checked
    by the models in `tickets.process`. `due_slot` is when a scheduled rule ran last.
    """

    kind = models.CharField(max_length=20, choices=list(RULE_KINDS.items()))
    trigger = models.CharField(max_length=40)
    spec = models.JSONField(default=dict)
    last_slot_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "kind", "code"], name="rule_code_is_taken")]


class ReopenPolicy(TenantModel):
    """What a customer's reply to a finished ticket does. One row per vendor."""

    ANSWERS: ClassVar = {
        "reopen": "Reopen the ticket",
        "append": "Add the message, leave the ticket as it is",
        "new_ticket": "Open a new ticket that is linked to the old one",
        "follow_up": "Open a follow-up with a number of its own",
    }

    reply_to_resolved = models.CharField(max_length=12, choices=list(ANSWERS.items()), default="reopen")
    reply_to_closed = models.CharField(max_length=12, choices=list(ANSWERS.items()), default="reopen")
    window_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Calendar days in which a reply reopens; later it is a follow-up. Empty: ever.",
    )
    restatement_required = models.BooleanField(
        default=False, help_text="The customer describes the situation again and says whether it is the same."
    )
    same_number = models.BooleanField(default=True)
    follow_up = models.BooleanField(default=False, help_text="Customers may create a follow-up themselves.")
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name_plural = "reopen policies"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor"], name="one_reopen_policy_per_vendor")]

    def __str__(self) -> str:
        return "reopen policy"
