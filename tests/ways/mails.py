"""Mails for tests of the ways in, and what became of them here."""

from datetime import timedelta
from typing import Any

from helpdesk.tenancy import acting_for
from notifications.models import Fetched, IncomingMail, RawMail
from notifications.ways.fetching import fetch
from tests.people import NOW

LATER = timedelta(hours=5)  # longer than any server or mail rests


def mail(number: int, text: str = "Hello.") -> bytes:
    """A mail with a subject and an id of its own."""
    return (
        f"From: customer@customer.example\r\nTo: support@acme.example\r\nSubject: Mail {number}\r\n"
        f"Date: Tue, 19 May 2026 10:00:00 +0200\r\nMessage-ID: <{number}@customer.example>\r\n\r\n{text}\r\n"
    ).encode()


def subjects(*numbers: int) -> list[str]:
    return [f"Mail {number}" for number in numbers]


def look(vendor: Any, account: Any, times: int = 0) -> bool:
    """Look at the account, the n-th time."""
    return fetch(vendor, account.pk, now=NOW + LATER * times)


def stored(vendor: Any) -> list[bytes]:
    """The bytes of every mail that the vendor has, in their order."""
    with acting_for(vendor):
        return [bytes(raw) for raw in RawMail.objects.order_by("id").values_list("content", flat=True)]


def fresh(vendor: Any, account: Any) -> Any:
    with acting_for(vendor):
        account.refresh_from_db()
        return account


def all_settled(vendor: Any) -> bool:
    """Whether nothing is left to be fetched or to be told to a server."""
    with acting_for(vendor):
        assert IncomingMail.objects.count() == RawMail.objects.count()
        return not Fetched.objects.filter(settled_at__isnull=True).exists()
