"""Classifying a ticket: what changes, what is recorded, and where a type that is handed over goes."""

from typing import Any

import pytest

from helpdesk.access import Refused
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from tests.people import NOW, acts, make_agent, make_ticket
from tickets.commands import classify
from tickets.models import Entry, Product, Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db


def test_a_problem_becomes_a_feature_request() -> None:
    """XE-1-07: an engineer can change a problem into a request, with a line in the record; it is handed over."""
    with acting_for(Vendor.objects.get(slug="xecuritas")):
        ticket, agent = make_ticket(), acts(make_agent())
        classify(
            ticket_id=ticket.pk,
            values={"type": catalogue().types["feature_request"]},
            reason="It asks for something new",
            actor=agent,
            now=NOW,
        )
        found = Ticket.objects.get(pk=ticket.pk)
        assert found.type.code == "feature_request"
        assert found.queue.code == "product-management"
        line = Entry.objects.get(ticket=ticket, kind="classified")
        assert (line.meta, line.visibility) == ({"type": ["problem", "feature_request"]}, "public")


def test_what_stays_the_same_leaves_no_line(door: Any) -> None:
    ticket = make_ticket()
    classify(ticket_id=ticket.pk, values={"type": ticket.type, "product": None}, actor=acts(make_agent()), now=NOW)
    assert not Entry.objects.filter(ticket=ticket, kind="classified").exists()


def test_customers_and_retired_rows_are_refused(door: Any) -> None:
    ticket = make_ticket()
    with pytest.raises(Refused, match="Only the support staff"):
        classify(ticket_id=ticket.pk, values={}, actor=ticket.requester.actor, now=NOW)
    old = Product.objects.create(code="old", name="Old product", retired=True)
    with pytest.raises(Refused, match="“Old product” is no longer in use"):
        classify(ticket_id=ticket.pk, values={"product": old}, actor=acts(make_agent()), now=NOW)
