"""The worked timelines of Xecuritas, on its real process file."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from helpdesk.models import Agent
from notifications.commands import claim
from notifications.models import Delivery
from sla.commands import acknowledge
from sla.models import OnCallSchedule
from tests.people import acts, make_agent
from tests.sla.duty import page_of, put_on_call, steps
from tests.timelines.scene import (
    MINUTE,
    SECOND,
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
from tickets.commands import change_severity, log_call, make_arrangement
from tickets.models import Entry, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def xecuritas() -> Iterator[Scene]:
    with staged("xecuritas") as scene:
        make_agent(name="Technical support manager", teams=("management",))
        yield scene


def test_xe_t1_severity_1_is_answered_by_phone_around_the_clock(xecuritas: Scene) -> None:
    """XE-2-02, XE-5-02, XE-6-03, XE-6-04, XE-6-09: an hour and a day of real time, through the end of summer time."""
    on_call(xecuritas, engineer := make_agent(name="Engineer on call", teams=("support",)))
    created = at("Sat 2026-10-31 20:30 EDT")
    ticket = xecuritas.opens(created, severity="1")
    assert told(ticket, created) == {
        ("ticket_created", "requester"),
        ("ticket_created", "queue_team"),
        ("page", "on_call"),
    }
    assert [row.to_address for row in Delivery.objects.filter(event="page")] == [engineer.user.email]
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
    assert told(ticket, due_at + MINUTE) == {("escalated", "team:management")}
    assert instants(ticket, "breach", "first_response") == []


def on_call(scene: Scene, *agents: Agent) -> None:
    """Weeks that begin on Mondays at nine in New York."""
    put_on_call(OnCallSchedule.objects.get(code="severity-1"), *agents, time_zone="America/New_York")


def test_xe_t1_the_on_call_staff_are_paged_within_a_minute_and_again_until_somebody_has_it(xecuritas: Scene) -> None:
    """XE-T1 row 2, XE-2-02, XE-5-06: at 20:31 at the latest; the log has page and acknowledgement."""
    engineer = make_agent(name="Engineer on call", teams=("support",))
    on_call(xecuritas, engineer)
    created = at("Sat 2026-10-31 20:30 EDT")
    ticket = xecuritas.opens(created, severity="1")
    [page] = Delivery.objects.filter(ticket=ticket, event="page")
    assert page.created_at == page.next_attempt_at == created
    claimed = claim(now=created)
    assert page.pk in claimed, "the sweep of this very minute sends it"
    sweep(at("Sat 2026-10-31 20:40 EDT"))
    assert len(steps(ticket)) == 1
    sweep(at("Sat 2026-10-31 20:41 EDT"))
    assert [(step[1], step[2], step[3]) for step in steps(ticket)] == [(1, 1, [engineer.pk]), (1, 2, [engineer.pk])]

    acknowledge(page_id=page_of(ticket).pk, actor=acts(engineer), now=at("Sat 2026-10-31 20:44 EDT"))
    sweep(at("Sat 2026-10-31 21:30 EDT"))
    assert [line.kind for line in Entry.objects.filter(ticket=ticket, kind__startswith="page").order_by("seq")] == [
        "page",
        "page",
        "page_acknowledged",
    ]


def test_xe_t1_nobody_acknowledges_and_management_is_told(xecuritas: Scene) -> None:
    """XE-5-06: three pages, ten minutes apart, then technical support management; figures are assumed."""
    on_call(xecuritas, make_agent(name="Engineer on call", teams=("support",)))
    created = at("Sat 2026-10-31 20:30 EDT")
    ticket = xecuritas.opens(created, severity="1")
    for minutes in (10, 20, 30):
        sweep(created + minutes * MINUTE + minutes * SECOND)
    last = created + 30 * MINUTE + 30 * SECOND
    assert ("page_exhausted", "team:management") in told(ticket, last)


@pytest.mark.parametrize(
    ("created", "severity", "pages"),
    [
        ("Sat 2026-10-31 20:30 EDT", "2", False),  # a Severity-2 case pages nobody
        ("Fri 2026-10-30 18:59 EDT", "1", False),  # in support hours the queue is told
        ("Fri 2026-10-30 19:00 EDT", "1", True),
        ("Fri 2026-11-27 12:00 EST", "1", True),  # a holiday
        ("Mon 2026-11-02 07:59 EST", "1", True),
        ("Mon 2026-11-02 08:00 EST", "1", False),
    ],
)
def test_paging_is_for_severity_1_outside_support_hours(
    xecuritas: Scene, created: str, severity: str, pages: bool
) -> None:
    """XE-5-06, XE-A05, XE-A06."""
    ticket = xecuritas.opens(at(created), severity=severity)
    assert bool(steps(ticket)) is pages


def test_other_channels_page_when_an_engineer_sets_severity_1(xecuritas: Scene) -> None:
    """XE-5-07, XE-A06: not by themselves, whatever stands in the text."""
    night = at("Sat 2026-10-31 20:30 EDT")
    mailed = xecuritas.mails(night, mailbox="cs@xecuritas.example", subject="Severity 1", body="Severity 1: no mail")
    assert (fresh(mailed).severity.code, steps(mailed)) == ("3", [])
    worst = xecuritas.known.severities["1"]
    facts = {"severity": worst, "reason": "All mail is down.", "actor": xecuritas.agent}
    change_severity(ticket_id=mailed.pk, now=night + 5 * MINUTE, **facts)
    assert [step[0] for step in steps(mailed)] == [night + 5 * MINUTE]

    phoned = xecuritas.opens(night, actor=xecuritas.agent, channel="phone")
    assert steps(phoned) == []
    graded = xecuritas.opens(night, actor=xecuritas.agent, channel="phone", severity="1")
    assert len(steps(graded)) == 1


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
