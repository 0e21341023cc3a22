"""Pages of a long list by the place of their first and last row: no counting, and no page slides while it is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

PAGE = 25


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and the addresses of the pages beside them ("" where there is none)."""

    rows: list[Any]
    newer: str = ""
    older: str = ""


def page_of(found: QuerySet[Any], query: QueryDict, *, size: int = PAGE) -> Page:
    """The page that the address asks for: `older` or `newer` holds a place; anything unreadable is the first page."""
    back = _place(query.get("newer", ""))
    place = back or _place(query.get("older", ""))
    if back:
        rows = list(found.filter(_after(*back)).order_by("updated_at", "id")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, _link(query, "newer", rows[:1]) if more else "", _link(query, "older", rows[-1:]))
    if place:
        found = found.filter(_before(*place))
    rows = list(found.order_by("-updated_at", "-id")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(
        rows, _link(query, "newer", rows[:1]) if place else "", _link(query, "older", rows[-1:]) if more else ""
    )


def _before(at: datetime, pk: int) -> Q:
    return Q(updated_at__lte=at) & (Q(updated_at__lt=at) | Q(pk__lt=pk))  # the first part is what the index can use


def _after(at: datetime, pk: int) -> Q:
    return Q(updated_at__gte=at) & (Q(updated_at__gt=at) | Q(pk__gt=pk))


def _place(text: str) -> tuple[datetime, int] | None:
    written, _, pk = text.partition("_")
    try:
        at = parse_datetime(written)
    except ValueError:
        return None
    if at is None or at.utcoffset() is None or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return at, int(pk)


def _link(query: QueryDict, direction: str, rows: list[Any]) -> str:
    kept = {name: value for name, value in query.items() if name not in ("newer", "older")}
    if not rows:
        return f"?{urlencode(kept)}"
    return f"?{urlencode({**kept, direction: f'{rows[0].updated_at.isoformat()}_{rows[0].pk}'})}"
