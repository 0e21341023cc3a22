"""Who comes in, and in which language the portal speaks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for
from tests.people import NOW, make_contact
from tests.portal.customer.conftest import PROCESS
from tickets.models import Ticket

PAGES = ["/tickets/", "/company/", "/new/", "/search/", "/help/", "/contact/", "/maintenance/"]
ACTS = ["reply", "solved", "status", "estimate"]


@pytest.mark.parametrize("page", PAGES)
def test_a_contact_sees_every_page(page: str, buyer: Contact, client_for: Callable[..., Any]) -> None:
    assert client_for(buyer).get(f"/kiosk{page}").status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "/tickets/1001/", "/tickets/1001/reply/"])
def test_whoever_is_not_signed_in_signs_in_and_comes_back(page: str, kiosk: Vendor) -> None:
    answer = Client().get(f"/kiosk{page}")

    assert answer.status_code == 302
    assert answer.url == f"/kiosk/accounts/login/?next=/kiosk{page}".replace("=/kiosk", "=%2Fkiosk").replace(
        page, page.replace("/", "%2F")
    )


def test_a_fragment_request_of_somebody_signed_out_leads_the_whole_page_to_signing_in(kiosk: Vendor) -> None:
    answer = Client().post("/kiosk/tickets/1001/reply/", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"].startswith("/kiosk/accounts/login/?next=")


@pytest.mark.parametrize("page", PAGES)
def test_strangers_and_staff_find_nothing(
    page: str, kiosk: Vendor, customer: Contact, clerk: Agent, client_for: Callable[..., Any]
) -> None:
    assert client_for(customer).get(f"/kiosk{page}").status_code == 404  # a contact of another vendor
    assert client_for(clerk).get(f"/kiosk{page}").status_code == 404


@pytest.mark.parametrize("act", ["", *(f"{act}/" for act in ACTS)])
def test_a_ticket_of_another_company_is_not_there(
    act: str, buyer: Contact, rival: Contact, ticket_of: Callable[..., Ticket], client_for: Callable[..., Any]
) -> None:
    ticket = ticket_of(buyer)
    address = f"/kiosk/tickets/{ticket.number}/{act}"
    client = client_for(rival)

    assert client.get(address).status_code == 404
    if act:
        assert client.post(address, {"body": "Let me in", "status": "hold"}).status_code == 404


def test_a_colleague_sees_a_ticket_only_with_the_right_to_the_company(
    buyer: Contact, partner_of_buyer: Contact, ticket_of: Callable[..., Ticket], client_for: Callable[..., Any]
) -> None:
    of_buyer, of_partner = ticket_of(buyer), ticket_of(partner_of_buyer)

    assert client_for(buyer).get(f"/kiosk/tickets/{of_partner.number}/").status_code == 200
    assert client_for(partner_of_buyer).get(f"/kiosk/tickets/{of_buyer.number}/").status_code == 404


def test_the_menu_is_the_vendors_own(buyer: Contact, partner_of_buyer: Contact, client_for: Callable[..., Any]) -> None:
    labels = ["My slips", "Our slips", "New slip", "Find", "Questions", "Where we are"]

    menu = client_for(buyer).get("/kiosk/tickets/").context["menu"]

    assert [entry["label"] for entry in menu] == labels
    assert [entry["label"] for entry in menu if entry["current"]] == ["My slips"]
    menu = client_for(partner_of_buyer).get("/kiosk/tickets/").context["menu"]
    assert [entry["label"] for entry in menu] == [label for label in labels if label != "Our slips"]


def test_the_company_page_is_refused_without_the_right(
    partner_of_buyer: Contact, client_for: Callable[..., Any]
) -> None:
    assert client_for(partner_of_buyer).get("/kiosk/company/").status_code == 403


def test_a_swedish_vendor_speaks_swedish_and_a_contact_its_own_language(
    db: None, client_for: Callable[..., Any]
) -> None:
    swedish = "time_zone: Europe/Stockholm, default_language: sv, portal_languages: [sv, en], agent_label"
    load(PROCESS.replace("time_zone: Europe/Stockholm, agent_label", swedish, 1), now=NOW, by="tests")
    with acting_for(Vendor.objects.get(slug="kiosk")):
        sven, ann = make_contact(), make_contact(language="en")

    assert "Aktuella" in client_for(sven).get("/kiosk/tickets/").content.decode()
    assert "Current" in client_for(ann).get("/kiosk/tickets/").content.decode()
