"""The clockmakers with their people, tickets and tokens, and programs that call."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk import tokens
from helpdesk.models import Agent, Contact, Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for
from tests.people import make_agent, make_company, make_contact, make_ticket
from tests.sla.conftest import PROCESS
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue


@pytest.fixture
def makers(db: None) -> Vendor:
    load(PROCESS, now=datetime(2026, 1, 1, tzinfo=UTC), by="tests")
    return Vendor.objects.get(slug="clockmakers")


@pytest.fixture
def contact(makers: Vendor) -> Contact:
    with acting_for(makers):
        return make_contact(make_company("Towers"), name="Tia Tower")


@pytest.fixture
def rival(makers: Vendor) -> Contact:
    """A contact of another company."""
    with acting_for(makers):
        return make_contact(make_company("Belfries"), name="Bo Belfry")


@pytest.fixture
def maker(makers: Vendor) -> Agent:
    with acting_for(makers):
        return make_agent(name="Mia Maker")


@pytest.fixture
def opened(makers: Vendor, contact: Contact) -> Callable[..., Ticket]:
    """Opens a ticket a while ago through the real command, with a severity by its code."""

    def make(
        severity: str = "normal", *, by: Contact | None = None, ago: timedelta = timedelta(), **facts: Any
    ) -> Ticket:
        with acting_for(makers):
            facts["severity"] = catalogue().severities[severity]
            return make_ticket(by or contact, now=timezone.now() - ago, **facts)

    return make


@pytest.fixture
def program(makers: Vendor) -> Callable[..., Any]:
    """A program that calls with a token of this person: `program(maker)("tickets/")`."""

    def of(person: Agent | Contact) -> Callable[..., Any]:
        with acting_for(makers):
            token = tokens.issue(person.user, now=timezone.now())

        def call(path: str, **query: Any) -> Any:
            return Client().get(f"/clockmakers/api/v1/{path}", query, headers={"Authorization": f"Bearer {token}"})

        return call

    return of
