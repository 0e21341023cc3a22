"""From an address to a vendor, and from a login to what the person is at that vendor."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation

from helpdesk.access import Actor
from helpdesk.models import Agent, Contact, Vendor
from helpdesk.moments import read_in
from helpdesk.tenancy import acting_for, current_vendor_or_none

Handler = Callable[[HttpRequest], HttpResponse]
STAFF_PATHS = ("/agent/", "/admin/", "/pages/", "/api/")


class VendorMiddleware:
    """Opens the vendor's door around the whole response, rendering included.

    A vendor is known by its own host name, or by the first part of the path, which moves to
    SCRIPT_NAME: URL patterns are written once and `reverse()` is right in both cases.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("A NUL character is in no address of ours, and PostgreSQL takes none.")
        slug = [*request.path_info.split("/", 2), ""][1]  # the path of `OPTIONS *` has no slash
        host = request.get_host().rsplit(":", 1)[0].lower()
        vendor, prefix = _vendor_at(host, slug)
        request.vendor = vendor  # type: ignore[attr-defined]
        if vendor is None:
            return self.get_response(request)
        outer = get_script_prefix()
        if prefix:
            _move_prefix(request, prefix)
        try:
            language = _language_at(vendor, request.path_info)
            with acting_for(vendor), timezone.override(vendor.zone), translation.override(language):
                return self.get_response(request)
        finally:
            set_script_prefix(outer)


def _vendor_at(host: str, slug: str) -> tuple[Vendor | None, str]:
    """The vendor that this address belongs to, and the part of the path that said so."""
    found = list(Vendor.objects.filter(Q(slug=slug) | Q(domain=host) & ~Q(domain=""), is_active=True))
    for vendor in found:
        if vendor.domain == host:
            return vendor, ""
    return (found[0], f"/{slug}") if found else (None, "")


def _language_at(vendor: Vendor, path: str) -> str:
    """Pages for staff and the API are in the product's language; sign-in and error pages speak the vendor's."""
    spoken = vendor.default_language in dict(settings.LANGUAGES) and not path.startswith(STAFF_PATHS)
    return vendor.default_language if spoken else settings.LANGUAGE_CODE


def _move_prefix(request: HttpRequest, prefix: str) -> None:
    script_name = request.META.get("SCRIPT_NAME", "") + prefix
    request.META["SCRIPT_NAME"] = script_name
    request.path_info = request.META["PATH_INFO"] = request.path_info[len(prefix) :] or "/"
    set_script_prefix(script_name + "/")


class ActorMiddleware:
    """Sets `request.actor`: the agent or contact that the signed-in user is here, or None for a stranger.

    Times are also written as the user's own clocks show them.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.user.is_authenticated  # type: ignore[attr-defined]
        request.actor = actor_of(request.user.pk) if known else None  # type: ignore[attr-defined]
        with read_in(request.user.zone if known else None):  # type: ignore[attr-defined,union-attr]
            return self.get_response(request)


def actor_of(user_id: int | None) -> Actor | None:
    """What this user is at the current vendor."""
    if current_vendor_or_none() is None or user_id is None:
        return None
    agent = (
        Agent.objects.filter(user_id=user_id, is_active=True)
        .annotate(team_codes=ArrayAgg("memberships__team__code", filter=Q(memberships__isnull=False), default=[]))
        .first()
    )
    if agent is not None:
        return agent.actor_in(frozenset(agent.team_codes))
    contact = Contact.objects.filter(user_id=user_id, is_active=True, company__is_active=True).first()
    return contact.actor if contact is not None else None
