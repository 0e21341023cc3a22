"""Finding tickets among those a contact may see: the number first, then references, then words."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.access import Actor
from tickets.models import Entry, Payload, Ticket

MOST = 30
MOST_WORDS = 6


def found_tickets(query: str, reader: Actor) -> list[Ticket]:
    """At most one more than MOST, so that a page can say that there are others. The exact number stands first."""
    visible = Ticket.objects.visible_to(reader).select_related("requester").defer("fields", "facts")
    number = query.removeprefix("#").strip()
    exact = list(visible.filter(Q(number=number) | Q(external_reference=number)).order_by("-updated_at", "-id")[:MOST])
    exact.sort(key=lambda ticket: ticket.number != number)
    words = query.split()[:MOST_WORDS]
    others = visible.exclude(pk__in=[ticket.pk for ticket in exact])
    for word in words:
        others = others.filter(_holds(word))
    return exact + list(others.order_by("-updated_at", "-id")[: MOST + 1 - len(exact)])


def _holds(word: str) -> Q:
    """The word stands in the subject, the customer's reference, or a public line of the conversation."""
    public = Entry.objects.filter(ticket_id=OuterRef("ticket_id"), seq=OuterRef("seq"), visibility="public")
    said: QuerySet[Payload] = Payload.objects.filter(ticket_id=OuterRef("pk"), body__icontains=word)
    return Q(subject__icontains=word) | Q(external_reference__icontains=word) | Q(Exists(said.filter(Exists(public))))
