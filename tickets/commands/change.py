"""The unit of work of every command: lock, check, change, append to the log, let the other rooms react."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from helpdesk.access import Actor, Refused
from helpdesk.bulk import update_rows
from helpdesk.events import reactions
from tickets.core.conditions import Facts
from tickets.events import Event
from tickets.models import Entry, Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.facts import facts_of


class Conflict(Refused):
    """Somebody else wrote in the meantime; `entries` are what the person has not seen."""

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__("This changed while you were writing. See what is new, then send again or change your text.")
        self.entries = entries


@dataclass(slots=True)
class Line:
    """One line for the log; `seq` is known once it is appended."""

    kind: str
    event: Any
    actor: Actor
    visibility: str
    channel: str
    meta: dict[str, Any]
    body: str
    data: dict[str, Any]
    seq: int | None = None

    @property
    def is_public(self) -> bool:
        return self.visibility == "public"


@dataclass(slots=True)
class Change:
    """What one command does to one locked ticket. Reactions see it and may add to it."""

    ticket: Ticket
    actor: Actor
    now: datetime
    lines: list[Line] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def set(self, **columns: Any) -> None:
        """Change columns of the ticket. Whose turn it is, is kept with since when."""
        if columns.get("turn", self.ticket.turn) != self.ticket.turn:
            columns.setdefault("turn_since", self.now)
        for name, value in columns.items():
            setattr(self.ticket, name, value)
            self.touched.add(name)

    def record(
        self,
        kind: str,
        event: Any = None,
        *,
        actor: Actor | None = None,
        public: bool = False,
        channel: str = "",
        body: str = "",
        data: dict[str, Any] | None = None,
        **meta: Any,
    ) -> Line:
        """Add a line to the log. `meta` is codes; words go to `body` and `data`."""
        who = actor or self.actor
        if who.rule:
            meta["rule"] = who.rule
        line = Line(
            kind,
            event,
            who,
            "public" if public else "internal",
            channel,
            meta,
            body.replace("\0", ""),
            data or {},
        )
        self.lines.append(line)
        return line

    def events(self, *kinds: type) -> list[Any]:
        """The events of these kinds, in order."""
        return [line.event for line in self.lines if isinstance(line.event, kinds)]

    @property
    def facts(self) -> Facts:
        """What rules may ask about the ticket as it stands now."""
        return facts_of(self.ticket)


@contextmanager
def changing(ticket_id: int, *, actor: Actor, now: datetime, seen: int | None = None) -> Iterator[Change]:
    """Open a change of one ticket: the row is locked, and everything is settled when the block ends.

    `seen` is the last line of the log that the person had read; a newer line by somebody else raises
    Conflict, and nothing is written.
    """
    with transaction.atomic():
        [ticket] = locked([ticket_id])
        if seen is not None:
            _refuse_unseen(ticket, actor, seen)
        change = Change(ticket=ticket, actor=actor, now=now)
        yield change
        settle([change])


def locked(ticket_ids: Sequence[int], *, skip: bool = False) -> list[Ticket]:
    """Lock these tickets in the order of their ids; with `skip`, leave out those that somebody holds."""
    tickets = list(
        Ticket.objects.filter(pk__in=ticket_ids)
        .select_related("company", "requester")
        .select_for_update(of=("self",), skip_locked=skip)
        .order_by("pk")
    )
    if not skip and len(tickets) != len(set(ticket_ids)):
        raise Ticket.DoesNotExist
    known = catalogue()
    for ticket in tickets:
        ticket.status = known.statuses.by_id[ticket.status_id]
        ticket.queue = known.queues.by_id[ticket.queue_id]
        ticket.severity = known.severities.by_id[ticket.severity_id]
        ticket.type = known.types.by_id[ticket.type_id]
        ticket.product = known.products.by_id.get(ticket.product_id or 0)
        ticket.solution_scope = known.solution_scopes.by_id.get(ticket.solution_scope_id or 0)
        ticket.cause = known.causes.by_id.get(ticket.cause_id or 0)
    return tickets


def settle(changes: Sequence[Change]) -> None:
    """Write the changes, and let every room react to the whole batch, in the order of settings.REACTIONS."""
    for react in reactions():
        write(changes)
        react(changes)
    write(changes)


def write(changes: Sequence[Change]) -> None:
    """Save touched columns and append new lines, each in one statement for the batch."""
    touched = [change for change in changes if change.touched]
    for change in touched:
        change.set(updated_at=max(change.now, change.ticket.updated_at))
    if len(touched) == 1:
        touched[0].ticket.save(update_fields=sorted(touched[0].touched))
    elif touched:
        columns = set().union(*(change.touched for change in touched))
        update_rows([change.ticket for change in touched], sorted(columns))
    for change in touched:
        change.touched = set()
    _append(changes)


def _append(changes: Sequence[Change]) -> None:
    fresh = [(change, line) for change in changes for line in change.lines if line.seq is None]
    if not fresh:
        return
    fresh.sort(key=lambda pair: pair[0].ticket.pk)  # stable: a ticket's lines keep their order
    items = [
        {
            "ticket_id": change.ticket.pk,
            "at": change.now,
            "kind": line.kind,
            "actor_kind": line.actor.kind,
            "actor_id": line.actor.id,
            "visibility": line.visibility,
            "channel": line.channel,
            "meta": line.meta,
            "body": line.body,
            "data": line.data,
        }
        for change, line in fresh
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT out_ticket_id, out_seq FROM append_entries(%s::jsonb)",
            [json.dumps(items, cls=DjangoJSONEncoder)],
        )
        for (_, line), (_, seq) in zip(fresh, cursor.fetchall(), strict=True):
            line.seq = seq


def _refuse_unseen(ticket: Ticket, actor: Actor, seen: int) -> None:
    newer = Entry.objects.filter(ticket=ticket, seq__gt=seen).exclude(actor_kind="worker").order_by("seq")
    if actor.is_customer:
        newer = newer.filter(visibility="public")
    others = [entry for entry in newer if (entry.actor_kind, entry.actor_id) != (actor.kind, actor.id)]
    if others:
        raise Conflict(others)


__all__ = ["Change", "Conflict", "Event", "Line", "changing", "locked", "settle", "write"]
