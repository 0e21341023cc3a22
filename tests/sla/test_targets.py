"""Which target counts on which calendar, and what a change of the ticket does to its clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk.access import Actor, worker
from helpdesk.models import BusinessCalendar
from notifications.models import Delivery
from sla.models import Clock
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tickets.commands import change_severity, change_status, log_call, note, record_facts, reply
from tickets.commands.change import changing
from tickets.commands.rules import run_scheduled_rules
from tickets.commands.timers import fire_due
from tickets.commands.verbs import add_automatic_message
from tickets.models import Entry, Ticket, Timer
from tickets.models.ticket import NEVER
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.usefixtures("clockmakers")

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
TODAY = NOW.date()  # Tuesday 19 May 2026; NOW is 10:00 in Berlin


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time of May 2026 in Berlin, two hours ahead of UTC."""
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC) - 2 * HOUR


def ticket_of(severity: str, **facts: Any) -> Ticket:
    return make_ticket(severity=catalogue().severities[severity], **facts)


def clock(metric: str) -> Clock:
    return Clock.objects.get(metric=metric)


def due() -> dict[str, datetime | None]:
    return dict(Clock.objects.values_list("metric", "due_at"))


def graded(ticket: Ticket, severity: str, now: datetime, agent: Actor) -> None:
    change_severity(
        ticket_id=ticket.pk, severity=catalogue().severities[severity], reason="Seen again", actor=agent, now=now
    )


def set_to(ticket: Ticket, status: str, now: datetime, agent: Actor) -> None:
    change_status(ticket_id=ticket.pk, status=catalogue().statuses[status], actor=agent, now=now)


@pytest.fixture
def agent() -> Actor:
    return acts(make_agent())


# --- Choice --------------------------------------------------------------------------------------------------


def test_the_severity_s_targets_count_from_creation() -> None:
    ticket_of("high")
    assert due() == {"first_response": berlin(19, 12), "resolution": berlin(20, 10)}
    assert clock("resolution").warn_at == berlin(19, 16)


def test_a_target_for_a_flag_beats_the_one_without() -> None:
    ticket_of("high", subject="VIP: the printer is on fire")
    assert clock("first_response").due_at == NOW + 30 * HOUR
    assert clock("first_response").calendar == "24x7"
    assert clock("resolution").due_at == berlin(20, 10)


def test_a_flag_without_a_target_of_its_own_changes_nothing() -> None:
    ticket_of("normal", subject="VIP: the printer is on fire")
    assert clock("first_response").due_at == berlin(20, 10)


def test_a_type_without_service_level_has_no_clock() -> None:
    ticket = ticket_of("high", type=catalogue().types["wish"])
    assert not Clock.objects.exists()
    assert Ticket.objects.get().next_due_at == ticket.next_due_at == NEVER


def test_a_severity_without_targets_has_no_clock() -> None:
    ticket_of("whenever")
    assert not Clock.objects.exists()


def test_calendar_days_keep_the_local_time_of_day() -> None:
    ticket_of("critical", now=datetime(2026, 3, 28, 9, tzinfo=UTC))  # the clocks go forward in the night
    assert due() == {
        "first_response": datetime(2026, 3, 28, 10, tzinfo=UTC),
        "resolution": datetime(2026, 3, 29, 8, tzinfo=UTC),
    }


# --- Whose calendar ------------------------------------------------------------------------------------------


def test_a_company_s_agreed_hours_replace_the_vendor_s_but_not_the_clock_that_never_stops() -> None:
    company = make_company(calendar=BusinessCalendar.objects.get(code="saturdays"))
    make_ticket(make_contact(company), severity=catalogue().severities["high"], now=berlin(22, 19))  # a Friday
    assert due() == {"first_response": berlin(23, 11), "resolution": berlin(23, 19)}
    assert {row.calendar for row in Clock.objects.all()} == {"saturdays"}

    make_ticket(make_contact(company), severity=catalogue().severities["critical"], now=berlin(24, 3))
    response = Clock.objects.get(metric="first_response", ticket__severity__code="critical")
    assert response.due_at == berlin(24, 4)


def test_the_responsible_team_s_calendar_counts_and_another_team_s_is_counted_from_creation() -> None:
    company = make_company(agreement_kind="partner")
    ticket = make_ticket(make_contact(company), severity=catalogue().severities["high"], now=berlin(22, 16))
    assert clock("first_response").due_at == berlin(26, 9)  # Berlin is closed on Whit Monday

    run_scheduled_rules(now=berlin(22, 16, 5))

    assert Ticket.objects.get().responsible_team.code == "lisbon"
    assert clock("first_response").due_at == berlin(22, 18)  # an hour before Lisbon closes
    assert clock("first_response").calendar == "lisbon"
    assert list(
        Timer.objects.filter(ticket=ticket, ref="first_response:breach", state="pending").values_list(
            "due_at", flat=True
        )
    ) == [berlin(22, 18)]


# --- Another severity ----------------------------------------------------------------------------------------


def test_another_severity_counts_from_creation_in_both_directions(agent: Actor) -> None:
    ticket = ticket_of("normal")
    graded(ticket, "high", NOW + HOUR, agent)
    assert due() == {"first_response": berlin(19, 12), "resolution": berlin(20, 10)}
    graded(ticket, "normal", NOW + HOUR + SECOND, agent)
    assert due() == {"first_response": berlin(20, 10), "resolution": berlin(22, 10)}
    assert fire_due([ticket.pk], now=berlin(19, 13)) == 0  # the timer of the two hours is gone


def test_a_shorter_target_that_has_passed_already_is_late_at_once(agent: Actor) -> None:
    ticket = ticket_of("normal")
    graded(ticket, "high", NOW + 5 * HOUR, agent)
    assert clock("first_response").due_at == NOW + 2 * HOUR
    assert fire_due([ticket.pk], now=NOW + 5 * HOUR + SECOND) == 1
    assert clock("first_response").breached_at == NOW + 2 * HOUR


def test_a_due_time_that_no_longer_holds_is_no_breach_although_its_timer_was_left(agent: Actor) -> None:
    """The worker stood still while two hours passed and the ticket was found to be harmless."""
    ticket = ticket_of("high")
    graded(ticket, "normal", NOW + 3 * HOUR, agent)
    assert Timer.objects.filter(ref="first_response:breach", state="pending", due_at=NOW + 2 * HOUR).exists()
    fire_due([ticket.pk], now=NOW + 4 * HOUR)
    assert not Entry.objects.filter(kind="breach").exists()


def test_what_was_met_stays_met_by_the_figures_it_was_measured_with(agent: Actor) -> None:
    ticket = ticket_of("normal")
    reply(ticket_id=ticket.pk, body="On it", actor=agent, now=NOW + 5 * HOUR)
    graded(ticket, "high", NOW + 6 * HOUR, agent)
    response = clock("first_response")
    assert (response.state, response.met_at, response.missed) == ("met", NOW + 5 * HOUR, [])
    fire_due([ticket.pk], now=NOW + 30 * DAY)
    assert [row.meta["metric"] for row in Entry.objects.filter(kind="breach")] == ["resolution"]


def test_what_was_met_by_mail_stays_met_where_the_new_severity_wants_a_call(agent: Actor) -> None:
    ticket = ticket_of("normal")
    reply(ticket_id=ticket.pk, body="On it", actor=agent, now=NOW + HOUR)
    graded(ticket, "critical", NOW + 2 * HOUR, agent)
    assert (clock("first_response").state, clock("first_response").met_at) == ("met", NOW + HOUR)


def test_a_severity_without_targets_ends_what_runs_and_leaves_what_is_met(agent: Actor) -> None:
    ticket = ticket_of("normal")
    reply(ticket_id=ticket.pk, body="On it", actor=agent, now=NOW + HOUR)
    graded(ticket, "whenever", NOW + 2 * HOUR, agent)
    assert dict(Clock.objects.values_list("metric", "state")) == {
        "first_response": "met",
        "periodic_update": "ended",
        "resolution": "ended",
    }
    assert Ticket.objects.get().next_due_at == NEVER
    assert not Timer.objects.filter(kind="clock", state="pending").exists()

    graded(ticket, "normal", NOW + 3 * HOUR, agent)
    assert due()["resolution"] == berlin(22, 10)


# --- What answers, what resolves -----------------------------------------------------------------------------


def test_only_a_person_s_public_words_or_a_call_are_a_response(agent: Actor) -> None:
    contact = make_contact()
    ticket = make_ticket(contact)
    note(ticket_id=ticket.pk, body="Let us see", actor=agent, now=NOW + HOUR)
    reply(ticket_id=ticket.pk, body="And?", actor=contact.actor, now=NOW + HOUR)
    with changing(ticket.pk, actor=worker("silence"), now=NOW + HOUR) as change:
        add_automatic_message(change, "We are still here.")
    assert clock("first_response").state == "running"
    log_call(ticket_id=ticket.pk, body="Called", actor=agent, now=NOW + 2 * HOUR)
    assert (clock("first_response").state, clock("first_response").met_at) == ("met", NOW + 2 * HOUR)


def test_where_a_call_is_asked_for_a_mail_is_no_response(agent: Actor) -> None:
    ticket = ticket_of("critical")
    reply(ticket_id=ticket.pk, body="On it", actor=agent, now=NOW + HOUR / 2)
    assert clock("first_response").state == "running"
    log_call(ticket_id=ticket.pk, body="Called", actor=agent, now=NOW + HOUR)
    assert (clock("first_response").state, clock("first_response").missed) == ("met", [])


def test_a_workaround_meets_the_resolution_where_the_policy_says_so(agent: Actor) -> None:
    ticket = ticket_of("normal")
    record_facts(ticket_id=ticket.pk, facts={"comment": "Hm"}, actor=agent, now=NOW + HOUR)
    assert clock("resolution").state == "running"
    record_facts(ticket_id=ticket.pk, facts={"workaround": "Use the other one"}, actor=agent, now=NOW + 2 * HOUR)
    assert (clock("resolution").state, clock("resolution").met_at) == ("met", NOW + 2 * HOUR)


# --- Late ----------------------------------------------------------------------------------------------------


def test_a_breach_is_recorded_once_even_when_the_answer_came_before_the_sweep(agent: Actor) -> None:
    ticket = ticket_of("high")
    reply(ticket_id=ticket.pk, body="Sorry", actor=agent, now=NOW + 3 * HOUR)
    response = clock("first_response")
    assert (response.state, response.missed, response.breached_at) == ("met", [(NOW + 2 * HOUR).isoformat()], None)

    for later in (SECOND, HOUR, DAY):
        fire_due([ticket.pk], now=NOW + 3 * HOUR + later)
    breaches = [row.meta for row in Entry.objects.filter(kind="breach")]
    assert [row["due_at"] for row in breaches if row["metric"] == "first_response"] == [(NOW + 2 * HOUR).isoformat()]
    assert clock("first_response").breached_at == NOW + 2 * HOUR


def test_a_breach_is_recorded_once_when_the_answer_came_after_the_sweep(agent: Actor) -> None:
    make_agent()
    ticket = ticket_of("high")
    assert fire_due([ticket.pk], now=NOW + 2 * HOUR) == 0
    assert fire_due([ticket.pk], now=NOW + 2 * HOUR + SECOND) == 1
    reply(ticket_id=ticket.pk, body="Sorry", actor=agent, now=NOW + 3 * HOUR)
    fire_due([ticket.pk], now=NOW + 4 * HOUR)
    assert Entry.objects.filter(kind="breach").count() == 1
    assert Delivery.objects.filter(event="target_breached").values("to_address").distinct().count() == 2
    assert clock("first_response").breached_at == NOW + 2 * HOUR


def test_an_answer_at_the_due_instant_is_in_time_however_late_the_sweep_comes(agent: Actor) -> None:
    ticket = ticket_of("high")
    reply(ticket_id=ticket.pk, body="Here", actor=agent, now=NOW + 2 * HOUR)
    fire_due([ticket.pk], now=NOW + 4 * HOUR)
    assert not Entry.objects.filter(kind="breach").exists()


def test_a_paused_clock_passes_no_due_time(agent: Actor) -> None:
    ticket = ticket_of("normal")
    reply(ticket_id=ticket.pk, body="Which?", actor=agent, now=NOW, status=catalogue().statuses["waiting"])
    fire_due([ticket.pk], now=NOW + 60 * DAY)
    assert "resolution" not in {row.meta["metric"] for row in Entry.objects.filter(kind="breach")}


def test_each_update_that_was_not_given_in_time_is_a_breach_of_its_own(agent: Actor) -> None:
    ticket = ticket_of("normal")
    reply(ticket_id=ticket.pk, body="One", actor=agent, now=berlin(19, 11))
    reply(ticket_id=ticket.pk, body="Two", actor=agent, now=berlin(21, 12))
    reply(ticket_id=ticket.pk, body="Three", actor=agent, now=berlin(22, 12))
    assert clock("periodic_update").due_at == berlin(27, 12)
    fire_due([ticket.pk], now=berlin(27, 13))
    fire_due([ticket.pk], now=berlin(27, 14))
    found = [
        row.meta["due_at"] for row in Entry.objects.filter(kind="breach") if row.meta["metric"] == "periodic_update"
    ]
    assert found == [at.isoformat() for at in (berlin(21, 11), berlin(27, 12))]


# --- Finished, and open again --------------------------------------------------------------------------------


def test_a_finished_ticket_has_no_clock_that_runs(agent: Actor) -> None:
    ticket = ticket_of("normal")
    set_to(ticket, "solved", NOW + HOUR, agent)
    assert dict(Clock.objects.values_list("metric", "state")) == {"first_response": "ended", "resolution": "met"}
    assert set(due().values()) == {None}
    assert clock("resolution").met_at == NOW + HOUR
    assert not Timer.objects.filter(kind="clock", state="pending").exists()
    assert Ticket.objects.get().next_due_at == NEVER
    fire_due([ticket.pk], now=NOW + 60 * DAY)
    assert not Entry.objects.filter(kind="breach").exists()


def test_closing_what_is_resolved_moves_nothing(agent: Actor) -> None:
    ticket = ticket_of("normal")
    set_to(ticket, "solved", NOW + HOUR, agent)
    set_to(ticket, "closed", NOW + 2 * HOUR, agent)
    assert clock("resolution").met_at == NOW + HOUR


def test_reopening_goes_on_with_the_resolution_and_asks_for_no_second_first_response(agent: Actor) -> None:
    contact = make_contact()
    ticket = make_ticket(contact)
    reply(ticket_id=ticket.pk, body="On it", actor=agent, now=NOW + HOUR)
    set_to(ticket, "solved", berlin(19, 17), agent)  # seven hours are spent
    reply(ticket_id=ticket.pk, body="It is back", actor=contact.actor, now=berlin(28, 8))

    assert (clock("first_response").state, clock("first_response").met_at) == ("met", NOW + HOUR)
    resolution = clock("resolution")
    assert (resolution.state, resolution.due_at) == ("running", berlin(29, 17) + 63 * HOUR + 2 * HOUR)
    assert Ticket.objects.get().next_due_at == clock("periodic_update").due_at


def test_an_unanswered_ticket_that_is_opened_again_still_wants_its_answer(agent: Actor) -> None:
    contact = make_contact()
    ticket = make_ticket(contact)
    set_to(ticket, "solved", NOW + HOUR, agent)
    reply(ticket_id=ticket.pk, body="It is not", actor=contact.actor, now=berlin(20, 10))
    assert (clock("first_response").state, clock("first_response").due_at) == ("running", berlin(21, 9))


def test_the_ticket_knows_its_earliest_running_clock(agent: Actor) -> None:
    ticket = ticket_of("normal")
    assert Ticket.objects.get().next_due_at == berlin(20, 10)
    reply(ticket_id=ticket.pk, body="On it", actor=agent, now=NOW + HOUR)
    assert Ticket.objects.get().next_due_at == berlin(21, 11)
    set_to(ticket, "waiting", NOW + 2 * HOUR, agent)
    assert Ticket.objects.get().next_due_at == berlin(21, 11)
