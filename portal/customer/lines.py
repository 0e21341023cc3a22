"""Tickets as lines of a customer's list: how each stands, whose turn it is, and the last word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from helpdesk.access import Actor
from sla.queries import clock_views, promised
from tickets.models import Entry, Payload, Status, Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import author_names

SPOKEN = ("opened", "message", "call")


@dataclass(frozen=True)
class Line:
    """One ticket of the list; `about` is whose it is, what it is and whose turn it is, in one line."""

    ticket: Ticket
    status: Status
    turn: str
    requester: str
    about: str
    promise: str
    last: str
    at: datetime


def lines_of(tickets: Sequence[Ticket], reader: Actor, now: datetime, *, named: bool) -> list[Line]:
    """The lines of these tickets, with the requester if `named`. The same few queries for one ticket and for many."""
    words, clocks = _last_words(tickets, reader), clock_views(tickets, now)
    statuses = catalogue().statuses.by_id
    lines = []
    for ticket in tickets:
        last, at = words.get(ticket.pk, ("", ticket.created_at))
        status = statuses[ticket.status_id]
        requester = ticket.requester.name if named else ""
        turn = turn_of(ticket, reader)
        about = " · ".join(word for word in (requester, *_kind(ticket), turn_since(ticket, reader)) if word)
        coming = (each.brief for each in promised(clocks.get(ticket.pk, ())) if each.state in ("late", "open"))
        lines.append(Line(ticket, status, turn, requester, about, next(coming, ""), last, at))
    return lines


def _kind(ticket: Ticket) -> tuple[str, str]:
    """Type and severity in the vendor's words, where there is something to tell apart."""
    known = catalogue()
    severity = known.severities.by_id[ticket.severity_id]
    kind = known.types.by_id[ticket.type_id].name if len(known.types) > 1 else ""
    return kind, "" if severity.is_unassigned else severity.name


def turn_of(ticket: Ticket, reader: Actor) -> str:
    """Whose turn it is, as the reader would say it."""
    mine = ticket.requester_id == reader.id
    return {
        "customer": _("Your turn") if mine else _("Your company's turn"),
        "vendor": _("Our turn"),
        "other": _("A third party's turn"),
    }.get(ticket.turn, "")


def turn_since(ticket: Ticket, reader: Actor) -> str:
    """Whose turn it is and since when; nothing where nobody owes a word."""
    turn = turn_of(ticket, reader)
    at = date_format(localtime(ticket.turn_since), "j M, H:i")
    return _("%(turn)s since %(at)s") % {"turn": turn, "at": at} if turn else ""


def _last_words(tickets: Sequence[Ticket], reader: Actor) -> dict[int, tuple[str, datetime]]:
    """Who spoke last in public, what, and when: by ticket."""
    spoken = Entry.objects.filter(ticket__in=tickets, visibility="public", kind__in=SPOKEN)
    entries = list(spoken.order_by("ticket_id", "-seq").distinct("ticket_id"))
    bodies = {
        (row.ticket_id, row.seq): row.body
        for row in Payload.objects.filter(ticket__in=tickets, seq__in={entry.seq for entry in entries})
    }
    names = author_names(entries, reader)
    return {
        entry.ticket_id: (_quoted(entry, names, bodies.get((entry.ticket_id, entry.seq), ""), reader), entry.at)
        for entry in entries
    }


def _quoted(entry: Entry, names: dict[tuple[str, int], str], body: str, reader: Actor) -> str:
    own = entry.actor_kind == reader.kind and entry.actor_id == reader.id
    author = _("You") if own else names.get((entry.actor_kind, entry.actor_id or 0), "")
    words = Truncator(" ".join(body.split())).chars(160)
    return f"{author}: {words}" if author else words
