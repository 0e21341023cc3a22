"""Checklists, and messages on telephone lines, on the process file that has both."""

from collections.abc import Iterator

import pytest

from helpdesk.access import Refused
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from portal.agent.procedures import checklists_of
from portal.customer.desk import kept_line
from tests.people import make_agent
from tests.timelines.scene import Scene, at, fresh, recorded, staged, told
from tickets.commands import log_voicemail, take_step
from tickets.models import Ticket
from tickets.queries.conversation import conversation

pytestmark = pytest.mark.django_db
NIGHT, NOON = at("Sun 2026-10-25 02:30 CEST"), at("Mon 2026-10-26 12:00 CET")
MESSAGE = {"issue": "All is down", "service": "Mail", "moment": "Sunday, 02:25", "contact": "+352 000"}


@pytest.fixture
def luxcloud() -> Iterator[Scene]:
    with staged("luxcloud") as scene:
        yield scene


@pytest.fixture
def emergency(luxcloud: Scene) -> Ticket:
    return luxcloud.opens(NIGHT, subject="EMERGENCY: nothing answers")


def leave(scene: Scene, ticket: Ticket, line: str, **answers: str) -> None:
    row = scene.known.voicemail_lines[line]
    log_voicemail(ticket_id=ticket.pk, line=row, answers=answers, actor=scene.agent, now=NIGHT)


def test_a_message_on_the_hotline_is_written_down_on_its_ticket(luxcloud: Scene, emergency: Ticket) -> None:
    """LX-2.8-06, LX-1.1.5-03: four facts, each of them needed; the customer has spoken."""
    with pytest.raises(Refused, match="Still needed of the message: Contact details"):
        leave(luxcloud, emergency, "emergency", **(MESSAGE | {"contact": " "}))
    leave(luxcloud, emergency, "emergency", **MESSAGE)
    [line] = recorded(emergency, "voicemail")
    assert (line.channel, line.meta["line"]) == ("voicemail", "emergency")
    [item] = [item for item in conversation(emergency, luxcloud.agent) if item.kind == "voicemail"]
    assert item.body.splitlines()[-1] == "Contact details: +352 000"
    assert fresh(emergency).last_customer_at == NIGHT


def test_it_is_told_to_the_noc_and_found_in_lists(luxcloud: Scene, emergency: Ticket) -> None:
    """LX-3.5-03: calls reach the NOC."""
    make_agent(teams=("noc",))
    leave(luxcloud, emergency, "emergency", **MESSAGE)
    assert ("team_called", "team:noc") in told(emergency, NIGHT)
    assert "voicemail" in fresh(emergency).flags


def test_the_hotline_is_for_the_worst_alone(luxcloud: Scene, emergency: Ticket) -> None:
    """LX-3.5-02: a message about something else is marked, and the number is shown on High tickets only."""
    leave(luxcloud, emergency, "emergency", **MESSAGE)
    assert "not_for_this_line" not in fresh(emergency).flags
    calm = luxcloud.opens(NIGHT, severity="low")
    leave(luxcloud, calm, "emergency", **MESSAGE)
    assert "not_for_this_line" in fresh(calm).flags
    assert kept_line(NIGHT, calm.severity) == []


def test_the_confirmation_shows_the_hotline_by_night_and_the_desk_by_day(luxcloud: Scene) -> None:
    """LX-2.8-05: option 3 outside opening hours, the desk's option within them."""
    high = luxcloud.known.severities["high"]
    assert [reach.point.option for reach in kept_line(NIGHT, high)] == ["3"]
    assert [reach.point.option for reach in kept_line(NOON, high)] == ["1"]


def test_a_message_at_the_desk_has_three_facts(luxcloud: Scene) -> None:
    """LX-2.7-02, LX-2.7-03: company, caller and number, on a ticket that is then worked on."""
    ticket = luxcloud.opens(NIGHT, severity="low")
    with pytest.raises(Refused, match="Company name, Name of the caller, Phone number"):
        leave(luxcloud, ticket, "desk")
    leave(luxcloud, ticket, "desk", company="Partner", caller="A technician", phone="+352 000")
    assert recorded(ticket, "voicemail")


def test_the_noc_goes_through_its_procedure(luxcloud: Scene, emergency: Ticket) -> None:
    """LX-2.8-07: the steps stand on the ticket; the first one's time is the reaction."""
    checklist = luxcloud.known.checklists["emergency"]
    for _ in range(2):
        take_step(ticket_id=emergency.pk, checklist=checklist, step="react", actor=luxcloud.agent, now=NIGHT)
    [steps] = checklists_of(fresh(emergency), conversation(emergency, luxcloud.agent))
    assert [(step.code, step.taken.at if step.taken else None) for step in steps.steps][:2] == [
        ("react", NIGHT),
        ("notice", None),
    ]
    assert steps.done == 1
    assert len(recorded(emergency, "step")) == 1


def test_a_checklist_is_for_the_tickets_it_names(luxcloud: Scene) -> None:
    calm = luxcloud.opens(NIGHT)
    checklist = luxcloud.known.checklists["emergency"]
    assert checklists_of(calm, []) == []
    with pytest.raises(Refused, match="not for this ticket"):
        take_step(ticket_id=calm.pk, checklist=checklist, step="react", actor=luxcloud.agent, now=NIGHT)
    with pytest.raises(Refused, match="no such step"):
        take_step(ticket_id=calm.pk, checklist=checklist, step="dance", actor=luxcloud.agent, now=NIGHT)


def test_the_first_contact_has_six_steps() -> None:
    """XE-7-02, XE-7-03, XE-7-04, XE-7-05, XE-7-06, XE-7-07, XE-7-08: offered on problems, taken when they fit."""
    with acting_for(Vendor.objects.get(slug="xecuritas")):
        scene = Scene(Vendor.objects.get(slug="xecuritas"))
        problem = scene.opens(NOON)
        [steps] = checklists_of(problem, [])
        assert len(steps.steps) == 6
        assert checklists_of(scene.opens(NOON, type="feature_request"), []) == []
