"""Sending accounts in the admin: secrets go in and never come out, and a button says whether the server works."""

from typing import Any

import pytest

from helpdesk.sealed import opened
from helpdesk.tenancy import acting_for
from notifications.models import Mailbox, SendingAccount, SendingState, UndeliverableAddress
from tests.admin.pages import said, sent_by
from tests.notifications.sink import free_port, signs_in, sink
from tests.people import NOW

ADD = "/acme/admin/notifications/sendingaccount/add/"
PASSWORD = "s3cret-of-the-server"


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.MAIL_HOSTS = ["127.0.0.1"]


def make(at_acme: Any, **facts: str) -> Any:
    form = {**sent_by(at_acme.get(ADD)), "host": "127.0.0.1", "security": "none", "username": "desk", **facts}
    return at_acme.post(ADD, {"password": PASSWORD, **form})


def page_of(vendor: Any) -> str:
    with acting_for(vendor):
        return f"/acme/admin/notifications/sendingaccount/{SendingAccount.objects.get().pk}/change/"


def test_a_password_goes_in_and_never_comes_out(at_acme: Any, vendor: Any) -> None:
    assert make(at_acme, port="2525").status_code == 302
    with acting_for(vendor):
        account = SendingAccount.objects.get()
        assert PASSWORD not in account.sealed_password
        assert opened(account.sealed_password) == PASSWORD
    page = at_acme.get(page_of(vendor))
    assert PASSWORD not in page.content.decode()
    assert account.sealed_password not in page.content.decode()
    assert at_acme.post(page_of(vendor), {**sent_by(page), "hourly_cap": "100"}).status_code == 302
    with acting_for(vendor):
        assert SendingAccount.objects.get().password == PASSWORD, "it stays as it is"


def test_a_kept_password_is_not_sent_to_another_server(at_acme: Any, vendor: Any) -> None:
    make(at_acme)
    page = at_acme.get(page_of(vendor))
    refused = at_acme.post(page_of(vendor), {**sent_by(page), "port": "2526"})
    assert "The server is another one: enter the password again." in said(refused)
    assert at_acme.post(page_of(vendor), {**sent_by(page), "port": "2526", "password": "new"}).status_code == 302


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"host": "10.0.0.5", "security": "tls"}, "10.0.0.5 is an address inside our own network."),
        ({"host": "mail.example", "security": "none"}, "Nobody vouches for mail.example"),
        ({"host": "mail.example\u200b", "security": "tls"}, "a character that cannot be seen"),
        ({"password": ""}, "Enter the password."),
        ({"dkim_domain": "acme.example"}, "To sign, give the domain, the selector and the key."),
        ({"dkim_domain": "acme.example", "dkim_selector": "m", "dkim_key": "nonsense"}, "This is no RSA private key"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(at_acme: Any, facts: dict[str, str], sentence: str) -> None:
    refused = make(at_acme, **facts)
    assert refused.status_code == 200
    assert sentence in said(refused)


def test_the_button_sends_a_mail_to_whoever_asks(at_acme: Any, vendor: Any, boss: Any) -> None:
    with acting_for(vendor):
        Mailbox.objects.create(address="help@acme.example")
    with sink(**signs_in("desk", PASSWORD)) as (taken, port):
        make(at_acme, port=str(port))
        with acting_for(vendor):
            SendingState.objects.create(account=SendingAccount.objects.get(), failures=9, open_until=NOW)
        page = at_acme.post(page_of(vendor).replace("change", "test"), follow=True)
        assert f"took the mail. It should reach {boss.user.email} in a moment." in said(page)
        assert taken.envelopes == [("help@acme.example", [boss.user.email])]
    with acting_for(vendor):
        assert SendingState.objects.get().open_until is None, "it is used again at once"


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("nobody", "127.0.0.1 did not answer"),
        ("password", "127.0.0.1 does not let desk sign in: 535"),
        ("refused", "127.0.0.1 does not take mail to"),
        ("sender", "127.0.0.1 refused the mail: 553"),
    ],
)
def test_the_button_says_what_went_wrong(at_acme: Any, vendor: Any, trouble: str, sentence: str) -> None:
    with sink(**signs_in("desk", "other" if trouble == "password" else PASSWORD)) as (taken, port):
        taken.says = {"refused": {"RCPT": ["550 5.7.1 no relay"]}, "sender": {"MAIL": ["553 not yours"]}}.get(
            trouble, {}
        )
        make(at_acme, port=str(free_port() if trouble == "nobody" else port))
        page = at_acme.post(page_of(vendor).replace("change", "test"), follow=True)
    assert sentence in said(page)
    assert PASSWORD not in page.content.decode()


def test_a_mark_on_an_address_can_be_cleared_and_nothing_else(at_acme: Any, vendor: Any) -> None:
    with acting_for(vendor):
        mark = UndeliverableAddress.objects.create(address="x@gone.example", permanent=True, since=NOW, code="5.1.1")
    root = "/acme/admin/notifications/undeliverableaddress/"
    assert "x@gone.example" in said(at_acme.get(root))
    assert at_acme.get(f"{root}add/").status_code == 403
    assert at_acme.post(f"{root}{mark.pk}/delete/", {"post": "yes"}).status_code == 302
    with acting_for(vendor):
        assert not UndeliverableAddress.objects.exists()
