"""Tickets as rows of a list: the clock that is due next, and everything else one glance needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.agent.clocks import Chip, chip, next_clock
from portal.agent.levels import level_name
from sla.queries import clock_views
from tickets.models import Queue, Severity, Status, Ticket
from tickets.models.ticket import ESCALATED
from tickets.queries.catalogue import catalogue

TURNS = {
    "vendor": _("our turn"),
    "customer": _("customer's turn"),
    "other": _("third party's turn"),
    "nobody": _("finished"),
}


@dataclass(frozen=True)
class Row:
    """One ticket of a list."""

    ticket: Ticket
    url: str
    chip: Chip | None
    status: Status
    severity: Severity
    rank: int
    queue: Queue
    turn: str
    level: str
    summary: str = ""

    @property
    def is_escalated(self) -> bool:
        return ESCALATED in self.ticket.flags

    @property
    def is_late(self) -> bool:
        return self.chip is not None and self.chip.is_late


def rank_of(severity: Severity) -> int:
    """The place of a severity among the others; 1 is the gravest. One that means "not graded" is none of them."""
    if severity.is_unassigned:
        return len(catalogue().severities) + 4
    return list(catalogue().severities).index(severity.code) + 1


def ticket_url(number: str, list_key: str = "") -> str:
    """The ticket's page, with the list that one came from."""
    kept = f"?{urlencode({'in': list_key}, safe='/')}" if list_key else ""
    return reverse("agent:ticket", args=[number]) + kept


def rows_of(
    tickets: Sequence[Ticket], now: datetime, list_key: str = "", summaries: Mapping[int, str] | None = None
) -> list[Row]:
    """The rows of these tickets, with summaries by ticket if given; one query for all their clocks."""
    known = catalogue()
    clocks = clock_views(tickets, now)
    rows = []
    for ticket in tickets:
        due = next_clock(clocks.get(ticket.pk, ()))
        severity = known.severities.by_id[ticket.severity_id]
        rows.append(
            Row(
                ticket=ticket,
                url=ticket_url(ticket.number, list_key),
                chip=chip(due) if due else None,
                status=known.statuses.by_id[ticket.status_id],
                severity=severity,
                rank=rank_of(severity),
                queue=known.queues.by_id[ticket.queue_id],
                turn=str(TURNS[ticket.turn]),
                level=level_name(ticket.support_level) if ticket.support_level else "",
                summary=(summaries or {}).get(ticket.pk, ""),
            )
        )
    return rows
