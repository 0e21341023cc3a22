"""Clocks as people read them: states, explanations, promises, and what reading them costs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from helpdesk.access import Actor
from sla.queries import ClockView, clock_views, explain, promise
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import change_severity, change_status, reply
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.usefixtures("clockmakers")

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time of May 2026 in Berlin, two hours ahead of UTC. NOW is Tuesday the 19th, 10:00."""
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC) - 2 * HOUR


def ticket_of(severity: str, **facts: Any) -> Ticket:
    return make_ticket(severity=catalogue().severities[severity], **facts)


def view(metric: str, now: datetime) -> ClockView:
    ticket = Ticket.objects.get()
    return next(found for found in clock_views([ticket], now)[ticket.pk] if found.metric == metric)


@pytest.fixture
def agent() -> Actor:
    return acts(make_agent())


# --- States --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "state", "remaining", "late_by"),
    [
        (NOW, "running", 9 * HOUR, None),
        (berlin(19, 15, 59), "running", 3 * HOUR + MINUTE, None),
        (berlin(19, 16), "warning", 3 * HOUR, None),
        (berlin(20, 3), "warning", 2 * HOUR, None),
        (berlin(20, 10), "warning", timedelta(), None),
        (berlin(20, 10, 1), "late", None, MINUTE),
        (berlin(21, 9), "late", None, 8 * HOUR),
    ],
)
def test_a_running_clock_warns_and_is_late_after_its_due_instant(
    now: datetime, state: str, remaining: timedelta | None, late_by: timedelta | None
) -> None:
    """What is left, and how late it is, are working time."""
    ticket_of("high")
    found = view("resolution", now)
    assert (found.state, found.remaining, found.late_by) == (state, remaining, late_by)
    assert found.is_late == (state == "late")


def test_a_paused_clock_says_what_it_waits_for_and_shows_no_due_time(agent: Actor) -> None:
    ticket = ticket_of("normal")
    reply(ticket_id=ticket.pk, body="Which?", actor=agent, now=NOW, status=catalogue().statuses["waiting"])
    found = view("resolution", NOW + 30 * DAY)
    assert (found.state, found.due_at, found.paused_why) == ("paused", None, "Waiting for you")


@pytest.mark.parametrize(("answered", "state", "late_by"), [(2, "met", None), (3, "met_late", HOUR)])
def test_an_answer_is_in_time_or_late_for_good(
    agent: Actor, answered: int, state: str, late_by: timedelta | None
) -> None:
    ticket = ticket_of("high")
    reply(ticket_id=ticket.pk, body="Here", actor=agent, now=NOW + answered * HOUR)
    found = view("first_response", NOW + 30 * DAY)
    assert (found.state, found.late_by, found.met_at) == (state, late_by, NOW + answered * HOUR)


def test_running_clocks_stand_first_the_next_due_before_the_others(agent: Actor) -> None:
    ticket = ticket_of("normal")
    assert [found.metric for found in clock_views([ticket], NOW)[ticket.pk]] == ["first_response", "resolution"]
    reply(ticket_id=ticket.pk, body="On it", actor=agent, now=NOW + HOUR)
    metrics = [found.metric for found in clock_views([ticket], NOW + HOUR)[ticket.pk]]
    assert metrics == ["periodic_update", "resolution", "first_response"]


@pytest.mark.parametrize(
    ("severity", "texts"),
    [
        ("critical", {"first_response": "1 hour, by phone", "resolution": "1 calendar day"}),
        ("high", {"first_response": "2 business hours", "resolution": "1 business day"}),
    ],
)
def test_a_target_is_read_aloud(severity: str, texts: dict[str, str]) -> None:
    ticket = ticket_of(severity)
    assert {found.metric: found.target_text for found in clock_views([ticket], NOW)[ticket.pk]} == texts


# --- Explanations --------------------------------------------------------------------------------------------


def test_an_explanation_has_no_gap_and_names_what_did_not_count(agent: Actor) -> None:
    contact = make_contact()
    ticket = make_ticket(contact, now=berlin(22, 15))  # a Friday
    reply(ticket_id=ticket.pk, body="Which?", actor=agent, now=berlin(22, 16), status=catalogue().statuses["waiting"])
    reply(ticket_id=ticket.pk, body="That one", actor=contact.actor, now=berlin(22, 16, 30))

    [told] = [item for item in explain(Ticket.objects.get(), berlin(26, 9)) if item.view.metric == "resolution"]

    assert [(part.starts_at, part.ends_at, part.kind, part.why) for part in told.intervals] == [
        (berlin(22, 15), berlin(22, 16), "counted", ""),
        (berlin(22, 16), berlin(22, 16, 30), "paused", "Waiting for you"),
        (berlin(22, 16, 30), berlin(22, 17), "counted", ""),
        (berlin(22, 17), berlin(26, 8), "closed", "outside opening hours, Whit Monday"),
        (berlin(26, 8), berlin(26, 9), "counted", ""),
    ]
    assert told.counted == 2.5 * HOUR


def test_a_holiday_is_named() -> None:
    ticket = ticket_of("normal", now=berlin(25, 9))
    [told] = [item for item in explain(ticket, berlin(25, 12)) if item.view.metric == "resolution"]
    assert [(part.kind, part.why) for part in told.intervals] == [("closed", "Whit Monday")]
    assert told.counted == timedelta()


def test_special_hours_are_named_where_they_count_and_where_they_do_not() -> None:
    friday = berlin(1, 0) + 42 * DAY
    ticket = ticket_of("normal", now=friday + 9 * HOUR)

    [told] = [item for item in explain(ticket, friday + 81 * HOUR) if item.view.metric == "resolution"]

    assert [(part.kind, part.why) for part in told.intervals] == [
        ("counted", "special hours: Town fair"),
        ("closed", "special hours: Town fair, special hours"),
        ("counted", "special hours"),
        ("closed", "special hours"),
        ("counted", ""),
    ]
    assert told.counted == 3 * HOUR + HOUR + HOUR


def test_nothing_has_passed_at_the_moment_of_creation() -> None:
    [told, _] = explain(ticket_of("high"), NOW)
    assert (told.intervals, told.counted) == ([], timedelta())


def test_a_clock_without_a_target_has_nothing_to_explain(agent: Actor) -> None:
    ticket = ticket_of("high")
    change_severity(
        ticket_id=ticket.pk, severity=catalogue().severities["whenever"], reason="Wrong", actor=agent, now=NOW + HOUR
    )
    for told in explain(Ticket.objects.get(), NOW + 30 * DAY):
        assert (told.view.state, told.intervals, told.counted) == ("ended", [], timedelta())
        assert told.sentence.endswith("It no longer applies.")


def test_each_state_has_its_sentence(agent: Actor) -> None:
    ticket = ticket_of("normal")
    reply(ticket_id=ticket.pk, body="Which?", actor=agent, now=NOW + HOUR, status=catalogue().statuses["waiting"])
    told = {item.view.metric: item.sentence for item in explain(Ticket.objects.get(), NOW + 2 * HOUR)}
    assert told == {
        "first_response": "1 business day from Tue 19 May 2026, 10:00, counted on the calendar “berlin”."
        " Met on Tue 19 May 2026, 11:00.",
        "periodic_update": "2 business days from Tue 19 May 2026, 11:00, counted on the calendar “berlin”,"
        " is due on Thu 21 May 2026, 11:00.",
        "resolution": "3 business days from Tue 19 May 2026, 10:00, counted on the calendar “berlin”."
        " It stands still: Waiting for you.",
    }


def test_around_the_clock_is_said_in_words() -> None:
    assert all("counted around the clock" in item.sentence for item in explain(ticket_of("critical"), NOW))


# --- Promises ------------------------------------------------------------------------------------------------


def test_the_customer_is_promised_what_is_due_next() -> None:
    ticket = ticket_of("high")
    promised = promise(ticket, NOW)
    assert promised is not None
    assert (promised.metric, promised.due_at) == ("first_response", NOW + 2 * HOUR)
    with translation.override("en"):
        assert promise(ticket, NOW).sentence == "We answer by Tue 19 May, 12:00."  # type: ignore[union-attr]


def test_an_assumed_figure_is_never_promised() -> None:
    """The response to a normal ticket is assumed; what the document gives is promised in its stead."""
    ticket = ticket_of("normal")
    assert view("first_response", NOW).assumed
    promised = promise(ticket, NOW)
    assert promised is not None
    assert promised.metric == "resolution"


def test_nothing_is_promised_that_is_late_waiting_or_over(agent: Actor) -> None:
    late = ticket_of("critical")
    assert promise(late, NOW + 2 * DAY) is None
    ticket = ticket_of("high")
    change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=agent, now=NOW)
    assert promise(Ticket.objects.get(pk=ticket.pk), NOW) is None
    assert promise(ticket_of("whenever"), NOW) is None


# --- What it costs -------------------------------------------------------------------------------------------


def test_clocks_of_ten_tickets_cost_as_much_as_those_of_one(django_assert_num_queries: Any) -> None:
    tickets = [ticket_of("normal") for _ in range(10)]
    clock_views(tickets, NOW)  # the process is read once
    for some in (tickets[:1], tickets):
        with django_assert_num_queries(1):
            views = clock_views(some, NOW)
        assert {pk: len(found) for pk, found in views.items()} == {ticket.pk: 2 for ticket in some}


def test_no_tickets_cost_nothing_and_have_no_clocks(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert clock_views([], NOW) == {}


def test_an_explanation_costs_the_same_however_long_the_log(agent: Actor, django_assert_num_queries: Any) -> None:
    ticket = ticket_of("normal")
    explain(ticket, NOW)
    for _ in range(2):
        with django_assert_num_queries(3):
            explain(ticket, NOW + HOUR)
        for minute in range(10):
            reply(ticket_id=ticket.pk, body="More", actor=agent, now=NOW + minute * MINUTE)
