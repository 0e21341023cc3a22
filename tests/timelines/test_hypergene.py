"""The worked timelines of Hypergene, on its real process file."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail

from notifications.commands import claim, send
from tests.timelines.scene import MINUTE, Scene, assert_due, assert_warns, at, clock, staged, told
from tickets.commands import change_severity

pytestmark = pytest.mark.django_db

RECEIPT = {("ticket_created", "requester"), ("ticket_created", "queue_team")}


@pytest.fixture
def hypergene() -> Iterator[Scene]:
    with staged("hypergene") as scene:
        yield scene


def test_hg_t1_easter_and_the_start_of_summer_time(hypergene: Scene) -> None:
    """HG-2.1-05, HG-2.3-03, HG-2.6-01, HG-2.7-01: a receipt with the id, a priority at once, targets from creation."""
    created = at("Thu 2027-03-25 16:00 CET")
    ticket = hypergene.opens(created)
    assert ticket.severity.code == "P3"
    assert told(ticket, created) == RECEIPT
    for delivery in claim(now=created + MINUTE):
        send(delivery, now=created + MINUTE)
    [receipt] = [sent for sent in mail.outbox if hypergene.contact.email in sent.to[0]]
    assert ticket.number in receipt.subject

    change_severity(
        ticket_id=ticket.pk,
        severity=hypergene.known.severities["P2"],
        reason="The whole department waits",
        actor=hypergene.agent,
        now=created + 5 * MINUTE,
    )
    assert_due(ticket, "first_response", at("Tue 2027-03-30 11:00 CEST"))
    assert_due(ticket, "resolution", at("Thu 2027-04-01 16:00 CEST"))
    assert clock(ticket, "first_response").due_at - created == timedelta(hours=114)
    assert_warns(ticket, "first_response", at("Tue 2027-03-30 10:00 CEST"))  # three of four hours


def test_hg_t2_received_on_a_saturday_counted_from_monday(hypergene: Scene) -> None:
    """HG-2.3-01, HG-2.3-02, HG-2.7-01: the receipt goes out although the desk is closed."""
    created = at("Sat 2026-06-06 10:15 CEST")
    ticket = hypergene.opens(created)
    assert told(ticket, created) == RECEIPT
    assert_due(ticket, "first_response", at("Mon 2026-06-08 17:00 CEST"))


def test_hg_t6_midsummer_eve_is_a_working_day(hypergene: Scene) -> None:
    """HG-2.3-03: it is no public holiday in the strict sense."""
    ticket = hypergene.opens(at("Thu 2026-06-18 15:00 CEST"))
    assert_due(ticket, "first_response", at("Fri 2026-06-19 15:00 CEST"))


def test_hg_t6_unless_the_optional_closed_dates_are_on(hypergene: Scene) -> None:
    """HG-2.3-03: an administrator's switch closes the eves."""
    hypergene.close_on_optional_dates("servicecenter")
    ticket = hypergene.opens(at("Thu 2026-06-18 15:00 CEST"))
    assert_due(ticket, "first_response", at("Mon 2026-06-22 15:00 CEST"))
