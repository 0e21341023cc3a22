"""Files go to whoever may read the line that they came with."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.people import NOW, acts
from tickets.commands import NewFile, note
from tickets.models import Attachment, Ticket


@pytest.fixture
def addresses(kiosk: Vendor, buyer: Contact, clerk: Agent, ticket_of: Callable[..., Ticket]) -> tuple[str, str]:
    """Of a file that the customer sent, and of one in a note."""
    page = NewFile("räksmörgås <b>.html", "text/html", 8, BytesIO(b"<script>"))
    ticket = ticket_of(buyer, files=[page])
    with acting_for(kiosk):
        secret = NewFile("secret.txt", "text/plain", 3, BytesIO(b"abc"))
        note(ticket_id=ticket.pk, body="For us.", actor=acts(clerk), now=NOW, files=[secret])
        public, internal = Attachment.objects.order_by("seq")
    return f"/kiosk/files/{public.pk}/", f"/kiosk/files/{internal.pk}/"


def test_a_file_is_saved_and_never_shown(
    buyer: Contact, addresses: tuple[str, str], client_for: Callable[..., Any]
) -> None:
    answer = client_for(buyer).get(addresses[0])

    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_file_of_a_note_is_for_staff(
    buyer: Contact, clerk: Agent, addresses: tuple[str, str], client_for: Callable[..., Any]
) -> None:
    assert client_for(buyer).get(addresses[1]).status_code == 404
    assert client_for(clerk).get(addresses[1]).status_code == 200


def test_others_find_no_file(
    rival: Contact,
    customer: Contact,
    partner_of_buyer: Contact,
    addresses: tuple[str, str],
    client_for: Callable[..., Any],
    client: Any,
) -> None:
    for person in (rival, customer, partner_of_buyer):
        assert client_for(person).get(addresses[0]).status_code == 404
    assert client.get(addresses[0]).status_code == 302


def test_a_file_that_is_gone_is_not_found(
    kiosk: Vendor, buyer: Contact, addresses: tuple[str, str], client_for: Callable[..., Any]
) -> None:
    with acting_for(kiosk):
        default_storage.delete(Attachment.objects.order_by("seq")[0].file)

    assert client_for(buyer).get(addresses[0]).status_code == 404
