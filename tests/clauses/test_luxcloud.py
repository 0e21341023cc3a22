"""Clauses of LuxCloud's document that no worked timeline covers, on its real process file."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from helpdesk.access import Refused
from helpdesk.calendars import working_calendars
from sla.models import Clock, SLAPolicy
from tests.people import make_agent
from tests.timelines.scene import MINUTE, Scene, at, clock, recorded, staged, status_of, told
from tickets.commands import change_status, say_solved, take
from tickets.models import Payload, Ticket

pytestmark = pytest.mark.django_db

MONDAY = at("Mon 2026-03-02 10:00 CET")
A_YEAR_LATER = at("Tue 2027-03-02 11:00 CET")


@pytest.fixture
def luxcloud() -> Iterator[Scene]:
    with staged("luxcloud") as scene:
        yield scene


@pytest.fixture
def resolved(luxcloud: Scene) -> Ticket:
    """Taken by the agent and resolved with its solution."""
    ticket = luxcloud.opens(MONDAY)
    take(ticket_id=ticket.pk, actor=luxcloud.agent, now=MONDAY + MINUTE)
    luxcloud.agent_says(ticket, MONDAY + 2 * MINUTE, status="resolved", reason="solved")
    return ticket


def test_a_business_day_is_nine_hours_of_the_desk(luxcloud: Scene) -> None:
    """LX-3.2-01: Monday to Friday, 8 to 17, without holidays; targets and closing rules count 540 minutes."""
    desk = working_calendars()["support-desk"]
    assert (desk.day_length, desk.days_per_week) == (timedelta(minutes=540), 5)
    ticket = luxcloud.opens(at("Thu 2026-12-24 16:00 CET"))
    assert clock(ticket, "first_response").due_at == at("Mon 2026-12-28 16:00 CET")  # the 25th is closed


def test_the_figures_are_those_of_the_standard_support_level(luxcloud: Scene) -> None:
    """LX-1.3-07: the policy bears that name in the process, and every clock says which policy it follows."""
    ticket = luxcloud.opens(MONDAY)
    assert {row.target["policy"] for row in Clock.objects.filter(ticket=ticket)} == {"standard"}
    assert SLAPolicy.objects.get(code="standard").name == "Standard Support Level"


@pytest.mark.parametrize("channel", ["portal", "email", "phone", "chat", "social", "voicemail"])
def test_whatever_way_it_comes_a_ticket_has_its_targets_from_its_creation(luxcloud: Scene, channel: str) -> None:
    """LX-1.3-08."""
    ticket = luxcloud.opens(MONDAY, actor=luxcloud.agent, channel=channel)
    assert clock(ticket, "first_response").due_at == at("Tue 2026-03-03 10:00 CET")
    assert clock(ticket, "resolution").due_at == at("Wed 2026-03-04 10:00 CET")


def test_the_partner_says_that_it_is_solved_and_the_desk_resolves_it(luxcloud: Scene) -> None:
    """LX-2.4.3-01, LX-2.4.3-05: the partner's word is on the record and changes no status by itself."""
    ticket = luxcloud.opens(MONDAY)
    luxcloud.agent_says(ticket, MONDAY + MINUTE)
    say_solved(ticket_id=ticket.pk, actor=luxcloud.contact.actor, now=MONDAY + 2 * MINUTE)
    assert status_of(ticket) == "open"
    assert [line.actor_kind for line in recorded(ticket, "solved_by_customer")] == ["contact"]

    with pytest.raises(Refused, match="is not a status that you can set here"):
        change_status(
            ticket_id=ticket.pk, status=luxcloud.known.statuses["resolved"], reason="solved", message="Closed.",
            actor=luxcloud.contact.actor, now=MONDAY + 3 * MINUTE,
        )  # fmt: skip
    luxcloud.agent_says(ticket, MONDAY + 4 * MINUTE, status="resolved", reason="solved")
    assert status_of(ticket) == "resolved"


def test_nothing_is_resolved_without_the_solution_in_a_message(luxcloud: Scene) -> None:
    """LX-2.4.3-02, LX-2.4.3-06: and the vendor's own sentence follows it."""
    ticket = luxcloud.opens(MONDAY)
    facts = {"ticket_id": ticket.pk, "status": luxcloud.known.statuses["resolved"], "reason": "solved"}
    with pytest.raises(Refused, match="Solution"):
        change_status(**facts, actor=luxcloud.agent, now=MONDAY + MINUTE)
    assert status_of(ticket) == "new"

    change_status(**facts, message="The quota was full.", actor=luxcloud.agent, now=MONDAY + 2 * MINUTE)
    written = Payload.objects.filter(ticket=ticket).values_list("body", flat=True)
    assert "The quota was full." in written
    assert any("You can reopen it at any time by replying." in text for text in written)


@pytest.mark.parametrize("now", [MONDAY + timedelta(hours=1), A_YEAR_LATER])
def test_a_reply_reopens_at_any_time_and_describes_the_situation_again(
    luxcloud: Scene, resolved: Ticket, now: datetime
) -> None:
    """LX-2.4.4-01, LX-2.4.4-02, LX-2.4.4-03: the same number, open again, assignee and desk told."""
    with pytest.raises(Refused, match="same as before or different"):
        luxcloud.customer_says(resolved, now)
    assert status_of(resolved) == "resolved"

    make_agent(name="Technician")
    luxcloud.customer_says(resolved, now, restatement="changed")
    assert status_of(resolved) == "open"
    assert recorded(resolved, "message")[-1].meta["restatement"] == "changed"
    assert {("ticket_reopened", "assignee"), ("ticket_reopened", "queue_team")} <= told(resolved, now)
    assert Ticket.objects.count() == 1


def test_a_follow_up_has_a_number_of_its_own_and_the_old_ticket_stays(luxcloud: Scene, resolved: Ticket) -> None:
    """LX-2.4.4-04."""
    follow_up = luxcloud.opens(A_YEAR_LATER, follows=resolved)
    assert follow_up.number != resolved.number
    assert follow_up.follows_id == resolved.pk
    assert status_of(resolved) == "resolved"
    assert status_of(follow_up) == "new"
