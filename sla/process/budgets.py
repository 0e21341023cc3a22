"""Included time in a process file."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from helpdesk.process.section import Parsed, RowSection
from helpdesk.process.spec import Coded, Problem, Ref, Spec, one_of
from sla.models import Entitlement
from sla.models.budgets import PAYERS, PERIODS, WHEN_EXHAUSTED


class WorkWhen(Spec):
    """Which tickets; all conditions that are given must hold, and none means no ticket."""

    type: Annotated[str | None, Ref("ticket_types")] = None
    solution_scope: Annotated[str | None, Ref("solution_scopes")] = None
    agreement_covers_customer_solution: bool | None = None


class EntitlementSpec(Coded):
    """The minutes that are included in each period."""

    minutes: int = Field(ge=1)
    per: one_of("payer", PAYERS)  # type: ignore[valid-type]
    period: one_of("period", PERIODS)  # type: ignore[valid-type]
    exempt: WorkWhen = WorkWhen()
    outside: WorkWhen = WorkWhen()
    on_exhausted: one_of("way to go on", WHEN_EXHAUSTED) = "require_approved_estimate"  # type: ignore[valid-type]
    currency: str = Field("", pattern=r"^([A-Z]{3})?$")


class EntitlementSection(RowSection):
    """Included time: one entitlement, for every company."""

    key, noun, model, spec = "entitlements", "entitlement", Entitlement, EntitlementSpec

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        items = process.get(self.key) or ()
        for index, _ in enumerate(items[1:], 1):
            yield Problem(f"{self.key}[{index}]", "one entitlement counts; take this one away")
        for index, kind in enumerate(process["ticket_types"]):
            if kind.budget_applies and not items:
                yield Problem(f"ticket_types[{index}].budget_applies", "give entitlements: nothing says how much it is")

    def to_row(self, item: Any) -> dict[str, Any]:
        return super().to_row(item) | {"exempt": item.exempt.written(), "outside": item.outside.written()}
