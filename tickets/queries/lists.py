"""Lists of tickets for staff: views, three orders, pages by key, capped counts, search. None counts a big table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from helpdesk.access import Actor
from helpdesk.models import Company, Contact
from helpdesk.tenancy import current_vendor
from tickets.models import Queue, Ticket
from tickets.models.ticket import ESCALATED, NEVER, TicketQuerySet

PAGE = 50
MOST_COUNTED = 100
MOST_SEARCHED = 20_000  # newest tickets whose subject is read through
MOST_NAMES = 200

Key = tuple[Any, ...]  # the values of an order's columns, and the id


# --- Which tickets ---------------------------------------------------------------------------------------


def end_of_today(now: datetime) -> datetime:
    """Midnight after `now` where the vendor is."""
    local = now.astimezone(current_vendor().zone)
    tomorrow = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=1)
    return tomorrow.replace(tzinfo=current_vendor().zone)


VIEWS = ("mine", "unassigned", "due-today", "escalated", "all")
WITH_FINISHED = ("escalated",)  # views that a finished ticket stays in


def in_view(view: str, actor: Actor, now: datetime) -> Q:
    """The condition of one of the VIEWS that every agent has."""
    return {
        "mine": Q(assignee_id=actor.id),
        "unassigned": Q(assignee__isnull=True),
        "due-today": Q(next_due_at__lt=end_of_today(now)),
        "escalated": Q(flags__contains=[ESCALATED]),
        "all": Q(),
    }[view]


# --- In which order, page by page ------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """Columns and the id as their tie-break, all in one direction, as the indexes have them."""

    names: tuple[str, ...]
    descending: bool = False

    def columns(self, *, backwards: bool = False) -> tuple[str, ...]:
        sign = "-" if self.descending is not backwards else ""
        return tuple(f"{sign}{name}" for name in (*self.names, "id"))

    def beyond(self, key: Key, *, backwards: bool = False) -> Any:
        """Rows behind `key` in reading direction: one row comparison, which the index answers."""
        compare = TupleLessThan if self.descending is not backwards else TupleGreaterThan
        return compare(Tuple(*map(F, (*self.names, "id"))), key)

    def key_of(self, ticket: Ticket) -> Key:
        return (*(getattr(ticket, name) for name in self.names), ticket.pk)


ORDERS = {
    "due": Order(("next_due_at",)),
    "turn": Order(("turn_rank", "turn_since")),  # ours first, whoever has waited longest on top
    "recent": Order(("updated_at",), descending=True),
}


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the keys from which the neighbours are read; None where there are none."""

    tickets: list[Ticket]
    before: Key | None
    after: Key | None


def page_of(
    tickets: TicketQuerySet,
    order: Order,
    *,
    after: Key | None = None,
    before: Key | None = None,
    size: int = PAGE,
) -> Page:
    """The rows behind `after`, or those in front of `before`, or the first ones, with all that a list shows.

    Two queries: the index alone says which rows, then those are read with their people. In one, the joins
    tempt the planner away from the index.
    """
    backwards = before is not None
    key = before if backwards else after
    if key is not None:
        tickets = tickets.filter(order.beyond(key, backwards=backwards))
    ids = list(tickets.order_by(*order.columns(backwards=backwards)).values_list("pk", flat=True)[: size + 1])
    more = len(ids) > size
    rows = _read(ids[:size], order)
    if not rows:
        return Page([], None, None)
    has_before, has_after = (more, True) if backwards else (key is not None, more)
    first, last = order.key_of(rows[0]), order.key_of(rows[-1])
    return Page(rows, first if has_before else None, last if has_after else None)


def _read(ids: Sequence[int], order: Order) -> list[Ticket]:
    """These tickets with everything that a row shows, in order."""
    return list(Ticket.objects.for_list().filter(pk__in=ids).order_by(*order.columns()))


# --- How many --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """How many tickets a group holds, up to MOST_COUNTED, and when the first of them is due."""

    number: int
    next_due_at: datetime | None

    @property
    def text(self) -> str:
        return f"{MOST_COUNTED - 1}+" if self.number >= MOST_COUNTED else str(self.number)


GROUP = """
SELECT %s, found.number, found.due FROM (
    SELECT count(*) AS number, min(next_due_at) AS due FROM (
        SELECT next_due_at FROM tickets_ticket
        WHERE vendor_id = %s AND {condition}
        ORDER BY next_due_at, id LIMIT {most}
    ) AS first_ones
) AS found
"""


def counts(actor: Actor, queues: Iterable[Queue], now: datetime) -> dict[str, Count]:
    """Capped counts of the views and queues in one statement: by view, and by "queue/CODE"."""
    groups: list[tuple[str, str, list[Any]]] = [
        ("mine", "NOT is_finished AND assignee_id = %s", [actor.id]),
        ("unassigned", "NOT is_finished AND assignee_id IS NULL", []),
        ("due-today", "NOT is_finished AND next_due_at < %s", [end_of_today(now)]),
        ("escalated", "flags @> %s::jsonb", [f'["{ESCALATED}"]']),
        *((f"queue/{queue.code}", "NOT is_finished AND queue_id = %s", [queue.pk]) for queue in queues),
    ]
    parts = [GROUP.format(condition=condition, most=MOST_COUNTED) for _, condition, _ in groups]
    vendor_id = current_vendor().pk
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(parts),
            [value for key, _, values in groups for value in (key, vendor_id, *values)],
        )
        found = cursor.fetchall()
    return {key: Count(number, None if due in (None, NEVER) else due) for key, number, due in found}


# --- Finding ---------------------------------------------------------------------------------------------


def search(actor: Actor, words: str, *, size: int = PAGE) -> list[Ticket]:
    """Tickets by number, the customer's own number, company, contact, or words of the subject; newest first.

    Numbers and names are looked up; only the newest MOST_SEARCHED subjects are read through.
    """
    words = " ".join(words.split()).lstrip("#")
    if not words:
        return []
    seen, recent = Ticket.objects.visible_to(actor), ORDERS["recent"]
    exact = seen.filter(number__in={words, words.upper()}).values_list("pk", flat=True).first()
    ids = {exact} - {None}
    for condition in (_named(words), _in_subject(words)):
        if condition is not None:
            rows = seen.filter(condition).order_by(*recent.columns())
            ids |= set(rows.values_list("pk", flat=True)[:size])
    found = _read(list(ids), recent)
    return sorted(found, key=lambda ticket: ticket.pk != exact)[:size]


def _named(words: str) -> Q | None:
    """Tickets of the companies and contacts with this name or address."""
    companies = list(Company.objects.filter(name__icontains=words).values_list("pk", flat=True)[:MOST_NAMES])
    people = Contact.objects.filter(Q(name__icontains=words) | Q(email__contains=words.lower()))
    contacts = list(people.values_list("pk", flat=True)[:MOST_NAMES])
    if not companies and not contacts:
        return None
    return Q(company__in=companies) | Q(requester__in=contacts)


def _in_subject(words: str) -> Q:
    recent = ORDERS["recent"]
    oldest = Ticket.objects.order_by(*recent.columns()).values_list("updated_at", flat=True)[MOST_SEARCHED:].first()
    newest = Q(updated_at__gt=oldest) if oldest else Q()
    in_subject = Q(*(Q(subject__icontains=word) for word in words.split()[:8]))
    return newest & (in_subject | Q(external_reference__iexact=words))


def earlier_of_company(ticket: Ticket, *, size: int = 5) -> Sequence[Ticket]:
    """The company's other tickets, the last touched first."""
    others = Ticket.objects.filter(company_id=ticket.company_id).exclude(pk=ticket.pk)
    columns = ("vendor", "number", "subject", "status_id", "updated_at")
    return list(others.order_by("-updated_at", "-id").only(*columns)[:size])
