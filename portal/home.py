"""The first page: everybody is led to where their work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from helpdesk.models import Vendor


def home(request: HttpRequest) -> HttpResponse:
    """Customers to their tickets, agents to their queues; at the platform's address, the vendors."""
    if request.vendor is None:  # type: ignore[attr-defined]
        return render(request, "home.html", {"vendors": Vendor.objects.filter(is_active=True).order_by("name", "id")})
    if request.actor is None:  # type: ignore[attr-defined]
        return redirect("account_login")
    return redirect("agent:home" if request.actor.is_agent else "customer:tickets")  # type: ignore[attr-defined]
