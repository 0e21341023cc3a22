"""Clauses of Xecuritas' document that no worked timeline covers, on its real process file."""

from collections.abc import Iterator

import pytest

from sla.queries import clock_views
from tests.timelines.scene import MINUTE, Scene, at, clock, fresh, recorded, staged, status_of, sweep
from tickets.commands import change_status, classify, record_facts
from tickets.models import Product, Ticket

pytestmark = pytest.mark.django_db

MONDAY = at("Mon 2010-03-01 10:00 EST")


@pytest.fixture
def xecuritas() -> Iterator[Scene]:
    with staged("xecuritas") as scene:
        yield scene


@pytest.fixture
def case(xecuritas: Scene) -> Ticket:
    return xecuritas.opens(MONDAY, severity="2")


def states(ticket: Ticket) -> set[tuple[str, str]]:
    return {(view.state, view.paused_why) for view in clock_views([fresh(ticket)], MONDAY)[ticket.pk]}


@pytest.mark.parametrize(
    ("lifecycle", "said"),
    [("discontinued", "Outside the support policy"), ("beta", "Under the beta policy")],
)
def test_products_that_are_not_released_or_no_longer_made_have_no_targets(
    xecuritas: Scene, lifecycle: str, said: str
) -> None:
    """XE-1-04, XE-1-05: the case is taken, shows why, and nothing is ever late."""
    Product.objects.update(lifecycle=lifecycle)
    xecuritas.vendor.touch_process()
    ticket = xecuritas.opens(MONDAY, severity="2", product=xecuritas.known.products["email-security"])

    assert states(ticket) == {("suspended", said)}
    sweep(at("Mon 2010-04-05 10:00 EDT"))
    assert recorded(ticket, "breach") == []


@pytest.mark.parametrize("delivered", ["workaround", "alternate_plan"])
def test_a_workaround_or_a_plan_ends_the_resolution_time_and_the_case_stays_open(
    xecuritas: Scene, case: Ticket, delivered: str
) -> None:
    """XE-6-02."""
    recorded_at = MONDAY + 5 * MINUTE
    record_facts(ticket_id=case.pk, facts={delivered: "Use the relay."}, actor=xecuritas.agent, now=recorded_at)

    assert (clock(case, "resolution").state, clock(case, "resolution").met_at) == ("met", recorded_at)
    assert status_of(case) == "open"


def test_a_solution_ends_the_resolution_time(xecuritas: Scene, case: Ticket) -> None:
    """XE-6-02: the third of the three ways."""
    facts = {"initial_recommendation": "Patch.", "customer_agreed": True, "support_agreed": True}
    closed, solved_at = xecuritas.known.statuses["closed"], MONDAY + 9 * MINUTE
    change_status(ticket_id=case.pk, status=closed, facts=facts, actor=xecuritas.agent, now=solved_at)
    assert (clock(case, "resolution").state, clock(case, "resolution").met_at) == ("met", solved_at)


@pytest.mark.parametrize("cause", ["third_party_product", "third_party_component"])
def test_when_another_product_is_the_cause_the_times_do_not_count(xecuritas: Scene, case: Ticket, cause: str) -> None:
    """XE-9-03, XE-9-01: suspended, nobody is called for it, and the record says when and by whom."""
    found_at = MONDAY + 5 * MINUTE
    values = {"cause": xecuritas.known.causes[cause]}
    classify(ticket_id=case.pk, values=values, actor=xecuritas.agent, now=found_at)

    assert {state for state, _why in states(case)} == {"suspended"}
    [line] = recorded(case, "classified")
    assert (line.actor_kind, line.at, line.meta["cause"]) == ("agent", found_at, ["", cause])
    sweep(at("Mon 2010-04-05 10:00 EDT"))
    assert recorded(case, "breach") == []
