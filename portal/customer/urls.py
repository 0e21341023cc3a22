"""Addresses of the customer portal; the integrating URL table puts them at the root of a vendor's address."""

from django.urls import path

from portal import home
from portal.customer.views import lists, new_ticket, pages, ticket

app_name = "customer"
urlpatterns = [
    path("", home.home, name="home"),
    path("new/", new_ticket.new_ticket, name="new_ticket"),
    path("tickets/", lists.tickets, name="tickets"),
    path("company/", lists.company_tickets, name="company_tickets"),
    path("search/", lists.search, name="search"),
    path("help/", pages.help_page, name="help"),
    path("contact/", pages.contact, name="contact"),
    path("maintenance/", pages.maintenance, name="maintenance"),
    # A vendor's number may hold a slash, so the shortest of these patterns stands last.
    path("tickets/<path:number>/reply/", ticket.reply, name="reply"),
    path("tickets/<path:number>/solved/", ticket.solved, name="solved"),
    path("tickets/<path:number>/accept/", ticket.accept, name="accept"),
    path("tickets/<path:number>/estimate/", ticket.estimate, name="estimate"),
    path("tickets/<path:number>/escalate/", ticket.escalate, name="escalate"),
    path("tickets/<path:number>/status/", ticket.status, name="status"),
    path("tickets/<path:number>/", ticket.ticket, name="ticket"),
]
