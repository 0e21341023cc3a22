"""Answering a request with one of the answers that its type asks for."""

from datetime import datetime

from helpdesk.access import Actor, Refused
from tickets.commands.change import changing
from tickets.commands.talking import act_with_message, say
from tickets.commands.verbs import pass_turn
from tickets.events import Answered
from tickets.models import Ticket
from tickets.permissions import check_work
from tickets.queries.catalogue import catalogue


def answer_request(
    *, ticket_id: int, answer: str, words: str, actor: Actor, now: datetime, seen: int | None = None
) -> Ticket:
    """Record the answer and say it to the customer; the ticket gets the status that its type has for answers."""
    check_work(actor)
    if not words.strip():
        raise Refused("Write the answer in words too: the customer reads them.")
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        kind = change.ticket.type
        if answer not in kind.requires_answer:
            known = " or ".join(kind.requires_answer)
            raise Refused(f"The answer is {known}." if known else f"“{kind.name}” needs no answer. Send a reply.")
        say(change, words, (), "portal")
        change.set(answer=answer)
        change.record("answer", Answered(answer), public=True, answer=answer)
        status = None if change.ticket.is_finished else catalogue().statuses.get(kind.answered_status)
        act_with_message(change, status, kind.answered_reason if status else "", {}, None)
        pass_turn(change, customer_spoke=False)
        return change.ticket
