"""Making things due: the rows that say when are moved into the past, and the real workers do the rest."""

from tests.e2e.stack import Stack

INSIDE = """
from datetime import timedelta
from django.utils import timezone
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from sla.models import Clock
from tickets.commands.rules import closing_timers
from tickets.commands.timers import rewrite_timers
from tickets.models import Rule, Ticket, Timer
now = timezone.now()
with acting_for(Vendor.objects.get(slug={vendor!r})):
    ticket = Ticket.objects.get(number={number!r})
"""
CLOSING = """
    long_ago, just_now = now - timedelta(days=60), now - timedelta(minutes=1)
    Ticket.objects.filter(pk=ticket.pk).update(
        status_since=long_ago,
        last_customer_at=long_ago - timedelta(minutes=1),
        deadline_at=just_now if ticket.deadline_at else None,
        confirmation_requested_at=long_ago if ticket.confirmation_requested_at else None,
    )
    ticket = Ticket.objects.get(pk=ticket.pk)
    rewrite_timers("rule", {ticket.pk: closing_timers(ticket)}, now=now)
    assert any(at < now for _, at in closing_timers(ticket)), closing_timers(ticket)
"""
LATE = """
    clock = Clock.objects.filter(ticket=ticket, state="running").order_by("due_at").first()
    due_at = now - timedelta(hours=30)
    timer = Timer.objects.filter(ticket=ticket, ref=f"{clock.metric}:breach", due_at=clock.due_at)
    assert timer.update(due_at=due_at) == 1
    Clock.objects.filter(pk=clock.pk).update(due_at=due_at)
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=due_at)
"""
TURN = """
    Rule.objects.filter(trigger="scheduled").update(last_slot_at=None)
"""


def let_closing_come_due(stack: Stack, vendor: str, number: str) -> None:
    """As if the customer had not answered for two months, and a deadline had just passed."""
    stack.shell(_inside(vendor, number) + CLOSING)


def let_clock_run_out(stack: Stack, vendor: str, number: str) -> None:
    """As if the target that is due next had been due the day before yesterday."""
    stack.shell(_inside(vendor, number) + LATE)


def let_scheduled_rules_have_their_turn(stack: Stack, vendor: str, number: str) -> None:
    """As if this vendor's scheduled rules had never run."""
    stack.shell(_inside(vendor, number) + TURN)


def _inside(vendor: str, number: str) -> str:
    return INSIDE.replace("{vendor!r}", repr(vendor)).replace("{number!r}", repr(number))
