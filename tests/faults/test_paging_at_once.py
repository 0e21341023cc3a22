"""Pages under sweeps and people who meet: each step once, one acknowledgement, nobody paged after it."""

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.models import Agent
from helpdesk.tenancy import acting_for
from notifications.commands import claim
from notifications.models import Delivery
from sla.commands import acknowledge
from sla.models import Page
from tests.faults.processes import together
from tests.faults.test_at_once import behind, sound
from tests.people import NOW, acts, make_ticket
from tests.sla.duty import make_engineer, make_schedule, page_of, put_on_call, steps
from tests.timelines.scene import sweep
from tickets.models import Entry, Ticket
from tickets.queries.catalogue import catalogue

LATER = NOW + timedelta(minutes=11)


@pytest.fixture
def crew(acme: Any) -> list[Agent]:
    with acting_for(acme):
        crew = [make_engineer(f"Engineer {n}") for n in range(3)]
        put_on_call(make_schedule(), crew[0])
        return crew


def opened(acme: Any) -> tuple[Ticket, Page]:
    with acting_for(acme):
        ticket = make_ticket(severity=catalogue().severities["high"])
        return ticket, page_of(ticket)


def lines(ticket: Ticket, kind: str) -> int:
    return Entry.objects.filter(ticket=ticket, kind=kind).count()


def test_sweeps_that_meet_page_once(acme: Any, crew: list[Agent]) -> None:
    ticket, page = opened(acme)
    results = together(*[behind(acme, sweep, now=LATER)] * 4)
    assert sorted(results) == [0, 0, 0, 1]
    with acting_for(acme):
        sweep(LATER)
        assert len(steps(ticket)) == 2
        assert Delivery.objects.filter(page=page, channel="mail").count() == 2
        assert sound()


def test_outboxes_that_meet_send_each_page_once(acme: Any, crew: list[Agent]) -> None:
    _, page = opened(acme)
    claimed = together(*[behind(acme, claim, now=NOW)] * 4)
    with acting_for(acme):
        own = page.deliveries.get().pk
    assert [own in ids for ids in claimed].count(True) == 1


def test_of_those_who_acknowledge_at_once_one_has_it(acme: Any, crew: list[Agent]) -> None:
    with acting_for(acme):
        actors = [acts(agent) for agent in crew]
    ticket, page = opened(acme)
    results = together(*(behind(acme, acknowledge, page_id=page.pk, actor=actor, now=NOW) for actor in actors))
    assert [type(result) for result in results] == [Page] * 3, results
    assert len({result.acknowledged_by_id for result in results}) == 1, "everybody learns who has it"
    with acting_for(acme):
        assert lines(ticket, "page_acknowledged") == 1
        assert sound()


def test_a_sweep_and_a_person_who_meet(acme: Any, crew: list[Agent]) -> None:
    with acting_for(acme):
        actor = acts(crew[0])
    for _ in range(4):
        ticket, page = opened(acme)
        swept, answered = together(
            behind(acme, sweep, now=LATER), behind(acme, acknowledge, page_id=page.pk, actor=actor, now=LATER)
        )
        assert (isinstance(swept, int), isinstance(answered, Page)) == (True, True), (swept, answered)
        with acting_for(acme):
            order = Entry.objects.filter(ticket=ticket, kind__startswith="page").order_by("seq")
            kinds = list(order.values_list("kind", flat=True))
            assert kinds in (["page", "page_acknowledged"], ["page", "page", "page_acknowledged"])
            sweep(LATER + timedelta(days=1))
            assert len(steps(ticket)) == kinds.count("page"), "nobody is paged after it"
            assert page_of(ticket).state == "acknowledged"
            assert sound()
