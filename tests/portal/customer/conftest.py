"""The kiosk: a vendor whose process uses every part of the customer portal, its people and their browsers."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for
from tests.people import make_agent, make_company, make_contact, make_ticket
from tickets.models import Ticket

PROCESS = (Path(__file__).parent / "kiosk.yaml").read_text(encoding="utf-8")


@pytest.fixture
def kiosk(db: None) -> Vendor:
    load(PROCESS, now=datetime(2026, 1, 1, tzinfo=UTC), by="tests")
    return Vendor.objects.get(slug="kiosk")


@pytest.fixture
def buyer(kiosk: Vendor) -> Contact:
    """A contact who sees the whole company's tickets."""
    with acting_for(kiosk):
        return make_contact(make_company("Buyers"), name="Bea Buyer", email="bea@buyers.example")


@pytest.fixture
def partner_of_buyer(kiosk: Vendor, buyer: Contact) -> Contact:
    """A colleague who sees only tickets of its own."""
    with acting_for(kiosk):
        return make_contact(buyer.company, name="Ola Own", sees_company=False)


@pytest.fixture
def rival(kiosk: Vendor) -> Contact:
    """A contact of another company of the same vendor."""
    with acting_for(kiosk):
        return make_contact(make_company("Rivals"), name="Ria Rival")


@pytest.fixture
def clerk(kiosk: Vendor) -> Agent:
    with acting_for(kiosk):
        return make_agent(name="Cleo Clerk")


@pytest.fixture
def ticket_of(kiosk: Vendor) -> Callable[..., Ticket]:
    """Opens a ticket for a contact through the real command."""

    def opened(contact: Contact, **facts: Any) -> Ticket:
        with acting_for(kiosk):
            return make_ticket(contact, **facts)

    return opened
