"""Addresses of the API, behind the vendor's prefix or host name."""

from django.urls import path, re_path

from portal.api import gate, views

app_name = "api"
urlpatterns = [
    path("v1/schema/", views.Schema.as_view(), name="schema"),
    path("v1/tickets/", views.tickets, name="tickets"),
    # A vendor's number may hold a slash, so the shortest of these patterns stands last.
    path("v1/tickets/<path:number>/clocks/", views.clocks, name="clocks"),
    path("v1/tickets/<path:number>/", views.ticket, name="ticket"),
    path("v1/calendars/", views.calendars, name="calendars"),
    path("v1/calendars/<str:code>/due/", views.due, name="due"),
    re_path("", gate.nothing_here, name="nothing"),
]
