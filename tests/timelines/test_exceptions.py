"""When the vendors' targets do not apply, on their real process files."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from helpdesk.models import BusinessCalendar, OpeningHours
from helpdesk.tenancy import current_vendor
from sla.models import Agreement, Clock, SLAPolicy, SLATarget
from sla.queries import clock_views
from tests.timelines.scene import Scene, at, clock, fresh, recorded, staged, sweep, told
from tickets.commands import classify
from tickets.models import Product, Ticket

pytestmark = pytest.mark.django_db
MONDAY = at("Mon 2026-06-08 15:00 CEST")  # nine o'clock in New York
MONTH = timedelta(days=30)


def states(ticket: Ticket) -> dict[str, str]:
    return dict(Clock.objects.filter(ticket=ticket).values_list("metric", "state"))


def reasons(ticket: Ticket) -> set[str]:
    return {view.paused_why for view in clock_views([ticket], MONDAY)[ticket.pk] if view.state == "suspended"}


@pytest.fixture
def xecuritas() -> Iterator[Scene]:
    with staged("xecuritas") as scene:
        yield scene


@pytest.mark.parametrize(
    ("lifecycle", "why"), [("discontinued", "Outside the support policy"), ("beta", "Under the beta policy")]
)
def test_only_supported_products_have_targets(xecuritas: Scene, lifecycle: str, why: str) -> None:
    """XE-1-03, XE-1-04, XE-1-05: the case is accepted, shows the reason and has no target."""
    product = Product.objects.get(code="email-security")
    supported = xecuritas.opens(MONDAY, product=product)
    assert states(supported) == {"first_response": "running", "resolution": "running"}

    Product.objects.filter(pk=product.pk).update(lifecycle=lifecycle)
    product.refresh_from_db()
    ticket = xecuritas.opens(MONDAY, product=product)
    assert states(ticket) == {"first_response": "suspended", "resolution": "suspended"}
    assert reasons(ticket) == {why}
    sweep(MONDAY + MONTH)
    assert recorded(ticket, "breach") == []


@pytest.mark.parametrize("cause", ["third_party_component", "third_party_product"])
def test_a_third_party_s_cause_suspends_targets_and_escalation(xecuritas: Scene, cause: str) -> None:
    """XE-9-01, XE-9-03: set by an engineer, on the record with when and who; nobody is told of a breach."""
    ticket = xecuritas.opens(MONDAY, severity="2")
    classify(
        ticket_id=ticket.pk,
        values={"cause": xecuritas.known.causes[cause]},
        actor=xecuritas.agent,
        now=MONDAY + timedelta(hours=1),
    )
    assert set(states(ticket).values()) == {"suspended"}
    [line] = recorded(ticket, "classified")
    assert (line.actor_id, line.meta["cause"]) == (xecuritas.agent.id, ["", cause])
    sweep(MONDAY + MONTH)
    assert recorded(ticket, "breach") == []
    assert not {event for event, _ in told(ticket, MONDAY + MONTH)}
    assert any("no guarantee" in why for why in reasons(ticket))


def test_other_languages_have_no_guaranteed_response_time() -> None:
    """LX-2.5-02: German, French, Dutch and Luxembourgish are accepted; the resolution target stays."""
    with staged("luxcloud") as scene:
        for language in current_vendor().ticket_languages["accepted_without_guarantee"]:
            ticket = scene.opens(MONDAY, language=language)
            assert states(ticket) == {"first_response": "suspended", "resolution": "running"}
            assert reasons(ticket) == {"No guaranteed response time"}
        assert states(scene.opens(MONDAY, language="en"))["first_response"] == "running"


# --- Hypergene -------------------------------------------------------------------------------------------------


@pytest.fixture
def hypergene() -> Iterator[Scene]:
    with staged("hypergene") as scene:
        yield scene


def agreed(scene: Scene, **facts: Any) -> None:
    """An agreement with the customer's company, entered by an administrator."""
    Agreement.objects.create(company=scene.contact.company, valid_from=date(2026, 1, 1), **facts)
    scene.vendor.touch_process()


def test_a_customer_s_own_solution_is_outside_the_agreement_and_handed_over(hypergene: Scene) -> None:
    """HG-2.5-08, HG-2.5-09: registered, without targets, moved by the worker."""
    ticket = hypergene.opens(MONDAY)
    own = hypergene.known.solution_scopes["customer_specific"]
    classify(ticket_id=ticket.pk, values={"solution_scope": own}, actor=hypergene.agent, now=MONDAY)
    assert set(states(ticket).values()) == {"suspended"}
    assert reasons(ticket) == {"Utanför avtalet"}
    assert fresh(ticket).queue.code == "expert-services"
    assert recorded(ticket, "queue")[-1].meta["rule"] == "customer-solution"


def test_a_management_agreement_covers_it(hypergene: Scene) -> None:
    """HG-2.5-10: the same ticket keeps its targets and its place."""
    agreed(hypergene, covers_customer_solution=True)
    own = hypergene.known.solution_scopes["customer_specific"]
    ticket = hypergene.opens(MONDAY, solution_scope=own)
    assert set(states(ticket).values()) == {"running"}
    assert fresh(ticket).queue.code == "servicecenter"


def test_targets_are_the_agreement_s_or_the_standard_s_and_the_clock_names_which(hypergene: Scene) -> None:
    """HG-2.6-04: two companies, two policies."""
    plain = hypergene.opens(MONDAY)
    assert clock(plain, "first_response").target["policy"] == "standard"
    policy = SLAPolicy.objects.create(code="premium", name="Premium", resolution_met_by=["resolved"])
    severity = plain.severity
    SLATarget.objects.create(
        policy=policy,
        severity=severity,
        metric="first_response",
        amount=1,
        unit="business_hours",
        clock="servicecenter",
    )
    agreed(hypergene, policy=policy)
    ticket = hypergene.opens(MONDAY)
    response = clock(ticket, "first_response")
    assert (response.target["policy"], response.due_at) == ("premium", MONDAY + timedelta(hours=1))


def test_a_company_may_have_longer_hours(hypergene: Scene) -> None:
    """HG-2.3-04: its tickets use its calendar, others the standard one."""
    longer = BusinessCalendar.objects.create(code="longer", time_zone="Europe/Stockholm", position=9)
    OpeningHours.objects.bulk_create(
        OpeningHours(calendar=longer, weekday=day, opens="07:00", closes="19:00") for day in range(5)
    )
    company = hypergene.contact.company
    before = hypergene.opens(at("Mon 2026-06-08 16:30 CEST"))
    company.calendar = longer
    company.save()
    hypergene.vendor.touch_process()
    after = hypergene.opens(at("Mon 2026-06-08 16:30 CEST"))
    assert clock(before, "first_response").calendar == "servicecenter"
    assert clock(after, "first_response").calendar == "longer"


def test_a_ticket_that_takes_long_reminds_its_assignee(hypergene: Scene) -> None:
    """HG-2.7-04: a week without a word to the customer."""
    ticket = hypergene.opens(MONDAY)
    week_later = at("Mon 2026-06-15 15:00 CEST")
    sweep(week_later)
    assert recorded(ticket, "reminder") == []
    sweep(week_later + timedelta(minutes=1))
    [line] = recorded(ticket, "reminder")
    assert line.meta["rule"] == "long-running"
