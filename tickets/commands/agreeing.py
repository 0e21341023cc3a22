"""Agreeing: the customer accepts a solution, or the closing that was proposed."""

from datetime import datetime

from helpdesk.access import Actor, Refused, allowed
from tickets.commands.change import changing
from tickets.commands.verbs import enter_status, keep_facts, waits_for_agreement
from tickets.events import SolutionAccepted
from tickets.models import Ticket
from tickets.permissions import check_answered, check_talk, missing_facts
from tickets.queries.catalogue import catalogue


def accept(*, ticket_id: int, actor: Actor, now: datetime) -> Ticket:
    """The customer agrees. The ticket is finished, unless something else is still needed; then staff go on.

    Who does not agree answers in words instead, which opens the ticket again.
    """
    if not actor.is_customer:
        raise Refused("Only the customer can accept.")
    with changing(ticket_id, actor=actor, now=now) as change:
        ticket = change.ticket
        check_talk(actor, ticket)
        if not waits_for_agreement(ticket) or ticket.turn != "customer":
            raise Refused("Nothing waits for your agreement here.")
        asked = ticket.status.acceptance
        if fact := asked.get("customer_fact"):
            keep_facts(change, {fact: True})
        change.record("accepted", SolutionAccepted(), public=True)
        change.set(last_customer_at=now, last_word_at=now)
        target = catalogue().statuses[asked["to_status"]]
        missing = missing_facts(ticket, target, reason="", facts=ticket.facts, has_message=True)
        if missing or not allowed(check_answered, actor, ticket, target):
            change.set(turn="vendor")
        else:
            enter_status(change, target)
        return ticket
