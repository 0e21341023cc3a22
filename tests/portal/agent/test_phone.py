"""Tickets that an agent writes down for somebody who called."""

from typing import Any

import pytest

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.people import make_contact
from tickets.models import Secret, Ticket

FILLED = {"agent_channel": "phone", "subject": "It squeals", "story": "Since noon.", "severity": "amber", "queue": ""}


@pytest.fixture
def phone(smith: Agent, miller: Contact, client_for: Any) -> Any:
    """Sam's browser on the form for the miller: `phone()` reads it, `phone(subject=…)` sends it."""
    client = client_for(smith)
    address = f"/workshop/agent/new/?contact={miller.pk}"
    return lambda **fields: client.post(address, {**FILLED, **fields}) if fields else client.get(address)


@pytest.mark.parametrize(
    ("words", "found"),
    [("mo mill", ["Mo Miller"]), ("mills", ["Mo Miller"]), ("555 01", ["Mo Miller"]), ("nobody", []), ("", [])],
)
def test_contacts_are_found_by_name_company_and_telephone(
    words: str, found: list[str], smith: Agent, miller: Contact, client_for: Any
) -> None:
    page = client_for(smith).get("/workshop/agent/new/", {"q": words})

    assert [contact.name for contact in page.context["found"]] == found


def test_contacts_of_other_vendors_are_not_found(smith: Agent, customer: Contact, client_for: Any) -> None:
    client = client_for(smith)

    assert list(client.get("/workshop/agent/new/", {"q": customer.name}).context["found"]) == []
    assert client.get("/workshop/agent/new/", {"contact": customer.pk}).status_code == 404


def test_the_ticket_is_filed_under_the_contact(phone: Any, miller: Contact, workshop: Vendor) -> None:
    answer = phone(severity="red", queue="foundry", machine="L-9", gate="1234", agent_channel="chat")

    with acting_for(workshop):
        made = Ticket.objects.select_related("severity", "queue").get()
        secrets = list(Secret.objects.values_list("key", flat=True))
    assert (answer.status_code, answer.url) == (302, f"/workshop/agent/tickets/{made.number}/")
    assert (made.requester_id, made.channel, made.fields, secrets) == (miller.pk, "chat", {"machine": "L-9"}, ["gate"])
    assert (made.severity.code, made.queue.code, made.severity_confirmed_at is not None) == ("red", "foundry", True)


def test_channels_are_the_phone_and_those_of_the_contact_points(phone: Any) -> None:
    choices = phone().context["form"].fields["agent_channel"].choices

    assert [code for code, _label in choices] == ["phone", "chat"]


def test_the_vendors_own_conditions_hold_here_too(phone: Any, workshop: Vendor) -> None:
    answer = phone(severity="red")

    with acting_for(workshop):
        assert (answer.status_code, Ticket.objects.count()) == (422, 0)
    assert "machine" in answer.context["form"].errors
    assert "Since noon." in answer.content.decode()


def test_read_only_agents_open_nothing(auditor: Agent, miller: Contact, client_for: Any, workshop: Vendor) -> None:
    answer = client_for(auditor).post(f"/workshop/agent/new/?contact={miller.pk}", FILLED)

    with acting_for(workshop):
        assert (answer.status_code, Ticket.objects.count()) == (422, 0)


def test_contacts_who_left_are_not_found(smith: Agent, workshop: Vendor, client_for: Any) -> None:
    with acting_for(workshop):
        gone = make_contact(name="Gone Gus", is_active=False)

    assert client_for(smith).get("/workshop/agent/new/", {"contact": gone.pk}).status_code == 404
