"""Two presses of one button that reach two web processes at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from helpdesk.models import Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for
from tests.people import make_contact
from tests.portal.customer.conftest import PROCESS
from tickets.models import Ticket


@pytest.mark.usefixtures("committed")
def test_both_lead_to_the_one_ticket_that_is_made(client_for: Callable[..., Any]) -> None:
    load(PROCESS, now=datetime(2026, 1, 1, tzinfo=UTC), by="tests")
    vendor = Vendor.objects.get(slug="kiosk")
    with acting_for(vendor):
        contact = make_contact()
    form = {"form-key": str(uuid4()), "type": "fault", "subject": "The till", "story": "It is stuck.", "tongue": "en"}
    together = Barrier(2)

    def press(client: Any) -> str:
        together.wait()
        try:
            return str(client.post("/kiosk/new/", form).url)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        addresses = list(threads.map(press, [client_for(contact), client_for(contact)]))

    with acting_for(vendor):
        [ticket] = Ticket.objects.all()
    assert addresses == [f"/kiosk/tickets/{ticket.number}/"] * 2
