"""From rows to answers: what an actor may read of tickets, clocks and calendars."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from helpdesk.access import Actor
from helpdesk.calendars import assumed_calendars, holiday_names, working_calendars
from helpdesk.tenancy import current_vendor
from helpdesk.worktime import WorkingCalendar
from notifications.addresses import ticket_url
from sla.core.timeline import Piece, Timeline
from sla.queries import ClockView, Explained, clock_views, promised
from sla.queries.due import Due
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

# --- Tickets ---------------------------------------------------------------------------------------------


def tickets_for(tickets: Sequence[Ticket], reader: Actor, now: datetime) -> list[dict[str, Any]]:
    """These tickets with their clocks in brief; the same few queries for one and for many."""
    clocks = clock_views(tickets, now)
    return [_ticket(ticket, clocks.get(ticket.pk, ()), reader) for ticket in tickets]


def ticket_for(ticket: Ticket, reader: Actor, now: datetime) -> dict[str, Any]:
    """One ticket with the vendor's own fields."""
    [answer] = tickets_for([ticket], reader, now)
    return {**answer, "fields_given": ticket.fields}


def _ticket(ticket: Ticket, clocks: Iterable[ClockView], reader: Actor) -> dict[str, Any]:
    known = catalogue()
    status = known.statuses.by_id[ticket.status_id]
    answer = {
        "number": ticket.number,
        "url": ticket_url(current_vendor(), ticket.number, for_agents=reader.is_agent),
        "subject": ticket.subject,
        "status": {
            "code": status.code,
            "name": status.name if reader.is_agent else status.public_name,
            "category": status.category,
        },
        "severity": _named(known.severities.by_id[ticket.severity_id]),
        "type": _named(known.types.by_id[ticket.type_id]),
        "product": _named(known.products.by_id.get(ticket.product_id or 0)),
        "product_version": ticket.product_version,
        "priority": _named(known.priorities.by_id.get(ticket.priority_id or 0)),
        "impact": _named(known.impacts.by_id.get(ticket.impact_id or 0)),
        "company": ticket.company.name,
        "requester": {"name": ticket.requester.name, "email": ticket.requester.email},
        "channel": ticket.channel,
        "language": ticket.language,
        "external_reference": ticket.external_reference,
        "turn": ticket.turn,
        "turn_since": ticket.turn_since,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "finished_at": ticket.finished_at,
        "clocks": [_brief(view) for view in clocks if _may_read(view, reader)],
    }
    return answer | _for_staff(ticket) if reader.is_agent else answer


def _for_staff(ticket: Ticket) -> dict[str, Any]:
    known = catalogue()
    return {
        "queue": _named(known.queues.by_id[ticket.queue_id]),
        "assignee": {"name": ticket.assignee.name} if ticket.assignee is not None else None,
        "team": _named(known.teams.by_id.get(ticket.responsible_team_id or 0)),
        "flags": ticket.flags,
    }


def _named(row: Any) -> dict[str, str] | None:
    return {"code": getattr(row, "code", "") or row.name, "name": row.name} if row is not None else None


# --- Clocks ----------------------------------------------------------------------------------------------


def clocks_for(explained: Iterable[Explained], reader: Actor) -> list[dict[str, Any]]:
    """Every clock that this reader may know of, explained."""
    return [_clock(item, reader) for item in explained if _may_read(item.view, reader)]


def _may_read(view: ClockView, reader: Actor) -> bool:
    """Placeholder figures are promised to nobody."""
    return reader.is_agent or not view.assumed


def _brief(view: ClockView) -> dict[str, Any]:
    return {
        "metric": view.metric,
        "label": view.label,
        "state": view.state,
        "due_at": view.due_at,
        "assumed": view.assumed,
    }


def _clock(explained: Explained, reader: Actor) -> dict[str, Any]:
    view, line = explained.view, explained.line
    words = Words(reader)
    return {
        **_brief(view),
        "sentence": explained.sentence if reader.is_agent else _promise(view),
        "policy": view.target["policy"],
        "calendar": view.calendar,
        "target": {**view.target, "text": view.target_text, "seconds": _seconds(line.target)},
        "started_at": view.started_at,
        "warn_at": view.warn_at,
        "met_at": view.met_at,
        "paused_at": view.paused_at,
        "paused_why": words.told(view.paused_why),
        "missed": view.missed,
        "intervals": [_interval(piece, words) for piece in line.pieces],
        "moments": [{"at": mark.at, "kind": mark.kind, "round": mark.round} for mark in line.moments],
        "sum": {
            "target": _seconds(line.target),
            "so_far": _seconds(line.counted),
            "at_due": _seconds(line.sum),
        },
    }


def _promise(view: ClockView) -> str:
    return next((found.sentence for found in promised([view])), "")


class Words:
    """Reasons as the reader knows them: customers read a status by its public name."""

    def __init__(self, reader: Actor) -> None:
        statuses = () if reader.is_agent else catalogue().statuses.values()
        self._public = {status.name: status.public_name for status in statuses}

    def told(self, why: str) -> str:
        return self._public.get(why, why)


def _interval(piece: Piece, words: Words | None = None) -> dict[str, Any]:
    return {
        "from": piece.starts_at,
        "to": piece.ends_at,
        "kind": piece.kind,
        "why": words.told(piece.why) if words is not None and piece.kind == "paused" else piece.why,
        # Of whole seconds, so that they add up to the totals.
        "counted_seconds": _seconds(piece.total) - _seconds(piece.total - piece.counted),
        "total_seconds": _seconds(piece.total),
        "phase": piece.phase,
        "round": piece.round,
    }


def intervals_of(line: Timeline) -> list[dict[str, Any]]:
    """The line of a due time that nothing has held yet."""
    return [_interval(piece) for piece in line.pieces]


def _seconds(amount: timedelta) -> int:
    return amount // timedelta(seconds=1)


# --- Calendars -------------------------------------------------------------------------------------------


def calendars() -> list[dict[str, Any]]:
    """Every calendar of the vendor."""
    assumed, names = assumed_calendars(), holiday_names()
    return [
        _calendar(code, calendar, names.get(code, {}), is_assumed=code in assumed)
        for code, calendar in working_calendars().items()
    ]


def _calendar(code: str, calendar: WorkingCalendar, names: Any, *, is_assumed: bool) -> dict[str, Any]:
    return {
        "code": code,
        "time_zone": calendar.tz.key,
        "assumed": is_assumed,
        "hours": [
            {"weekday": day, "opens": opens, "closes": closes}
            for day, spans in sorted(calendar.weekly.items())
            for opens, closes in spans
        ],
        "special_hours": [
            {"date": day, "opens": opens, "closes": closes}
            for day, spans in sorted(calendar.special.items())
            for opens, closes in spans
        ],
        "closed": [{"date": day, "name": names.get(day, "")} for day in sorted(calendar.holidays)],
    }


def due_for(due: Due, asked: dict[str, Any]) -> dict[str, Any]:
    """A computed due time with its explanation."""
    return {
        **asked,
        "calendar": due.calendar,
        "assumed": due.calendar in assumed_calendars(),
        "due_at": due.due_at,
        "seconds": _seconds(due.line.target),
        "intervals": intervals_of(due.line),
    }
