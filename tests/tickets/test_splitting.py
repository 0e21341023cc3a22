"""One ticket made two."""

import pytest

from helpdesk.access import Refused
from notifications.models import Delivery
from tests.people import NOW, acts, make_ticket
from tickets.commands import split
from tickets.models import Entry, Ticket


@pytest.mark.usefixtures("door")
def test_another_matter_gets_a_number_and_a_receipt_of_its_own(customer, agent):
    """NX-5.1.3-08: one report each; an agent splits what holds two."""
    first = make_ticket(customer)
    second = split(ticket_id=first.pk, subject="The lights too", body="They flicker.", actor=acts(agent), now=NOW)
    assert (second.requester, second.type, second.queue) == (customer, first.type, first.queue)
    assert second.number != first.number
    receipts = Delivery.objects.filter(event="ticket_created", to_address=customer.email)
    assert set(receipts.values_list("ticket", flat=True)) == {first.pk, second.pk}
    assert Entry.objects.get(ticket=first, kind="split_off").meta["by"] == second.number
    assert Entry.objects.get(ticket=second, kind="split_from").meta["of"] == first.number


@pytest.mark.usefixtures("door")
def test_customers_split_nothing_and_nothing_is_not_split(customer, agent):
    ticket = make_ticket(customer)
    with pytest.raises(Refused, match="Only the support staff"):
        split(ticket_id=ticket.pk, subject="a", body="b", actor=customer.actor, now=NOW)
    with pytest.raises(Refused, match="Say what the other matter is"):
        split(ticket_id=ticket.pk, subject=" ", body="b", actor=acts(agent), now=NOW)
    assert Ticket.objects.count() == 1


def test_an_agent_splits_on_the_page(vendor, agent, customer, client_for):
    from helpdesk.tenancy import acting_for

    with acting_for(vendor):
        ticket = make_ticket(customer)
    client = client_for(agent)
    page = f"/acme/agent/tickets/{ticket.number}/"
    assert "split it off" in client.get(page).content.decode()
    answer = client.post(f"{page}split/", {"subject": "The lights too", "body": "They flicker."})
    with acting_for(vendor):
        second = Ticket.objects.exclude(pk=ticket.pk).get()
    assert answer.headers["Location"] == f"/acme/agent/tickets/{second.number}/"
    refused = client.post(f"{page}split/", {"subject": "", "body": ""})
    assert refused.status_code == 422
