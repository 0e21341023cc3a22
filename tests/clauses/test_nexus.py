"""Clauses of Nexus's document that no worked timeline covers, on its real process file."""

from collections.abc import Iterator

import pytest

from helpdesk.access import Refused
from tests.timelines.scene import MINUTE, Scene, at, clock, fresh, recorded, staged, status_of, told
from tickets.commands import change_status, record_facts

pytestmark = pytest.mark.django_db

MONDAY = at("Mon 2026-03-02 10:00 CET")


@pytest.fixture
def nexus() -> Iterator[Scene]:
    with staged("nexus") as scene:
        scene.based_in("SE")
        yield scene


def test_a_solved_ticket_is_closed_at_a_time_and_the_customer_is_told(nexus: Scene) -> None:
    """NX-4.6-04, NX-4.6-10: closing says what solved it, ends the clock and sends the closure mail."""
    ticket, closed_at = nexus.opens(MONDAY), MONDAY + 5 * MINUTE
    successful = nexus.known.statuses["closed_successful"]
    with pytest.raises(Refused, match="What solved it"):
        change_status(ticket_id=ticket.pk, status=successful, actor=nexus.agent, now=closed_at)

    facts = {"resolution": "A new certificate."}
    change_status(ticket_id=ticket.pk, status=successful, facts=facts, actor=nexus.agent, now=closed_at)
    assert (fresh(ticket).is_finished, fresh(ticket).finished_at) == (True, closed_at)
    assert told(ticket, closed_at) == {("ticket_closed", "requester")}
    assert clock(ticket, "resolution").met_at == closed_at


def test_closing_with_a_workaround_needs_it_and_the_customer_s_word(nexus: Scene) -> None:
    """NX-4.6-14, NX-4.2-03: the workaround alone meets the target; closing needs the agreement as well."""
    ticket = nexus.opens(MONDAY)
    closed = nexus.known.statuses["closed_workaround"]
    for facts in ({}, {"workaround": "Use the old card."}, {"customer_agreed": True}):
        with pytest.raises(Refused, match="Still needed"):
            change_status(ticket_id=ticket.pk, status=closed, facts=facts, actor=nexus.agent, now=MONDAY + MINUTE)
    assert recorded(ticket, "facts") == []

    record_facts(ticket_id=ticket.pk, facts={"workaround": "Use the old card."}, actor=nexus.agent, now=MONDAY + MINUTE)
    assert (status_of(ticket), clock(ticket, "resolution").state) == ("new", "met")
    change_status(
        ticket_id=ticket.pk, status=closed, facts={"customer_agreed": True}, actor=nexus.agent, now=MONDAY + 2 * MINUTE
    )
    assert status_of(ticket) == "closed_workaround"
