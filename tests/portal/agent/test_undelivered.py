"""Staff read in the ticket that a mail did not arrive; customers do not."""

from typing import Any

import pytest

from helpdesk.tenancy import acting_for
from notifications.commands import send
from notifications.models import Delivery, SendingAccount
from tests.admin.pages import said
from tests.notifications.sink import sink
from tests.people import NOW, make_agent, make_contact, make_ticket


@pytest.mark.django_db
def test_a_mail_that_did_not_arrive_is_a_line_for_staff_alone(vendor: Any, client_for: Any, settings: Any) -> None:
    settings.MAIL_HOSTS = ["127.0.0.1"]
    with acting_for(vendor), sink() as (taken, port):
        agent, contact = make_agent(), make_contact()
        ticket = make_ticket(contact)
        SendingAccount.objects.create(host="127.0.0.1", port=port, security="none")
        taken.says["RCPT"] = ["550 5.1.1 no such user"]
        send(Delivery.objects.get().pk, now=NOW)

    sentence = "A mail about ticket created did not reach requester: 5.1.1"
    assert sentence in said(client_for(agent).get(f"/acme/agent/tickets/{ticket.number}/"))
    assert "did not reach" not in said(client_for(contact).get(f"/acme/tickets/{ticket.number}/"))
