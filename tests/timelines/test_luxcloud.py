"""The worked timelines of LuxCloud, on its real process file."""

from collections.abc import Iterator

import pytest
from django.core import mail

from notifications.commands import claim, send
from notifications.models import Delivery
from sla.models import OnCallSchedule
from tests.people import make_agent
from tests.sla.duty import put_on_call, steps
from tests.timelines.scene import (
    MINUTE,
    Scene,
    assert_due,
    assert_nothing_was_late,
    at,
    clock,
    fresh,
    recorded,
    staged,
    status_of,
    sweep,
    told,
)
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def luxcloud() -> Iterator[Scene]:
    with staged("luxcloud") as scene:
        yield scene


def test_lx_t1_high_on_a_friday_evening(luxcloud: Scene) -> None:
    """LX-1.3-01, LX-1.3-02, LX-3.1-01: without EMERGENCY the desk's hours count, through the end of summer time."""
    ticket = luxcloud.opens(at("Fri 2026-10-23 16:30 CEST"), severity="high")
    assert fresh(ticket).flags == []
    assert_due(ticket, "first_response", at("Mon 2026-10-26 08:30 CET"))
    assert_due(ticket, "resolution", at("Mon 2026-10-26 16:30 CET"))


@pytest.mark.parametrize("channel", ["portal", "email"])
def test_lx_t2_emergency_in_the_hour_that_occurs_twice(luxcloud: Scene, channel: str) -> None:
    """LX-2.8-02, LX-2.8-03, LX-2.8-04, LX-1.1.5-03: High, flagged; the NOC and whoever is on duty told at once."""
    make_agent(name="NOC engineer", teams=("noc",))
    on_duty = make_agent(name="NOC engineer on duty", teams=("noc",))
    put_on_call(OnCallSchedule.objects.get(code="noc"), on_duty, time_zone="Europe/Luxembourg")
    created = at("Sun 2026-10-25 02:30 CEST")
    subject = "EMERGENCY: all mail is down"
    if channel == "portal":
        ticket = luxcloud.opens(created, subject=subject)
    else:
        ticket = luxcloud.mails(created, subject=subject, mailbox="support@luxcloud.example")

    ticket = fresh(ticket)
    assert (ticket.severity.code, ticket.flags) == ("high", ["emergency"])
    assert {("ticket_created", "requester"), ("team_called", "team:noc"), ("page", "on_call")} <= told(ticket, created)
    page = Delivery.objects.get(ticket=ticket, event="page")
    assert (page.to_address, page.created_at, page.next_attempt_at) == (on_duty.user.email, created, created)
    assert steps(ticket) == [(created, 1, 1, [on_duty.pk])]
    assert_due(ticket, "first_response", at("Sun 2026-10-25 02:30 CET"))
    assert_due(ticket, "resolution", at("Mon 2026-10-26 17:00 CET"))


def test_lx_t2_in_lower_case_it_is_no_emergency(luxcloud: Scene) -> None:
    """LX-2.8-03: the word in upper case, as a whole word."""
    for subject in ("Emergency: all mail is down", "NONEMERGENCY"):
        ticket = fresh(luxcloud.opens(at("Sun 2026-10-25 02:30 CEST"), subject=subject))
        assert (ticket.severity.code, ticket.flags, steps(ticket)) == ("normal", [], [])


@pytest.mark.parametrize("created", ["Wed 2026-05-20 10:00 CEST", "Mon 2026-05-25 03:00 CEST"])
def test_an_emergency_pages_the_noc_at_any_hour(luxcloud: Scene, created: str) -> None:
    """LX-1.1.5-03, LX-2.8-03: around the clock, on a working day and in the night of a holiday; chat does not."""
    ticket = luxcloud.opens(at(created), subject="EMERGENCY: all mail is down")
    assert [step[0] for step in steps(ticket)] == [at(created)]
    chat = luxcloud.opens(at(created), subject="EMERGENCY: all mail is down", channel="chat", actor=luxcloud.agent)
    assert steps(chat) == []


def test_lx_t3_normal_over_whit_monday(luxcloud: Scene) -> None:
    """LX-1.3-03, LX-1.3-04, LX-2.2-04, LX-3.1-02."""
    ticket = luxcloud.opens(at("Thu 2026-05-21 15:00 CEST"))
    assert ticket.severity.code == "normal"
    assert_due(ticket, "first_response", at("Fri 2026-05-22 15:00 CEST"))
    assert_due(ticket, "resolution", at("Tue 2026-05-26 15:00 CEST"))


def assert_resolved_after(ticket: Ticket, instant: object, rule: str) -> None:
    """Unresolved at the instant, resolved by the rule a minute after it, partner and technicians told, once."""
    before = status_of(ticket)
    sweep(instant)
    assert status_of(ticket) == before
    sweep(instant + MINUTE)
    sweep(instant + 2 * MINUTE)
    assert (status_of(ticket), fresh(ticket).status_reason) == ("resolved", "no_reply")
    assert told(ticket, instant + MINUTE) == {("ticket_closed", "requester"), ("ticket_closed", "queue_team")}
    closing = recorded(ticket, "status")[-1]
    assert (closing.actor_kind, closing.meta["rule"]) == ("worker", rule)


@pytest.fixture
def pending(luxcloud: Scene) -> Ticket:
    """The desk has asked a question on the Friday before the National Day."""
    ticket = luxcloud.opens(at("Fri 2026-06-19 10:00 CEST"))
    luxcloud.agent_says(ticket, at("Fri 2026-06-19 11:00 CEST"), status="pending")
    return ticket


def test_lx_t4_three_business_days_without_an_answer(luxcloud: Scene, pending: Ticket) -> None:
    """LX-2.3-03, LX-2.4.3-04, LX-2.4.3-06, LX-2.4.3-07: resolved with the message that a reply opens it again."""
    assert status_of(pending) == "pending"
    resolved_at = at("Thu 2026-06-25 11:00 CEST")
    assert_resolved_after(pending, resolved_at, "no-reply-3-days")

    mail.outbox.clear()
    for delivery in claim(now=resolved_at + 2 * MINUTE):
        send(delivery, now=resolved_at + 2 * MINUTE)
    [told_last] = [sent for sent in mail.outbox if luxcloud.contact.email in sent.to[0]][-1:]
    assert "The status of this ticket was changed to Resolved." in told_last.body


def test_lx_t4_an_answer_cancels_and_the_next_question_starts_afresh(luxcloud: Scene, pending: Ticket) -> None:
    """LX-2.4.3-04: the days count from the last time that the ticket became Pending."""
    luxcloud.customer_says(pending, at("Wed 2026-06-24 16:59 CEST"))
    assert status_of(pending) == "open"
    sweep(at("Thu 2026-06-25 11:01 CEST"))
    assert status_of(pending) == "open"

    luxcloud.agent_says(pending, at("Thu 2026-06-25 12:00 CEST"), status="pending")
    assert_resolved_after(pending, at("Tue 2026-06-30 12:00 CEST"), "no-reply-3-days")


def test_lx_t5_two_business_days_after_a_request_for_confirmation(luxcloud: Scene) -> None:
    """LX-2.4.2-03, LX-2.4.3-03: Good Friday is a business day, Easter Monday is not."""
    ticket = luxcloud.opens(at("Thu 2027-03-25 09:00 CET"))
    luxcloud.agent_says(ticket, at("Thu 2027-03-25 14:00 CET"), ask_confirmation=True)
    assert_resolved_after(ticket, at("Tue 2027-03-30 14:00 CEST"), "confirmation-2-days")


def test_lx_t6_low_with_a_pause_before_christmas(luxcloud: Scene) -> None:
    """LX-1.3-05, LX-1.3-06, LX-2.3-03, LX-2.4.2-02: Pending pauses the resolution, never the response."""
    ticket = luxcloud.opens(at("Mon 2026-12-21 09:00 CET"), severity="low")
    assert_due(ticket, "first_response", at("Wed 2026-12-23 09:00 CET"))
    assert clock(ticket, "resolution").due_at == at("Tue 2026-12-29 09:00 CET")

    luxcloud.agent_says(ticket, at("Tue 2026-12-22 10:00 CET"), status="pending")
    assert clock(ticket, "first_response").state == "met"
    assert (clock(ticket, "resolution").state, clock(ticket, "resolution").due_at) == ("paused", None)

    luxcloud.customer_says(ticket, at("Wed 2026-12-23 15:00 CET"))
    assert status_of(ticket) == "open"
    assert_due(ticket, "resolution", at("Wed 2026-12-30 14:00 CET"))
    assert_nothing_was_late(ticket, at("Wed 2026-12-30 14:00 CET"))
