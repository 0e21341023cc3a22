"""Mail from a provider: proven, stored, and only then answered with yes.

Whatever goes wrong is answered so that the provider sends the mail again, never with a code that means "not this one".
"""

import structlog
from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.utils import get_request_basic_auth
from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.commands.receiving import owners_of, store_for
from portal.hooks.posted import Posted
from portal.hooks.providers import PROVIDERS, Arrived, Provider, mails_in

log = structlog.get_logger("mail")
AROUND = 2  # how much longer than its mail a request may be


@csrf_exempt
@transaction.non_atomic_requests  # each vendor's copy is committed before the answer
@require_http_methods(["POST", "HEAD"])
def mail(request: HttpRequest, provider: str) -> HttpResponse:
    """Take in what a provider brings. It is nobody's address but the platform's."""
    known = PROVIDERS.get(provider)
    ours = known is not None and provider in settings.MAIL_PROVIDERS and known.is_set_up
    if known is None or not ours or request.vendor is not None:  # type: ignore[attr-defined]
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    try:
        arrived = _proven(known, request)
    except AnymailWebhookValidationFailure as refusal:
        log.warning("provider's request refused", provider=provider, why=str(refusal))
        return _refused()
    except RequestDataTooBig as refusal:
        log.warning("provider's mail is too large", provider=provider, most=settings.MAIL_MAX_BYTES)
        return HttpResponse(str(refusal), status=413, content_type="text/plain")
    for one in arrived:
        _store(one)
    return HttpResponse("stored", content_type="text/plain")


def _proven(provider: Provider, request: HttpRequest) -> list[Arrived]:
    """The mails in the request, once it is known to be the provider's; nothing of it is read before that."""
    view = provider.anymail()
    _check_secret(view, request)
    posted = Posted(request, most=settings.MAIL_MAX_BYTES * AROUND)
    view.run_validators(posted)
    return mails_in(provider, view, posted)


def _check_secret(view: AnymailBaseWebhookView, request: HttpRequest) -> None:
    shown = get_request_basic_auth(request) or ""
    if not any(constant_time_compare(shown, secret) for secret in view.basic_auth):
        raise AnymailWebhookValidationFailure("wrong user name or password")


def _store(one: Arrived) -> None:
    # The address at the provider that a mailbox is forwarded to is no mailbox of ours; the headers name that.
    addresses = [address.strip("<> ").lower() for address in one.to]
    to = one.to if addresses and owners_of(addresses) else ()
    store_for(one.raw, way="webhook", now=timezone.now(), to=to, envelope_from=one.sender)


def _refused() -> HttpResponse:
    answer = HttpResponse(
        "The user name or the password of the webhook is wrong.", status=401, content_type="text/plain"
    )
    answer["WWW-Authenticate"] = 'Basic realm="mail"'
    return answer
