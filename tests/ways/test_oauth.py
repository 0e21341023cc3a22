"""OAuth 2.0: tokens from a real token server, shown to a real mail server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.sealed import opened, sealed
from helpdesk.tenancy import acting_for
from notifications.models import MailAccount
from notifications.ways.fetching import fetch
from tests.people import NOW
from tests.ways.mails import fresh, look, mail, stored
from tests.ways.tokens import CLIENT_SECRET, REFRESH, TokenServer, token_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def tokens(server: Any, user: str) -> Iterator[TokenServer]:
    with token_server(server.introspection_port, user) as running:
        yield running


@pytest.fixture
def box(tokens: TokenServer, account: Any, request: pytest.FixtureRequest) -> MailAccount:
    """An account that signs in by tokens."""
    made: MailAccount = account(
        protocol=getattr(request, "param", "imap"),
        auth="oauth2",
        token_url=f"http://127.0.0.1:{tokens.server_port}/token",
        client_id="helpdesk",
        sealed_client_secret=sealed(CLIENT_SECRET),
        sealed_refresh_token=sealed(REFRESH),
        scope="mail.read offline",
    )
    return made


@pytest.mark.parametrize("box", ["imap", "pop3"], indirect=True)
def test_mail_is_fetched_with_a_token_that_is_kept_until_it_expires(
    vendor: Any, server: Any, user: str, tokens: TokenServer, box: MailAccount
) -> None:
    server.deliver(user, mail(1))
    look(vendor, box)
    assert fresh(vendor, box).last_error == ""
    assert stored(vendor) == [mail(1)]
    assert tokens.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH,
            "client_id": "helpdesk",
            "client_secret": CLIENT_SECRET,
            "scope": "mail.read offline",
        }
    ]
    assert opened(box.sealed_access_token) == "access-1"
    assert "access-1" not in box.sealed_access_token
    fetch(vendor, box.pk, now=NOW + timedelta(minutes=30))
    assert len(tokens.asked) == 1
    fetch(vendor, box.pk, now=NOW + timedelta(minutes=59))
    assert len(tokens.asked) == 2, "about to expire"
    assert tokens.asked[1]["refresh_token"] == "the-refresh-token-2", "the server had given another one"
    assert fresh(vendor, box).last_error == ""


def test_without_a_refresh_token_the_client_signs_in_by_itself(
    vendor: Any, server: Any, user: str, tokens: TokenServer, box: MailAccount
) -> None:
    with acting_for(vendor):
        MailAccount.objects.update(sealed_refresh_token="")
    server.deliver(user, mail(1))
    look(vendor, box)
    assert tokens.asked[0]["grant_type"] == "client_credentials"
    assert stored(vendor) == [mail(1)]


@pytest.mark.parametrize("box", ["imap", "pop3"], indirect=True)
def test_a_token_that_the_mail_server_refuses_is_not_shown_again(
    vendor: Any, server: Any, user: str, tokens: TokenServer, box: MailAccount
) -> None:
    look(vendor, box)
    tokens.valid.clear()  # somebody took the consent back
    server.deliver(user, mail(1))
    look(vendor, box, times=0)
    fetch(vendor, box.pk, now=NOW + timedelta(minutes=2))
    now = fresh(vendor, box)
    assert "refused the sign-in" in now.last_error
    assert (now.failures, now.sealed_access_token) == (1, "")
    look(vendor, box, times=1)
    assert stored(vendor) == [mail(1)]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((400, {"error": "invalid_grant"}), "the refresh token is not valid any more"),
        ((401, {"error": "invalid_client"}), "does not accept the client id or its secret"),
        ((400, {"error": "x", "error_description": "Ask your\nadministrator"}), "Ask your administrator"),
        ((500, b"<html>"), "answered 500 and nothing that can be read"),
        ((200, {"token_type": "Bearer"}), "answered 200"),
        ((200, ["access_token"]), "answered 200 and nothing that can be read"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    vendor: Any, tokens: TokenServer, box: MailAccount, answer: Any, sentence: str
) -> None:
    tokens.answer = answer
    look(vendor, box)
    said = fresh(vendor, box).last_error
    assert said.startswith("No access token: ")
    assert sentence in said


def test_a_token_server_inside_our_network_is_not_asked(vendor: Any, box: MailAccount, settings: Any) -> None:
    settings.MAIL_HOSTS = []
    with acting_for(vendor):
        MailAccount.objects.update(token_url="https://10.0.0.1/token")
    look(vendor, box)
    assert "inside our own network" in fresh(vendor, box).last_error
