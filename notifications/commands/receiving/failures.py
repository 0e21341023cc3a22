"""What a bounce says of the addresses that a mail of ours did not reach."""

from notifications.commands.receiving.case import Case
from notifications.commands.undeliverable import mark_undeliverable
from notifications.models import Delivery
from tickets.commands import note_from_mail
from tickets.events import MailReturned
from tickets.models import Ticket


def note_failures(case: Case, ticket: Ticket) -> Ticket:
    """One line in the ticket: what came back, whether for good, and the server's words.

    Only addresses that we wrote to about this ticket count; what else a bounce names says nothing of ours.
    """
    asked = {failure.address for failure in case.letter.failures}
    ours = set(Delivery.objects.filter(ticket=ticket, to_address__in=asked).values_list("to_address", flat=True))
    failures = [failure for failure in case.letter.failures if failure.address in ours]
    permanent = any(failure.permanent for failure in failures)
    for failure in failures:
        code, dead = failure.status, failure.permanent and failure.status.startswith("5.1.")
        mark_undeliverable(address=failure.address, code=code, permanent=dead, now=case.now)
    words = "\n".join(f"{one.address}: {one.status} {one.diagnostic}".strip() for one in failures)
    return note_from_mail(
        ticket_id=ticket.pk,
        kind="bounce",
        now=case.now,
        body=words or case.letter.text,
        event=MailReturned(permanent=permanent),
        permanent=permanent,
    )
