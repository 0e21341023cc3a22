"""Which policy and which targets apply to a ticket, what suspends them, and what they come to on which calendar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from helpdesk.calendars import resolve
from helpdesk.durations import after, working_time
from helpdesk.remembered import remembered
from helpdesk.tenancy import current_vendor
from sla.core.clock import Target
from sla.core.exceptions import Circumstances, applies
from sla.models import Agreement, SLAException, SLAPolicy, SLATarget
from sla.models.policies import STANDARD
from sla.queries.yardstick import Yardstick
from tickets.core.conditions import holds
from tickets.models import Ticket
from tickets.queries.facts import facts_of


@dataclass(frozen=True)
class Applying:
    """One target that applies to a ticket, and the exception that suspends it, if one does."""

    target: SLATarget
    suspended_by: SLAException | None = None


@remembered
def standard_policy() -> SLAPolicy:
    """The vendor's policy for everybody."""
    return SLAPolicy.objects.get(code=STANDARD)


@remembered
def _policies() -> list[SLAPolicy]:
    """The other policies, in the order in which they are asked."""
    return list(SLAPolicy.objects.filter(retired=False).exclude(code=STANDARD).order_by("position", "id"))


@remembered
def _targets() -> dict[tuple[int, int], dict[str, list[SLATarget]]]:
    """Targets by policy and severity, then metric; those for a flag stand before those for every ticket."""
    found: dict[tuple[int, int], dict[str, list[SLATarget]]] = {}
    for row in SLATarget.objects.select_related("policy").order_by("position", "id"):
        found.setdefault((row.policy_id, row.severity_id), {}).setdefault(row.metric, []).append(row)
    for metrics in found.values():
        for rows in metrics.values():
            rows.sort(key=lambda row: row.flag == "")
    return found


@remembered
def exceptions() -> list[SLAException]:
    """What suspends targets, in the file's order."""
    return list(SLAException.objects.filter(retired=False).select_related("handover_queue").order_by("position", "id"))


@remembered
def _agreements() -> dict[int, list[Agreement]]:
    """Agreements by company, the latest first; an edit of one counts as an edit of the process."""
    found: dict[int, list[Agreement]] = {}
    for row in Agreement.objects.select_related("policy").order_by("-valid_from"):
        found.setdefault(row.company_id, []).append(row)
    return found


def agreement_of(ticket: Ticket) -> Agreement | None:
    """The agreement of the ticket's company that was in force when the ticket was opened."""
    opened = ticket.created_at.astimezone(current_vendor().zone).date()
    return next((row for row in _agreements().get(ticket.company_id, ()) if _in_force(row, opened)), None)


def _in_force(agreement: Agreement, day: date) -> bool:
    return agreement.valid_from <= day and (agreement.valid_to is None or day <= agreement.valid_to)


def policy_of(ticket: Ticket) -> SLAPolicy:
    """What the company agreed on, else the first policy whose conditions hold, else the standard one."""
    agreement = agreement_of(ticket)
    if agreement is not None and agreement.policy is not None:
        return agreement.policy
    conditional = [row for row in _policies() if row.when]
    if not conditional:
        return standard_policy()
    facts = facts_of(ticket)
    return next((row for row in conditional if holds(row.when, facts)), standard_policy())


def exceptions_of(ticket: Ticket) -> list[SLAException]:
    """The exceptions whose conditions hold for this ticket as it stands."""
    rows = exceptions()
    if not rows:
        return []
    circumstances = circumstances_of(ticket)
    return [row for row in rows if applies(row.when, circumstances)]


def circumstances_of(ticket: Ticket) -> Circumstances:
    """What exceptions and entitlements may ask about the ticket."""
    agreement = agreement_of(ticket)
    return Circumstances(
        type=ticket.type.code,
        product_lifecycle=ticket.product.lifecycle if ticket.product else "",
        cause=ticket.cause.code if ticket.cause else "",
        language=ticket.language,
        solution_scope=ticket.solution_scope.code if ticket.solution_scope else "",
        covers_customer_solution=agreement is not None and agreement.covers_customer_solution,
    )


def targets_of(ticket: Ticket) -> Iterator[Applying]:
    """The target of each metric that applies to this ticket as it stands."""
    if not ticket.type.sla_applies:
        return
    suspending = exceptions_of(ticket)
    for metric, rows in _targets().get((policy_of(ticket).pk, ticket.severity_id), {}).items():
        target = next((row for row in rows if not row.flag or row.flag in ticket.flags), None)
        if target is not None:
            yield Applying(target, next((row for row in suspending if metric in row.suspend), None))


def calendar_code(target: SLATarget, ticket: Ticket) -> str:
    """The calendar that counts for this target on this ticket."""
    if target.unit in ("elapsed_hours", "calendar_days"):
        return "24x7"
    return resolve(target.clock, team_id=ticket.responsible_team_id, company=ticket.company)


def measured(target: SLATarget) -> dict[str, Any]:
    """The target as a clock keeps it: what it said when it was measured."""
    return {
        "policy": target.policy.code,
        "met_by": target.policy.resolution_met_by,
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


def core_target(spec: Mapping[str, Any], calendar: str, started_at: datetime, by: Yardstick) -> Target:
    """The amount of counted time that a measured target stands for."""
    hours = by.calendars[calendar]
    zone = current_vendor().zone if calendar == "24x7" else hours.tz

    def work_of(amount: int, unit: str) -> Any:
        if unit == "calendar_days":
            return after(started_at, amount, unit, hours, zone) - started_at
        return working_time(amount, unit, hours)

    work = work_of(spec["amount"], spec["unit"])
    if spec["warn_amount"]:
        return Target(work, work_of(spec["warn_amount"], spec["warn_unit"]))
    percent = spec["warn_at_percent"]
    return Target(work, work * percent / 100 if percent else None)
