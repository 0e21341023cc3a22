"""Which release has what a ticket asks for, and how the customer is told."""

from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.tenancy import current_vendor
from tickets.models import Release, Ticket


def release_of(ticket: Ticket) -> Release | None:
    """The newest published release on whose list the ticket stands."""
    published = Release.objects.filter(items__ticket=ticket, published_at__isnull=False)
    return published.select_related("product").order_by("-published_at", "-id").first()


def prepared_words(ticket: Ticket, release: Release) -> str:
    """The message that tells the version, in the customer's language."""
    with translation.override(ticket.requester.language or current_vendor().default_language):
        return _("%(release)s has what you asked for here.") % {"release": release}
