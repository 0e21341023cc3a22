"""My tickets, the company's tickets, and the search among both."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.access import Actor
from portal.customer.gate import customer_view
from portal.customer.lines import lines_of
from portal.customer.menu import company_page_for, label_of
from portal.customer.search import MOST, found_tickets
from portal.customer.work import included_time
from portal.paging import page_of
from tickets.models import Ticket


@require_safe
@customer_view
def tickets(request: Any) -> HttpResponse:
    """Where the vendor has a page for the company, only the contact's own; otherwise all it may see."""
    actor = request.actor
    own = Ticket.objects.visible_to(actor)
    apart = company_page_for(actor)
    if apart or not actor.sees_company:
        own = own.filter(requester_id=actor.id)
    title = label_of("my_tickets", _("My tickets"))
    return _list(request, own, title=title, url=reverse("customer:tickets"), named=actor.sees_company and not apart)


@require_safe
@customer_view
def company_tickets(request: Any) -> HttpResponse:
    """The tickets of all contacts of the company, for those who may see them."""
    if not request.actor.sees_company:
        raise PermissionDenied
    title = label_of("company_tickets", _("Company tickets"))
    everything = Ticket.objects.visible_to(request.actor)
    return _list(request, everything, title=title, url=reverse("customer:company_tickets"), named=True)


@require_safe
@customer_view
def search(request: Any) -> HttpResponse:
    """Find a ticket by its number, a reference of the customer's own, or words."""
    query = request.GET.get("q", "").strip()
    found = found_tickets(query, request.actor) if query else []
    context = {
        "title": label_of("search", _("Search")),
        "query": query,
        "lines": lines_of(found[:MOST], request.actor, timezone.now(), named=request.actor.sees_company),
        "more": len(found) > MOST,
    }
    return render(request, "customer/search.html", context)


def _list(request: HttpRequest, everything: Any, *, title: str, url: str, named: bool) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    finished = request.GET.get("show") == "resolved"
    shown = everything.filter(is_finished=finished).select_related("requester").defer("fields", "facts")
    page = page_of(shown, request.GET)
    tabs = [
        {"label": _("Current"), "url": url, "current": not finished},
        {"label": _("Resolved"), "url": f"{url}?show=resolved", "current": finished},
    ]
    context = {
        "title": title,
        "tabs": tabs,
        "finished": finished,
        "page": page,
        "lines": lines_of(page.rows, actor, timezone.now(), named=named),
        "new_label": label_of("new_ticket", ""),
        "budget": included_time(actor.company_id, timezone.now()),
    }
    return render(request, "customer/tickets.html", context)
