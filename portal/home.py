"""The first page: everybody is led to where their work is."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from helpdesk.models import Vendor


def home(request: HttpRequest) -> HttpResponse:
    """Customers to their tickets, agents to their queues; at the platform's address, the vendors."""
    if request.vendor is None:  # type: ignore[attr-defined]
        return render(request, "home.html", {"vendors": Vendor.objects.filter(is_active=True).order_by("name", "id")})
    if request.actor is None:  # type: ignore[attr-defined]
        if request.user.is_authenticated:  # a stranger here; the sign-in page would only send them back
            raise Http404
        return redirect("account_login")
    return redirect("agent:home" if request.actor.is_agent else "customer:tickets")  # type: ignore[attr-defined]
