"""How the ticket room itself reacts to changes: routing first, delays last."""

from collections.abc import Sequence

from tickets.commands.change import Change
from tickets.commands.rules import arm, route
from tickets.events import (
    ArrangementMade,
    Assigned,
    Classified,
    ConfirmationRequested,
    MessageAdded,
    Reminded,
    SeverityChanged,
    SolutionAccepted,
    SolvedByCustomer,
    StatusChanged,
    TeamChanged,
    TicketOpened,
)
from tickets.queries.catalogue import catalogue

MOVES_DELAYS = (
    TicketOpened,
    StatusChanged,
    MessageAdded,
    ConfirmationRequested,
    SolvedByCustomer,
    SolutionAccepted,
    ArrangementMade,
    Assigned,
    SeverityChanged,
    TeamChanged,
    Classified,
    Reminded,
)


def apply_rules(changes: Sequence[Change]) -> None:
    """Routing on creation."""
    for change in changes:
        if change.events(TicketOpened):
            route(change, catalogue().rules_of("routing", "on_create"))


def arm_rules(changes: Sequence[Change]) -> None:
    """Rewrite the delays of closing rules and reminders as the tickets stand now."""
    moved = [change.ticket for change in changes if change.events(*MOVES_DELAYS)]
    if moved:
        arm(moved, now=changes[0].now)
