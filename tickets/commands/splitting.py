"""One ticket made two: what turned out to be another matter gets a number of its own."""

from datetime import datetime

from helpdesk.access import Actor, Refused
from tickets.commands.change import changing
from tickets.commands.opening import open_ticket
from tickets.models import Ticket
from tickets.permissions import check_work


def split(*, ticket_id: int, subject: str, body: str, actor: Actor, now: datetime, seen: int | None = None) -> Ticket:
    """Open a ticket for the other matter, for the same requester, and link the two. Returns the new one.

    It begins its own clocks now and gets its own receipt; the first ticket stays as it is. Both sides see the link.
    """
    check_work(actor)
    if not subject.strip() or not body.strip():
        raise Refused("Say what the other matter is: a subject and a description.")
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        old = change.ticket
        made = open_ticket(
            requester=old.requester,
            subject=subject,
            body=body,
            actor=actor,
            now=now,
            channel=old.channel,
            mailbox=old.mailbox,
            type=old.type,
            queue=old.queue,
            product=old.product,
            product_version=old.product_version,
            language=old.language,
            split_from=old,
        )
        change.record("split_off", public=True, by=made.number)
        return made
