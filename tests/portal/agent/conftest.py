"""The workshop: a vendor whose process uses every part of the agent portal, its people and their browsers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for
from tests.people import make_agent, make_company, make_contact, make_ticket
from tickets.models import Entry, Ticket

PROCESS = (Path(__file__).parent / "workshop.yaml").read_text(encoding="utf-8")


@pytest.fixture
def workshop(db: None) -> Vendor:
    load(PROCESS, now=datetime(2026, 1, 1, tzinfo=UTC), by="tests")
    return Vendor.objects.get(slug="workshop")


@pytest.fixture
def smith(workshop: Vendor) -> Agent:
    """An agent of the bench."""
    with acting_for(workshop):
        return make_agent(name="Sam Smith", teams=("bench",))


@pytest.fixture
def founder(workshop: Vendor) -> Agent:
    """An agent of the foundry."""
    with acting_for(workshop):
        return make_agent(name="Fia Founder", teams=("foundry",))


@pytest.fixture
def auditor(workshop: Vendor) -> Agent:
    """An agent who may only read."""
    with acting_for(workshop):
        return make_agent("read_only", name="Ava Auditor", teams=("bench",))


@pytest.fixture
def miller(workshop: Vendor) -> Contact:
    """A customer's contact."""
    with acting_for(workshop):
        return make_contact(make_company("Mills", country="SE"), name="Mo Miller", phone="+46 31 555 01 00")


@pytest.fixture
def ticket_of(workshop: Vendor) -> Callable[..., Ticket]:
    """Opens a ticket a little ago through the real command; severity and product by their codes."""

    def opened(contact: Contact, *, ago: timedelta = timedelta(minutes=5), **facts: Any) -> Ticket:
        from tickets.queries.catalogue import catalogue

        with acting_for(workshop):
            for name, rows in (("severity", "severities"), ("product", "products"), ("type", "types")):
                if name in facts:
                    facts[name] = getattr(catalogue(), rows)[facts[name]]
            return make_ticket(contact, now=timezone.now() - ago, **facts)

    return opened


@pytest.fixture
def ticket(miller: Contact, ticket_of: Callable[..., Ticket]) -> Ticket:
    return ticket_of(miller)


@pytest.fixture
def bench(smith: Agent, ticket: Ticket, client_for: Callable[..., Any]) -> Any:
    """Sam's browser on the ticket: `bench()` reads it, `bench("reply", …)` sends a form."""
    return desk_of(client_for(smith), ticket)


def desk_of(client: Any, ticket: Ticket) -> Callable[..., Any]:
    """A browser on one ticket."""

    def send(act: str = "", *, htmx: bool = False, **fields: Any) -> Any:
        address = f"/workshop/agent/tickets/{ticket.number}/"
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(f"{address}{act}/", fields, headers=headers) if act else client.get(address)

    return send


@pytest.fixture
def now_is(workshop: Vendor) -> Callable[[Ticket], Ticket]:
    """The ticket as the database has it, with its rows of the process."""

    def read(ticket: Ticket) -> Ticket:
        with acting_for(workshop):
            rows = Ticket.objects.select_related("status", "queue", "severity", "assignee")
            return rows.get(pk=ticket.pk)

    return read


@pytest.fixture
def kinds(workshop: Vendor) -> Callable[[Ticket], list[str]]:
    """What the log holds, by kind."""

    def read(ticket: Ticket) -> list[str]:
        with acting_for(workshop):
            return list(Entry.objects.filter(ticket=ticket).order_by("seq").values_list("kind", flat=True))

    return read
