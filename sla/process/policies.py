"""Further policies and the exceptions that suspend targets, in a process file."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from helpdesk.process.section import Parsed, RowSection
from helpdesk.process.spec import Code, Problem, Ref, Row, Spec, one_of
from sla.models import SLAException, SLAPolicy
from sla.models.policies import STANDARD
from sla.process.targets import PolicySpec, TargetSpec, given_twice, load_targets, specs_of
from tickets.models import Product
from tickets.models.process import METRICS
from tickets.process import WhenSpec


class FurtherPolicySpec(PolicySpec):
    """A policy for some tickets: those that fit `when`, and those of companies that agreed on it."""

    code: Code
    when: WhenSpec = WhenSpec()
    targets: list[TargetSpec] = []


class FurtherPoliciesSection(RowSection):
    """Policies beside the standard one; the first that fits counts, an agreement before all of them."""

    key, noun, model, spec = "sla_policies", "SLA policy", SLAPolicy, FurtherPolicySpec

    def rows(self) -> Any:
        return SLAPolicy.objects.exclude(code=STANDARD)

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        for index, item in enumerate(process.get(self.key) or ()):
            if item.code == STANDARD:
                yield Problem(f"{self.key}[{index}].code", f"'{STANDARD}' is the policy of sla_policy; choose another")
            yield from given_twice(item.targets, f"{self.key}[{index}].targets")

    def to_row(self, item: Any) -> dict[str, Any]:
        return super().to_row(item) | {"when": item.when.written()}

    def load_children(self, row: Any, item: Any) -> None:
        load_targets(row, item.targets)

    def from_row(self, row: Any) -> dict[str, Any]:
        return super().from_row(row) | {"targets": specs_of(row)}


class ExceptionWhen(Spec):
    """Conditions; all that are given must hold."""

    product_lifecycle: one_of("lifecycle", Product.LIFECYCLES) | None = None  # type: ignore[valid-type]
    cause: Annotated[str | None, Ref("causes")] = None
    language_not: str | None = None
    solution_scope: Annotated[str | None, Ref("solution_scopes")] = None
    agreement_covers_customer_solution: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ExceptionWhen":
        if not self.written():
            raise ValueError("say when the exception applies; without a condition it would suspend every ticket")
        return self


class ExceptionSpec(Row):
    """Targets that are not measured on some tickets, and what is said instead of a time."""

    code: Code
    when: ExceptionWhen
    suspend: list[one_of("metric", METRICS)] = Field(min_length=1)  # type: ignore[valid-type]
    label: str = Field(max_length=120)
    handover_queue: Annotated[str, Ref("queues")] = ""
    url: str = Field("", pattern=r"^(https?://\S+)?$", max_length=200)


class ExceptionSection(RowSection):
    """Exceptions; the first that applies to a metric is the reason that is shown."""

    key, noun, model, spec = "sla_exceptions", "SLA exception", SLAException, ExceptionSpec

    def to_row(self, item: Any) -> dict[str, Any]:
        return super().to_row(item) | {"when": item.when.written()}
