"""The door of the customer portal: signed-in contacts of this vendor, in the vendor's language and time zone."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from helpdesk.access import Actor
from helpdesk.models import Contact, Vendor

View = Callable[..., HttpResponse]


def customer_view(view: View) -> View:
    """Strangers are asked to sign in; who is no contact of this vendor finds nothing here."""

    @wraps(view)
    def enter(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.vendor is None:
            raise Http404
        with translation.override(language_of(request.vendor, request.actor)), timezone.override(request.vendor.zone):
            if not request.user.is_authenticated:
                return sign_in_first(request)
            if request.actor is None or not request.actor.is_customer:
                raise Http404
            return view(request, *args, **kwargs)

    return enter


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back here. A form that was sent leads back to its page, where the draft is kept."""
    address = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


def language_of(vendor: Vendor, actor: Actor | None) -> str:
    """The contact's own language where the vendor's portal speaks it, otherwise the vendor's."""
    known = dict(settings.LANGUAGES)
    spoken = [code for code in vendor.portal_languages if code in known]
    if actor is not None and actor.is_customer and len(spoken) > 1:
        own = Contact.objects.filter(pk=actor.id).values_list("language", flat=True).first()
        if own in spoken:
            return str(own)
    return vendor.default_language if vendor.default_language in known else settings.LANGUAGE_CODE
