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


def page_of(found: QuerySet[Any], query: QueryDict, *, by: str = "updated_at", size: int = PAGE) -> Page:
    """The page that the address asks for: `older` or `newer` holds a place; anything unreadable is the first page.

    `by` is the column of instants that the list is in the order of.
    """
    back = _place(query.get("newer", ""))
    place = back or _place(query.get("older", ""))

    def link(direction: str, rows: list[Any]) -> str:
        return _link(query, direction, [(getattr(row, by), row.pk) for row in rows])

    if back:
        rows = list(found.filter(_after(by, *back)).order_by(by, "id")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, link("newer", rows[:1]) if more else "", link("older", rows[-1:]))
    if place:
        found = found.filter(_before(by, *place))
    rows = list(found.order_by(f"-{by}", "-id")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, link("newer", rows[:1]) if place else "", link("older", rows[-1:]) if more else "")


def _before(by: str, at: datetime, pk: int) -> Q:
    return Q((f"{by}__lte", at)) & (Q((f"{by}__lt", at)) | Q(pk__lt=pk))  # the first part is what the index can use


def _after(by: str, at: datetime, pk: int) -> Q:
    return Q((f"{by}__gte", at)) & (Q((f"{by}__gt", at)) | Q(pk__gt=pk))


def _place(text: str) -> tuple[datetime, int] | None:
    written, _, pk = text.partition("_")
    try:
        at = parse_datetime(written)
    except ValueError:
        return None
    if at is None or at.utcoffset() is None or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return at, int(pk)


def _link(query: QueryDict, direction: str, places: list[tuple[datetime, int]]) -> str:
    kept = {name: value for name, value in query.items() if name not in ("newer", "older")}
    if not places:
        return f"?{urlencode(kept)}"
    at, pk = places[0]
    return f"?{urlencode({**kept, direction: f'{at.isoformat()}_{pk}'})}"
