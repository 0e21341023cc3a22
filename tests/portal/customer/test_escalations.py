"""Escalation and the turn as customers see them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from sla.commands import answer_escalation, escalate
from sla.models import Escalation
from tests.people import acts, make_company, make_contact, make_ticket
from tickets.commands import change_status
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue


@pytest.fixture
def ticket(buyer: Contact, ticket_of: Callable[..., Ticket]) -> Ticket:
    return ticket_of(buyer)


@pytest.fixture
def shop(buyer: Contact, ticket: Ticket, client_for: Callable[..., Any]) -> Callable[..., Any]:
    """The buyer's browser on the ticket: `shop()` reads it, `shop(reason=…)` escalates."""
    client = client_for(buyer)

    def go(**fields: Any) -> Any:
        address = f"/kiosk/tickets/{ticket.number}/"
        return client.post(f"{address}escalate/", {"kind": "hierarchical", **fields}) if fields else client.get(address)

    return go


def text(page: Any) -> str:
    return page.content.decode()


def rows(kiosk: Vendor) -> list[Escalation]:
    with acting_for(kiosk):
        return list(Escalation.objects.order_by("id"))


def test_the_button_says_who_is_asked_and_their_phone(shop: Any) -> None:
    page = text(shop())
    assert "Escalate to Foreman" in page
    assert "We ask Foreman to look at this, with your reason." in page
    assert "+46 8 465 000 09" in page
    assert "Board" not in page  # asked by phone only
    assert "Our turn since" in page


def test_what_was_asked_is_told_with_how_it_stands(kiosk: Vendor, shop: Any, clerk: Agent) -> None:
    assert shop(reason="Nobody calls back.").status_code == 302
    page = text(shop())
    assert "<b>Foreman</b>: waits for an answer" in page
    assert "You escalated this to Foreman: “Nobody calls back.”" in page
    assert "Escalate to Owner" in page
    [asked] = rows(kiosk)
    with acting_for(kiosk):
        answer_escalation(escalation_id=asked.pk, words="I call you.", actor=acts(clerk), now=timezone.now())
    page = text(shop())
    assert "<b>Foreman</b>: answered" in page
    assert "Answer to the escalation: “I call you.”" in page
    assert "Cleo Clerk" not in page


def test_a_double_click_asks_once(kiosk: Vendor, shop: Any) -> None:
    key = str(uuid4())
    assert [shop(reason="Why", key=key).status_code for _ in range(2)] == [302, 302]
    assert len(rows(kiosk)) == 1


def test_an_empty_reason_keeps_the_form_open(kiosk: Vendor, shop: Any) -> None:
    refused = shop(reason=" ")
    assert refused.status_code == 422
    assert "Say why: whoever is asked reads it first." in text(refused)
    assert '<details class="confirm" data-menu open>' in text(refused)
    assert rows(kiosk) == []


def test_a_finished_ticket_says_what_to_do(kiosk: Vendor, shop: Any, clerk: Agent, ticket: Ticket) -> None:
    with acting_for(kiosk):
        done = catalogue().statuses["done"]
        change_status(ticket_id=ticket.pk, status=done, actor=acts(clerk), now=timezone.now())
    assert "Escalate to" not in text(shop())
    refused = shop(reason="Too late?")
    assert refused.status_code == 422
    assert "Write an answer first: that opens it again" in text(refused)
    assert rows(kiosk) == []


def test_steps_by_phone_and_inner_ones_are_not_for_customers(kiosk: Vendor, shop: Any, clerk: Agent) -> None:
    refused = shop(kind="management", reason="Now")
    assert (refused.status_code, "There is nobody to escalate this to." in text(refused)) == (422, True)


def test_what_staff_escalate_stays_inside(kiosk: Vendor, shop: Any, clerk: Agent, ticket: Ticket) -> None:
    with acting_for(kiosk):
        inner = {"kind": "management", "reason": "INNER WORDS", "actor": acts(clerk), "now": timezone.now()}
        escalate(ticket_id=ticket.pk, **inner)
    assert "INNER" not in text(shop())
    assert "Board" not in text(shop())


def test_others_tickets_are_not_there_to_escalate(kiosk: Vendor, shop: Any, client_for: Any, ticket: Ticket) -> None:
    with acting_for(kiosk):
        stranger = make_contact(make_company())
    sent = {"kind": "hierarchical", "reason": "Mine?"}
    assert client_for(stranger).post(f"/kiosk/tickets/{ticket.number}/escalate/", sent).status_code == 404
    assert rows(kiosk) == []


def test_the_contact_page_names_whom_to_ask(buyer: Contact, client_for: Any) -> None:
    """XE-8-03, LX-3.6-03, NX-5.1.1-01: each level with title, e-mail and phone; who is asked by phone is to be called."""
    page = text(client_for(buyer).get("/kiosk/contact/"))
    for words in ("If you are not satisfied", "Foreman", "foreman@kiosk.example", "+46 8 465 000 09", "Owner", "Board"):
        assert words in page
    assert "Call and ask for this person." in page


def test_the_account_manager_is_the_company_s(client_for: Any, db: None) -> None:
    """XE-8-02: the case offers the company's own account manager, with the number."""
    vendor = Vendor.objects.get(slug="xecuritas")
    with acting_for(vendor):
        company = make_company(
            account_manager="Kim Keyes",
            account_manager_email="kim@vendor.example",
            account_manager_phone="+1 202 555 0199",
        )
        contact = make_contact(company)
        ticket = make_ticket(contact)
    client = client_for(contact)
    page = text(client.get(f"/xecuritas/tickets/{ticket.number}/"))
    assert "Escalate to account manager" in page
    assert "+1 202 555 0199" in page
    assert "at any time" in page
    assert "Kim Keyes" in text(client.get("/xecuritas/contact/"))
