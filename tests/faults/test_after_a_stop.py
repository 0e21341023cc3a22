"""Nobody swept for a day or longer: what is overdue is done once, in order, and nobody is told what is not so any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.access import Actor
from helpdesk.models import Contact
from helpdesk.tenancy import acting_for, current_vendor
from notifications.models import Delivery
from notifications.outbound.mails import compose
from sla.models import Clock
from tests.faults.due import HOUR, punctual
from tests.people import acts, make_agent, make_contact, make_ticket
from tickets import tasks
from tickets.commands import reply
from tickets.models import Entry, Ticket, Timer
from tickets.queries.catalogue import catalogue

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def started_again(db: None) -> Iterator[datetime]:
    """The moment at which sweeps begin again; what happens in the tests was before."""
    with acting_for(punctual()):
        yield timezone.now().replace(microsecond=0)


@pytest.fixture
def contact(started_again: datetime) -> Contact:
    return make_contact()


@pytest.fixture
def agent(started_again: datetime) -> Actor:
    return acts(make_agent())


def opened(contact: Contact, severity: str, now: datetime) -> Ticket:
    return make_ticket(contact, severity=catalogue().severities[severity], now=now)


def asked(contact: Contact, agent: Actor, now: datetime) -> Ticket:
    """A ticket that waits for its customer's answer since then; six hours later it is closed."""
    ticket = opened(contact, "low", now)
    again(ticket, agent, now)
    return ticket


def again(ticket: Ticket, agent: Actor, now: datetime) -> None:
    waiting = catalogue().statuses["waiting"]
    reply(ticket_id=ticket.pk, body="Which one?", status=waiting, actor=agent, now=now)


def lines(*kinds: str, **which: Any) -> list[Entry]:
    return list(Entry.objects.filter(kind__in=kinds, meta__has_key="due_at", **which).order_by("id"))


def due(line: Entry) -> datetime:
    return datetime.fromisoformat(line.meta["due_at"])


def told(*events: str) -> int:
    return Delivery.objects.filter(event__in=events).count()


def test_what_is_overdue_fires_once_in_the_order_of_the_due_times(
    started_again: datetime, contact: Contact, agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a ticket in strict order; over all tickets batch after batch. The log says when each was due."""
    monkeypatch.setattr(tasks, "AT_ONCE", 4)
    stopped = started_again - 2 * DAY
    hours = (7, 2, 19, 11, 5, 23, 14, 3, 17, 9, 21, 1)  # not in the order of the tickets' ids
    late = {opened(contact, "high", stopped + hour * HOUR).pk: stopped + hour * HOUR for hour in hours}
    silent = {asked(contact, agent, stopped + hour * HOUR).pk: stopped + (hour + 6) * HOUR for hour in hours[:4]}

    tasks.sweep_timers()
    found = lines("breach", "warning", "status")
    tasks.sweep_timers()
    assert lines("breach", "warning", "status") == found, "a second sweep finds nothing more"
    assert not Timer.objects.filter(state="pending", due_at__lt=started_again).exists()

    for ticket_id, start in late.items():
        own = [line for line in found if line.ticket_id == ticket_id]
        assert {(line.kind, line.meta["metric"], due(line)) for line in own} == {
            ("breach", "first_response", start + 4 * HOUR),
            ("warning", "resolution", start + 4 * HOUR),
            ("breach", "resolution", start + 8 * HOUR),
        }
        assert len(own) == 3
        assert [due(line) for line in own] == sorted(due(line) for line in own)
    assert {line.ticket_id: due(line) for line in found if line.kind == "status"} == silent
    assert all(timedelta() <= line.at - started_again < MINUTE for line in found), "at is when it was carried out"

    first = {}
    for line in found:
        first.setdefault(line.ticket_id, due(line))
    firsts = list(first.values())  # one a ticket, in the order of the log
    batches = [firsts[n : n + 4] for n in range(0, len(firsts), 4)]
    assert all(max(one) <= min(other) for one, other in pairwise(batches))


def test_one_sweep_goes_on_until_nothing_is_due(
    started_again: datetime, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MOST_AT_A_LOOK", 3)
    for _ in range(5):
        opened(contact, "high", started_again - DAY)
    tasks.sweep_timers()
    assert len(lines("breach", "warning")) == 15


def test_reminders_that_repeat_do_not_come_in_a_flood(started_again: datetime, contact: Contact) -> None:
    """Five were due meanwhile. One comes, for the latest of them, and the next one when it is due."""
    start = started_again - 11 * DAY
    opened(contact, "low", start)
    make_agent()
    tasks.sweep_timers()
    [reminder] = lines("reminder")
    assert timedelta() < started_again - due(reminder) < 2 * DAY
    assert told("reminder") == 1
    [following] = Timer.objects.filter(kind="reminder", state="pending").values_list("due_at", flat=True)
    assert timedelta() < following - due(reminder) - 2 * DAY + HOUR < 2 * HOUR, "the same time of day two days later"
    assert following > started_again


@pytest.mark.parametrize("late_by", [MINUTE, 10 * HOUR])
def test_a_ticket_whose_customer_wrote_meanwhile_is_not_closed(
    started_again: datetime, contact: Contact, agent: Actor, late_by: timedelta
) -> None:
    """The closing had been due, but nobody had carried it out when the customer wrote."""
    ticket, silent = (asked(contact, agent, started_again - DAY) for _ in range(2))
    reply(ticket_id=ticket.pk, body="This one", actor=contact.actor, now=started_again - 18 * HOUR + late_by)
    tasks.sweep_timers()
    assert list(Ticket.objects.filter(is_finished=True)) == [silent]
    assert [line.ticket_id for line in lines("status")] == [silent.pk]
    assert told("ticket_closed") == 1


def test_a_ticket_that_was_asked_again_meanwhile_is_closed_by_the_second_silence(
    started_again: datetime, contact: Contact, agent: Actor
) -> None:
    ticket = asked(contact, agent, started_again - DAY)
    reply(ticket_id=ticket.pk, body="This one", actor=contact.actor, now=started_again - 12 * HOUR)
    again(ticket, agent, started_again - 11 * HOUR)
    tasks.sweep_timers()
    assert [due(line) for line in lines("status")] == [started_again - 5 * HOUR]


def test_nobody_is_told_that_something_is_due_soon_that_has_passed(started_again: datetime, contact: Contact) -> None:
    """Warning and breach are both overdue: both are in the log, the mail is about the breach."""
    make_agent()
    ticket = opened(contact, "high", started_again - DAY)
    tasks.sweep_timers()
    assert [(line.kind, line.meta["metric"]) for line in lines("warning", "breach", ticket=ticket)][-1] == (
        "breach",
        "resolution",
    )
    [warning] = lines("warning")
    assert (due(warning), warning.meta["target_due_at"]) == (
        started_again - 20 * HOUR,
        (started_again - 16 * HOUR).isoformat(),
    )
    assert (told("target_warning"), told("target_breached")) == (0, 2)
    assert Clock.objects.get(metric="resolution").warned_at == started_again - 20 * HOUR


def test_a_warning_that_comes_late_but_in_time_says_when_the_target_is_due(
    started_again: datetime, contact: Contact
) -> None:
    make_agent()
    opened(contact, "high", started_again - 6 * HOUR)
    tasks.sweep_timers()
    mail = compose(Delivery.objects.select_related("ticket").get(event="target_warning"))
    target_due = Clock.objects.get(metric="resolution").due_at
    assert f"{target_due.astimezone(current_vendor().zone):%H:%M}" in mail.body
    assert f"{(target_due - 4 * HOUR).astimezone(current_vendor().zone):%H:%M}" not in mail.body


def test_an_answer_given_meanwhile_is_late_but_is_warned_of_no_more(
    started_again: datetime, contact: Contact, agent: Actor
) -> None:
    ticket = opened(contact, "high", started_again - DAY)
    solved = catalogue().statuses["solved"]
    reply(ticket_id=ticket.pk, body="Done", status=solved, actor=agent, now=started_again - 19 * HOUR)
    tasks.sweep_timers()
    assert [(line.kind, line.meta["metric"]) for line in lines("warning", "breach")] == [("breach", "first_response")]
    assert Clock.objects.get(metric="first_response").breached_at == started_again - 20 * HOUR
