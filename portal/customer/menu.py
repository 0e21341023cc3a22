"""The customer portal's menu: the vendor's pages in its order and words."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from helpdesk.access import Actor
from helpdesk.remembered import remembered
from portal.models import PortalMenuItem

PAGES = {
    "new_ticket": "customer:new_ticket",
    "my_tickets": "customer:tickets",
    "company_tickets": "customer:company_tickets",
    "search": "customer:search",
    "help": "customer:help",
    "contact": "customer:contact",
    "maintenance": "customer:maintenance",
}
BELONGS_TO = {"customer:ticket": "customer:tickets"}  # pages without an entry of their own


@remembered
def _entries() -> dict[str, str]:
    """Labels by page, in the vendor's order."""
    return dict(PortalMenuItem.objects.order_by("position", "id").values_list("page", "label"))


def label_of(page: str, otherwise: str) -> str:
    """The vendor's word for a page."""
    return _entries().get(page, otherwise)


def company_page_for(actor: Actor) -> bool:
    """Whether this contact has a list of the company's tickets beside the list of its own."""
    return actor.sees_company and "company_tickets" in _entries()


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries for the person who looks; nothing for strangers and staff."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_customer:
        return []
    here = request.resolver_match.view_name if request.resolver_match else ""
    here = BELONGS_TO.get(here, here)
    return [
        {"label": label, "url": reverse(PAGES[page]), "current": PAGES[page] == here}
        for page, label in _entries().items()
        if page != "company_tickets" or actor.sees_company
    ]
