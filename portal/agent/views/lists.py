"""Lists: my work, unassigned, due today, all, and one for each queue; and the search."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.tenancy import current_vendor
from portal.agent.filters import TicketFilter
from portal.agent.gate import agent_view
from portal.agent.page import list_of, show
from portal.agent.rows import rows_of
from portal.agent.sidebar import list_name
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import summaries_of
from tickets.queries.lists import ORDERS, WITH_FINISHED, Key, Order, page_of
from tickets.queries.lists import search as find

PLACES = ("after", "before")
NUMBERS = ("id", "turn_rank")  # columns of an order that hold no instant
FIXED = {"mine": ("assignee",), "unassigned": ("assignee",)}


@require_safe
@agent_view
def home(request: Any) -> HttpResponse:
    """To my work; to what nobody has if there is none."""
    mine = Ticket.objects.unfinished().filter(assignee_id=request.actor.id)
    return redirect("agent:mine" if mine.exists() else "agent:unassigned")


@require_safe
@agent_view
def ticket_list(request: Any, view: str) -> HttpResponse:
    """One of the views that every agent has."""
    return _list(request, view)


@require_safe
@agent_view
def queue(request: Any, code: str) -> HttpResponse:
    """The tickets of one queue."""
    row = catalogue().queues.get(code)
    if row is None or row.is_template:
        raise Http404
    return _list(request, f"queue/{code}")


def _list(request: Any, key: str) -> HttpResponse:
    now = timezone.now()
    narrowed = TicketFilter(
        request.GET,
        queryset=list_of(request, key, now),
        request=request,
        fixed=FIXED.get(key, ()),
        with_finished=key in WITH_FINISHED,
    )
    sort = _sort_of(request, narrowed)
    after, before = (_place(request.GET.get(place, ""), ORDERS[sort]) for place in PLACES)
    page = page_of(narrowed.qs, ORDERS[sort], after=after, before=before)
    asked = narrowed.chosen | ({} if sort == "due" or narrowed.shows_finished else {"sort": sort})
    context = {
        "title": list_name(key),
        "empty_title": _("Nothing on your desk") if key == "mine" else _("No tickets waiting"),
        "list_key": key,
        "rows": rows_of(page.tickets, now, key, summaries_of(page.tickets) if "level" in narrowed.chosen else None),
        "filter": narrowed,
        "is_narrowed": bool(narrowed.chosen),
        "is_first": not page.before,
        "earlier": _link(asked, "before", page.before),
        "later": _link(asked, "after", page.after),
        "sorts": _sorts(asked, sort, fixed=narrowed.shows_finished),
        "sort": asked.get("sort", ""),
        "columns": _columns(sort, shows_queue=not key.startswith("queue/")),
        "shows_queue": not key.startswith("queue/"),
    }
    return show(request, "agent/list.html", context, now=now, current=key)


def _sort_of(request: Any, narrowed: TicketFilter) -> str:
    """The order that was asked for; a list with finished tickets has only one."""
    asked = request.GET.get("sort", "")
    if narrowed.shows_finished:
        return "recent"
    return asked if asked in ORDERS else "due"


def _columns(sort: str, *, shows_queue: bool) -> list[dict[str, Any]]:
    severity = str(current_vendor().terms.get("severity") or _("Severity"))
    due = {"sorted": "ascending"} if sort == "due" else {}
    return [
        {"label": _("Due"), "kind": "clock", **due},
        {"label": _("Number"), "kind": "number"},
        {"label": _("Subject"), "kind": "subject"},
        {"label": severity[:1].upper() + severity[1:], "kind": "severity"},
        {"label": _("Status"), "kind": "status"},
        *([{"label": _("Queue"), "kind": "queue", "minor": True}] if shows_queue else []),
        {"label": _("Customer"), "kind": "company", "minor": True},
        {"label": _("Assignee"), "kind": "owner", "minor": True},
        {"label": _("Turn"), "kind": "time", **({"sorted": "ascending"} if sort == "turn" else {})},
    ]


def _sorts(asked: dict[str, str], sort: str, *, fixed: bool) -> list[dict[str, Any]]:
    """Links to the orders; none where there is only one."""
    if fixed:
        return []
    kept = {name: value for name, value in asked.items() if name != "sort"}
    names = {"due": _("Due next"), "turn": _("Whose turn"), "recent": _("Last changed")}
    return [
        {
            "label": label,
            "url": f"?{urlencode(kept if key == 'due' else {**kept, 'sort': key})}",
            "current": sort == key,
        }
        for key, label in names.items()
    ]


def _link(asked: dict[str, str], place: str, key: Key | None) -> str:
    if not key:
        return ""
    written = "_".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in key)
    return f"?{urlencode({**asked, place: written})}"


def _place(text: str, order: Order) -> Key | None:
    """A key of this order from an address; anything unreadable is the first page."""
    parts, names = text.split("_"), (*order.names, "id")
    if len(parts) != len(names):
        return None
    key = tuple(_number(part) if name in NUMBERS else _instant(part) for name, part in zip(names, parts, strict=True))
    return None if None in key else key


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _instant(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at is not None and at.utcoffset() is not None else None


@require_safe
@agent_view
def search(request: Any) -> HttpResponse:
    """Tickets by number, names and words; an exact number opens the ticket."""
    now = timezone.now()
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    found = find(request.actor, words)
    if len(found) == 1 and found[0].number == words.lstrip("#"):
        return redirect("agent:ticket", number=found[0].number)
    context = {
        "search_query": words,
        "rows": rows_of(found, now),
        "columns": _columns("recent", shows_queue=True),
        "shows_queue": True,
    }
    return show(request, "agent/search.html", context, now=now)
