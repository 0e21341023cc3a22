"""IMAP against a real server: what is fetched, what is remembered, and what the server is told."""

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.tenancy import acting_for
from notifications.models import Fetched, IncomingMail
from notifications.ways import fetching
from tests.people import NOW
from tests.ways.mails import LATER, all_settled, fresh, look, mail, stored, subjects

pytestmark = pytest.mark.django_db


def test_unread_mail_is_fetched_as_it_is_and_marked(vendor: Any, server: Any, user: str, account: Any) -> None:
    server.deliver(user, mail(1), flags=r"(\Seen)")
    server.deliver(user, mail(2), mail(3, "Grüße, ohne Kodierung.\0"[:-1]))
    box = account()
    assert look(vendor, box) is False
    assert stored(vendor) == [mail(2), mail(3, "Grüße, ohne Kodierung.")]
    with acting_for(vendor):
        first = IncomingMail.objects.order_by("id")[0]
        assert (first.way, first.mailbox, first.state) == ("imap", box.mailbox, "new")
    assert server.subjects(user, criteria="UNSEEN") == []
    assert all_settled(vendor)
    now = fresh(vendor, box)
    assert (now.last_uid, now.failures, now.last_error, now.last_fetched_at) == (3, 0, "", NOW)
    assert now.next_fetch_at == NOW + timedelta(seconds=box.every_seconds)


def test_what_comes_later_is_fetched_even_when_somebody_has_read_it(
    vendor: Any, server: Any, user: str, account: Any
) -> None:
    """After the first look, numbers count and flags do not."""
    server.deliver(user, mail(1), flags=r"(\Seen)")
    box = account()
    look(vendor, box)
    assert stored(vendor) == []
    server.deliver(user, mail(2), flags=r"(\Seen)")
    server.deliver(user, mail(3))
    look(vendor, box, times=1)
    assert stored(vendor) == [mail(2), mail(3)]
    with server.imap(user) as client:
        client.select("INBOX")
        client.store("1:*", "-FLAGS", r"(\Seen)")
    look(vendor, box, times=2)
    assert len(stored(vendor)) == 2
    assert server.subjects(user, criteria="UNSEEN") == subjects(1, 2, 3), "nobody marks what was not fetched now"


def test_mail_is_moved_to_a_folder_that_is_made_for_it(vendor: Any, server: Any, user: str, account: Any) -> None:
    server.deliver(user, mail(1), mail(2))
    look(vendor, account(afterwards="move", move_to="Erledigt & gelöscht"))
    assert server.subjects(user) == []
    assert server.subjects(user, folder='"Erledigt &- gel&APY-scht"') == subjects(1, 2)
    assert all_settled(vendor)


def test_mail_is_deleted_and_nothing_else_is(vendor: Any, server: Any, user: str, account: Any) -> None:
    server.deliver(user, mail(1), flags=r"(\Seen \Deleted)")
    server.deliver(user, mail(2))
    look(vendor, account(afterwards="delete"))
    assert server.subjects(user) == subjects(1), "what somebody else has marked for deletion stays"
    assert stored(vendor) == [mail(2)]


def test_another_folder_than_the_inbox(vendor: Any, server: Any, user: str, account: Any) -> None:
    with server.imap(user) as client:
        client.create('"S&APw-den.Fragen"')
    server.deliver(user, mail(1))
    server.deliver(user, mail(2), folder='"S&APw-den.Fragen"')
    look(vendor, account(folder="Süden.Fragen"))
    assert stored(vendor) == [mail(2)]


def test_many_mails_come_in_batches(vendor: Any, server: Any, user: str, account: Any) -> None:
    server.deliver(user, *(mail(n) for n in range(200)))
    box, looks = account(), 1
    while look(vendor, box):
        looks += 1
        assert fresh(vendor, box).next_fetch_at == NOW, "it goes on at once"
        assert len(stored(vendor)) == fetching.BATCH * (looks - 1)
    assert looks == 4
    assert stored(vendor) == [mail(n) for n in range(200)]
    assert server.subjects(user, criteria="UNSEEN") == []
    assert all_settled(vendor)


def test_the_same_mail_in_two_mailboxes_is_one_entry(vendor: Any, server: Any, user: str, account: Any) -> None:
    """A mail to two addresses of a vendor, with other lines of other servers, comes once."""
    other = f"{user}-sales"
    server.deliver(user, b"Received: from a by b\r\n" + mail(1))
    server.deliver(other, b"Received: from a by c\r\nDelivered-To: sales@acme.example\r\n" + mail(1))
    look(vendor, account())
    look(vendor, account(username=other, address="sales@acme.example"))
    assert len(stored(vendor)) == 1
    assert server.subjects(other, criteria="UNSEEN") == []
    assert all_settled(vendor)


# --- Numbers that mean something else --------------------------------------------------------------------


def test_mails_that_were_numbered_anew_are_not_taken_twice_and_none_is_missed(
    vendor: Any, server: Any, user: str, account: Any
) -> None:
    server.deliver(user, mail(1), mail(2))
    box = account()
    look(vendor, box)
    before = fresh(vendor, box).uid_validity
    server.deliver(user, mail(3), flags=r"(\Seen)")  # somebody reads it before we look
    server.deliver(user, mail(4))
    server.number_anew(user)
    look(vendor, box, times=1)
    assert stored(vendor) == [mail(1), mail(2), mail(3), mail(4)]
    now = fresh(vendor, box)
    assert now.uid_validity not in (None, before)
    assert now.last_uid == 1003
    assert all_settled(vendor)
    assert server.subjects(user, criteria="UNSEEN") == []


def test_what_waited_when_the_numbers_changed_is_fetched_by_the_new_ones(
    vendor: Any, server: Any, user: str, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH", 1)
    server.deliver(user, mail(1), mail(2), mail(3))
    box = account()
    assert look(vendor, box) is True
    server.number_anew(user)
    while look(vendor, box, times=1):
        pass
    assert stored(vendor) == [mail(1), mail(2), mail(3)]
    assert all_settled(vendor)


# --- What cannot be fetched ------------------------------------------------------------------------------


def test_a_mail_that_is_too_large_stays_at_the_server_and_is_shown(
    vendor: Any, server: Any, user: str, account: Any, settings: Any
) -> None:
    settings.MAIL_MAX_BYTES = 5000
    server.deliver(user, mail(1), mail(2, "x" * 6000), mail(3))
    box = account(afterwards="delete")
    look(vendor, box)
    assert stored(vendor) == [mail(1), mail(3)]
    assert server.subjects(user) == subjects(2)
    with acting_for(vendor):
        left = Fetched.objects.get(settled_at__isnull=True)
        assert "it is not fetched" in left.error
    settings.MAIL_MAX_BYTES = 50_000
    assert look(vendor, box, times=5) is False
    assert len(stored(vendor)) == 3, "a day later, the operator allows more"
    assert server.subjects(user) == []


def test_a_mail_that_was_taken_away_in_the_meantime_is_no_error(
    vendor: Any, server: Any, user: str, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BATCH", 1)
    server.deliver(user, mail(1), mail(2))
    box = account()
    look(vendor, box)
    with server.imap(user) as client:
        client.select("INBOX")
        client.store("2", "+FLAGS", r"(\Deleted)")
        client.expunge()
    assert look(vendor, box, times=1) is False
    assert fresh(vendor, box).last_error == ""
    assert stored(vendor) == [mail(1)]
    assert all_settled(vendor)


# --- The breaker -----------------------------------------------------------------------------------------


def test_a_server_that_fails_rests_longer_each_time_and_comes_back(
    vendor: Any, server: Any, user: str, account: Any
) -> None:
    box = account(port=1)
    rests = []
    for times in range(4):
        assert look(vendor, box, times) is False
        now = fresh(vendor, box)
        assert now.failures == times + 1
        assert "127.0.0.1 did not answer" in now.last_error
        assert now.leased_until is None
        rests.append(now.next_fetch_at - (NOW + LATER * times))
    assert rests == sorted(rests)
    assert look(vendor, box, times=3) is False
    assert fresh(vendor, box).failures == 4, "not before its time"
    server.deliver(user, mail(1))
    with acting_for(vendor):
        box.port = server.ports["imap"]
        box.save(update_fields=["port"])
    look(vendor, box, times=4)
    assert stored(vendor) == [mail(1)]
    now = fresh(vendor, box)
    assert (now.failures, now.last_error) == (0, "")


def test_only_what_is_due_is_looked_at(vendor: Any, other_vendor: Any, account: Any) -> None:
    box = account()
    assert fetching.due_accounts(NOW) == [(vendor.pk, box.pk)]
    assert fetching.due_accounts(NOW - timedelta(seconds=1)) == []
    for facts in ({"is_active": False}, {"leased_until": NOW + timedelta(minutes=1)}):
        with acting_for(vendor):
            type(box).objects.filter(pk=box.pk).update(**{"is_active": True, "leased_until": None} | facts)
        assert fetching.due_accounts(NOW) == []
        assert look(vendor, box) is False
    assert fetching.due_accounts(NOW + timedelta(minutes=2)) == [(vendor.pk, box.pk)], "a lease of the dead ends"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"sealed_secret": ""}, "refused the sign-in"),
        ({"folder": "Nowhere"}, "There is no folder Nowhere to open"),
        ({"host": "nowhere.invalid", "security": "tls"}, "nowhere.invalid is not found"),
        ({"host": "10.0.0.1", "security": "tls"}, "10.0.0.1 is an address inside our own network."),
        ({"host": "mail.example"}, "Nobody vouches for mail.example: without encryption"),
        ({"security": "starttls"}, "The certificate of 127.0.0.1 is not to be trusted"),
        ({"security": "tls"}, "127.0.0.1 does not speak TLS here"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(vendor: Any, account: Any, facts: Any, sentence: str) -> None:
    box = account(**facts)
    look(vendor, box)
    assert sentence in fresh(vendor, box).last_error


@pytest.mark.parametrize(("security", "port"), [("tls", "imaps"), ("starttls", "imap")])
def test_encrypted_by_a_certificate_that_the_operator_s_authority_vouches_for(
    vendor: Any, server: Any, user: str, account: Any, settings: Any, security: str, port: str
) -> None:
    settings.MAIL_CA_FILE = str(server.authorities)
    server.deliver(user, mail(1))
    box = account(security=security, port=server.ports[port], host="localhost")
    look(vendor, box)
    assert fresh(vendor, box).last_error == ""
    assert stored(vendor) == [mail(1)]
