"""What the mail room notes in a ticket for staff: words of machines, and mail of ours that did not arrive."""

from datetime import datetime
from typing import Any

from helpdesk.access import worker
from tickets.commands.change import changing
from tickets.events import Event
from tickets.models import Ticket

WORDS = 4000  # characters of what a machine says


def note_from_mail(
    *, ticket_id: int, kind: str, now: datetime, body: str = "", event: Event | None = None, **codes: Any
) -> Ticket:
    """Add an internal line of this kind. It is nobody's word: no clock, status or turn moves."""
    with changing(ticket_id, actor=worker("mail"), now=now) as change:
        change.record(kind, event, channel="email", body=body[:WORDS], **codes)
        return change.ticket
