"""Clauses of Hypergene's document that no worked timeline covers, on its real process file."""

from collections.abc import Iterator
from datetime import date

import pytest

from helpdesk.models import BusinessCalendar, OpeningHours
from sla.models import Agreement, SLAPolicy, SLATarget
from sla.queries import clock_views
from tests.timelines.scene import MINUTE, Scene, at, clock, fresh, recorded, staged, sweep, told
from tickets.commands import change_status, classify, take

pytestmark = pytest.mark.django_db

MONDAY = at("Mon 2026-03-02 10:00 CET")
SUSPENDED = {"first_response": "suspended", "resolution": "suspended"}


@pytest.fixture
def hypergene() -> Iterator[Scene]:
    with staged("hypergene") as scene:
        yield scene


def states(ticket: object) -> dict[str, str]:
    return {view.metric: view.state for view in clock_views([fresh(ticket)], MONDAY)[ticket.pk]}


def agree(scene: Scene, **facts: object) -> None:
    Agreement.objects.create(company=scene.contact.company, valid_from=date(2026, 1, 1), **facts)
    scene.vendor.touch_process()


def test_closing_tells_the_customer_unless_the_solution_did(hypergene: Scene) -> None:
    """HG-2.1-08: solved tells, so closing is silent; closed without that, closing tells."""
    statuses = hypergene.known.statuses
    solved, straight = hypergene.opens(MONDAY), hypergene.opens(MONDAY)
    facts = {"solution": "Restart it."}
    change_status(
        ticket_id=solved.pk, status=statuses["solved"], facts=facts, actor=hypergene.agent, now=MONDAY + MINUTE
    )
    assert ("status_entered", "requester") in told(solved, MONDAY + MINUTE)

    for ticket in (solved, straight):
        change_status(ticket_id=ticket.pk, status=statuses["closed"], actor=hypergene.agent, now=MONDAY + 2 * MINUTE)
    assert told(solved, MONDAY + 2 * MINUTE) == set()
    assert told(straight, MONDAY + 2 * MINUTE) == {("status_entered", "requester")}


def test_longer_hours_are_agreed_for_one_company(hypergene: Scene) -> None:
    """HG-2.3-04: the company's own calendar counts for its tickets; everybody else keeps the standard one."""
    evening = at("Mon 2026-03-02 17:30 CET")
    assert clock(hypergene.opens(evening), "first_response").due_at == at("Tue 2026-03-03 17:00 CET")

    longer = BusinessCalendar.objects.create(code="longer", time_zone="Europe/Stockholm")
    OpeningHours.objects.bulk_create(
        OpeningHours(calendar=longer, weekday=day, opens="08:00", closes="20:00") for day in range(5)
    )
    hypergene.contact.company.calendar = longer
    hypergene.contact.company.save()
    hypergene.vendor.touch_process()
    assert clock(hypergene.opens(evening), "first_response").due_at == at("Tue 2026-03-03 17:30 CET")


def test_what_was_made_for_one_customer_is_outside_the_commitment(hypergene: Scene) -> None:
    """HG-2.5-08: registered, without targets, said so, and handed over by the rule."""
    ticket = hypergene.opens(MONDAY)
    assert states(ticket) == {"first_response": "running", "resolution": "running"}
    scope = {"solution_scope": hypergene.known.solution_scopes["customer_specific"]}
    classify(ticket_id=ticket.pk, values=scope, actor=hypergene.agent, now=MONDAY + MINUTE)

    assert states(ticket) == SUSPENDED
    assert {view.paused_why for view in clock_views([fresh(ticket)], MONDAY)[ticket.pk]} == {"Utanför avtalet"}
    assert fresh(ticket).queue.code == "expert-services"
    assert recorded(ticket, "queue")[-1].meta["rule"] == "customer-solution"


def test_a_management_agreement_covers_it(hypergene: Scene) -> None:
    """HG-2.5-10: the same ticket keeps its targets and stays where it is."""
    agree(hypergene, covers_customer_solution=True)
    ticket = hypergene.opens(MONDAY)
    before = {metric: clock(ticket, metric).due_at for metric in SUSPENDED}
    scope = {"solution_scope": hypergene.known.solution_scopes["customer_specific"]}
    classify(ticket_id=ticket.pk, values=scope, actor=hypergene.agent, now=MONDAY + MINUTE)

    assert {metric: clock(ticket, metric).due_at for metric in SUSPENDED} == before
    assert fresh(ticket).queue.code == "servicecenter"


def test_targets_are_those_of_the_agreement_else_the_standard_ones(hypergene: Scene) -> None:
    """HG-2.6-04: and the ticket names the policy that counts."""
    standard = clock(hypergene.opens(MONDAY), "first_response")
    assert standard.due_at == at("Tue 2026-03-03 10:00 CET")

    policy = SLAPolicy.objects.create(code="gold", name="Gold", position=1)
    SLATarget.objects.create(
        policy=policy, severity=hypergene.known.severities["P3"], metric="first_response",
        amount=2, unit="business_hours", clock="servicecenter",
    )  # fmt: skip
    agree(hypergene, policy=policy)
    agreed = clock(hypergene.opens(MONDAY), "first_response")
    assert agreed.due_at == at("Mon 2026-03-02 12:00 CET")
    assert [row.target["policy"] for row in (standard, agreed)] == ["standard", "gold"]


def test_whoever_has_the_ticket_is_reminded_each_week_that_the_customer_hears_nothing(hypergene: Scene) -> None:
    """HG-2.7-04: five business days after the last public message, again after five more, until it is solved."""
    ticket = hypergene.opens(MONDAY)
    take(ticket_id=ticket.pk, actor=hypergene.agent, now=MONDAY + MINUTE)
    hypergene.agent_says(ticket, at("Wed 2026-03-04 14:00 CET"))

    for reminder in (at("Wed 2026-03-11 14:00 CET"), at("Wed 2026-03-18 14:00 CET")):
        sweep(reminder)
        assert ("reminder", "assignee") not in told(ticket, reminder)
        sweep(reminder + MINUTE)
        assert ("reminder", "assignee") in told(ticket, reminder + MINUTE)

    hypergene.agent_says(ticket, at("Thu 2026-03-19 09:00 CET"), status="solved", facts={"solution": "It is fixed."})
    after = at("Thu 2026-03-26 09:01 CET")
    sweep(after)
    assert told(ticket, after) == set()
