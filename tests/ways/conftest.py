"""A mail server, and accounts that fetch from it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.ways.dovecot import PASSWORD, Dovecot, dovecot


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    """One Dovecot for all tests of a process; each test takes users of its own."""
    with dovecot() as running:
        yield running


@pytest.fixture(autouse=True)
def _our_own_server_is_trusted(settings: Any) -> None:
    settings.MAIL_HOSTS = ["127.0.0.1", "localhost"]


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox at the server that no other test has."""
    import uuid

    return f"u{uuid.uuid4().hex[:12]}"


@pytest.fixture
def account(vendor: Any, server: Dovecot, user: str) -> Callable[..., Any]:
    """Makes the vendor's account for the user's mailbox, over plain IMAP unless told otherwise."""
    from helpdesk.sealed import sealed
    from helpdesk.tenancy import acting_for
    from notifications.models import MailAccount, Mailbox
    from tests.people import NOW

    def make(**facts: Any) -> Any:
        name = {"imap": "imap", "pop3": "pop3"}[facts.get("protocol", "imap")]
        with acting_for(vendor):
            address = facts.pop("address", f"{user}@acme.example")
            mailbox, _ = Mailbox.objects.get_or_create(address=address)
            usual = {
                "host": "127.0.0.1",
                "port": server.ports[name],
                "security": "none",
                "username": user,
                "sealed_secret": sealed(PASSWORD),
                "next_fetch_at": NOW,
            }
            return MailAccount.objects.create(mailbox=mailbox, **usual | facts)

    return make
