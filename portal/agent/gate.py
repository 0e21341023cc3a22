"""The door of the agent portal: signed-in staff of this vendor; for everybody else there is nothing here."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

View = Callable[..., HttpResponse]


def agent_view(view: View) -> View:
    """Strangers are asked to sign in; customers, and staff of other vendors, find nothing."""

    @wraps(view)
    def enter(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.vendor is None:
            raise Http404
        if not request.user.is_authenticated:
            return _sign_in_first(request, kwargs.get("number"))
        if request.actor is None or not request.actor.is_agent:
            raise Http404
        return view(request, *args, **kwargs)

    return enter


def _sign_in_first(request: HttpRequest, number: str | None) -> HttpResponse:
    """To the sign-in page and back; what was sent leads back to its ticket, where the draft is kept."""
    back = reverse("agent:ticket", args=[number]) if number and request.method == "POST" else request.get_full_path()
    address = f"{reverse('account_login')}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)
