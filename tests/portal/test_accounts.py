"""Password mails: they go out for known addresses only, and their link never leads where a forged header says."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from helpdesk.models import Contact


def ask(email: str, host: str) -> Any:
    return Client().post("/acme/accounts/password/reset/", {"email": email}, headers={"host": host})


def link() -> str:
    [message] = mail.outbox
    return re.findall(r"https?://\S+", message.body)[0]


@pytest.fixture(autouse=True)
def _public_address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://help.example"


def test_a_forged_host_does_not_get_into_the_link(customer: Contact) -> None:
    ask(customer.email, "evil.example")

    assert link().startswith("https://help.example/acme/accounts/password/reset/key/")


def test_a_vendors_own_host_stays_in_the_link(customer: Contact) -> None:
    vendor = customer.vendor
    vendor.domain = "support.acme.example"
    vendor.save()

    Client().post("/accounts/password/reset/", {"email": customer.email}, headers={"host": "support.acme.example"})

    assert link().startswith("http://support.acme.example/accounts/password/reset/key/")


def test_an_unknown_address_gets_the_same_answer_and_no_link(customer: Contact) -> None:
    known, unknown = ask(customer.email, "help.example"), ask("nobody@people.example", "help.example")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert not any("/password/reset/key/" in message.body for message in mail.outbox if message.to != [customer.email])
