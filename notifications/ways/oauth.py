"""Access tokens of OAuth 2.0: asked for with the refresh token, or with the client's own secret, and kept until they
expire.
"""

import json
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings

from helpdesk.models import Vendor
from helpdesk.sealed import opened, sealed
from helpdesk.tenancy import acting_for
from notifications import https
from notifications.models import MailAccount
from notifications.reach import Unreachable
from notifications.ways.line import CannotFetch, printable

EARLY = timedelta(minutes=2)  # a token that is about to expire is none
SHORTEST = timedelta(minutes=5)
READ = 64_000  # bytes of the answer
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
    "User-Agent": "Helpdesk",
}


def access_token(vendor: Vendor, account: MailAccount, now: datetime) -> str:
    """The account's access token, a new one where the old one is about to expire; nothing for a password."""
    if account.auth != "oauth2":
        return ""
    if account.access_expires_at and account.sealed_access_token and now + EARLY < account.access_expires_at:
        return opened(account.sealed_access_token)
    answer = _asked(account)
    token = str(answer["access_token"])
    account.sealed_access_token = sealed(token)
    account.access_expires_at = now + max(timedelta(seconds=_seconds(answer.get("expires_in"))), SHORTEST)
    if answer.get("refresh_token"):  # the old one may be worth nothing from now on
        account.sealed_refresh_token = sealed(str(answer["refresh_token"]))
    with acting_for(vendor):
        account.save(update_fields=["sealed_access_token", "access_expires_at", "sealed_refresh_token"])
    return token


def forget_token(vendor: Vendor, account: MailAccount) -> None:
    """The server refused the token that we kept: the next look asks for another."""
    with acting_for(vendor):
        MailAccount.objects.filter(pk=account.pk).update(sealed_access_token="", access_expires_at=None)


def _asked(account: MailAccount) -> dict[str, object]:
    body = urlencode(_form(account)).encode()
    try:
        status, said = https.post(
            account.token_url, body, HEADERS, trusted=settings.MAIL_HOSTS, read=READ, reads_success=True
        )
    except Unreachable as error:
        raise CannotFetch(f"No access token: {error}") from error
    try:
        answer = json.loads(said)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise CannotFetch(f"No access token: the token server answered {status} and nothing that can be read.")
    if status != 200 or not isinstance(answer.get("access_token"), str):
        raise CannotFetch(f"No access token: {_refusal(answer, status)}"[:300])
    return answer


def _form(account: MailAccount) -> dict[str, str]:
    refresh = opened(account.sealed_refresh_token) if account.sealed_refresh_token else ""
    form = {
        "grant_type": "refresh_token" if refresh else "client_credentials",
        "refresh_token": refresh,
        "client_id": account.client_id,
        "client_secret": opened(account.sealed_client_secret) if account.sealed_client_secret else "",
        "scope": account.scope,
    }
    return {name: value for name, value in form.items() if value}


def _refusal(answer: dict[str, object], status: int) -> str:
    """The token server's words, in ours where it is the usual case."""
    if answer.get("error") == "invalid_grant":
        return "the refresh token is not valid any more. Give the consent again and enter the new token."
    if answer.get("error") == "invalid_client":
        return "the token server does not accept the client id or its secret."
    words = str(answer.get("error_description") or answer.get("error") or f"the token server answered {status}")
    return printable(words)


def _seconds(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
