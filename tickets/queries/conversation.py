"""A ticket's conversation and events in one order, as a customer or an agent may read them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.access import Actor
from helpdesk.models import Agent, Contact
from helpdesk.tenancy import current_vendor
from tickets.models import Attachment, Entry, Payload, Ticket

WORDS = frozenset({"opened", "message", "note", "call"})


@dataclass(frozen=True)
class Item:
    """One line of the conversation. `author` is the name this reader sees; `side` is customer, agent or worker."""

    seq: int
    at: datetime
    kind: str
    side: str
    author: str
    is_own: bool
    is_public: bool
    channel: str
    meta: dict[str, Any]
    body: str
    data: dict[str, Any]
    files: list[Attachment] = field(default_factory=list)

    @property
    def has_words(self) -> bool:
        """A message, a note or a call, rather than an event."""
        return self.kind in WORDS

    @property
    def is_automatic(self) -> bool:
        return bool(self.meta.get("automatic"))


def conversation(ticket: Ticket, reader: Actor, *, after: int = 0) -> list[Item]:
    """The lines that `reader` may see, oldest first, from line `after` on. Four queries, however long."""
    entries = Entry.objects.filter(ticket=ticket, seq__gt=after).order_by("seq")
    if not reader.is_agent:
        entries = entries.filter(visibility="public")
    rows = list(entries)
    shown = [row.seq for row in rows]
    words = {row.seq: row for row in Payload.objects.filter(ticket=ticket, seq__in=shown)}
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.filter(ticket=ticket, seq__in=shown).order_by("id"):
        files[file.seq].append(file)
    names = author_names(rows, reader)
    return [_item(row, words.get(row.seq), files[row.seq], names, reader) for row in rows]


def last_seq(ticket: Ticket, reader: Actor) -> int:
    """The newest line that `reader` may see; forms carry it so that a conflict is noticed."""
    entries = Entry.objects.filter(ticket=ticket)
    if not reader.is_agent:
        entries = entries.filter(visibility="public")
    return entries.order_by("-seq").values_list("seq", flat=True).first() or 0


def summaries_of(tickets: Iterable[Ticket]) -> dict[int, str]:
    """The words with which each ticket was last handed to another level; two queries for a whole list."""
    entries = Entry.objects.filter(ticket__in=tickets, kind="support_level").exclude(payload_hash="")
    last = dict(entries.order_by("ticket_id", "-seq").distinct("ticket_id").values_list("ticket_id", "seq"))
    words = Payload.objects.filter(ticket__in=last, seq__in=set(last.values())).values_list("ticket_id", "seq", "body")
    return {ticket_id: body for ticket_id, seq, body in words if last[ticket_id] == seq}


def author_names(entries: Iterable[Entry], reader: Actor) -> dict[tuple[str, int], str]:
    """Names by kind and id. To customers, staff speak under the vendor's own label."""
    agents = {entry.actor_id for entry in entries if entry.actor_kind == "agent"}
    contacts = {entry.actor_id for entry in entries if entry.actor_kind == "contact"}
    names: dict[tuple[str, int], str] = {}
    if agents:
        label = current_vendor().agent_label
        for pk, name in Agent.objects.filter(pk__in=agents).values_list("pk", "name"):
            names["agent", pk] = name if reader.is_agent else label
    if contacts:
        for pk, name in Contact.objects.filter(pk__in=contacts).values_list("pk", "name"):
            names["contact", pk] = name
    return names


def _item(
    row: Entry,
    words: Payload | None,
    files: list[Attachment],
    names: dict[tuple[str, int], str],
    reader: Actor,
) -> Item:
    side = {"contact": "customer", "agent": "agent"}.get(row.actor_kind, "worker")
    return Item(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        side=side,
        author=names.get((row.actor_kind, row.actor_id or 0), current_vendor().name if side == "worker" else ""),
        is_own=row.actor_kind == reader.kind and row.actor_id == reader.id,
        is_public=row.visibility == "public",
        channel=row.channel,
        meta=row.meta,
        body=words.body if words else "",
        data=words.data if words else {},
        files=files,
    )
