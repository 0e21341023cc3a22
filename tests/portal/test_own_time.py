"""The own time zone: said on a page of its own, guessed by nobody, shown on pages and in the receipt."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from helpdesk.models import Contact, User, Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for
from notifications.commands import send
from notifications.models import Delivery
from tests.people import NOW, make_contact, make_ticket
from tests.sla.conftest import PROCESS
from tickets.queries.catalogue import catalogue

RECEIPT = "{event: ticket_created, audience: [requester]}"
PAGE = "/clockmakers/accounts/time-zone/"


@pytest.fixture
def makers(db: None) -> Vendor:
    load(PROCESS.replace("notifications: [", f"notifications: [{RECEIPT}, "), now=NOW, by="tests")
    return Vendor.objects.get(slug="clockmakers")


@pytest.fixture
def contact(makers: Vendor) -> Contact:
    with acting_for(makers):
        return make_contact(name="Tia Tower")


def test_a_person_says_a_time_zone_and_takes_it_back(contact: Contact, client_for: Callable[..., Any]) -> None:
    browser = client_for(contact)
    assert "Times here are those of Europe/Berlin." in browser.get(PAGE).content.decode()
    assert (
        browser.post(PAGE, {"time_zone": "Asia/Tokyo", "next": "/clockmakers/tickets/"}).url == "/clockmakers/tickets/"
    )
    assert User.objects.get(pk=contact.user_id).time_zone == "Asia/Tokyo"
    browser.post(PAGE, {"time_zone": ""})
    assert User.objects.get(pk=contact.user_id).time_zone == ""


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "europe/berlin"])
def test_what_is_no_zone_is_not_taken(contact: Contact, client_for: Callable[..., Any], zone: str) -> None:
    answer = client_for(contact).post(PAGE, {"time_zone": zone})
    assert answer.status_code == 422
    assert User.objects.get(pk=contact.user_id).time_zone == ""


def test_one_is_not_led_away_to_another_site(contact: Contact, client_for: Callable[..., Any]) -> None:
    answer = client_for(contact).post(PAGE, {"time_zone": "", "next": "https://evil.example/"})
    assert answer.url == PAGE


def test_strangers_sign_in_first(makers: Vendor) -> None:
    assert Client().get(PAGE).url.startswith("/clockmakers/accounts/login/")


def test_the_browser_s_zone_is_offered_until_one_is_said(contact: Contact, client_for: Callable[..., Any]) -> None:
    """The offer stays hidden unless a script finds another zone; without scripts nothing is asked."""
    browser = client_for(contact)
    offered = browser.get("/clockmakers/tickets/").content.decode()
    assert 'data-zone-offer="Europe/Berlin" hidden' in offered
    browser.post(PAGE, {"time_zone": "Europe/Berlin"})
    assert "data-zone-offer" not in browser.get("/clockmakers/tickets/").content.decode()


def test_a_zone_that_the_system_forgot_shows_the_vendor_s_time_alone(
    contact: Contact, client_for: Callable[..., Any]
) -> None:
    contact.user.time_zone = "Europe/Atlantis"
    contact.user.save()
    assert client_for(contact).get("/clockmakers/tickets/").status_code == 200


@pytest.mark.parametrize(
    ("zone", "language", "promises"),
    [
        ("", "en", ["We answer by Tue 19 May, 12:00.", "We aim to solve this by Wed 20 May, 10:00."]),
        ("Europe/Helsinki", "en", ["We answer by Tue 19 May, 12:00, your time 13:00."]),
        ("Europe/Helsinki", "sv", ["din tid 13:00"]),
    ],
)
def test_the_receipt_tells_every_promise_in_both_times(
    makers: Vendor, contact: Contact, zone: str, language: str, promises: list[str]
) -> None:
    contact.user.time_zone = zone
    contact.user.save()
    with acting_for(makers):
        contact.language = language
        contact.save()
        make_ticket(contact, severity=catalogue().severities["high"])
        receipt = Delivery.objects.get(event="ticket_created", audience="requester")
        assert send(receipt.pk, now=NOW)
    [sent] = mail.outbox
    for promise in promises:
        assert promise in sent.body
        assert promise in sent.alternatives[0][0]


def test_lists_and_the_ticket_tell_what_comes_next(
    makers: Vendor, contact: Contact, client_for: Callable[..., Any]
) -> None:
    contact.user.time_zone = "Pacific/Kiritimati"
    contact.user.save()
    with acting_for(makers):
        ticket = make_ticket(contact, now=timezone.now(), severity=catalogue().severities["high"])
    browser = client_for(contact)
    [line] = browser.get("/clockmakers/tickets/").context["lines"]
    assert line.promise.startswith("Answer by ")
    assert ", your time " in line.promise
    outlook = browser.get(f"/clockmakers/tickets/{ticket.number}/").context["outlook"]
    assert outlook.title.startswith("We answer by ")
    assert outlook.details[0].startswith("We aim to solve this by ")
    assert ", your time " in outlook.title
