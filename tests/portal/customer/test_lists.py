"""Lists of tickets, their pages, and the search."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from portal.paging import PAGE
from tests.people import NOW, acts
from tickets.commands import note, reply
from tickets.models import Ticket


@pytest.mark.parametrize("tickets", [1, 3])
@pytest.mark.parametrize(("page", "cost"), [("tickets/", 16), ("company/", 16), ("search/?q=fire", 17)])
def test_a_list_costs_the_same_however_many_tickets(
    tickets: int,
    page: str,
    cost: int,
    buyer: Contact,
    ticket_of: Callable[..., Ticket],
    client_for: Callable[..., Any],
    django_assert_num_queries: Any,
) -> None:
    for _ in range(tickets):
        ticket_of(buyer)
    client = client_for(buyer)
    client.get(f"/kiosk/{page}")  # the process is remembered from here on

    with django_assert_num_queries(cost):
        answer = client.get(f"/kiosk/{page}")

    assert len(answer.context["lines"]) == tickets


def test_a_line_says_whose_turn_it_is_and_what_was_said_last(
    kiosk: Vendor, buyer: Contact, clerk: Agent, ticket_of: Callable[..., Ticket], client_for: Callable[..., Any]
) -> None:
    ticket = ticket_of(buyer, subject="The till is stuck")
    with acting_for(kiosk):
        reply(ticket_id=ticket.pk, body="Which till?", actor=acts(clerk), now=NOW + timedelta(hours=1))
        note(ticket_id=ticket.pk, body="Probably the old one.", actor=acts(clerk), now=NOW + timedelta(hours=2))

    [line] = client_for(buyer).get("/kiosk/tickets/").context["lines"]

    assert (line.status.public_name, line.turn, line.last) == ("In good hands", "Our turn", "The counter: Which till?")
    assert line.at == NOW + timedelta(hours=1)


def test_my_tickets_are_mine_and_the_companys_carry_names(
    buyer: Contact, partner_of_buyer: Contact, ticket_of: Callable[..., Ticket], client_for: Callable[..., Any]
) -> None:
    ticket_of(buyer, subject="Mine")
    ticket_of(partner_of_buyer, subject="Ours")
    client = client_for(buyer)

    mine = client.get("/kiosk/tickets/").context["lines"]
    ours = client.get("/kiosk/company/").context["lines"]

    assert [(line.ticket.subject, line.requester) for line in mine] == [("Mine", "")]
    assert {(line.ticket.subject, line.requester) for line in ours} == {("Mine", "Bea Buyer"), ("Ours", "Ola Own")}


def test_pages_lead_to_older_tickets_and_back_without_losing_one(
    buyer: Contact, ticket_of: Callable[..., Ticket], client_for: Callable[..., Any]
) -> None:
    for index in range(PAGE + 2):
        ticket_of(buyer, subject=f"Slip {index}", now=NOW + timedelta(minutes=index // 2))
    client = client_for(buyer)

    first = client.get("/kiosk/tickets/").context["page"]
    second = client.get(f"/kiosk/tickets/{first.older}").context["page"]
    again = client.get(f"/kiosk/tickets/{second.newer}").context["page"]

    shown = [ticket.subject for ticket in first.rows + second.rows]
    assert shown == [f"Slip {index}" for index in reversed(range(PAGE + 2))]
    assert (first.newer, second.older, again.newer) == ("", "", "")
    assert [ticket.pk for ticket in again.rows] == [ticket.pk for ticket in first.rows]


@pytest.mark.parametrize("place", ["older=x", "older=2026-01-01T00:00:00_1", "newer=9999-99-99_1", "older=_"])
def test_an_unreadable_place_is_the_first_page(place: str, buyer: Contact, client_for: Callable[..., Any]) -> None:
    assert client_for(buyer).get(f"/kiosk/tickets/?{place}").status_code == 200


@pytest.mark.parametrize("query", ["1001", "#1001", "TILL", "burns", "till burns", "REF-9"])
def test_the_search_finds_numbers_references_and_words(
    query: str, buyer: Contact, ticket_of: Callable[..., Ticket], client_for: Callable[..., Any]
) -> None:
    found = ticket_of(buyer, subject="The till", body="It burns.", external_reference="REF-9")
    ticket_of(buyer, subject="Something else", body="Nothing of that.")

    lines = client_for(buyer).get("/kiosk/search/", {"q": query}).context["lines"]

    assert [line.ticket.pk for line in lines] == [found.pk]


def test_the_search_never_reads_notes_nor_other_companies(
    kiosk: Vendor,
    buyer: Contact,
    rival: Contact,
    clerk: Agent,
    ticket_of: Callable[..., Ticket],
    client_for: Callable[..., Any],
) -> None:
    ticket = ticket_of(buyer, body="A plain story.")
    with acting_for(kiosk):
        note(ticket_id=ticket.pk, body="Difficult customer.", actor=acts(clerk), now=NOW)

    assert client_for(buyer).get("/kiosk/search/?q=difficult").context["lines"] == []
    assert client_for(rival).get("/kiosk/search/?q=plain").context["lines"] == []
    assert client_for(rival).get(f"/kiosk/search/?q={ticket.number}").context["lines"] == []
