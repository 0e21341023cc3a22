"""Escalation in a process file: the path of people to ask, and the rules that ask by themselves."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from helpdesk.models import Vendor
from helpdesk.process.section import Parsed, Section
from helpdesk.process.spec import Coded, Problem, Ref, Row, one_of, unknown
from sla.models import EscalationStep
from sla.models.escalations import CHANNELS, CONTACTS_FROM, PATH_KINDS
from sla.process.audiences import CUSTOMERS, audience_problems, reachable_roles
from tickets.models.process import METRICS, QUEUE_KINDS
from tickets.process import RuleSection

ANY_TIME = "any_time"
TRIGGERS = ("target_warning", "target_breached")
Role = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]*)?$", max_length=34)]
Address = Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$", max_length=254)]


class StepSpec(Row):
    """One level of the path: who is asked, and how."""

    kind: one_of("kind of escalation", PATH_KINDS)  # type: ignore[valid-type]
    level: int = Field(ge=1, le=9)
    role: Role = ""
    title: str = Field("", max_length=120)
    label: str = Field("", max_length=60, description="What the button in the portal says.")
    email: Address = ""
    phone: str = Field("", max_length=40)
    mobile: str = Field("", max_length=40)
    channel: one_of("channel", CHANNELS) = "portal_button"  # type: ignore[valid-type]
    queue_kind: one_of("kind of queue", (*QUEUE_KINDS, "")) = ""  # type: ignore[valid-type]
    contact_from: one_of("source of the contact", (*CONTACTS_FROM, "")) = ""  # type: ignore[valid-type]
    fallback_role: Role = ""
    available: Annotated[str, Ref("calendars", also=(ANY_TIME,))] = ""
    on_finished: bool = False


class PathSection(Section):
    """The steps of the path, each kind from its lowest level up."""

    key, noun, schema = "escalation_path", "escalation step", list[StepSpec]

    def check(self, process: Parsed) -> Iterator[Problem]:
        items: list[StepSpec] = process.get(self.key) or []
        yield from self._out_of_order(items)
        reachable = reachable_roles(process)
        for index, item in enumerate(items):
            path = f"{self.key}[{index}]"
            if item.fallback_role and item.fallback_role not in reachable:
                yield Problem(f"{path}.fallback_role", unknown("role", item.fallback_role, reachable))
            elif not (item.email or item.contact_from == "company" or item.fallback_role or item.role in reachable):
                who = f"the role '{item.role}'" if item.role else "this step"
                yield Problem(
                    path,
                    f"nobody can be reached by {who}; give an email, contact_from: company,"
                    " a fallback_role, or a team with this head_role",
                )

    def _out_of_order(self, items: list[StepSpec]) -> Iterator[Problem]:
        last: dict[tuple[str, str], int] = {}
        for index, item in enumerate(items):
            path, line = f"{self.key}[{index}].level", (item.kind, item.queue_kind)
            if item.level == last.get(line):
                yield Problem(path, f"level {item.level} of '{item.kind}' is there already")
            elif item.level < last.get(line, 0):
                yield Problem(path, f"level {item.level} of '{item.kind}' stands behind level {last[line]}")
            elif item.level > 1 and all(other.level != item.level - 1 for other in items):
                yield Problem(path, f"there is no level {item.level - 1} to come from")
            last[line] = item.level

    def load(self, vendor: Vendor, value: list[StepSpec] | None) -> None:
        EscalationStep.objects.all().delete()
        EscalationStep.objects.bulk_create(
            EscalationStep(position=position, **item.model_dump()) for position, item in enumerate(value or ())
        )

    def dump(self, vendor: Vendor) -> Any:
        rows = EscalationStep.objects.order_by("position", "id")
        named = StepSpec.model_fields
        return [StepSpec(**{name: getattr(row, name) for name in named}).written() for row in rows] or None


class EscalationRuleSpec(Coded):
    """Escalates a ticket when a target is near or missed."""

    trigger: one_of("trigger", TRIGGERS)  # type: ignore[valid-type]
    metric: one_of("metric", METRICS) | None = None  # type: ignore[valid-type]
    severities: Annotated[list[str], Ref("severities")] = []
    audience: list[str] = Field(min_length=1)

    @property
    def trigger_word(self) -> str:
        return str(self.trigger)


class EscalationRuleSection(RuleSection):
    """Rules that escalate."""

    key, noun, spec, kind = "escalation_rules", "escalation rule", EscalationRuleSpec, "escalation"

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        items = process.get(self.key) or ()
        yield from audience_problems(self.key, items, process)
        for index, item in enumerate(items):
            if set(CUSTOMERS) & set(item.audience):
                yield Problem(f"{self.key}[{index}].audience", "an escalation goes to staff; tell customers otherwise")
