"""Addresses of pages as mails name them: at the vendor's own host, or below the installation's."""

from django.conf import settings

from helpdesk.models import Vendor


def at_vendor(vendor: Vendor, path: str) -> str:
    """The whole address of a page of the vendor."""
    if vendor.domain and settings.SERVED_BY_HTTPS:
        return f"https://{vendor.domain}/{path}"
    return f"{settings.PUBLIC_URL}/{vendor.slug}/{path}"


def ticket_url(vendor: Vendor, number: str, *, for_agents: bool) -> str:
    """The page of a ticket."""
    return at_vendor(vendor, f"{'agent/' if for_agents else ''}tickets/{number}/")
