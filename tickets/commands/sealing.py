"""Values that must not stand in the record: sealed when they come in, opened on request with a line in the log."""

from datetime import datetime

from helpdesk.access import Actor, Refused
from helpdesk.sealed import opened, sealed
from tickets.commands.change import Change, changing
from tickets.models import Secret
from tickets.permissions import check_work


def seal(change: Change, key: str, value: str) -> None:
    """Store one value encrypted. The log says that it was given, never what it is."""
    if value:
        Secret.objects.create(ticket=change.ticket, key=key, ciphertext=sealed(value))
        change.record("sealed", field=key)


def reveal(*, ticket_id: int, key: str, actor: Actor, now: datetime) -> str:
    """The value, for an agent who asks; that they asked is in the log."""
    check_work(actor)
    with changing(ticket_id, actor=actor, now=now) as change:
        secret = Secret.objects.filter(ticket=change.ticket, key=key).first()
        if secret is None or secret.erased_at is not None:
            raise Refused("This was not given, or has been erased.")
        change.record("revealed", field=key)
        return opened(secret.ciphertext)
