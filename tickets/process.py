"""The ticket room's sections of a process file: queues, types, severities, statuses, products and rules."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from helpdesk.durations import UNITS
from helpdesk.models import Vendor
from helpdesk.models.people import LINES
from helpdesk.process.section import Parsed, RowSection, Section
from helpdesk.process.sections import ROUND_THE_CLOCK
from helpdesk.process.spec import Code, Coded, Problem, Ref, Row, Spec, one_of, repeated, unknown
from tickets.models import (
    Cause,
    Checklist,
    Impact,
    Priority,
    Product,
    Queue,
    ReopenPolicy,
    Rule,
    Severity,
    SolutionScope,
    Status,
    SupportLevel,
    TicketType,
    VoicemailLine,
)
from tickets.models.process import CATEGORIES, METRICS, OCCASIONS, QUEUE_KINDS, VISIBILITIES
from tickets.models.ticket import CHANNELS

CLOCK_WORDS = ("responsible_team", ROUND_THE_CLOCK)
Clock = Annotated[str, Ref("calendars", also=CLOCK_WORDS)]
Unit = one_of("unit", UNITS)
Channel = one_of("channel", CHANNELS)
Setter = one_of("kind of actor", ("agent", "customer", "worker"))


class DelaySpec(Spec):
    """A length of time in one of the units of the vocabulary."""

    amount: int = Field(ge=1)
    unit: Unit  # type: ignore[valid-type]


class QueueSpec(Coded):
    """A queue, its teams, and whether customers may choose it."""

    name: str = Field(max_length=120)
    kind: one_of("kind of queue", QUEUE_KINDS) = "technical"  # type: ignore[valid-type]
    teams: Annotated[list[str], Ref("teams")] = []
    portal_visibility: one_of("portal visibility", VISIBILITIES) = "hidden"  # type: ignore[valid-type]
    is_template: bool = False
    help: str = ""


class QueueSection(RowSection):
    """Queues."""

    key, noun, model, spec, required = "queues", "queue", Queue, QueueSpec, True


class TypeSpec(Coded):
    """A kind of ticket, and whether service levels apply to it."""

    name: str = Field(max_length=120)
    help: str = ""
    sla_applies: bool = True
    handover_queue: Annotated[str, Ref("queues")] = ""
    budget_applies: bool = Field(False, description="Work on it uses the company's included time.")
    estimate_required: bool = Field(False, description="Work on it needs an approved estimate.")
    requires_answer: list[Code] = Field([], description="Needed before the ticket ends; the first means yes.")
    answered_status: Annotated[str, Ref("statuses")] = Field("", description="What an answer brings.")
    answered_reason: str = ""
    reopen_on_release: bool = Field(False, description="Opened again when a release has it, unless the answer is no.")
    released_status: Annotated[str, Ref("statuses")] = Field("", description="What telling the version brings.")


class TypeSection(RowSection):
    """Ticket types; the first is what a mail becomes."""

    key, noun, model, spec, required = "ticket_types", "ticket type", TicketType, TypeSpec, True

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        statuses = {item.code: item for item in process.get("statuses") or ()}
        for index, item in enumerate(process[self.key]):
            path = f"{self.key}[{index}]"
            for name in ("answered_status", "released_status"):
                status = statuses.get(getattr(item, name))
                if status is not None and status.category not in ("resolved", "closed"):
                    yield Problem(f"{path}.{name}", f"'{status.code}' does not end a ticket: {status.category}")
            if item.answered_status and not item.requires_answer:
                yield Problem(f"{path}.answered_status", "give requires_answer too: it says which answers there are")
            if item.released_status and not item.reopen_on_release:
                yield Problem(f"{path}.released_status", "give reopen_on_release too: nothing is told without it")
            if item.answered_status in statuses:
                yield from _reason_problems(path, statuses[item.answered_status], item.answered_reason)


def _reason_problems(path: str, status: Any, reason: str) -> Iterator[Problem]:
    known = {row.code for row in status.reasons}
    if known and reason not in known:
        yield Problem(
            f"{path}.answered_reason", f"'{status.code}' needs one of its reasons: {', '.join(sorted(known))}"
        )
    elif reason and not known:
        yield Problem(f"{path}.answered_reason", f"'{status.code}' has no reasons")


class SeveritySpec(Coded):
    """A severity with its definition; the worst stands first."""

    name: str = Field(max_length=120)
    definition: str = ""
    examples: list[str] = []
    is_default: bool = False
    is_unassigned: bool = False
    best_effort: bool = False
    is_major: bool = False
    phone_call_required: bool = False


class SeveritySection(RowSection):
    """Severities, exactly one of them the default."""

    key, noun, model, spec, required = "severities", "severity", Severity, SeveritySpec, True

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        defaults = [item.code for item in process[self.key] if item.is_default]
        if len(defaults) != 1:
            found = " and ".join(defaults) or "none"
            yield Problem(self.key, f"exactly one severity has is_default: true; here {found}")


class AdvisorySpec(Coded):
    """A value of the customer's own scale of priority or impact."""

    name: str = Field(max_length=120)


class PrioritySection(RowSection):
    """The customer's own urgency."""

    key, noun, model, spec = "priorities", "priority", Priority, AdvisorySpec


class ImpactSection(RowSection):
    """How many are affected."""

    key, noun, model, spec = "impacts", "impact", Impact, AdvisorySpec


class NamedSpec(Coded):
    """A value that agents give a ticket."""

    name: str = Field(max_length=120)


class ScopeSection(RowSection):
    """Parts of a solution that a ticket can be about."""

    key, noun, model, spec = "solution_scopes", "solution scope", SolutionScope, NamedSpec


class CauseSection(RowSection):
    """Where problems can come from."""

    key, noun, model, spec = "causes", "cause", Cause, NamedSpec


class ReasonSpec(Spec):
    """One reason for entering a status."""

    code: str
    name: str
    message: str = Field("", description="Text for the customer that goes with this reason.")
    set_by: list[Setter] = Field([], description="Who may give it; empty: whoever may set the status.")


class FactSpec(Spec):
    """Something that must be known to enter a status.

    Kinds: `text` is written down, `confirm` is ticked, `message` is a public message sent with the change,
    `accepted` is what the customer alone can give.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    label: str
    kind: one_of("kind of fact", ("text", "confirm", "message", "accepted")) = "text"  # type: ignore[valid-type]
    unless_reason: list[str] = Field([], description="Not asked with these reasons.")
    where: one_of("company setting", ("acceptance_required", "")) = Field(  # type: ignore[valid-type]
        "", description="Asked only of companies with this setting."
    )


class AcceptanceSpec(Spec):
    """What the other side's agreement leads to. Whoever enters the status gives its own agreement with it."""

    to_status: Annotated[str, Ref("statuses")]
    reason: str = Field("", description="Only with this reason of the status.")
    customer_fact: str = Field("", description="The fact that is recorded when the customer agrees.")
    agent_fact: str = Field("", description="The fact that is recorded when an agent does.")


class StatusSpec(Coded):
    """A state of the ticket in the vendor's words."""

    name: str = Field(max_length=120)
    customer_name: str = ""
    help: str = ""
    category: one_of("category", CATEGORIES)  # type: ignore[valid-type]
    pauses: list[one_of("metric", METRICS)] = []  # type: ignore[misc]
    requires: list[FactSpec] = []
    reasons: list[ReasonSpec] = []
    moves_to: Annotated[list[str], Ref("statuses")] = []
    set_on: list[one_of("occasion", OCCASIONS)] = []  # type: ignore[misc]
    set_by: list[Setter] = []
    override_role: str = ""
    takes_deadline: bool = False
    message: str = ""
    acceptance: AcceptanceSpec | None = None


class StatusSection(RowSection):
    """Statuses; the first is what a new ticket has."""

    key, noun, model, spec, required = "statuses", "status", Status, StatusSpec, True

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        statuses = process[self.key]
        if not any(item.category == "open" for item in statuses):
            yield Problem(self.key, "at least one status has the category open: reopened tickets need it")
        if statuses and statuses[0].category not in ("new", "open"):
            yield Problem(f"{self.key}[0].category", "the first status is what new tickets have: new or open")
        if not any(item.category in ("resolved", "closed") for item in statuses):
            yield Problem(self.key, "at least one status has the category resolved or closed")
        for index, item in enumerate(statuses):
            yield from self._acceptance_problems(index, item, {row.code: row for row in statuses})
            for at, reason in enumerate(item.requires):
                strange = set(reason.unless_reason) - {known.code for known in item.reasons}
                for code in sorted(strange):
                    yield Problem(
                        f"{self.key}[{index}].requires[{at}].unless_reason",
                        f"this status has no reason '{code}'",
                    )

    def _acceptance_problems(self, index: int, item: StatusSpec, statuses: dict[str, StatusSpec]) -> Iterator[Problem]:
        asked, path = item.acceptance, f"{self.key}[{index}].acceptance"
        if asked is None:
            return
        if asked.reason and asked.reason not in {reason.code for reason in item.reasons}:
            yield Problem(f"{path}.reason", f"this status has no reason '{asked.reason}'")
        target = statuses[asked.to_status]
        if target.category not in ("resolved", "closed") or target.reasons:
            yield Problem(f"{path}.to_status", f"'{target.code}' must end a ticket, and without a reason to choose")

    def to_row(self, item: Any) -> dict[str, Any]:
        return super().to_row(item) | {"acceptance": item.acceptance.written() if item.acceptance else {}}

    def from_row(self, row: Any) -> dict[str, Any]:
        return super().from_row(row) | {"acceptance": row.acceptance or None}


class LevelSpec(Coded):
    """A support level, and how tickets are handed to it and back."""

    code: one_of("support level", LINES)  # type: ignore[valid-type]
    name: str = Field(max_length=120)
    summary_required: bool = False
    taken_from: Annotated[list[str], Ref("support_levels")] = []
    managed_by: Annotated[list[str], Ref("support_levels")] = []
    queue: Annotated[str, Ref("queues")] = ""
    queue_by_channel: dict[Channel, str] = {}  # type: ignore[valid-type]
    status: Annotated[str, Ref("statuses")] = ""


class LevelSection(RowSection):
    """Support levels, the lowest first."""

    key, noun, model, spec = "support_levels", "support level", SupportLevel, LevelSpec

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        items = process.get(self.key) or ()
        staffed = {team.support_level for team in process.get("teams") or ()}
        statuses = {item.code: item for item in process["statuses"]}
        queues = {item.code: item for item in process["queues"]}
        for index, item in enumerate(items):
            path = f"{self.key}[{index}]"
            if index and item.code <= items[index - 1].code:
                yield Problem(
                    f"{path}.code", f"'{item.code}' stands behind '{items[index - 1].code}'; the lowest first"
                )
            if item.code not in staffed:
                yield Problem(f"{path}.code", f"no team has the support_level '{item.code}'")
            for at, code in enumerate(item.taken_from):
                if code >= item.code:
                    yield Problem(f"{path}.taken_from[{at}]", f"'{code}' is not below '{item.code}'")
            places = {"queue": item.queue} | {
                f"queue_by_channel.{channel}": code for channel, code in item.queue_by_channel.items()
            }
            for place, code in places.items():
                if code and code not in queues:
                    yield Problem(f"{path}.{place}", unknown("queue", code, queues))
                elif code and queues[code].is_template:
                    yield Problem(f"{path}.{place}", f"'{code}' is a template; no ticket is in it")
            if item.status and _asks_something(statuses[item.status]):
                yield Problem(f"{path}.status", f"'{item.status}' asks for a reason or facts, which nobody gives here")


def _asks_something(status: StatusSpec) -> bool:
    return bool(status.requires or status.reasons)


class ProductSpec(Coded):
    """A product and the team that knows it."""

    name: str = Field(max_length=120)
    team: Annotated[str, Ref("teams")] = ""
    lifecycle: one_of("lifecycle", Product.LIFECYCLES) = "supported"  # type: ignore[valid-type]


class ProductSection(RowSection):
    """Products."""

    key, noun, model, spec = "products", "product", Product, ProductSpec


class RuleSection(RowSection):
    """Rules of one kind. The whole spec is kept as the rule's row; the trigger is a column for the sweeps."""

    model = Rule
    kind: ClassVar[str]

    def rows(self) -> Any:
        return Rule.objects.filter(kind=self.kind)

    def to_row(self, item: Any) -> dict[str, Any]:
        spec = item.written()
        return {
            "kind": self.kind,
            "code": item.code,
            "trigger": item.trigger_word,
            "assumed": spec.pop("assumed", []),
            "spec": spec,
        }

    def from_row(self, row: Any) -> dict[str, Any]:
        return {**row.spec, "code": row.code, "assumed": row.assumed}


class WhenSpec(Spec):
    """Conditions; all that are given must hold. `subject_contains_exact_case` is a whole word."""

    channel: Channel | list[Channel] | None = None  # type: ignore[valid-type]
    mailbox: str | None = None
    queue: Annotated[str | None, Ref("queues")] = None
    type: Annotated[str | None, Ref("ticket_types")] = None
    severity: Annotated[str | None, Ref("severities")] = None
    is_major: bool | None = None
    company_region: Annotated[str | None, Ref("regions")] = None
    agreement_kind: one_of("kind of agreement", ("direct", "partner")) | None = None  # type: ignore[valid-type]
    subject_contains_exact_case: str | None = None
    flag: str | None = None


class ThenSpec(Spec):
    """Actions. The first rule to set a field wins; actions on different fields add up."""

    queue: Annotated[str | None, Ref("queues")] = None
    responsible_team: Annotated[str | None, Ref("teams")] = None
    support_level: one_of("support level", LINES) | None = None  # type: ignore[valid-type]
    severity: Annotated[str | None, Ref("severities")] = None
    flag: str | None = None
    notify_team: Annotated[str | None, Ref("teams")] = None


class RoutingSpec(Coded):
    """Moves a ticket on creation, or on a schedule while it matches."""

    trigger: one_of("trigger", ("on_create", "scheduled"))  # type: ignore[valid-type]
    interval_minutes: int | None = Field(None, ge=1, le=1440)
    when: WhenSpec = WhenSpec()
    then: ThenSpec
    is_fallback: bool = False

    @property
    def trigger_word(self) -> str:
        return str(self.trigger)

    @model_validator(mode="after")
    def _interval(self) -> "RoutingSpec":
        if (self.trigger == "scheduled") != (self.interval_minutes is not None):
            raise ValueError("a scheduled rule has interval_minutes, and only a scheduled one")
        if self.trigger == "scheduled" and self.when.queue is None:
            raise ValueError("a scheduled rule says which queue it empties: when.queue")
        return self


class RoutingSection(RuleSection):
    """Routing rules, in their order."""

    key, noun, spec, kind = "routing_rules", "routing rule", RoutingSpec, "routing"

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        rules = process.get(self.key) or ()
        for index, rule in enumerate(rules):
            later = [other for other in rules[index + 1 :] if other.trigger == rule.trigger]
            if rule.is_fallback and any(set(other.then.written()) & set(rule.then.written()) for other in later):
                yield Problem(f"{self.key}[{index}]", "a fallback stands behind the rules that it falls back from")


class ReminderSpec(Coded):
    """Reminds staff when something has not happened for a while. It promises nothing to customers."""

    trigger: one_of("trigger", ("severity_unassigned", "no_public_message", "ticket_unassigned"))  # type: ignore[valid-type]
    amount: int = Field(ge=1)
    unit: Unit  # type: ignore[valid-type]
    clock: Clock
    audience: list[str] = Field(min_length=1)
    repeats: bool = False

    @property
    def trigger_word(self) -> str:
        return str(self.trigger)


class ReminderSection(RuleSection):
    """Reminders."""

    key, noun, spec, kind = "reminders", "reminder", ReminderSpec, "reminder"


class AutoCloseSpec(Coded):
    """Closes a ticket when the customer has not answered.

    `status_entered` counts `amount` `unit` from entering one of `statuses`, `confirmation_requested` from asking
    whether the ticket is solved; `agent_deadline_passed` waits for the deadline that the agent set.
    """

    trigger: one_of("trigger", ("status_entered", "confirmation_requested", "agent_deadline_passed"))  # type: ignore[valid-type]
    statuses: Annotated[list[str], Ref("statuses")] = []
    amount: int | None = Field(None, ge=1)
    unit: Unit | None = None  # type: ignore[valid-type]
    clock: Clock = "responsible_team"
    remind_before: DelaySpec | None = None
    to_status: Annotated[str, Ref("statuses")]
    reason: str = ""
    cancelled_by: list[one_of("cause", ("customer_reply", "other_arrangement"))] = ["customer_reply"]  # type: ignore[misc]

    @property
    def trigger_word(self) -> str:
        return str(self.trigger)

    @model_validator(mode="after")
    def _delay(self) -> "AutoCloseSpec":
        counts = self.trigger != "agent_deadline_passed"
        if counts != (self.amount is not None and self.unit is not None):
            raise ValueError("give amount and unit, unless the agent sets the deadline")
        if self.trigger == "status_entered" and not self.statuses:
            raise ValueError("say which statuses start the count")
        return self


class AutoCloseSection(RuleSection):
    """Closing for inactivity."""

    key, noun, spec, kind = "auto_close_rules", "closing rule", AutoCloseSpec, "auto_close"

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        statuses = {item.code: item for item in process["statuses"]}
        for index, item in enumerate(process.get(self.key) or ()):
            target = statuses[item.to_status]
            if target.category not in ("resolved", "closed"):
                yield Problem(
                    f"{self.key}[{index}].to_status",
                    f"'{item.to_status}' does not end a ticket: {target.category}",
                )
            if item.reason and item.reason not in {reason.code for reason in target.reasons}:
                yield Problem(f"{self.key}[{index}].reason", f"'{item.to_status}' has no reason '{item.reason}'")
            if target.reasons and not item.reason:
                yield Problem(f"{self.key}[{index}].reason", f"'{item.to_status}' needs one of its reasons")


class StepSpec(Spec):
    """One step of a checklist."""

    code: Code
    label: str = Field(max_length=200)


class ChecklistSpec(Coded):
    """Steps that staff take on the tickets for which `when` holds."""

    name: str = Field(max_length=120)
    when: WhenSpec = WhenSpec()
    items: list[StepSpec] = Field(min_length=1)


class ChecklistSection(RowSection):
    """Checklists."""

    key, noun, model, spec = "checklists", "checklist", Checklist, ChecklistSpec

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        for index, item in enumerate(process.get(self.key) or ()):
            for at, code in repeated(step.code for step in item.items).items():
                yield Problem(f"{self.key}[{index}].items[{at}].code", f"step '{code}' is there already")

    def to_row(self, item: Any) -> dict[str, Any]:
        return super().to_row(item) | {"when": item.when.written()}


class QuestionSpec(Spec):
    """One thing that a message must say."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    label: str = Field(max_length=120)


class VoicemailSpec(Coded):
    """A line whose messages staff write down on the ticket they are about."""

    name: str = Field(max_length=120)
    questions: list[QuestionSpec] = Field(min_length=1)
    severities: Annotated[list[str], Ref("severities")] = []
    team: Annotated[str, Ref("teams")] = ""


class VoicemailSection(RowSection):
    """Lines with an answering machine."""

    key, noun, model, spec = "voicemail_lines", "voicemail line", VoicemailLine, VoicemailSpec


class ReopenSpec(Row):
    """What a customer's reply to a finished ticket does."""

    reply_to_resolved: one_of("answer", ReopenPolicy.ANSWERS) = "reopen"  # type: ignore[valid-type]
    reply_to_closed: one_of("answer", ReopenPolicy.ANSWERS) = "reopen"  # type: ignore[valid-type]
    window_days: int | None = Field(None, ge=1)
    restatement_required: bool = False
    same_number: bool = True
    follow_up: bool = False


class ReopenSection(Section):
    """One row per vendor; without the section, a reply reopens."""

    key, noun, schema = "reopen_policy", "reopen policy", ReopenSpec

    def load(self, vendor: Vendor, value: ReopenSpec | None) -> None:
        columns = (value or ReopenSpec()).model_dump()
        ReopenPolicy.objects.update_or_create(vendor=vendor, defaults=columns)

    def dump(self, vendor: Vendor) -> Any:
        row = ReopenPolicy.objects.first()
        if row is None:
            return None
        return ReopenSpec(**{name: getattr(row, name) for name in ReopenSpec.model_fields}).written() or None


SECTIONS = (
    QueueSection(),
    TypeSection(),
    SeveritySection(),
    PrioritySection(),
    ImpactSection(),
    ScopeSection(),
    CauseSection(),
    StatusSection(),
    LevelSection(),
    ProductSection(),
    RoutingSection(),
    ReminderSection(),
    AutoCloseSection(),
    ReopenSection(),
    ChecklistSection(),
    VoicemailSection(),
)
