"""How the SLA room reacts to a ticket's changes: clocks are replayed from the log."""

from collections.abc import Sequence

from sla.commands import refresh
from tickets.commands.change import Change
from tickets.events import (
    FactsRecorded,
    MessageAdded,
    SeverityChanged,
    StatusChanged,
    TeamChanged,
    TicketOpened,
)

MOVES_CLOCKS = (TicketOpened, MessageAdded, StatusChanged, SeverityChanged, TeamChanged, FactsRecorded)


def refresh_clocks(changes: Sequence[Change]) -> None:
    """Replay the clocks of the tickets where something happened that can move one."""
    moved = [change for change in changes if change.events(*MOVES_CLOCKS)]
    if moved:
        refresh(moved, now=moved[0].now)
