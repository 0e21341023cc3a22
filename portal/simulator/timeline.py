"""From what the engine wrote to the events of a timeline, in the order in which they happened."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from django.utils.html import strip_tags

from helpdesk.access import Actor
from notifications.models import Delivery
from portal.agent.told import Line, lines_of
from portal.simulator.events import KINDS, Event
from portal.simulator.sources import Source, audience_of, of_budget, of_clock, of_delivery, of_escalation, of_rule
from portal.simulator.stage import Stage
from sla.models import Clock, Escalation
from sla.queries.budgets import budget_of
from tickets.models import Entry, Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import Item, conversation

FINAL = ("resolved", "closed")
CHANNELS = {"mail": "email", "sms": "sms", "webhook": "webhook"}
STAFF = Actor(kind="agent", id=None, name="")


@dataclass
class Watch:
    """Sees what is new since it last looked: lines, clocks, deliveries."""

    stage: Stage
    entry: int = 0
    delivery: int = 0
    clocks: dict[tuple[int, str], tuple[datetime | None, str]] = field(default_factory=dict)

    def new_events(self) -> list[Event]:
        """Everything that happened since the last call; a line comes before what follows from it."""
        happened, self.stage.happened = self.stage.happened, []
        events = [*happened, *self._lines(), *self._clocks(), *self._deliveries()]
        return sorted(events, key=lambda event: event.at)

    def _lines(self) -> Iterator[Event]:
        entries = list(Entry.objects.filter(pk__gt=self.entry).order_by("pk"))
        if not entries:
            return
        self.entry = entries[-1].pk
        told = {pk: _told(pk, entries) for pk in {entry.ticket_id for entry in entries}}
        for entry in entries:
            ticket = self.stage.name_of(entry.ticket_id)
            rule = entry.meta.get("rule")
            source = of_rule(rule, entry.kind) if rule else None
            actor = self.stage.cast.name_of(entry.actor_kind, entry.actor_id)
            facts = {"seq": entry.seq, "entry": entry.kind, "what": told[entry.ticket_id][entry.seq], "actor": actor}
            yield Event(entry.at, "entry", ticket, source, facts | {"public": entry.visibility == "public"})
            for kind, more, cause in self._meant(entry, actor):
                yield Event(entry.at, kind, ticket, cause or source, more)

    def _meant(self, entry: Entry, actor: str) -> Iterator[tuple[str, dict[str, Any], Source | None]]:
        """The kinds of events that a line of the log stands for, beside being a line."""
        meta = entry.meta
        match entry.kind:
            case "status":
                yield "status", {"old": meta["old"], "new": meta["new"], "reason": meta["reason"], "actor": actor}, None
                yield from _ends_and_beginnings(meta, entry.actor_kind)
            case "queue" | "team" | "severity" as kind:
                yield kind, {"old": meta["old"], "new": meta["new"], "actor": actor}, None
            case "assigned":
                to = self.stage.cast.name_of("agent", meta["agent"]) if meta["agent"] else ""
                yield "assigned", {"to": to, "actor": actor}, None
            case "warning" | "breach":
                ticket = Ticket.objects.get(pk=entry.ticket_id)
                due_at = datetime.fromisoformat(meta["due_at"])
                yield entry.kind, {"metric": meta["metric"], "due_at": due_at}, of_clock(ticket, meta["metric"])
            case "reminder":
                due_at = datetime.fromisoformat(meta["due_at"])
                yield "reminder", {"due_at": due_at, "audience": audience_of(meta["rule"])}, None
            case "escalation":
                made = Escalation.objects.get(ticket_id=entry.ticket_id, seq=entry.seq)
                facts = {name: getattr(made, name) for name in ("level", "role", "title")}
                to = ", ".join(person["name"] for person in made.told)
                yield "escalation", facts | {"path": made.kind, "to": to, "actor": actor}, of_escalation(meta)
            case "page" | "page_acknowledged" | "page_cancelled" | "page_exhausted" as kind:
                yield kind, self._page(kind, meta, actor), Source("on_call", meta["schedule"])
            case "work" | "budget_exhausted" as kind:
                facts = {**meta, "actor": actor, "left": _minutes_left(entry)}
                yield kind, {name: facts[name] for name in KINDS[kind]}, of_budget()
            case kind if kind in KINDS:  # its codes are what the event tells
                yield kind, {name: actor if name == "actor" else meta.get(name) for name in KINDS[kind]}, None

    def _page(self, kind: str, meta: Mapping[str, Any], actor: str) -> dict[str, Any]:
        names = [self.stage.cast.name_of("agent", pk) for pk in meta.get("agents", ())]
        known = {**meta, "actor": actor, "to": ", ".join(names), "channels": ", ".join(meta.get("channels", ()))}
        return {name: known[name] for name in KINDS[kind]}

    def _clocks(self) -> Iterator[Event]:
        found = Clock.objects.select_related("ticket").order_by("ticket_id", "metric")
        for clock in found:
            key, stands = (clock.ticket_id, clock.metric), (clock.due_at, clock.state)
            if self.clocks.get(key) != stands:
                self.clocks[key] = stands
                facts = {"metric": clock.metric, "due_at": clock.due_at, "state": clock.state}
                source = of_clock(clock.ticket, clock.metric)
                yield Event(self.stage.now, "clock_due", self.stage.name_of(clock.ticket_id), source, facts)

    def _deliveries(self) -> Iterator[Event]:
        fresh = list(Delivery.objects.filter(pk__gt=self.delivery).order_by("pk"))
        if not fresh:
            return
        self.delivery = fresh[-1].pk
        about = Entry.objects.filter(ticket_id__in={row.ticket_id for row in fresh})
        lines = {(line.ticket_id, line.seq): line.meta for line in about}
        for row in fresh:
            source = of_delivery(row.event, row.audience, lines[row.ticket_id, row.seq])
            facts = {"event": row.event, "audience": row.audience, "channel": CHANNELS[row.channel], "to": row.to_name}
            yield Event(row.created_at, "delivery", self.stage.name_of(row.ticket_id), source, facts)


def _minutes_left(entry: Entry) -> int | None:
    """The company's included minutes that are left when this line was written."""
    company_id = Ticket.objects.values_list("company_id", flat=True).get(pk=entry.ticket_id)
    budget = budget_of(company_id, entry.at)
    return budget.left if budget is not None else None


def _told(ticket_id: int, fresh: Iterable[Entry]) -> dict[int, str]:
    """What the agent's page says of each new line of a ticket."""
    first = min(entry.seq for entry in fresh if entry.ticket_id == ticket_id)
    ticket = Ticket.objects.get(pk=ticket_id)
    return {line.item.seq: _words(line) for line in lines_of(conversation(ticket, STAFF, after=first - 1))}


def _words(line: Line) -> str:
    if line.sentence:
        return unescape(strip_tags(line.sentence))
    item: Item = line.item
    what = {"opened": "opened it", "note": "noted", "call": "logged a call"}.get(item.kind, "wrote")
    return f"{item.author} {what}: {item.data.get('subject') or ' '.join(item.body.split())}"


def _ends_and_beginnings(
    meta: Mapping[str, Any], actor_kind: str
) -> Iterator[tuple[str, dict[str, Any], Source | None]]:
    known = catalogue().statuses
    was, is_ = known[meta["old"]].category in FINAL, known[meta["new"]].category in FINAL
    if is_ and not was:
        yield "closed", {"status": meta["new"], "reason": meta["reason"]}, None
    if was and not is_:
        by_customer = Source("reopen_policy") if actor_kind == "contact" else None
        yield "reopened", {"status": meta["new"]}, by_customer
