"""The worked timelines of XMPro, on its real process file."""

from collections.abc import Iterator

import pytest

from tests.timelines.scene import (
    MINUTE,
    SECOND,
    Scene,
    assert_due,
    assert_nothing_was_late,
    at,
    clock,
    recorded,
    staged,
    supposing,
    sweep,
    told,
)
from tickets.commands import change_severity, change_status
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def xmpro() -> Iterator[Scene]:
    with staged("xmpro") as scene:
        yield scene


def graded(scene: Scene, ticket: Ticket, severity: str, now: str, reason: str = "") -> None:
    change_severity(
        ticket_id=ticket.pk, severity=scene.known.severities[severity], reason=reason, actor=scene.agent, now=at(now)
    )


def test_xp_t1_unassigned_then_critical_with_two_updates_a_day(xmpro: Scene) -> None:
    """XP-5-04, XP-5-05, XP-5-15, XP-5-17, XP-5-18: targets count from creation, updates from the first answer on."""
    created = at("Fri 2026-03-06 16:30 CST")
    ticket = xmpro.mails(created, mailbox="support@xmpro.example")
    assert ticket.severity.code == "5"
    assert told(ticket, created) == {("ticket_created", "requester"), ("ticket_created", "queue_team")}
    assert not ticket.clocks.exists()

    graded(xmpro, ticket, "1", "Fri 2026-03-06 16:40 CST")
    assert_due(ticket, "first_response", at("Mon 2026-03-09 10:30 CDT"))
    assert not ticket.clocks.filter(metric="periodic_update").exists()

    xmpro.agent_says(ticket, at("Mon 2026-03-09 09:45 CDT"))
    assert clock(ticket, "first_response").state == "met"
    assert_due(ticket, "periodic_update", at("Mon 2026-03-09 13:45 CDT"))
    xmpro.agent_says(ticket, at("Mon 2026-03-09 13:30 CDT"))
    assert_due(ticket, "periodic_update", at("Tue 2026-03-10 09:30 CDT"))

    change_status(
        ticket_id=ticket.pk,
        status=xmpro.known.statuses["resolved"],
        actor=xmpro.agent,
        now=at("Tue 2026-03-10 09:20 CDT"),
    )
    update = clock(ticket, "periodic_update")
    assert (update.state, update.due_at) == ("ended", None)
    assert_nothing_was_late(ticket, at("Fri 2026-03-13 17:00 CDT"))
    assert recorded(ticket, "reminder") == []


def test_xp_t2_a_day_over_thanksgiving(xmpro: Scene) -> None:
    """XP-5-07, XP-5-08: the 26th is closed, the 27th is not."""
    ticket = xmpro.opens(at("Wed 2026-11-25 14:00 CST"))
    graded(xmpro, ticket, "2", "Wed 2026-11-25 14:00 CST")
    assert_due(ticket, "first_response", at("Fri 2026-11-27 14:00 CST"))

    xmpro.agent_says(ticket, at("Fri 2026-11-27 11:00 CST"))
    assert clock(ticket, "first_response").state == "met"
    assert_due(ticket, "periodic_update", at("Mon 2026-11-30 11:00 CST"))


def test_xp_t3_weekly_updates_over_an_observed_holiday(xmpro: Scene) -> None:
    """XP-5-10, XP-5-11: 3 July is closed; a working week is five working days."""
    ticket = xmpro.opens(at("Wed 2026-07-01 10:00 CDT"))
    graded(xmpro, ticket, "3", "Wed 2026-07-01 10:00 CDT")
    assert_due(ticket, "first_response", at("Tue 2026-07-07 10:00 CDT"))

    xmpro.agent_says(ticket, at("Thu 2026-07-02 15:00 CDT"))
    assert_due(ticket, "periodic_update", at("Fri 2026-07-10 15:00 CDT"))


def test_xp_t4_consultants_are_reminded_of_an_unassigned_severity(xmpro: Scene) -> None:
    """XP-5-15, XP-5-16: two working hours, summer time ends in between."""
    ticket = xmpro.opens(at("Fri 2026-10-30 15:30 CDT"))
    reminder = at("Mon 2026-11-02 09:30 CST")
    with supposing():
        graded(xmpro, ticket, "4", "Mon 2026-11-02 09:29 CST")
        sweep(reminder + MINUTE)
        assert recorded(ticket, "reminder") == []

    sweep(reminder)
    assert recorded(ticket, "reminder") == []
    sweep(reminder + SECOND)
    sweep(reminder + MINUTE)
    [line] = recorded(ticket, "reminder")
    assert (line.actor_kind, line.meta["rule"]) == ("worker", "triage")
    assert told(ticket, reminder + SECOND) == {("reminder", "queue_team")}


def test_xp_t5_raising_the_severity_counts_from_creation(xmpro: Scene) -> None:
    """XP-5-17: no time is lost or gained; the old due time is void."""
    ticket = xmpro.opens(at("Fri 2026-09-04 13:00 CDT"))
    graded(xmpro, ticket, "3", "Fri 2026-09-04 13:00 CDT")
    assert_due(ticket, "first_response", at("Thu 2026-09-10 13:00 CDT"))

    graded(xmpro, ticket, "2", "Tue 2026-09-08 10:00 CDT", reason="A business function is out of action")
    assert_due(ticket, "first_response", at("Tue 2026-09-08 13:00 CDT"))

    xmpro.agent_says(ticket, at("Tue 2026-09-08 12:00 CDT"))
    change_status(
        ticket_id=ticket.pk,
        status=xmpro.known.statuses["resolved"],
        actor=xmpro.agent,
        now=at("Tue 2026-09-08 12:30 CDT"),
    )
    assert_nothing_was_late(ticket, at("Thu 2026-09-10 13:00 CDT") + MINUTE)


def test_xp_t6_created_when_the_desk_is_closed(xmpro: Scene) -> None:
    """XP-5-04: two working hours begin when the desk opens on Monday."""
    ticket = xmpro.opens(at("Sat 2026-12-26 11:00 CST"))
    graded(xmpro, ticket, "1", "Sat 2026-12-26 11:05 CST")
    assert_due(ticket, "first_response", at("Mon 2026-12-28 11:00 CST"))
