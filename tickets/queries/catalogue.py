"""A vendor's queues, types, severities, statuses, products and rules, read once per version of its process."""

from dataclasses import dataclass
from typing import Any, TypeVar

from helpdesk.models import Region, Team
from helpdesk.remembered import remembered
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

R = TypeVar("R")


class Rows(dict[str, R]):
    """Rows by code, in the process file's order; `by_id` finds them from a foreign key."""

    def __init__(self, rows: list[R]) -> None:
        super().__init__({row.code: row for row in rows})  # type: ignore[attr-defined]
        self.by_id: dict[int, R] = {row.pk: row for row in rows}  # type: ignore[attr-defined]

    @property
    def offered(self) -> list[R]:
        """Those that can be chosen now."""
        return [row for row in self.values() if not getattr(row, "retired", False)]


@dataclass(frozen=True)
class Catalogue:
    """Everything that a ticket can be given, retired rows included."""

    teams: Rows[Team]
    queues: Rows[Queue]
    types: Rows[TicketType]
    severities: Rows[Severity]
    priorities: Rows[Priority]
    impacts: Rows[Impact]
    statuses: Rows[Status]
    levels: Rows[SupportLevel]
    products: Rows[Product]
    solution_scopes: Rows[SolutionScope]
    causes: Rows[Cause]
    checklists: Rows[Checklist]
    voicemail_lines: Rows[VoicemailLine]
    regions: tuple[Region, ...]
    rules: tuple[Rule, ...]
    reopen: ReopenPolicy

    @property
    def first_status(self) -> Status:
        return self.statuses.offered[0]

    @property
    def open_status(self) -> Status:
        """Where a reopened or answered ticket goes."""
        return next(row for row in self.statuses.offered if row.category == "open")

    @property
    def resumed_status(self) -> Status:
        """Where a ticket goes on that waited for the customer."""
        return next((row for row in self.statuses.offered if "customer_reply" in row.set_on), self.open_status)

    @property
    def default_severity(self) -> Severity:
        return next(row for row in self.severities.offered if row.is_default)

    @property
    def default_queue(self) -> Queue:
        """Where a ticket lands that nothing routes."""
        return next(row for row in self.queues.offered if not row.is_template)

    def rules_of(self, kind: str, *triggers: str) -> list[Rule]:
        """Active rules of a kind, in order; of these triggers, if any are named."""
        return [rule for rule in self.rules if rule.kind == kind and (not triggers or rule.trigger in triggers)]

    def rule(self, kind: str, code: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.kind == kind and rule.code == code), None)

    def regions_of(self, country: str) -> frozenset[str]:
        return frozenset(
            region.code for region in self.regions if country in [*region.countries, *region.assumed_countries]
        )

    def row(self, name: str, code: str) -> Any:
        """One row by the name of its collection and its code, or None."""
        return getattr(self, name).get(code)


@remembered
def catalogue() -> Catalogue:
    """The current vendor's catalogue."""

    def rows(model: Any) -> Rows[Any]:
        return Rows(list(model.objects.order_by("position", "id")))

    return Catalogue(
        teams=rows(Team),
        queues=rows(Queue),
        types=rows(TicketType),
        severities=rows(Severity),
        priorities=rows(Priority),
        impacts=rows(Impact),
        statuses=rows(Status),
        levels=rows(SupportLevel),
        products=rows(Product),
        solution_scopes=rows(SolutionScope),
        causes=rows(Cause),
        checklists=rows(Checklist),
        voicemail_lines=rows(VoicemailLine),
        regions=tuple(Region.objects.order_by("position", "id")),
        rules=tuple(Rule.objects.filter(retired=False).order_by("position", "id")),
        reopen=ReopenPolicy.objects.first() or ReopenPolicy(),
    )
