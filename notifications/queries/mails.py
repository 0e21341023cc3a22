"""Which lines of a ticket came by mail."""

from notifications.models import IncomingMail
from tickets.models import Ticket


def lines_by_mail(ticket: Ticket) -> frozenset[int]:
    """The numbers of the lines that a mail became; one query."""
    found = IncomingMail.objects.filter(ticket=ticket, seq__isnull=False)
    return frozenset(found.values_list("seq", flat=True))


def mail_of_line(ticket: Ticket, seq: int) -> IncomingMail | None:
    """The mail that this line came from; the newest, should there be several."""
    found = IncomingMail.objects.filter(ticket=ticket, seq=seq).select_related("mailbox")
    return found.order_by("-id").first()
