"""Work on a ticket: included time that is left, estimates, and the forms that go with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.agent.forms import EstimateForm, OutsideForm, WorkForm
from portal.agent.strip import Step
from sla.core.budget import ESTIMATED, EXEMPT
from sla.models import Estimate
from sla.queries.budgets import (
    OUTSIDE,
    Budget,
    budget_of,
    entitlement,
    estimates_of,
    offered,
    treatment_of,
    work_is_logged,
    worked_on,
)
from tickets.models import Ticket


@dataclass(frozen=True)
class Work:
    """What is known of the work on one ticket. `counts_as` is counted, exempt or estimated."""

    minutes: int
    budget: Budget | None
    counts_as: str
    estimates: list[Estimate]
    is_marked: bool

    @property
    def waiting(self) -> Estimate | None:
        """The estimate on which the customer has to decide."""
        return offered(self.estimates)

    @property
    def is_covered(self) -> bool:
        """Whether an approved estimate stands behind the work."""
        return any(row.status == "approved" for row in self.estimates)


def work_on(ticket: Ticket, now: datetime) -> Work | None:
    """The work on this ticket; None where the vendor's process knows neither included time nor estimates."""
    if not work_is_logged():
        return None
    return Work(
        minutes=worked_on(ticket),
        budget=budget_of(ticket.company_id, now),
        counts_as=treatment_of(ticket),
        estimates=estimates_of(ticket),
        is_marked=OUTSIDE in ticket.flags,
    )


def work_forms(work: Work) -> dict[str, Any]:
    """The forms of the page by their names."""
    given = entitlement()
    forms: dict[str, Any] = {
        "work": WorkForm(),
        "estimate": EstimateForm(currency=given.currency if given else ""),
    }
    return forms if work.is_marked else forms | {"outside": OutsideForm()}


def work_steps(ticket: Ticket, work: Work | None) -> Iterator[Step]:
    """What stands in the way of working on."""
    if work is None or ticket.is_finished or work.counts_as == EXEMPT:
        return
    if work.waiting is not None:
        until = date_format(work.waiting.valid_until, "D j M Y")
        text = _("The customer has until %s to decide. Until then no work is logged.") % until
        yield Step(_("Estimate waiting for approval"), text, "info", "receipt-text")
    elif work.is_covered:
        return
    elif work.counts_as == ESTIMATED:
        text = _("Offer the customer an estimate; work is logged once it is approved.")
        yield Step(_("Needs an approved estimate"), text, "warn", "receipt-text")
    elif work.budget is not None and not work.budget.left:
        text = _("More work on this ticket needs an estimate that the customer has approved.")
        yield Step(_("The minutes of %s are used up") % work.budget.month, text, "warn", "timer-off")
