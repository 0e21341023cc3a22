"""What commands and rules do inside an open change: each verb changes one thing and writes its line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from helpdesk.access import Actor
from helpdesk.models import Agent, Team
from tickets.commands.change import Change
from tickets.events import (
    Assigned,
    FactsRecorded,
    MessageAdded,
    QueueMoved,
    SeverityChanged,
    StatusChanged,
    TeamChanged,
)
from tickets.models import Queue, Severity, Status, Ticket
from tickets.queries.catalogue import catalogue

TURN_OF = {
    "pending_customer": "customer",
    "pending_supplier": "other",
    "resolved": "nobody",
    "closed": "nobody",
}


def enter_status(
    change: Change,
    new: Status,
    *,
    actor: Actor | None = None,
    reason: str = "",
    deadline_at: datetime | None = None,
    due_at: datetime | None = None,
    message: bool = True,
    again: bool = False,
) -> None:
    """Put the ticket into a status, with what hangs on it: whose turn it is, deadline, the status' own message.

    The status that it has already changes nothing, unless it is entered `again`: then its time counts anew.
    `due_at` is when a rule asked for it, which may be before it was carried out.
    """
    ticket, old = change.ticket, change.ticket.status
    same = new.pk == old.pk and reason == ticket.status_reason and deadline_at == ticket.deadline_at
    if same and not again:
        return
    event = StatusChanged(old.code, new.code, old.category, new.category, reason)
    change.set(
        status=new,
        status_reason=reason,
        status_since=change.now,
        is_finished=new.is_final,
        turn=TURN_OF.get(new.category, "vendor"),
        deadline_at=deadline_at,
        confirmation_requested_at=None,
    )
    if event.finishes:
        change.set(finished_at=change.now)
    elif not new.is_final:
        change.set(finished_at=None)
    instants = {"deadline_at": deadline_at, "due_at": due_at}
    extra: dict[str, Any] = {name: at.isoformat() for name, at in instants.items() if at is not None}
    change.record("status", event, actor=actor, public=True, old=old.code, new=new.code, reason=reason, **extra)
    if message and (text := status_text(new, reason)):
        add_automatic_message(change, text, actor=actor)
    if waits_for_agreement(ticket):
        _propose(change, actor or change.actor)


def waits_for_agreement(ticket: Ticket) -> bool:
    """Whether the ticket's status asks one side to agree with the other on finishing it."""
    asked = ticket.status.acceptance
    return bool(asked) and asked.get("reason", ticket.status_reason) == ticket.status_reason


def _propose(change: Change, proposer: Actor) -> None:
    """Who proposes gives its own agreement; what the other side said before is about another proposal."""
    if proposer.is_worker:
        return
    asked = change.ticket.status.acceptance
    sides = [asked.get("agent_fact", ""), asked.get("customer_fact", "")]
    own, other = reversed(sides) if proposer.is_customer else sides
    if other in change.ticket.facts:
        change.set(facts={key: value for key, value in change.ticket.facts.items() if key != other})
        change.record("facts_withdrawn", actor=proposer, keys=[other])
    if own:
        keep_facts(change, {own: True})
    if proposer.is_customer:
        change.set(turn="vendor")


def pass_turn(change: Change, *, customer_spoke: bool) -> None:
    """Who owes the next word now: we do once the customer has spoken; after a word of ours, whom the status waits for.

    Where it stays our turn although we have just spoken, the time counts anew.
    """
    ticket = change.ticket
    if ticket.is_finished:
        return
    waits = "customer" if ticket.confirmation_requested_at else TURN_OF.get(ticket.status.category, "vendor")
    change.set(turn="vendor" if customer_spoke else waits)
    if ticket.turn == "vendor" and not customer_spoke:
        change.set(turn_since=change.now)


def status_text(status: Status, reason: str) -> str:
    """What the customer is told when the status is entered: the reason's words, then the status' own."""
    of_reason = next((known.get("message", "") for known in status.reasons if known["code"] == reason), "")
    return "\n\n".join(text for text in (of_reason, status.message) if text)


def add_automatic_message(change: Change, text: str, *, actor: Actor | None = None) -> None:
    """Prepared words for the customer. They answer no target."""
    event = MessageAdded("message", public=True, by_customer=False, automatic=True)
    change.record("message", event, actor=actor, public=True, body=text, automatic=True)


def put_in_queue(change: Change, queue: Queue, *, actor: Actor | None = None, reason: str = "") -> None:
    """Move to another queue. Responsibility and clocks stay as they are."""
    old = change.ticket.queue
    if queue.pk == old.pk:
        return
    change.set(queue=queue)
    data = {"reason": reason} if reason else {}
    change.record("queue", QueueMoved(old.code, queue.code), actor=actor, old=old.code, new=queue.code, data=data)


def make_responsible(change: Change, team: Team, *, actor: Actor | None = None) -> None:
    """Give the ticket to another responsible team."""
    if change.ticket.responsible_team_id == team.pk:
        return
    old = catalogue().teams.by_id.get(change.ticket.responsible_team_id or 0)
    change.set(responsible_team=team)
    change.record("team", TeamChanged(team.code), actor=actor, old=old.code if old else "", new=team.code)


def set_level(change: Change, level: str, *, actor: Actor | None = None, summary: str = "", event: Any = None) -> None:
    """Put the ticket on another support level, with what was done so far."""
    old = change.ticket.support_level
    if level != old:
        change.set(support_level=level)
        change.record("support_level", event, actor=actor, body=summary, old=old, new=level)


def give_to(change: Change, agent: Agent | None) -> None:
    """Assign to an agent, or to nobody; the first assignment opens a ticket where the process says so."""
    change.set(assignee=agent)
    change.record("assigned", Assigned(agent.pk if agent else None), agent=agent.pk if agent else None)
    if agent is not None:
        follow_occasion(change, "assignment", only_from=("new",))


def follow_occasion(change: Change, occasion: str, *, only_from: tuple[str, ...]) -> None:
    """Enter the status that the process sets on this occasion, from tickets in these categories."""
    if change.ticket.status.category not in only_from:
        return
    target = next((row for row in catalogue().statuses.offered if occasion in row.set_on), None)
    if target is not None:
        enter_status(change, target)


def grade(change: Change, severity: Severity, *, actor: Actor | None = None, reason: str = "") -> None:
    """Set or confirm the severity. Targets are measured from creation with the new figures."""
    who, old = actor or change.actor, change.ticket.severity
    if who.is_agent:
        change.set(severity_confirmed_at=change.now)
    elif severity.pk == old.pk:
        return
    change.set(severity=severity)
    change.record(
        "severity",
        SeverityChanged(old.code, severity.code),
        actor=actor,
        public=True,
        old=old.code,
        new=severity.code,
        data={"reason": reason} if reason else {},
    )


def raise_flag(change: Change, flag: str, *, actor: Actor | None = None) -> None:
    """Mark the ticket."""
    if flag not in change.ticket.flags:
        change.set(flags=[*change.ticket.flags, flag])
        change.record("flag", actor=actor, new=flag)


def keep_facts(change: Change, facts: Mapping[str, Any]) -> None:
    """Record facts such as a workaround or a solution. Their words are public with the status that asks for them."""
    fresh = {key: value for key, value in facts.items() if value and change.ticket.facts.get(key) != value}
    if fresh:
        change.set(facts={**change.ticket.facts, **fresh})
        change.record(
            "facts",
            FactsRecorded(tuple(fresh)),
            keys=sorted(fresh),
            data={k: str(v) for k, v in fresh.items()},
        )
