"""The notification room's sections of a process file: mailboxes, and who is told of what."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from helpdesk.process.section import Parsed, RowSection
from helpdesk.process.spec import Problem, Ref, Row, one_of
from notifications.models import Mailbox
from sla.process.audiences import audience_problems
from tickets.models.process import METRICS, QUEUE_KINDS
from tickets.process import RuleSection

EVENTS = (
    "ticket_created",
    "public_message_by_agent",
    "public_message_by_customer",
    "internal_note",
    "ticket_updated",
    "status_entered",
    "ticket_closed",
    "ticket_reopened",
    "ticket_in_queue",
    "ticket_assigned",
    "handed_over",
    "budget_exhausted",
    "estimate_offered",
    "estimate_approved",
    "estimate_declined",
    "estimate_expired",
    "target_warning",
    "target_breached",
    "escalated",
    "escalation_answered",
    "escalation_closed",
)


class MailboxSpec(Row):
    """An address of the vendor and the queue that it stands for."""

    address: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
    queue: Annotated[str, Ref("queues")] = ""
    default_type: Annotated[str, Ref("ticket_types")] = ""


class MailboxSection(RowSection):
    """Mailboxes; the first is the sender where a queue has none of its own."""

    key, noun, model, spec, identity = "mailboxes", "mailbox", Mailbox, MailboxSpec, "address"


class NotificationSpec(Row):
    """Who is told of an event. The code is made from the rule's place in the file."""

    event: one_of("event", EVENTS)  # type: ignore[valid-type]
    audience: list[str] = Field(min_length=1)
    status: Annotated[str, Ref("statuses")] = ""
    metric: one_of("metric", METRICS) | None = None  # type: ignore[valid-type]
    condition: one_of("condition", ("not_notified_of_solution", "")) = ""  # type: ignore[valid-type]
    queue_kind: one_of("kind of queue", QUEUE_KINDS) | None = None  # type: ignore[valid-type]
    unless_queue_kind: one_of("kind of queue", QUEUE_KINDS) | None = None  # type: ignore[valid-type]

    @property
    def trigger_word(self) -> str:
        return str(self.event)


class _Numbered(NotificationSpec):
    """A notification with the code that its place in the file gives it."""

    code: str


class NotificationSection(RuleSection):
    """Notification rules; nothing names one, so they are known by their place."""

    key, noun, spec, kind = "notifications", "notification", NotificationSpec, "notification"

    def codes(self, value: Any) -> set[str]:
        return {f"n{at:02}" for at, _ in enumerate(value or (), 1)}

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from audience_problems(self.key, process.get(self.key) or (), process)
        yield from audience_problems("reminders", process.get("reminders") or (), process)

    def load(self, vendor: Any, value: Any) -> None:
        numbered = [_Numbered(**item.written(), code=f"n{at:02}") for at, item in enumerate(value or (), 1)]
        super().load(vendor, numbered)

    def to_row(self, item: Any) -> dict[str, Any]:
        row = super().to_row(item)
        row["spec"].pop("code")
        return row

    def from_row(self, row: Any) -> dict[str, Any]:
        return {**row.spec, "assumed": row.assumed}


SECTIONS = (MailboxSection(), NotificationSection())
