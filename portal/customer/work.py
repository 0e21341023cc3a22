"""Included time and estimates, as customers read them."""

from datetime import datetime
from typing import Any

from helpdesk.access import Actor
from sla.queries.budgets import Budget, budget_of, deciders, estimates_of, offered, work_is_logged
from tickets.models import Ticket


def included_time(company_id: int | None, now: datetime) -> Budget | None:
    """The company's minutes of this month, where the vendor includes some."""
    return budget_of(company_id, now) if company_id is not None else None


def estimate_parts(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """The estimate that waits on this ticket, and who of the company decides; nothing where none waits."""
    waiting = offered(estimates_of(ticket)) if work_is_logged() and not ticket.is_finished else None
    if waiting is None:
        return {}
    named = deciders(ticket.company_id)
    return {
        "estimate": waiting,
        "may_decide": not named or actor.id in {contact.pk for contact in named},
        "deciders": [contact.name for contact in named],
    }
