"""Emptying the outbox: leases, marks, trying again and giving up."""

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands import LEASE, claim, send, sending
from notifications.core.backoff import MOST_ATTEMPTS, wait_after
from notifications.filebackend import EmailBackend
from notifications.models import Delivery
from notifications.tasks import sweep_deliveries
from tests.people import NOW, make_contact, make_ticket

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


class Broken(BaseEmailBackend):
    """A mail server that refuses."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.error


TEMPORARY = [
    ConnectionRefusedError("nobody listens"),
    TimeoutError("too slow"),
    smtplib.SMTPServerDisconnected("gone"),
    smtplib.SMTPResponseException(451, b"try again later"),
    smtplib.SMTPRecipientsRefused({"a@people.example": (450, b"busy")}),
    smtplib.SMTPRecipientsRefused({"a@people.example": (550, b"unknown"), "b@people.example": (450, b"busy")}),
]
PERMANENT = [
    smtplib.SMTPResponseException(550, b"no such person"),
    smtplib.SMTPDataError(554, b"refused"),
    smtplib.SMTPRecipientsRefused({"a@people.example": (550, b"unknown")}),
]


@pytest.fixture
def receipt(door: Vendor) -> Delivery:
    make_ticket()
    return Delivery.objects.get()


# --- Marks ---------------------------------------------------------------------------------------------------


def test_sending_marks_the_row_and_is_done_once(receipt: Delivery) -> None:
    assert send(receipt.pk, now=NOW + SECOND) is True
    receipt.refresh_from_db()
    assert (receipt.state, receipt.sent_at, receipt.attempts, receipt.error) == ("sent", NOW + SECOND, 1, "")
    assert send(receipt.pk, now=NOW + MINUTE) is False
    assert len(mail.outbox) == 1
    assert claim(now=NOW + timedelta(days=1)) == []


def test_a_lease_keeps_others_away_until_it_ends(receipt: Delivery) -> None:
    assert claim(now=NOW - SECOND) == []
    assert claim(now=NOW) == [receipt.pk]
    assert claim(now=NOW + LEASE - SECOND) == []
    assert claim(now=NOW + LEASE) == [receipt.pk]  # whoever held it has died


@pytest.mark.usefixtures("door")
def test_the_oldest_are_leased_first_and_only_so_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    contact = make_contact()
    for minute in (3, 1, 2):
        make_ticket(contact, now=NOW + minute * MINUTE)
    oldest = Delivery.objects.order_by("created_at").values_list("pk", flat=True)
    assert claim(now=NOW + 5 * MINUTE) == list(oldest[:2])
    assert claim(now=NOW + 5 * MINUTE) == list(oldest[2:])


def test_sent_twice_after_a_crash_it_is_the_same_mail(receipt: Delivery, tmp_path: Path, settings: Any) -> None:
    """The worker died before its mark: the same id, and for the file backend the same file."""
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    for _ in range(2):
        assert send(receipt.pk, now=NOW, connection=EmailBackend())
        Delivery.objects.update(state="queued", sent_at=None)
    [file] = (tmp_path / "mail").iterdir()
    assert receipt.message_id in file.read_text()


# --- Failures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", TEMPORARY, ids=repr)
def test_a_failure_is_tried_again_later(receipt: Delivery, error: Exception) -> None:
    wait = wait_after(1, receipt.pk)
    assert wait is not None
    assert send(receipt.pk, now=NOW, connection=Broken(error)) is False
    receipt.refresh_from_db()
    assert (receipt.state, receipt.attempts, receipt.next_attempt_at) == ("queued", 1, NOW + wait)
    assert receipt.error
    assert claim(now=NOW + wait - SECOND) == []
    assert claim(now=NOW + wait) == [receipt.pk]
    assert send(receipt.pk, now=NOW + wait) is True
    receipt.refresh_from_db()
    assert (receipt.state, receipt.attempts, receipt.error) == ("sent", 2, "")


@pytest.mark.parametrize("error", PERMANENT, ids=repr)
def test_a_refusal_for_good_is_not_tried_again(receipt: Delivery, error: Exception) -> None:
    assert send(receipt.pk, now=NOW, connection=Broken(error)) is False
    receipt.refresh_from_db()
    assert (receipt.state, receipt.attempts) == ("failed", 1)
    assert claim(now=NOW + timedelta(days=30)) == []


def test_it_gives_up_after_so_many_attempts(receipt: Delivery) -> None:
    now = NOW
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert claim(now=now) == [receipt.pk]
        send(receipt.pk, now=now, connection=Broken(TimeoutError("too slow")))
        receipt.refresh_from_db()
        assert receipt.attempts == attempt
        now = receipt.next_attempt_at
    assert receipt.state == "failed"
    assert claim(now=now + timedelta(days=30)) == []


# --- The sweep -----------------------------------------------------------------------------------------------


def test_the_sweep_sends_for_every_vendor(vendor: Vendor, other_vendor: Vendor) -> None:
    now = timezone.now()
    for one in (vendor, other_vendor):
        with acting_for(one):
            for _ in range(3):
                make_ticket(now=now)
    sweep_deliveries()
    assert len(mail.outbox) == 6
    for one in (vendor, other_vendor):
        with acting_for(one):
            assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    sweep_deliveries()
    assert len(mail.outbox) == 6


def test_one_mail_that_cannot_be_composed_holds_up_no_other(vendor: Vendor) -> None:
    now = timezone.now()
    with acting_for(vendor):
        for _ in range(3):
            make_ticket(now=now)
        broken = Delivery.objects.order_by("id")[1]
        Delivery.objects.filter(pk=broken.pk).update(to_address="nobody\nBcc: victim@people.example")
    sweep_deliveries()
    assert len(mail.outbox) == 2
    with acting_for(vendor):
        assert Delivery.objects.filter(state="sent").count() == 2
