"""The door of the API: a token in, an actor out; limits; and every error as JSON with a sentence."""

from typing import Any

from django.http import Http404, JsonResponse
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from helpdesk import tokens
from helpdesk.access import Actor
from helpdesk.middleware import actor_of
from helpdesk.models import User

SENTENCES = {
    "not_authenticated": "Send a token: Authorization: Bearer TOKEN. `manage.py api_token` makes one.",
    "authentication_failed": "This token is not valid here. It may have expired or been revoked.",
    "permission_denied": "You may not do this.",
    "not_found": "There is nothing here.",
    "method_not_allowed": "The API is read-only for now: only GET, HEAD and OPTIONS.",
    "not_acceptable": "The API answers in JSON.",
}


class TokenAuthentication(BaseAuthentication):
    """A bearer token of the vendor at whose address it is used; `request.auth` is the person's actor there."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        if request.vendor is None:
            raise Http404
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = tokens.find(token.strip(), timezone.now())
        actor = actor_of(found.user_id) if found is not None and found.user.is_active else None
        if found is None or actor is None:
            raise exceptions.AuthenticationFailed
        return found.user, actor

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the token."""

    target_class = "portal.api.gate.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "From `manage.py api_token EMAIL --vendor SLUG`."}


class IsSomebody(BasePermission):
    """Whoever is an agent or a contact here."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Actor)


class CallsOfAPerson(SimpleRateThrottle):
    """Counts the calls of one person at one vendor, whatever token they come with."""

    scope = "api"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if not isinstance(request.auth, Actor):
            return None
        return f"api:{request.vendor.pk}:{request.auth.kind}:{request.auth.id}"


def told(error: Exception, context: Any) -> Response | None:
    """An error as `{code, error}`, with the parameters that are wrong, if that is what it is about.

    The transaction is kept: reading changes nothing, and what a throttle has counted must stay counted.
    """
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    return Response(_body(error), status=error.status_code, headers=headers)


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        wrong = {
            name: str(said) if isinstance(said, str) else " ".join(map(str, said))
            for name, said in error.detail.items()
        }
        sentence = " ".join(f"{name}: {said}" for name, said in wrong.items())
        return {"code": "invalid", "error": sentence, "parameters": wrong}
    if isinstance(error, exceptions.Throttled):
        return {"code": "throttled", "error": f"Too many calls. Try again in {int(error.wait or 60)} seconds."}
    return {"code": error.default_code, "error": SENTENCES.get(error.default_code, str(error.detail))}


def nothing_here(request: Any) -> JsonResponse:
    """Addresses that the API does not have."""
    return JsonResponse({"code": "not_found", "error": SENTENCES["not_found"]}, status=404)
