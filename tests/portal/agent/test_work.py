"""Work at the agent's desk: time that is left, logging it, estimates; and the same as the customer sees it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from sla.models import Estimate, WorkLog
from tests.admin.pages import said
from tests.people import make_agent, make_company, make_contact, make_ticket
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db

OFFER = {"words": "En timme av en konsult.", "minutes": "60", "amount": "1200", "currency": "SEK"}


class Desk:
    """An order and a question of one customer, an agent's browser, and the customer's."""

    def __init__(self, client_for: Any) -> None:
        self.vendor = Vendor.objects.get(slug="hypergene")
        self.client_for = client_for
        with acting_for(self.vendor):
            self.agent = make_agent()
            self.customer = make_contact(make_company("Customer"), name="Cia Customer")
            opened = timezone.now() - timedelta(days=1)
            types = catalogue().types
            self.question = make_ticket(self.customer, type=types["support"], now=opened)
            self.order = make_ticket(self.customer, type=types["order"], now=opened)
            self.fault = make_ticket(self.customer, type=types["incident"], now=opened)
        self.browser, self.portal = client_for(self.agent), client_for(self.customer)

    def page(self, ticket: Ticket) -> Any:
        return self.browser.get(f"/hypergene/agent/tickets/{ticket.number}/")

    def send(self, ticket: Ticket, act: str, **fields: Any) -> Any:
        return self.browser.post(f"/hypergene/agent/tickets/{ticket.number}/{act}/", fields)

    def offers(self, ticket: Ticket, **fields: Any) -> Any:
        until = (timezone.now() + timedelta(days=10)).date().isoformat()
        return self.send(ticket, "estimate", **{**OFFER, "valid_until": until, **fields})

    def decides(self, ticket: Ticket, decision: str, **fields: Any) -> Any:
        address = f"/hypergene/tickets/{ticket.number}/estimate/"
        with acting_for(self.vendor):
            offered = Estimate.objects.get(ticket=ticket, status="offered").pk
        return self.portal.post(address, {"estimate": offered, "decision": decision, **fields}, follow=True)

    def read(self, ticket: Ticket) -> str:
        return said(self.portal.get(f"/hypergene/tickets/{ticket.number}/"))

    def status(self, ticket: Ticket) -> str:
        with acting_for(self.vendor):
            return str(Ticket.objects.select_related("status").get(pk=ticket.pk).status.code)


@pytest.fixture
def desk(client_for: Any) -> Desk:
    return Desk(client_for)


def steps(page: Any) -> list[str]:
    return [step.title for step in page.context["steps"]]


def told(page: Any) -> list[str]:
    return [line.sentence for line in page.context["lines"] if not line.kind]


def test_both_sides_see_what_is_left(desk: Desk) -> None:
    """HG-2.4-06, HG-2.4-10: on the agent's page, on the ticket in the portal and on the company's page."""
    assert desk.send(desk.question, "work", minutes="10", note="Looked at it").status_code == 302

    page = desk.page(desk.question)
    assert (page.context["work"].budget.left, page.context["work"].minutes) == (5, 10)
    assert "<b>You</b> logged <b>10 min</b> of included time: “Looked at it”" in told(page)
    assert "5 minuter återstår för er organisation" in desk.read(desk.order)
    assert "5 minuter återstår för er organisation" in said(desk.portal.get("/hypergene/company/"))


def test_too_much_is_refused_and_the_form_kept(desk: Desk) -> None:
    """HG-2.4-10, HG-A03."""
    refused = desk.send(desk.question, "work", minutes="20", note="Much")
    assert (refused.status_code, refused.context["opened_form"]) == (422, "work")
    assert "15 of 15 minutes are left" in said(refused)
    assert refused.context["forms"]["work"]["note"].value() == "Much"
    with acting_for(desk.vendor):
        assert not WorkLog.objects.exists()


def test_the_strip_says_what_stands_in_the_way(desk: Desk) -> None:
    assert "Needs an approved estimate" in steps(desk.page(desk.order))
    desk.send(desk.question, "work", minutes="15")
    assert any(title.endswith("are used up") for title in steps(desk.page(desk.question)))
    assert not any(title.endswith("are used up") for title in steps(desk.page(desk.fault)))
    desk.offers(desk.order)
    assert "Estimate waiting for approval" in steps(desk.page(desk.order))


def test_the_customer_approves_and_the_work_goes_on(desk: Desk) -> None:
    """HG-2.4-09: Approve in the portal; until then the status waits."""
    assert desk.offers(desk.order).status_code == 302
    assert desk.status(desk.order) == "waiting_estimate"
    assert "Estimat att godkänna" in desk.read(desk.order)
    assert "1200,00 SEK" in desk.read(desk.order)

    answer = desk.decides(desk.order, "approve")
    assert "Godkänt. Vi går vidare." in said(answer)
    assert desk.status(desk.order) == "in_progress"
    assert "Estimat att godkänna" not in desk.read(desk.order)
    assert desk.send(desk.order, "work", minutes="60").status_code == 302
    page = desk.page(desk.order)
    assert "<b>Cia Customer</b> approved the estimate" in told(page)
    assert "60 min worked" in said(page)


def test_the_customer_declines_with_a_remark(desk: Desk) -> None:
    """HG-2.4-09: Decline returns the ticket with the customer's remark."""
    desk.offers(desk.order)
    assert "Avböjt." in said(desk.decides(desk.order, "decline", remark="För dyrt."))
    assert desk.status(desk.order) == "in_progress"
    assert "För dyrt." in said(desk.page(desk.order))


def test_what_was_replaced_cannot_be_decided(desk: Desk) -> None:
    desk.offers(desk.order)
    with acting_for(desk.vendor):
        old = Estimate.objects.get().pk
    desk.offers(desk.order, minutes="30")
    address = f"/hypergene/tickets/{desk.order.number}/estimate/"
    late = desk.portal.post(address, {"estimate": old, "decision": "approve"}, follow=True)
    assert "väntar inte längre på beslut" in said(late)
    nonsense = desk.portal.post(address, {"estimate": "x", "decision": "perhaps"}, follow=True)
    assert nonsense.status_code == 200
    assert desk.status(desk.order) == "waiting_estimate"


def test_whoever_does_not_administer_the_company_reads_who_decides(desk: Desk) -> None:
    """Part 2.5: the company's administrators approve estimates."""
    desk.offers(desk.order)
    with acting_for(desk.vendor):
        make_contact(desk.customer.company, name="Ada Admin", is_company_admin=True)
    assert "Er organisations administratörer beslutar: Ada Admin." in desk.read(desk.order)
    assert "Er organisations administratörer beslutar om estimat." in said(desk.decides(desk.order, "approve"))


def test_another_company_finds_nothing(desk: Desk) -> None:
    desk.offers(desk.order)
    with acting_for(desk.vendor):
        stranger = make_contact(make_company("Stranger"))
        estimate = Estimate.objects.get().pk
    address = f"/hypergene/tickets/{desk.order.number}/estimate/"
    answer = desk.client_for(stranger).post(address, {"estimate": estimate, "decision": "approve"})
    assert answer.status_code == 404


def test_a_ticket_is_marked_with_a_message(desk: Desk) -> None:
    """HG-2.4-07, HG-2.4-08."""
    assert desk.send(desk.question, "outside", words="").status_code == 422
    assert desk.send(desk.question, "outside", words="Det gäller er egen lösning.").status_code == 302
    page = desk.page(desk.question)
    assert "Needs an approved estimate" in steps(page)
    assert "outside" not in page.context["forms"]
    assert "Det gäller er egen lösning." in desk.read(desk.question)


def test_a_vendor_without_included_time_sees_nothing_of_it(client_for: Any) -> None:
    with acting_for(Vendor.objects.get(slug="xmpro")):
        ticket, agent = make_ticket(now=timezone.now()), make_agent()
    page = client_for(agent).get(f"/xmpro/agent/tickets/{ticket.number}/")
    assert page.context["work"] is None
    assert "Log work" not in said(page)


def test_the_page_costs_the_same_however_much_was_worked(desk: Desk) -> None:
    costs = []
    for times in (1, 3):
        for _ in range(times):
            desk.send(desk.question, "work", minutes="1")
            desk.offers(desk.order)
        with CaptureQueriesContext(connection) as asked:
            desk.page(desk.order)
        costs.append(len(asked))
    assert costs[0] == costs[1]
