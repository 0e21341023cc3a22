"""Releases and answers: what is refused, what is told, and what a later addition to a list does."""

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.access import Refused
from helpdesk.models import Vendor
from helpdesk.process.files import ProcessInvalid, dump, parse
from helpdesk.tenancy import acting_for
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import answer_request, publish_release, send_version
from tickets.commands.timers import fire_due
from tickets.models import Entry, Payload, Release, Ticket, Timer
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=200)


@pytest.fixture
def nexus() -> Any:
    with acting_for(Vendor.objects.get(slug="nexus")) as vendor:
        yield vendor


@pytest.fixture
def po(nexus: Any) -> Any:
    return acts(make_agent())


@pytest.fixture
def wish(nexus: Any) -> Ticket:
    return make_ticket(type=catalogue().types["feature_request"])


def publish(agent: Any, *tickets: Ticket, version: str = "6.2") -> Release:
    product = catalogue().products["prime"]
    return publish_release(product=product, version=version, tickets=tickets, actor=agent, now=LATER)


def accept(agent: Any, ticket: Ticket) -> None:
    answer_request(ticket_id=ticket.pk, answer="accepted", words="Yes, we make it.", actor=agent, now=NOW)


def sweep(ticket: Ticket, now: Any) -> int:
    return fire_due([ticket.pk], now=now)


def test_a_ticket_that_is_added_to_a_published_release_is_opened_too(po: Any, wish: Ticket) -> None:
    """NX-4.5-03: whenever the list gets it, and once."""
    accept(po, wish)
    publish(po)
    assert not Timer.objects.filter(kind="release").exists()
    publish(po, wish)
    assert (sweep(wish, LATER + timedelta(hours=1)), sweep(wish, LATER + timedelta(hours=2))) == (1, 0)
    wish.refresh_from_db()
    assert not wish.is_finished
    assert Release.objects.get().published_at == LATER


def test_a_request_that_is_still_open_is_only_told_of(po: Any, wish: Ticket) -> None:
    answer_request(ticket_id=wish.pk, answer="accepted", words="Yes.", actor=po, now=NOW)
    Ticket.objects.filter(pk=wish.pk).update(status=catalogue().open_status, is_finished=False)
    publish(po, wish)
    sweep(wish, LATER + timedelta(minutes=1))
    assert Entry.objects.filter(ticket=wish, kind="released").count() == 1
    assert Entry.objects.filter(ticket=wish, kind="status").count() == 1


def test_an_incident_on_the_list_stays_as_it_is(po: Any, nexus: Any) -> None:
    """NX-4.5-03 is about feature requests."""
    incident = make_ticket()
    publish(po, incident)
    sweep(incident, LATER + timedelta(minutes=1))
    assert Timer.objects.get(kind="release").state == "done"
    assert not Entry.objects.filter(ticket=incident, kind__in=("released", "status")).exists()


def test_the_version_can_be_told_when_there_is_one(po: Any, wish: Ticket) -> None:
    """NX-4.5-04: the message names the version."""
    accept(po, wish)
    with pytest.raises(Refused, match="No published release has this yet"):
        send_version(ticket_id=wish.pk, actor=po, now=LATER)
    publish(po, wish)
    sweep(wish, LATER + timedelta(minutes=1))
    with pytest.raises(Refused, match=r"does not name the version\. Write 6\.2 in it"):
        send_version(ticket_id=wish.pk, body="It is done.", actor=po, now=LATER)


def test_the_prepared_words_are_in_the_customers_language(po: Any, nexus: Any) -> None:
    wish = make_ticket(make_contact(language="sv"), type=catalogue().types["feature_request"])
    accept(po, wish)
    publish(po, wish)
    sweep(wish, LATER + timedelta(minutes=1))
    send_version(ticket_id=wish.pk, actor=po, now=LATER + timedelta(minutes=2))
    line = Entry.objects.filter(ticket=wish, kind="message").latest("seq")
    assert Payload.objects.get(ticket=wish, seq=line.seq).body == "PRIME 6.2 innehåller det som du har önskat här."


def test_customers_neither_answer_nor_publish(po: Any, wish: Ticket) -> None:
    customer = wish.requester.actor
    for attempt in (
        lambda: accept(customer, wish),
        lambda: publish(customer, wish),
        lambda: send_version(ticket_id=wish.pk, actor=customer, now=NOW),
    ):
        with pytest.raises(Refused, match="Only the support staff"):
            attempt()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("answered_status: closed_other", "answered_status: open", "ticket_types[2].answered_status: 'open' does not end a ticket: open"),
        ("answered_reason: not_an_incident", "answered_reason: because", "ticket_types[2].answered_reason: 'closed_other' needs one of its reasons"),
        ("requires_answer: [accepted, rejected]", "requires_answer: []", "ticket_types[2].answered_status: give requires_answer too"),
        ("reopen_on_release: true", "reopen_on_release: false", "ticket_types[2].released_status: give reopen_on_release too"),
        ("released_status: closed_successful", "released_status: gone", "ticket_types[2].released_status: unknown status 'gone'"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_process_is_named(nexus: Any, old: str, new: str, problem: str) -> None:
    text = dump(nexus)
    assert old in text
    with pytest.raises(ProcessInvalid) as invalid:
        parse(text.replace(old, new, 1))
    assert any(str(found).startswith(problem) for found in invalid.value.problems), str(invalid.value)
