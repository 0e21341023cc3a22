"""The notification room's sections of a process file: mailboxes, the conventions of mail, who is told of what."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, field_validator

from helpdesk.models import Vendor
from helpdesk.process.section import Parsed, RowSection, Section
from helpdesk.process.spec import Problem, Ref, Row, one_of, repeated, unknown
from notifications.core.filling import PLACEHOLDERS, BadTemplate, placeholders
from notifications.models import Mailbox, MailPolicy, MailTemplate
from sla.process.audiences import CUSTOMERS, audience_problems
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
    plus_addressing: bool = False


class MailboxSection(RowSection):
    """Mailboxes; the first is the sender where a queue has none of its own."""

    key, noun, model, spec, identity = "mailboxes", "mailbox", Mailbox, MailboxSpec, "address"


class MailPolicySpec(Row):
    """How the vendor handles mail that arrives."""

    require_in: one_of("place", MailPolicy.PLACES) = "any"  # type: ignore[valid-type]
    cc_only_action: one_of("action", MailPolicy.ACTIONS) = "suspend_and_notify"  # type: ignore[valid-type]
    thread_match: one_of("way to match", MailPolicy.MATCHES) = "call_number_or_headers"  # type: ignore[valid-type]
    subject_token: str = Field("[{number}]", max_length=60)
    no_token_action: one_of("action", MailPolicy.ACTIONS) = "new_ticket"  # type: ignore[valid-type]
    token_mismatch_action: one_of("action", MailPolicy.ACTIONS) = "suspend_and_notify"  # type: ignore[valid-type]
    reply_marker: str = Field("", max_length=120)
    below_marker_action: one_of("action", MailPolicy.ACTIONS) = "suspend_and_notify"  # type: ignore[valid-type]
    strip_signature: bool = False
    drop_signature_images: bool = False
    unknown_sender_action: one_of("action", MailPolicy.STRANGERS) = "create_and_flag"  # type: ignore[valid-type]
    agreement_ended_action: one_of("action", MailPolicy.ACTIONS) = "new_ticket"  # type: ignore[valid-type]
    parse_fields: list[one_of("fact", MailPolicy.FACTS)] = Field(default_factory=list)  # type: ignore[misc,valid-type]
    one_report_per_email: bool = False
    after_hours_autoreply: one_of("answer", (*MailPolicy.AUTOREPLIES, "")) = ""  # type: ignore[valid-type]
    participants_from_cc: one_of("circle", MailPolicy.PARTICIPANTS) = "none"  # type: ignore[valid-type]
    most_a_day: int = Field(50, ge=1)
    most_answers_a_day: int = Field(30, ge=1)
    keep_days: int = Field(365, ge=1, le=36_500)
    suspended_days: int = Field(30, ge=1, le=36_500)

    @field_validator("subject_token")
    @classmethod
    def holds_the_number(cls, token: str) -> str:
        if token.count("{number}") != 1 or not token.replace("{number}", "").strip():
            raise ValueError("write {number} once, with something around it, such as 'Ticket [{number}]'")
        return token


class MailPolicySection(Section):
    """One row per vendor; without the section, the defaults of the vocabulary."""

    key, noun, schema = "mail", "mail policy", MailPolicySpec

    def load(self, vendor: Vendor, value: MailPolicySpec | None) -> None:
        MailPolicy.objects.update_or_create(vendor=vendor, defaults=(value or MailPolicySpec()).model_dump())

    def dump(self, vendor: Vendor) -> Any:
        row = MailPolicy.objects.first()
        if row is None:
            return None
        return MailPolicySpec(**{name: getattr(row, name) for name in MailPolicySpec.model_fields}).written() or None


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
        for index, item in enumerate(process.get(self.key) or ()):
            told = [word for word in item.audience if word in CUSTOMERS]
            if item.event == "internal_note" and told:
                yield Problem(f"{self.key}[{index}].audience", f"customers are never told of notes: {', '.join(told)}")

    def load(self, vendor: Any, value: Any) -> None:
        numbered = [_Numbered(**item.written(), code=f"n{at:02}") for at, item in enumerate(value or (), 1)]
        super().load(vendor, numbered)

    def to_row(self, item: Any) -> dict[str, Any]:
        row = super().to_row(item)
        row["spec"].pop("code")
        return row

    def from_row(self, row: Any) -> dict[str, Any]:
        return {**row.spec, "assumed": row.assumed}


TOLD_OF = (*EVENTS, "reminder", "team_called", "page_exhausted", "restatement_asked")
NEED_THE_MESSAGE = ("public_message_by_agent", "public_message_by_customer", "internal_note")


class MailTemplateSpec(Row):
    """What a mail says in the vendor's own words."""

    event: one_of("event", TOLD_OF)  # type: ignore[valid-type]
    audience: one_of("kind of reader", MailTemplate.AUDIENCES)  # type: ignore[valid-type]
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$", max_length=8)
    status: Annotated[str, Ref("statuses")] = ""
    subject: str = Field("", max_length=200)
    text: str = Field(min_length=1, max_length=10_000)


class MailTemplateSection(Section):
    """Mail templates; known by what they are for."""

    key, noun, schema = "mail_templates", "mail template", list[MailTemplateSpec]

    def check(self, process: Parsed) -> Iterator[Problem]:
        items = process.get(self.key) or []
        places = [f"{item.event}, {item.audience}, {item.language}, {item.status or 'any status'}" for item in items]
        for index, place in repeated(places).items():
            yield Problem(f"{self.key}[{index}]", f"there is a template for {place} already")
        for index, item in enumerate(items):
            for name in ("subject", "text"):
                yield from _unfillable(f"{self.key}[{index}].{name}", getattr(item, name))
            if item.event in NEED_THE_MESSAGE and "{message}" not in item.text:
                yield Problem(f"{self.key}[{index}].text", "put {message} somewhere: the mail is about it")
            if item.audience == "customer" and item.event == "internal_note":
                yield Problem(f"{self.key}[{index}].audience", "customers are never told of notes")

    def load(self, vendor: Vendor, value: list[MailTemplateSpec] | None) -> None:
        MailTemplate.objects.all().delete()
        MailTemplate.objects.bulk_create(
            MailTemplate(position=position, **item.model_dump()) for position, item in enumerate(value or ())
        )

    def dump(self, vendor: Vendor) -> Any:
        rows = MailTemplate.objects.order_by("position", "id")
        named = MailTemplateSpec.model_fields
        return [MailTemplateSpec(**{name: getattr(row, name) for name in named}).written() for row in rows] or None


def _unfillable(path: str, text: str) -> Iterator[Problem]:
    try:
        placeholders(text)
    except BadTemplate as bad:
        yield Problem(path, unknown("placeholder", bad.name, PLACEHOLDERS) if bad.name else str(bad))


SECTIONS = (MailboxSection(), MailPolicySection(), NotificationSection(), MailTemplateSection())
