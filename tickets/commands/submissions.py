"""A form that is sent twice makes one thing."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from helpdesk.tenancy import current_vendor_id
from tickets.models import Submission, Ticket


def made_before(key: UUID) -> Ticket | None:
    """The ticket that this form made or changed already; waits for whoever sends the same form at this moment."""
    with connection.cursor() as cursor:
        # A second press must neither use up a ticket's number nor be told no: it finds what the first one made.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(key), current_vendor_id()])
    done = Submission.objects.select_related("ticket").filter(key=key).first()
    return done.ticket if done is not None else None


def claim(key: UUID, ticket: Ticket, now: datetime) -> bool:
    """Take the key for this ticket; False if somebody did in the meantime. Waits for an open transaction."""
    _, created = Submission.objects.get_or_create(key=key, defaults={"ticket": ticket, "at": now})
    return created


def point_to(key: UUID, ticket: Ticket) -> None:
    """The form made another ticket than the one that it was sent from."""
    Submission.objects.filter(key=key).update(ticket=ticket)
