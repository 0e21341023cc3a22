"""Support levels: handing a ticket up or back, and calling another team in."""

from datetime import datetime

from helpdesk.access import Actor, Refused
from helpdesk.models import Agent, Team
from tickets.commands.change import Change, changing
from tickets.commands.verbs import enter_status, give_to, put_in_queue, set_level
from tickets.events import HandedOver, TeamCalled
from tickets.models import Queue, SupportLevel, Ticket
from tickets.permissions import check_hand_over, check_work
from tickets.queries.catalogue import catalogue


def hand_over(
    *, ticket_id: int, level: SupportLevel, summary: str, actor: Actor, now: datetime, seen: int | None = None
) -> Ticket:
    """Give a ticket to another support level, with a summary of what was done.

    The level's queue and status come with it. Who has the ticket keeps it only if that person works on the new level.
    """
    summary = summary.strip()
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        ticket = change.ticket
        check_hand_over(actor, ticket, level, has_summary=bool(summary))
        set_level(change, level.code, summary=summary, event=HandedOver(ticket.support_level, level.code))
        if (queue := queue_with(level, ticket)) is not None:
            put_in_queue(change, queue)
        if level.status is not None:
            enter_status(change, level.status)
        _release_to(change, level)
        return ticket


def queue_with(level: SupportLevel, ticket: Ticket) -> Queue | None:
    """The queue that comes with a level for this ticket; None where it stays in its own."""
    return catalogue().queues.get(level.queue_by_channel.get(ticket.channel, "")) or level.queue


def _release_to(change: Change, level: SupportLevel) -> None:
    holder = change.ticket.assignee_id
    if holder is None:
        return
    works_there = Agent.objects.filter(pk=holder, memberships__team__support_level=level.code)
    if not works_there.exists():
        give_to(change, None)


def call_in(*, ticket_id: int, team: Team, reason: str, actor: Actor, now: datetime) -> Ticket:
    """Ask another team to help, from any level. Who has the ticket keeps it."""
    check_work(actor)
    if team.retired:
        raise Refused(f"“{team.name}” is no longer there. Choose another team.")
    if not reason.strip():
        raise Refused("Say what you need the team for: it is the first thing they read.")
    with changing(ticket_id, actor=actor, now=now) as change:
        change.record("team_called", TeamCalled(team.code), body=reason.strip(), team=team.code)
        return change.ticket
