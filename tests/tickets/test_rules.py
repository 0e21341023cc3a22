"""The rule engine: on creation, on a schedule, and after a delay, through the real commands and sweeps."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk.access import Actor, worker
from helpdesk.models import Contact, Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tickets.commands import (
    change_severity,
    change_status,
    make_arrangement,
    reply,
    rules,
    say_solved,
    take,
)
from tickets.commands.rules import run_scheduled_rules
from tickets.commands.timers import fire_due
from tickets.models import Entry, Ticket, Timer
from tickets.queries.catalogue import catalogue

PROCESS = """
vendor: {slug: rulers, name: Rulers, time_zone: Europe/Berlin}
severity_selectable_by: [customer, agent]
calendars:
- code: desk
  time_zone: Europe/Berlin
  weekly_hours: [{days: mon-fri, opens: "08:00", closes: "17:00"}]
  holidays: {2026-05-25: Whit Monday}
teams: [{code: desk, name: Desk, calendar: desk}, {code: south, name: South, calendar: desk}]
regions: [{code: SOUTH, countries: [IT]}]
queues:
- {code: in, name: In, kind: inbox, teams: [desk]}
- {code: desk, name: Desk, teams: [desk]}
- {code: south, name: South, teams: [south]}
- {code: sales, name: Sales, kind: handover, teams: [desk]}
ticket_types: [{code: incident, name: Incident}, {code: wish, name: Wish, handover_queue: sales}]
severities:
- {code: high, name: High}
- {code: normal, name: Normal}
- {code: ungraded, name: Not graded yet, is_default: true, is_unassigned: true}
statuses:
- {code: new, name: New, category: new}
- {code: open, name: Open, category: open, set_on: [assignment, agent_reply, customer_reply]}
- {code: waiting, name: Waiting, category: pending_customer, takes_deadline: true}
- {code: elsewhere, name: Elsewhere, category: pending_supplier}
- code: solved
  name: Solved
  category: resolved
  reasons: [{code: done, name: Done}, {code: silence, name: No answer}]
- {code: closed, name: Closed, category: closed}
routing_rules:
- {code: emergency, trigger: on_create, when: {subject_contains_exact_case: EMERGENCY},
   then: {severity: high, flag: emergency, notify_team: south}}
- {code: sales-mail, trigger: on_create, when: {channel: email, mailbox: sales@rulers.example}, then: {queue: sales}}
- {code: any-mail, trigger: on_create, when: {channel: [email, chat]}, then: {queue: desk, support_level: l2}}
- {code: southerners, trigger: on_create, when: {company_region: SOUTH}, then: {responsible_team: south}}
- {code: everybody, trigger: on_create, then: {responsible_team: desk, support_level: l1}, is_fallback: true}
- {code: in-to-south, trigger: scheduled, interval_minutes: 10, when: {queue: in, company_region: SOUTH},
   then: {queue: south}}
- {code: in-to-desk, trigger: scheduled, interval_minutes: 10, when: {queue: in},
   then: {queue: desk}, is_fallback: true}
auto_close_rules:
- {code: silence, trigger: status_entered, statuses: [waiting, elsewhere], amount: 3, unit: business_days, clock: desk,
   remind_before: {amount: 1, unit: business_days}, to_status: solved, reason: silence,
   cancelled_by: [customer_reply, other_arrangement]}
- {code: unconfirmed, trigger: confirmation_requested, amount: 2, unit: business_days, clock: desk,
   to_status: solved, reason: silence}
- {code: deadline, trigger: agent_deadline_passed, statuses: [waiting], remind_before: {amount: 2, unit: business_days},
   to_status: closed}
reminders:
- {code: triage, trigger: severity_unassigned, amount: 2, unit: business_hours, clock: desk, audience: [queue_team]}
- {code: orphan, trigger: ticket_unassigned, amount: 4, unit: business_hours, clock: desk, audience: [team_leads]}
- {code: quiet, trigger: no_public_message, amount: 1, unit: business_weeks, clock: desk, audience: [assignee],
   repeats: true}
sla_policy: {name: Standard}
notifications: [{event: ticket_closed, audience: [requester]}]
portal_menu: [{page: new_ticket, label: New}]
form_fields:
- {key: subject, label: Subject, kind: subject, required: true}
- {key: description, label: Text, kind: description, required: true}
"""

HOUR, DAY, MINUTE, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time of May 2026 in Berlin, two hours ahead of UTC. NOW is Tuesday the 19th, 10:00."""
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC) - 2 * HOUR


@pytest.fixture(autouse=True)
def _rulers(db: None) -> Iterator[None]:
    load(PROCESS, now=datetime(2026, 1, 1, tzinfo=UTC), by="tests")
    with acting_for(Vendor.objects.get(slug="rulers")):
        yield


@pytest.fixture
def agent() -> Actor:
    return acts(make_agent())


@pytest.fixture
def contact() -> Contact:
    return make_contact()


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("queue", "status", "severity", "responsible_team").get(pk=ticket.pk)


def status_of(ticket: Ticket) -> str:
    return str(fresh(ticket).status.code)


def by_rule(ticket: Ticket, *kinds: str) -> list[tuple[str, str]]:
    """The worker's lines of these kinds: (kind, rule)."""
    lines = Entry.objects.filter(ticket=ticket, kind__in=kinds, actor_kind="worker").order_by("seq")
    return [(line.kind, line.meta["rule"]) for line in lines]


def fires(ticket: Ticket, due_at: datetime) -> int:
    """Nothing at the instant; what fires within the minute after it; and then nothing more."""
    assert fire_due([ticket.pk], now=due_at) == 0
    fired = fire_due([ticket.pk], now=due_at + MINUTE)
    assert fire_due([ticket.pk], now=due_at + MINUTE) == 0
    return fired


# --- On creation ---------------------------------------------------------------------------------------------


def test_the_first_rule_to_set_a_field_wins_and_others_add_to_it() -> None:
    ticket = fresh(make_ticket(actor=worker(), channel="email", mailbox="Sales@rulers.example"))
    assert (ticket.queue.code, ticket.responsible_team.code, ticket.support_level) == ("sales", "desk", "l2")
    assert by_rule(ticket, "queue", "team", "support_level") == [
        ("queue", "sales-mail"),
        ("support_level", "any-mail"),
        ("team", "everybody"),
    ]


@pytest.mark.parametrize(
    ("facts", "country", "queue", "team", "level"),
    [
        ({}, "DE", "in", "desk", "l1"),
        ({}, "IT", "in", "south", "l1"),
        ({"channel": "chat", "actor": worker()}, "", "desk", "desk", "l2"),
        ({"channel": "email", "mailbox": "other@rulers.example", "actor": worker()}, "IT", "desk", "south", "l2"),
    ],
)
def test_conditions_of_a_rule_hold_together(
    facts: dict[str, Any], country: str, queue: str, team: str, level: str
) -> None:
    ticket = fresh(make_ticket(make_contact(make_company(country=country)), **facts))
    assert (ticket.queue.code, ticket.responsible_team.code, ticket.support_level) == (queue, team, level)


def test_a_company_s_sales_region_beats_its_country() -> None:
    ticket = make_ticket(make_contact(make_company(country="DE", sales_region="SOUTH")))
    assert fresh(ticket).responsible_team.code == "south"


@pytest.mark.parametrize(
    ("subject", "severity", "flags", "called"),
    [
        ("EMERGENCY: nothing works", "high", ["emergency"], True),
        ("emergency: nothing works", "ungraded", [], False),
        ("NONEMERGENCY", "ungraded", [], False),
    ],
)
def test_emergency_as_a_whole_word_in_capitals(subject: str, severity: str, flags: list[str], called: bool) -> None:
    make_agent(teams=("south",))
    ticket = fresh(make_ticket(subject=subject))
    assert (ticket.severity.code, ticket.flags) == (severity, flags)
    assert Delivery.objects.filter(event="team_called", audience="team:south").exists() is called
    assert ticket.severity_confirmed_at is None


def test_an_emergency_that_was_graded_as_one_is_only_flagged() -> None:
    ticket = make_ticket(subject="EMERGENCY", severity=catalogue().severities["high"])
    assert not Entry.objects.filter(ticket=ticket, kind="severity").exists()
    assert fresh(ticket).flags == ["emergency"]


def test_a_type_that_is_handed_over_goes_where_its_type_says() -> None:
    ticket = make_ticket(
        type=catalogue().types["wish"], actor=worker(), channel="email", queue=catalogue().queues["in"]
    )
    assert fresh(ticket).queue.code == "sales"
    assert by_rule(ticket, "queue") == []


# --- On a schedule -------------------------------------------------------------------------------------------


def test_one_run_empties_the_inbox_and_leaves_the_rest(monkeypatch: pytest.MonkeyPatch, agent: Actor) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 3)
    here, there = make_contact(), make_contact(make_company(country="IT"))
    waiting = [make_ticket(person) for person in (here, there) for _ in range(4)]
    finished = make_ticket(here)
    change_status(ticket_id=finished.pk, status=catalogue().statuses["closed"], actor=agent, now=NOW)
    elsewhere = make_ticket(here, queue=catalogue().queues["sales"])

    assert run_scheduled_rules(now=NOW + 10 * MINUTE) == 8

    assert {fresh(ticket).queue.code for ticket in waiting[:4]} == {"desk"}
    assert {fresh(ticket).queue.code for ticket in waiting[4:]} == {"south"}
    assert [by_rule(ticket, "queue") for ticket in (waiting[0], waiting[-1])] == [
        [("queue", "in-to-desk")],
        [("queue", "in-to-south")],
    ]
    assert (fresh(finished).queue.code, fresh(elsewhere).queue.code) == ("in", "sales")


def test_a_turn_is_taken_once_however_often_the_worker_looks() -> None:
    assert run_scheduled_rules(now=NOW + SECOND) == 0
    ticket = make_ticket(now=NOW + 2 * SECOND)
    assert run_scheduled_rules(now=NOW + 10 * MINUTE - SECOND) == 0
    assert fresh(ticket).queue.code == "in"
    assert run_scheduled_rules(now=NOW + 10 * MINUTE) == 1
    assert run_scheduled_rules(now=NOW + 10 * MINUTE) == 0
    assert run_scheduled_rules(now=NOW + 20 * MINUTE) == 0


def test_after_a_day_s_stop_the_turn_is_made_up_for_once() -> None:
    run_scheduled_rules(now=NOW)
    ticket = make_ticket(now=NOW + SECOND)
    assert run_scheduled_rules(now=NOW + DAY + 3 * MINUTE) == 1
    assert by_rule(ticket, "queue") == [("queue", "in-to-desk")]
    assert run_scheduled_rules(now=NOW + DAY + 4 * MINUTE) == 0


def test_a_worker_whose_clock_is_behind_takes_no_turn_again() -> None:
    run_scheduled_rules(now=NOW + HOUR)
    make_ticket()
    assert run_scheduled_rules(now=NOW + 30 * MINUTE) == 0


# --- Closing for inactivity ----------------------------------------------------------------------------------

SILENT_SINCE, CLOSED_AT, REMINDED_AT = NOW, berlin(22, 10), berlin(21, 10)


@pytest.fixture
def waiting(contact: Contact, agent: Actor) -> Ticket:
    """Waiting for the customer since NOW; three business days later it is Friday."""
    ticket = make_ticket(contact, severity=catalogue().severities["normal"])
    take(ticket_id=ticket.pk, actor=agent, now=NOW)
    ask(ticket, agent, NOW)
    return ticket


def ask(ticket: Ticket, agent: Actor, now: datetime, status: str = "waiting", **facts: Any) -> None:
    reply(ticket_id=ticket.pk, body="Which one?", actor=agent, now=now, status=catalogue().statuses[status], **facts)


def timers(ticket: Ticket) -> dict[str, datetime]:
    return dict(Timer.objects.filter(ticket=ticket, kind="rule", state="pending").values_list("ref", "due_at"))


def test_silence_closes_after_a_reminder(waiting: Ticket) -> None:
    assert timers(waiting) == {"silence": CLOSED_AT, "silence:remind": REMINDED_AT}
    assert fires(waiting, REMINDED_AT) == 1
    assert status_of(waiting) == "waiting"
    assert fires(waiting, CLOSED_AT) == 1
    ticket = fresh(waiting)
    assert (ticket.status.code, ticket.status_reason, ticket.finished_at) == ("solved", "silence", CLOSED_AT + MINUTE)
    assert by_rule(waiting, "reminder", "status") == [("reminder", "silence"), ("status", "silence")]
    assert list(Delivery.objects.filter(audience="requester").values_list("event", flat=True)) == [
        "reminder",
        "ticket_closed",
    ]


Word = Callable[[Ticket, Contact, datetime], None]
WORDS: dict[str, Word] = {
    "in the portal": lambda ticket, contact, now: _reply(ticket, contact, now, "portal"),
    "by mail": lambda ticket, contact, now: _reply(ticket, contact, now, "email"),
    "that it is solved": lambda ticket, contact, now: say_solved(ticket_id=ticket.pk, actor=contact.actor, now=now),
}


def _reply(ticket: Ticket, contact: Contact, now: datetime, channel: str) -> None:
    reply(ticket_id=ticket.pk, body="That one", actor=contact.actor, now=now, channel=channel)


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("said_at", [SILENT_SINCE + HOUR, CLOSED_AT])
@pytest.mark.parametrize("status", ["waiting", "elsewhere"])
def test_any_word_of_the_customer_in_time_cancels_the_closing(
    waiting: Ticket, contact: Contact, agent: Actor, word: Word, said_at: datetime, status: str
) -> None:
    ask(waiting, agent, SILENT_SINCE, status)
    word(waiting, contact, said_at)
    fire_due([waiting.pk], now=CLOSED_AT + MINUTE)
    assert not fresh(waiting).is_finished
    assert timers(waiting) == {}


def test_the_next_question_starts_the_count_afresh(waiting: Ticket, contact: Contact, agent: Actor) -> None:
    _reply(waiting, contact, berlin(20, 9), "portal")
    ask(waiting, agent, berlin(20, 10))
    assert timers(waiting)["silence"] == berlin(26, 10)  # over Whit Monday
    fire_due([waiting.pk], now=berlin(26, 10))
    assert status_of(waiting) == "waiting"
    assert fires(waiting, berlin(26, 10)) == 1
    assert status_of(waiting) == "solved"


def test_a_note_or_a_colleague_s_word_does_not_cancel(waiting: Ticket, agent: Actor) -> None:
    reply(ticket_id=waiting.pk, body="Still there?", actor=agent, now=berlin(20, 10))
    assert timers(waiting)["silence"] == CLOSED_AT


def test_asking_again_with_the_same_status_gives_the_customer_the_whole_time_again(
    waiting: Ticket, agent: Actor
) -> None:
    status = catalogue().statuses["waiting"]
    reply(ticket_id=waiting.pk, body="Which?", actor=agent, now=berlin(20, 10), status=status)
    assert timers(waiting)["silence"] > CLOSED_AT


@pytest.mark.parametrize("confirm_first", [True, False])
def test_the_earlier_of_two_closing_rules_wins(waiting: Ticket, agent: Actor, confirm_first: bool) -> None:
    asked_at = berlin(19, 11) if confirm_first else berlin(21, 11)
    reply(ticket_id=waiting.pk, body="Does it work?", actor=agent, now=asked_at, ask_confirmation=True)
    assert timers(waiting)["unconfirmed"] == (berlin(21, 11) if confirm_first else berlin(26, 11))

    fire_due([waiting.pk], now=berlin(28, 10))

    winner = "unconfirmed" if confirm_first else "silence"
    assert by_rule(waiting, "status") == [("status", winner)]
    assert timers(waiting) == {}


def test_a_reminder_that_comes_late_still_comes_before_the_closing(waiting: Ticket) -> None:
    """The worker was down when the customer should have been reminded, and is up again for the closing."""
    due_at = timers(waiting)["silence:remind"]
    for _ in range(2):
        fire_due([waiting.pk], now=CLOSED_AT)
    assert by_rule(waiting, "reminder", "status") == [("reminder", "silence")]
    assert Entry.objects.get(ticket=waiting, kind="reminder").meta["due_at"] == due_at.isoformat()
    fire_due([waiting.pk], now=CLOSED_AT + MINUTE)
    assert by_rule(waiting, "reminder", "status") == [("reminder", "silence"), ("status", "silence")]


def test_after_a_longer_stop_nobody_is_reminded_of_a_closing_that_comes_with_the_reminder(waiting: Ticket) -> None:
    """The worker was down for a week past the closing: it is done once, and says when it was due."""
    fire_due([waiting.pk], now=CLOSED_AT + 7 * DAY)
    assert by_rule(waiting, "reminder", "status") == [("status", "silence")]
    closing = Entry.objects.get(ticket=waiting, kind="status", meta__new="solved")
    assert (closing.at, closing.meta["due_at"]) == (CLOSED_AT + 7 * DAY, CLOSED_AT.isoformat())
    assert fire_due([waiting.pk], now=CLOSED_AT + 8 * DAY) == 0


def test_an_arrangement_puts_the_closing_off(waiting: Ticket, agent: Actor) -> None:
    until = berlin(29, 12)
    make_arrangement(ticket_id=waiting.pk, until=until, words="After the holidays", actor=agent, now=berlin(20, 9))
    assert timers(waiting) == {"silence": until, "silence:remind": berlin(28, 12)}
    fire_due([waiting.pk], now=CLOSED_AT + MINUTE)
    assert status_of(waiting) == "waiting"
    fire_due([waiting.pk], now=berlin(28, 13))
    assert fires(waiting, until) == 1
    assert status_of(waiting) == "solved"


def test_an_arrangement_that_ends_earlier_brings_no_closing_forward(waiting: Ticket, agent: Actor) -> None:
    make_arrangement(ticket_id=waiting.pk, until=berlin(20, 12), words="Tomorrow", actor=agent, now=berlin(20, 9))
    assert timers(waiting)["silence"] == CLOSED_AT


def test_a_rule_that_knows_no_arrangement_closes_all_the_same(contact: Contact, agent: Actor) -> None:
    ticket = make_ticket(contact)
    reply(ticket_id=ticket.pk, body="Does it work?", actor=agent, now=NOW, ask_confirmation=True)
    make_arrangement(ticket_id=ticket.pk, until=berlin(29, 12), words="Later", actor=agent, now=NOW)
    assert timers(ticket)["unconfirmed"] == berlin(21, 10)


def test_a_deadline_is_reminded_of_and_then_closes(waiting: Ticket, agent: Actor) -> None:
    deadline = berlin(29, 17)
    ask(waiting, agent, berlin(20, 9), deadline_at=deadline)
    make_arrangement(ticket_id=waiting.pk, until=berlin(31, 12), words="No hurry", actor=agent, now=berlin(20, 9))
    assert timers(waiting)["deadline:remind"] == berlin(28, 8)
    assert fires(waiting, berlin(28, 8)) == 1
    fire_due([waiting.pk], now=berlin(29, 9))  # reminders of other rules
    assert fires(waiting, deadline) == 1
    assert status_of(waiting) == "closed"
    assert [line for line in by_rule(waiting, "reminder", "status") if line[1] == "deadline"] == [
        ("reminder", "deadline"),
        ("status", "deadline"),
    ]


def test_a_deadline_too_near_for_its_reminder_has_none(waiting: Ticket, agent: Actor) -> None:
    ask(waiting, agent, berlin(20, 9), deadline_at=berlin(20, 15))
    assert "deadline:remind" not in timers(waiting)
    assert timers(waiting)["deadline"] == berlin(20, 15)


def test_an_answer_cancels_the_deadline(waiting: Ticket, contact: Contact, agent: Actor) -> None:
    ask(waiting, agent, berlin(20, 9), deadline_at=berlin(29, 17))
    _reply(waiting, contact, berlin(29, 17), "portal")
    fire_due([waiting.pk], now=berlin(29, 18))
    assert (status_of(waiting), fresh(waiting).deadline_at) == ("open", None)


def test_a_later_deadline_takes_the_earlier_one_s_place(waiting: Ticket, agent: Actor) -> None:
    ask(waiting, agent, berlin(20, 9), deadline_at=berlin(20, 15))
    ask(waiting, agent, berlin(20, 10), deadline_at=berlin(20, 16))
    assert fires(waiting, berlin(20, 15)) == 0
    assert fires(waiting, berlin(20, 16)) == 1
    assert status_of(waiting) == "closed"


# --- Reminders -----------------------------------------------------------------------------------------------


def reminded(ticket: Ticket) -> list[str]:
    return [rule for _, rule in by_rule(ticket, "reminder")]


def test_an_ungraded_ticket_is_reminded_of_once(agent: Actor) -> None:
    ticket = make_ticket()
    assert fires(ticket, berlin(19, 12)) == 1
    fire_due([ticket.pk], now=berlin(19, 13))
    assert reminded(ticket) == ["triage"]
    assert set(Delivery.objects.filter(event="reminder").values_list("audience", flat=True)) == {"queue_team"}


def test_grading_in_time_takes_the_reminder_away(agent: Actor) -> None:
    ticket = make_ticket()
    change_severity(ticket_id=ticket.pk, severity=catalogue().severities["normal"], actor=agent, now=berlin(19, 12))
    assert fires(ticket, berlin(19, 12)) == 0
    assert reminded(ticket) == []


def test_a_ticket_that_nobody_takes_is_brought_before_the_team_leads(agent: Actor) -> None:
    make_agent("team_lead")
    taken, left = (make_ticket(severity=catalogue().severities["normal"]) for _ in range(2))
    take(ticket_id=taken.pk, actor=agent, now=NOW + HOUR)
    assert fires(left, berlin(19, 14)) == 1
    assert fires(taken, berlin(19, 14)) == 0
    assert list(Delivery.objects.filter(event="reminder").values_list("ticket", "audience")) == [
        (left.pk, "team_leads")
    ]


def quiet(ticket: Ticket) -> list[datetime]:
    found = Timer.objects.filter(ticket=ticket, kind="reminder", ref="quiet", state="pending")
    return list(found.values_list("due_at", flat=True))


@pytest.fixture
def running(agent: Actor) -> Ticket:
    """Graded and taken: only the weekly reminder is left."""
    ticket = make_ticket(severity=catalogue().severities["normal"])
    take(ticket_id=ticket.pk, actor=agent, now=NOW)
    return ticket


def test_a_weekly_reminder_repeats_until_somebody_writes(running: Ticket, agent: Actor) -> None:
    assert quiet(running) == [berlin(27, 10)]
    assert fires(running, berlin(27, 10)) == 1
    assert quiet(running) == [berlin(27, 10) + 7 * DAY]
    reply(ticket_id=running.pk, body="We are on it", actor=agent, now=berlin(28, 9))
    assert quiet(running) == [berlin(28, 9) + 7 * DAY]
    change_status(ticket_id=running.pk, status=catalogue().statuses["closed"], actor=agent, now=berlin(28, 10))
    assert quiet(running) == []


def test_overdue_by_weeks_it_fires_once_and_goes_on_from_now(running: Ticket) -> None:
    assert fire_due([running.pk], now=berlin(27, 10) + 22 * DAY) == 1
    assert reminded(running) == ["quiet"]
    told = Entry.objects.get(ticket=running, kind="reminder").meta["due_at"]
    assert datetime.fromisoformat(told) == berlin(27, 10) + 21 * DAY, "of the four that passed, the latest"
    assert quiet(running) == [berlin(27, 10) + 28 * DAY]


def test_a_rule_that_was_taken_out_of_the_process_fires_no_more(waiting: Ticket) -> None:
    vendor = Vendor.objects.get(slug="rulers")
    catalogue().rule("auto_close", "silence").delete()  # type: ignore[union-attr]
    vendor.touch_process()
    assert fire_due([waiting.pk], now=CLOSED_AT + MINUTE) == 2
    assert status_of(waiting) == "waiting"
    assert reminded(waiting) == []
