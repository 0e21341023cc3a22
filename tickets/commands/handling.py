"""Handling: taking, assigning, moving, grading, and moving from status to status."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from helpdesk.access import Actor, Refused
from helpdesk.models import Agent
from tickets.commands.change import changing
from tickets.commands.talking import say
from tickets.commands.verbs import enter_status, give_to, grade, keep_facts, pass_turn, put_in_queue
from tickets.events import ArrangementMade
from tickets.models import Queue, Severity, Status, Ticket
from tickets.permissions import (
    check_answered,
    check_deadline,
    check_grade,
    check_requirements,
    check_severity_known,
    check_status,
    check_work,
)


def take(*, ticket_id: int, actor: Actor, now: datetime, instead_of: int | None = None) -> Ticket:
    """Take a ticket. Somebody else's is taken only with `instead_of`, the id of the agent who has it."""
    check_work(actor)
    with changing(ticket_id, actor=actor, now=now) as change:
        holder = change.ticket.assignee
        if holder is not None and holder.pk == actor.id:
            return change.ticket
        if holder is not None and holder.pk != instead_of:
            raise Refused(f"{holder.name} has taken this already.")
        give_to(change, Agent.objects.get(pk=actor.id))
        return change.ticket


def assign(*, ticket_id: int, agent: Agent | None, actor: Actor, now: datetime, seen: int | None = None) -> Ticket:
    """Give a ticket to an agent, or take it from everybody."""
    check_work(actor)
    if agent is not None and (not agent.is_active or agent.role == "read_only"):
        raise Refused(f"{agent.name} cannot work on tickets. Choose somebody else.")
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        if change.ticket.assignee_id != (agent.pk if agent else None):
            give_to(change, agent)
        return change.ticket


def move_queue(
    *, ticket_id: int, queue: Queue, reason: str, actor: Actor, now: datetime, seen: int | None = None
) -> Ticket:
    """Move a ticket to another queue, with a reason. Number, responsibility and clocks stay."""
    check_work(actor)
    if queue.retired or queue.is_template:
        raise Refused(f"“{queue.name}” takes no tickets. Choose another queue.")
    if actor.is_agent and not reason.strip():
        raise Refused("Say why the ticket moves: the next agent reads it.")
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        put_in_queue(change, queue, reason=reason.strip())
        return change.ticket


def change_severity(
    *,
    ticket_id: int,
    severity: Severity,
    reason: str = "",
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Ticket:
    """Set another severity, or confirm the one there is. Another one needs a reason."""
    check_severity_known(severity)
    check_grade(actor)
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        ticket = change.ticket
        if not actor.is_worker:
            check_work(actor)
        if severity.pk != ticket.severity_id and not reason.strip() and not ticket.severity.is_unassigned:
            raise Refused("Say why the severity changes: the customer reads it.")
        grade(change, severity, reason=reason.strip())
        return ticket


def change_status(
    *,
    ticket_id: int,
    status: Status,
    actor: Actor,
    now: datetime,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    deadline_at: datetime | None = None,
    message: str = "",
    seen: int | None = None,
) -> Ticket:
    """Move a ticket to another status, with what the status requires: a reason, facts, a message, a deadline."""
    check_deadline(status, deadline_at, now)
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        check_status(actor, change.ticket, status)
        check_answered(actor, change.ticket, status)
        known = {**change.ticket.facts, **(facts or {})}
        check_requirements(actor, change.ticket, status, reason=reason, facts=known, has_message=bool(message.strip()))
        if message.strip():
            say(change, message, (), "portal")
        keep_facts(change, facts or {})
        enter_status(change, status, reason=reason, deadline_at=deadline_at)
        if message.strip() and actor.is_agent:
            pass_turn(change, customer_spoke=False)
        return change.ticket


def record_facts(*, ticket_id: int, facts: Mapping[str, Any], actor: Actor, now: datetime) -> Ticket:
    """Record facts such as a workaround without changing the status."""
    check_work(actor)
    with changing(ticket_id, actor=actor, now=now) as change:
        keep_facts(change, facts)
        return change.ticket


def make_arrangement(*, ticket_id: int, until: datetime, words: str, actor: Actor, now: datetime) -> Ticket:
    """Agree with the customer that the ticket is not closed for inactivity before `until`."""
    check_work(actor)
    if until <= now:
        raise Refused("The arrangement would have ended already. Choose a later date.")
    with changing(ticket_id, actor=actor, now=now) as change:
        change.set(arrangement_until=until)
        change.record(
            "arrangement", ArrangementMade(until), public=True, until=until.isoformat(), data={"words": words}
        )
        return change.ticket
