"""POP3 against a real server."""

from typing import Any

import pytest

from helpdesk.tenancy import acting_for
from notifications.models import Fetched, IncomingMail
from notifications.ways import fetching
from tests.people import NOW
from tests.ways.mails import all_settled, fresh, look, mail, stored, subjects

pytestmark = pytest.mark.django_db


def test_mail_is_fetched_and_stays(vendor: Any, server: Any, user: str, account: Any) -> None:
    server.deliver(user, mail(1), mail(2, "One line of " + "x" * 20_000 + "\r\n.\r\n..and a dot."))
    box = account(protocol="pop3")
    look(vendor, box)
    look(vendor, box, times=1)
    assert stored(vendor) == [mail(1), mail(2, "One line of " + "x" * 20_000 + "\r\n.\r\n..and a dot.")]
    assert server.subjects(user) == subjects(1, 2)
    with acting_for(vendor):
        assert IncomingMail.objects.order_by("id")[0].way == "pop3"
    assert all_settled(vendor)
    assert fresh(vendor, box).last_error == ""


def test_mail_is_deleted_when_it_is_safe(vendor: Any, server: Any, user: str, account: Any, settings: Any) -> None:
    settings.MAIL_MAX_BYTES = 5000
    server.deliver(user, mail(1), mail(2, "x" * 6000), mail(3))
    look(vendor, account(protocol="pop3", afterwards="delete"))
    assert stored(vendor) == [mail(1), mail(3)]
    assert server.subjects(user) == subjects(2)
    with acting_for(vendor):
        assert "it is not fetched" in Fetched.objects.get(settled_at__isnull=True).error


def test_batches(vendor: Any, server: Any, user: str, account: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "BATCH", 20)
    server.deliver(user, *(mail(n) for n in range(50)))
    box = account(protocol="pop3", afterwards="delete")
    assert [look(vendor, box) for _ in range(3)] == [True, True, False]
    assert stored(vendor) == [mail(n) for n in range(50)]
    assert server.subjects(user) == []


def test_ids_of_mails_that_are_gone_are_forgotten_in_the_end(vendor: Any, server: Any, user: str, account: Any) -> None:
    server.deliver(user, mail(1), mail(2))
    box = account(protocol="pop3")
    look(vendor, box)
    with server.imap(user) as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.expunge()
    fetching.fetch(vendor, box.pk, now=NOW + fetching.REMEMBERED * 2)
    with acting_for(vendor):
        assert Fetched.objects.count() == 1
    assert len(stored(vendor)) == 2


@pytest.mark.parametrize(("security", "port"), [("tls", "pop3s"), ("starttls", "pop3")])
def test_encrypted(vendor: Any, server: Any, user: str, account: Any, settings: Any, security: str, port: str) -> None:
    settings.MAIL_CA_FILE = str(server.authorities)
    server.deliver(user, mail(1))
    box = account(protocol="pop3", security=security, port=server.ports[port], host="localhost")
    look(vendor, box)
    assert fresh(vendor, box).last_error == ""
    assert stored(vendor) == [mail(1)]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"sealed_secret": ""}, "refused the sign-in"),
        ({"security": "starttls"}, "The certificate of 127.0.0.1 is not to be trusted"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(vendor: Any, account: Any, facts: Any, sentence: str) -> None:
    box = account(protocol="pop3", **facts)
    look(vendor, box)
    assert sentence in fresh(vendor, box).last_error
