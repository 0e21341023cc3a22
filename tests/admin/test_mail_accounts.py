"""Mail accounts in the admin: secrets go in and never come out, and the button says what is wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.sealed import opened
from helpdesk.tenancy import acting_for
from notifications.models import Fetched, MailAccount, Mailbox
from tests.admin.pages import said, sent_by
from tests.ways.dovecot import PASSWORD, Dovecot, dovecot

LIST = "/acme/admin/notifications/mailaccount/"
ADD = "/acme/admin/notifications/mailaccount/add/"


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def filled(vendor: Any, server: Dovecot, settings: Any) -> dict[str, Any]:
    """The form as somebody fills it in."""
    settings.MAIL_HOSTS = ["127.0.0.1"]
    with acting_for(vendor):
        mailbox = Mailbox.objects.create(address="fetched@acme.example")
    return {
        "mailbox": mailbox.pk,
        "is_active": "on",
        "protocol": "imap",
        "host": "127.0.0.1",
        "port": server.ports["imap"],
        "security": "none",
        "username": "admin-test",
        "auth": "password",
        "secret": PASSWORD,
        "folder": "INBOX",
        "afterwards": "flag",
        "every_seconds": 30,
    }


def saved(vendor: Any) -> MailAccount:
    with acting_for(vendor):
        return MailAccount.objects.get()


def test_secrets_go_in_and_never_come_out(at_acme: Any, vendor: Any, filled: Any) -> None:
    oauth = {
        "auth": "oauth2",
        "secret": "",
        "token_url": "https://login.example/token",
        "client_id": "the-client",
        "client_secret": "the client's own secret",
        "refresh_token": "the token to refresh by",
    }
    assert at_acme.post(ADD, filled | oauth).status_code == 302
    account = saved(vendor)
    assert opened(account.sealed_client_secret) == oauth["client_secret"]
    assert opened(account.sealed_refresh_token) == oauth["refresh_token"]
    address = f"/acme/admin/notifications/mailaccount/{account.pk}/change/"
    shown = [at_acme.get(address), at_acme.get(address.replace("change", "history")), at_acme.get(LIST)]
    for page in shown:
        assert page.status_code == 200
        for secret in (oauth["client_secret"], oauth["refresh_token"], account.sealed_client_secret):
            assert secret not in page.content.decode()
    assert at_acme.post(address, sent_by(shown[0]) | {"scope": "mail"}).status_code == 302
    assert opened(saved(vendor).sealed_refresh_token) == oauth["refresh_token"], "empty leaves it as it is"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secret": ""}, "Enter the password."),
        ({"host": "10.1.2.3", "security": "tls"}, "10.1.2.3 is an address inside our own network."),
        ({"host": "mail.example"}, "Nobody vouches for mail.example"),
        ({"afterwards": "move"}, "Name another folder."),
        ({"afterwards": "move", "move_to": "INBOX"}, "Name another folder."),
        ({"afterwards": "move", "move_to": "Read", "protocol": "pop3"}, "POP3 knows no folders"),
        ({"every_seconds": 1}, "greater than or equal to 5"),
        ({"username": "a\r\nb LOGOUT"}, "a character that cannot be seen"),
        ({"auth": "oauth2", "client_id": "c", "refresh_token": "r"}, "Write an address such as"),
        ({"auth": "oauth2", "token_url": "https://10.0.0.1/", "client_id": "c", "refresh_token": "r"}, "inside our"),
        ({"auth": "oauth2", "token_url": "https://login.example/", "refresh_token": "r"}, "Enter the client id."),
        ({"auth": "oauth2", "token_url": "https://login.example/", "client_id": "c"}, "Enter a refresh token or"),
    ],
)
def test_what_cannot_work_is_refused(at_acme: Any, vendor: Any, filled: Any, changes: Any, sentence: str) -> None:
    page = at_acme.post(ADD, filled | changes)
    assert sentence in said(page)
    with acting_for(vendor):
        assert not MailAccount.objects.exists()


def test_a_mailbox_has_one_account(at_acme: Any, vendor: Any, filled: Any) -> None:
    assert at_acme.post(ADD, filled).status_code == 302
    assert "This mailbox is fetched already." in said(at_acme.post(ADD, filled))


def test_the_button_says_what_is_in_there(at_acme: Any, vendor: Any, filled: Any, server: Dovecot) -> None:
    server.deliver("admin-test", b"Subject: One\r\n\r\nHello\r\n", b"Subject: Two\r\n\r\nHello\r\n")
    at_acme.post(ADD, filled)
    account = saved(vendor)
    assert "Test the connection" in said(at_acme.get(f"/acme/admin/notifications/mailaccount/{account.pk}/change/"))
    tried = at_acme.post(f"/acme/admin/notifications/mailaccount/{account.pk}/test/", follow=True)
    assert "the sign-in works: 2 mails in INBOX, 2 of them unread." in said(tried)
    assert server.subjects("admin-test", criteria="UNSEEN") == ["One", "Two"]
    with acting_for(vendor):
        assert not Fetched.objects.exists()


def test_the_button_says_what_is_wrong(at_acme: Any, vendor: Any, filled: Any) -> None:
    at_acme.post(ADD, filled | {"secret": "wrong"})
    tried = at_acme.post(f"/acme/admin/notifications/mailaccount/{saved(vendor).pk}/test/", follow=True)
    assert "127.0.0.1 refused the sign-in of admin-test" in said(tried)


def test_trying_out_is_not_done_by_following_a_link_and_not_by_agents(
    at_acme: Any, vendor: Any, filled: Any, agent: Any, client_for: Any
) -> None:
    at_acme.post(ADD, filled)
    address = f"/acme/admin/notifications/mailaccount/{saved(vendor).pk}/test/"
    assert at_acme.get(address).status_code == 405
    assert client_for(agent).post(address).status_code == 403


def test_another_folder_begins_anew_and_another_password_does_not(at_acme: Any, vendor: Any, filled: Any) -> None:
    at_acme.post(ADD, filled)
    account = saved(vendor)
    with acting_for(vendor):
        MailAccount.objects.update(uid_validity=7, last_uid=9, failures=3, last_error="No.")
        Fetched.objects.create(account=account, uid_validity=7, uid="9", next_try_at=timezone.now(), error="Too large.")
    address = f"/acme/admin/notifications/mailaccount/{account.pk}/change/"
    page = at_acme.get(address)
    assert "Mail 9: Too large." in said(page)
    with acting_for(vendor):
        MailAccount.objects.update(failures=0)
    assert "some mail stays at the server" in said(at_acme.get(LIST))
    assert at_acme.post(address, sent_by(page) | {"secret": "another"}).status_code == 302
    again = saved(vendor)
    assert (again.uid_validity, again.last_uid, again.failures, again.last_error) == (7, 9, 0, "")
    assert at_acme.post(address, sent_by(page) | {"folder": "Support"}).status_code == 302
    other = saved(vendor)
    assert (other.uid_validity, other.last_uid) == (None, 0)
    with acting_for(vendor):
        assert not Fetched.objects.exists()
