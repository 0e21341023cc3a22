"""The policy and its targets in a process file."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from helpdesk.models import Vendor
from helpdesk.process.section import Parsed, Section
from helpdesk.process.spec import Problem, Ref, Row, Spec, one_of
from sla.models import SLAPolicy, SLATarget
from sla.models.policies import CHANGES, STANDARD
from tickets.models import Severity
from tickets.models.process import METRICS
from tickets.process import Clock, DelaySpec, Unit


class PolicySpec(Row):
    """The vendor's standard policy."""

    name: str = Field(max_length=120)
    resolution_met_by: list[one_of("way to meet a resolution", ("resolved", "workaround", "alternate_plan"))] = [  # type: ignore[misc]
        "resolved"
    ]
    warn_at_percent: int | None = Field(None, ge=1, le=99)
    restart_on: list[one_of("change", CHANGES)] = []  # type: ignore[misc]


class PolicySection(Section):
    """The standard policy, for everybody who has no other."""

    key, noun, schema, required = "sla_policy", "SLA policy", PolicySpec, True

    def load(self, vendor: Vendor, value: PolicySpec | None) -> None:
        spec = value or PolicySpec(name="Standard")
        SLAPolicy.objects.update_or_create(code=STANDARD, defaults=spec.model_dump())

    def dump(self, vendor: Vendor) -> Any:
        row = SLAPolicy.objects.filter(code=STANDARD).first()
        if row is None:
            return None
        return PolicySpec(**{name: getattr(row, name) for name in PolicySpec.model_fields}).written()


class TargetWhen(Spec):
    """Only for tickets with this flag."""

    flag: str


class TargetSpec(Row):
    """How long one metric may take at one severity."""

    severity: Annotated[str, Ref("severities")]
    metric: one_of("metric", METRICS)  # type: ignore[valid-type]
    amount: int = Field(ge=1)
    unit: Unit  # type: ignore[valid-type]
    clock: Clock
    warn_at: DelaySpec | None = None
    response_via: one_of("way to respond", ("any", "phone")) = "any"  # type: ignore[valid-type]
    when: TargetWhen | None = None
    note: str = ""

    @model_validator(mode="after")
    def _fits(self) -> "TargetSpec":
        if self.response_via == "phone" and self.metric != "first_response":
            raise ValueError("response_via is for first_response only")
        return self

    @property
    def flag(self) -> str:
        return self.when.flag if self.when else ""


class TargetSection(Section):
    """Targets of the standard policy, in the file's order."""

    key, noun, schema = "sla_targets", "SLA target", list[TargetSpec]

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from given_twice(process.get(self.key) or (), self.key)

    def load(self, vendor: Vendor, value: list[TargetSpec] | None) -> None:
        load_targets(SLAPolicy.objects.get(code=STANDARD), value or ())

    def dump(self, vendor: Vendor) -> Any:
        policy = SLAPolicy.objects.filter(code=STANDARD).first()
        return [spec.written() for spec in specs_of(policy)] or None


def given_twice(targets: Iterable[TargetSpec], path: str) -> Iterator[Problem]:
    """Targets of one policy that say the same thing twice."""
    seen = set()
    for index, item in enumerate(targets):
        what = (item.severity, item.metric, item.flag)
        if what in seen:
            yield Problem(f"{path}[{index}]", f"severity {item.severity} has a {item.metric} target already")
        seen.add(what)


def load_targets(policy: SLAPolicy, targets: Iterable[TargetSpec]) -> None:
    """Make the policy's targets these."""
    severities = {row.code: row for row in Severity.objects.all()}
    policy.targets.all().delete()
    SLATarget.objects.bulk_create(
        SLATarget(
            policy=policy,
            severity=severities[item.severity],
            warn_amount=item.warn_at.amount if item.warn_at else None,
            warn_unit=item.warn_at.unit if item.warn_at else "",
            flag=item.flag,
            position=position,
            **{name: getattr(item, name) for name in PLAIN},
        )
        for position, item in enumerate(targets)
    )


def specs_of(policy: SLAPolicy | None) -> list[TargetSpec]:
    """The policy's targets as a file writes them."""
    if policy is None:
        return []
    return [_spec_of(row) for row in policy.targets.select_related("severity").order_by("position", "id")]


PLAIN = ("metric", "amount", "unit", "clock", "response_via", "note", "assumed")


def _spec_of(row: SLATarget) -> TargetSpec:
    return TargetSpec(
        severity=row.severity.code,
        warn_at={"amount": row.warn_amount, "unit": row.warn_unit} if row.warn_amount else None,
        when={"flag": row.flag} if row.flag else None,
        **{name: getattr(row, name) for name in PLAIN},
    )
