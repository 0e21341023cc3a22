"""The worked timelines of Xecuritas, on its real process file."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.people import make_agent
from tests.timelines.scene import (
    MINUTE,
    Scene,
    assert_due,
    assert_nothing_was_late,
    assert_warns,
    at,
    clock,
    fresh,
    instants,
    recorded,
    staged,
    status_of,
    supposing,
    sweep,
    told,
)
from tickets.commands import log_call, make_arrangement
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def xecuritas() -> Iterator[Scene]:
    with staged("xecuritas") as scene:
        make_agent(name="Technical support manager", teams=("management",))
        yield scene


def test_xe_t1_severity_1_is_answered_by_phone_around_the_clock(xecuritas: Scene) -> None:
    """XE-2-02, XE-5-02, XE-6-03, XE-6-04, XE-6-09: an hour and a day of real time, through the end of summer time."""
    created = at("Sat 2026-10-31 20:30 EDT")
    ticket = xecuritas.opens(created, severity="1")
    assert told(ticket, created) == {("ticket_created", "requester"), ("ticket_created", "queue_team")}
    assert_due(ticket, "first_response", at("Sat 2026-10-31 21:30 EDT"))
    with supposing():
        xecuritas.agent_says(ticket, at("Sat 2026-10-31 20:50 EDT"))
        assert_due(ticket, "first_response", at("Sat 2026-10-31 21:30 EDT"))  # a mail is no phone call

    log_call(ticket_id=ticket.pk, body="We are on it.", actor=xecuritas.agent, now=at("Sat 2026-10-31 21:05 EDT"))
    response = clock(ticket, "first_response")
    assert (response.state, response.met_at) == ("met", at("Sat 2026-10-31 21:05 EDT"))

    due_at = at("Sun 2026-11-01 19:30 EST")
    assert due_at - created == timedelta(hours=24)
    assert_due(ticket, "resolution", due_at)
    sweep(due_at)
    assert told(ticket, due_at) == set()
    sweep(due_at + MINUTE)
    assert told(ticket, due_at + MINUTE) == {("target_breached", "team:management")}
    assert instants(ticket, "breach", "first_response") == []


def test_xe_t2_severity_2_over_thanksgiving_2010(xecuritas: Scene) -> None:
    """XE-2-03, XE-6-05, XE-6-06: the vendor's own two days off; four hours warn, six are due."""
    ticket = xecuritas.opens(at("Wed 2010-11-24 17:30 EST"), severity="2")
    warning = at("Mon 2010-11-29 10:30 EST")
    assert_warns(ticket, "first_response", warning)
    assert_due(ticket, "first_response", at("Mon 2010-11-29 12:30 EST"))
    assert_due(ticket, "resolution", at("Tue 2010-11-30 17:30 EST"))

    sweep(warning + MINUTE)
    assert {event for event, _ in told(ticket, warning + MINUTE)} == {"target_warning"}
    xecuritas.agent_says(ticket, at("Mon 2010-11-29 12:30 EST"))
    assert_nothing_was_late(ticket, at("Tue 2010-11-30 17:30 EST"))


def test_xe_t2_an_answer_before_the_warning_ends_the_clock(xecuritas: Scene) -> None:
    """XE-6-01, XE-6-05: what is answered warns nobody."""
    ticket = xecuritas.opens(at("Wed 2010-11-24 17:30 EST"), severity="2")
    xecuritas.agent_says(ticket, at("Mon 2010-11-29 10:30 EST"))
    sweep(at("Mon 2010-11-29 12:31 EST"))
    assert (recorded(ticket, "warning"), recorded(ticket, "breach")) == ([], [])


def test_xe_t3_severity_3_over_christmas_2010(xecuritas: Scene) -> None:
    """XE-2-03, XE-2-04, XE-6-07, XE-6-08: 24 and 31 December are listed; a week is five business days."""
    ticket = xecuritas.opens(at("Thu 2010-12-23 15:00 EST"), severity="3")
    assert_due(ticket, "first_response", at("Mon 2010-12-27 15:00 EST"))
    assert_due(ticket, "resolution", at("Mon 2011-01-03 15:00 EST"))


def test_xe_t4_severity_2_before_an_observed_independence_day(xecuritas: Scene) -> None:
    """XE-2-04, XE-6-05, XE-6-06: 2027 follows the pattern of 2010, so Monday 5 July is closed."""
    ticket = xecuritas.opens(at("Fri 2027-07-02 16:00 EDT"), severity="2")
    assert_warns(ticket, "first_response", at("Tue 2027-07-06 09:00 EDT"))
    assert_due(ticket, "first_response", at("Tue 2027-07-06 11:00 EDT"))
    assert_due(ticket, "resolution", at("Wed 2027-07-07 16:00 EDT"))


ASKED = at("Wed 2026-10-28 15:00 EDT")
CLOSING = at("Sat 2026-11-07 15:00 EST")


@pytest.fixture
def asked(xecuritas: Scene) -> Ticket:
    """The engineer has requested information."""
    ticket = xecuritas.opens(at("Wed 2026-10-28 14:00 EDT"), severity="3")
    xecuritas.agent_says(ticket, ASKED, status="info_requested")
    return ticket


def assert_closed_after(ticket: Ticket, instant: object) -> None:
    """Open at the instant, closed by the rule a minute after it, the customer told, once."""
    sweep(instant)
    assert status_of(ticket) == "info_requested"
    sweep(instant + MINUTE)
    sweep(instant + 2 * MINUTE)
    assert status_of(ticket) == "closed_no_response"
    assert told(ticket, instant + MINUTE) == {("ticket_closed", "requester")}
    closing = recorded(ticket, "status")[-1]
    assert (closing.actor_kind, closing.meta["rule"]) == ("worker", "no-response-10-days")


def test_xe_t5_ten_calendar_days_without_an_answer(xecuritas: Scene, asked: Ticket) -> None:
    """XE-7-10: the same local time ten days later, open or not; 241 hours because the clocks change."""
    assert timedelta(hours=241) == CLOSING - ASKED
    assert clock(asked, "resolution").state == "paused"
    assert_closed_after(asked, CLOSING)


def test_xe_t5_an_answer_cancels_the_closing(xecuritas: Scene, asked: Ticket) -> None:
    """XE-7-10: at the last instant still in time."""
    xecuritas.customer_says(asked, CLOSING)
    sweep(CLOSING + MINUTE)
    assert status_of(asked) == "open"


def test_xe_t5_another_arrangement_puts_the_closing_off(xecuritas: Scene, asked: Ticket) -> None:
    """XE-7-11: no closing before the date that was agreed."""
    until = at("Fri 2026-11-20 15:00 EST")
    make_arrangement(
        ticket_id=asked.pk,
        until=until,
        words="You are away until then.",
        actor=xecuritas.agent,
        now=at("Thu 2026-10-29 09:00 EDT"),
    )
    sweep(CLOSING + MINUTE)
    assert fresh(asked).arrangement_until == until
    assert_closed_after(asked, until)


def test_xe_t6_severity_3_over_the_start_of_summer_time(xecuritas: Scene) -> None:
    """XE-2-01, XE-6-07, XE-6-08: the same local time one and five business days later."""
    ticket = xecuritas.opens(at("Fri 2027-03-12 18:00 EST"), severity="3")
    assert_due(ticket, "first_response", at("Mon 2027-03-15 18:00 EDT"))
    assert_due(ticket, "resolution", at("Fri 2027-03-19 18:00 EDT"))
