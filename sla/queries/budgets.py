"""Included time and estimates as they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum
from django.utils.formats import date_format

from helpdesk.models import Contact
from helpdesk.remembered import remembered
from helpdesk.tenancy import current_vendor
from sla.core import budget
from sla.models import Entitlement, Estimate, WorkLog
from sla.queries.targets import circumstances_of
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

OUTSIDE = "outside_agreement"


@dataclass(frozen=True)
class Budget:
    """A company's included minutes in one period."""

    minutes: int
    used: int
    period: date

    @property
    def left(self) -> int:
        return max(0, self.minutes - self.used)

    @property
    def month(self) -> str:
        return date_format(self.period, "F Y")


@remembered
def entitlement() -> Entitlement | None:
    """The time that is included for each company, if any."""
    return Entitlement.objects.filter(retired=False).order_by("position", "id").first()


@remembered
def work_is_logged() -> bool:
    """Whether the vendor's process knows included time or estimates at all."""
    return entitlement() is not None or any(kind.estimate_required for kind in catalogue().types.offered)


def budget_of(company_id: int, now: datetime) -> Budget | None:
    """What this company has used of its included time in the period of `now`."""
    given = entitlement()
    if given is None:
        return None
    period = budget.period_of(now, current_vendor().zone)
    counted = WorkLog.objects.filter(company_id=company_id, period=period, treatment=budget.COUNTED)
    return Budget(given.minutes, counted.aggregate(total=Sum("minutes"))["total"] or 0, period)


def worked_on(ticket: Ticket) -> int:
    """The minutes that were logged on a ticket, whatever covers them."""
    return WorkLog.objects.filter(ticket=ticket).aggregate(total=Sum("minutes"))["total"] or 0


def treatment_of(ticket: Ticket) -> str:
    """What work on the ticket counts as: counted, exempt, or estimated."""
    given = entitlement()
    return budget.treatment(
        circumstances_of(ticket),
        estimate_required=ticket.type.estimate_required or OUTSIDE in ticket.flags,
        budget_applies=given is not None and ticket.type.budget_applies,
        exempt=given.exempt if given else {},
        outside=given.outside if given else {},
    )


def estimates_of(ticket: Ticket) -> list[Estimate]:
    """The estimates of a ticket, the newest first, each with the minutes that were worked on it as `worked`."""
    worked = Sum("work_logs__minutes", default=0)
    return list(Estimate.objects.filter(ticket=ticket).annotate(worked=worked).order_by("-id"))


def room_in(estimate: Estimate) -> int | None:
    """The minutes left in an approved estimate; None for a fixed price."""
    return None if estimate.minutes is None else estimate.minutes - estimate.worked  # type: ignore[attr-defined]


def offered(estimates: Sequence[Estimate]) -> Estimate | None:
    """The one that waits for the customer."""
    return next((row for row in estimates if row.status == "offered"), None)


def deciders(company_id: int) -> list[Contact]:
    """The company's administrators, who decide on estimates; where it has none, every contact may."""
    logins = Q(is_active=True, user__isnull=False, is_company_admin=True)
    return list(Contact.objects.filter(logins, company_id=company_id).order_by("name", "id"))
