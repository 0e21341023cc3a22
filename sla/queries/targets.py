"""Which target applies to a ticket, and what it comes to on which calendar."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from helpdesk.calendars import resolve, working_calendars, zone_of
from helpdesk.durations import after, working_time
from helpdesk.remembered import remembered
from sla.core.clock import Target
from sla.models import SLAPolicy, SLATarget
from tickets.models import Ticket


@remembered
def standard_policy() -> SLAPolicy:
    """The vendor's policy."""
    return SLAPolicy.objects.filter(retired=False).order_by("position", "id").first()  # type: ignore[return-value]


@remembered
def _targets() -> dict[tuple[int, str], list[SLATarget]]:
    """Targets by severity id and metric; those for a flag stand before those for every ticket."""
    found: dict[tuple[int, str], list[SLATarget]] = {}
    for row in SLATarget.objects.select_related("policy").order_by("position", "id"):
        found.setdefault((row.severity_id, row.metric), []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.flag == "")
    return found


def targets_of(ticket: Ticket) -> Iterator[SLATarget]:
    """The target of each metric that applies to this ticket as it stands."""
    if not ticket.type.sla_applies:
        return
    for (severity_id, _), rows in _targets().items():
        if severity_id == ticket.severity_id:
            applying = (row for row in rows if not row.flag or row.flag in ticket.flags)
            if (target := next(applying, None)) is not None:
                yield target


def calendar_code(target: SLATarget, ticket: Ticket) -> str:
    """The calendar that counts for this target on this ticket."""
    if target.unit in ("elapsed_hours", "calendar_days"):
        return "24x7"
    return resolve(target.clock, team_id=ticket.responsible_team_id, company=ticket.company)


def measured(target: SLATarget) -> dict[str, Any]:
    """The target as a clock keeps it: what it said when it was measured."""
    return {
        "amount": target.amount,
        "unit": target.unit,
        "clock": target.clock,
        "warn_amount": target.warn_amount,
        "warn_unit": target.warn_unit,
        "warn_at_percent": target.policy.warn_at_percent,
        "response_via": target.response_via,
        "severity": target.severity_id,
        "assumed": bool(target.assumed),
    }


def core_target(spec: Mapping[str, Any], calendar: str, started_at: datetime) -> Target:
    """The amount of counted time that a measured target stands for."""
    hours = working_calendars()[calendar]

    def work_of(amount: int, unit: str) -> Any:
        if unit == "calendar_days":
            return after(started_at, amount, unit, hours, zone_of(calendar)) - started_at
        return working_time(amount, unit, hours)

    work = work_of(spec["amount"], spec["unit"])
    if spec["warn_amount"]:
        return Target(work, work_of(spec["warn_amount"], spec["warn_unit"]))
    percent = spec["warn_at_percent"]
    return Target(work, work * percent / 100 if percent else None)
