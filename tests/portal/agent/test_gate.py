"""Who may enter the agent portal, view by view; a view that is not listed here fails the first test."""

from collections.abc import Callable
from typing import Any

import pytest

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from notifications.commands.receiving import store
from notifications.models import IncomingMail
from portal.agent.urls import urlpatterns
from tests.people import NOW
from tickets.models import Ticket

PAGES = {
    "home": "",
    "mine": "mine/",
    "unassigned": "unassigned/",
    "escalated": "escalated/",
    "due-today": "due-today/",
    "all": "all/",
    "queue": "queue/in/",
    "search": "search/?q=fire",
    "new_ticket": "new/",
    "on_call": "on-call/",
    "suspended": "suspended/",
    "suspended_mail": "suspended/{mail}/",
    "suspended_original": "suspended/{mail}/original/",
    "mail": "tickets/{number}/mails/1/",
    "mail_layout": "tickets/{number}/mails/1/layout/",
    "mail_original": "tickets/{number}/mails/1/original/",
    "ticket": "tickets/{number}/",
}
ACTS = {
    "reply": {"body": "Hello"},
    "note": {"body": "Hello"},
    "call": {"body": "Hello"},
    "take": {},
    "assign": {"agent": ""},
    "move": {"queue": "bench", "reason": "It is ours."},
    "severity": {"severity": "amber"},
    "status": {"status": "parts"},
    "arrangement": {"until": "2099-01-01T10:00"},
    "reveal": {"key": "gate"},
    "page": {"schedule": "bell"},
    "acknowledge": {"page": "1"},
    "split": {"subject": "Another", "body": "It creaks."},
    "classify": {"type": "incident"},
    "step": {"checklist": "tools", "step": "count"},
    "voicemail": {"line": "night", "what": "It howls"},
    "work": {"minutes": "5"},
    "estimate": {"words": "An hour.", "minutes": "60", "valid_until": "2099-01-01"},
    "outside": {"words": "It is your own solution."},
    "answer": {"answer": "accepted", "words": "Yes."},
    "version": {"body": "It is in 1.0."},
    "level": {"level": "l2", "summary": "Looked at it."},
    "escalate": {"kind": "hierarchical", "reason": "It smokes."},
    "answer_escalation": {"escalation": "1", "words": "I come."},
    "close_escalation": {"escalation": "1", "outcome": "satisfied", "words": "Done."},
    "call_in": {"team": "bench", "reason": "We need hands."},
}
MAIL_ACTS = {
    "release_mail": "suspended/{mail}/release/",
    "add_mail": "suspended/{mail}/add/",
    "discard_mail": "suspended/{mail}/discard/",
    "block_sender": "suspended/{mail}/block/",
}


def test_every_view_is_listed_here() -> None:
    assert sorted(pattern.name for pattern in urlpatterns) == sorted({*PAGES, *ACTS, *MAIL_ACTS})


@pytest.fixture(autouse=True)
def mail(workshop: Vendor) -> IncomingMail:
    """A mail that waits."""
    with acting_for(workshop):
        kept = store(
            b"From: n@elsewhere.example\nSubject: Hello\nContent-Type: text/html\n\n<p>It howls.", way="imap", now=NOW
        )
        IncomingMail.objects.update(state="suspended", outcome="suspended", sender="n@elsewhere.example")
        return kept


@pytest.fixture(autouse=True)
def line_by_mail(workshop: Vendor, ticket: Ticket, mail: IncomingMail) -> None:
    """The first line of the ticket came from that mail."""
    with acting_for(workshop):
        IncomingMail.objects.update(ticket=ticket, seq=1)


def address(name: str, ticket: Ticket) -> str:
    with acting_for(Vendor.objects.get(slug="workshop")):
        mail = IncomingMail.objects.get()
    path = {**PAGES, **MAIL_ACTS}.get(name, f"tickets/{{number}}/{name}/")
    return f"/workshop/agent/{path.format(number=ticket.number, mail=mail.pk)}"


def ask(client: Any, name: str, ticket: Ticket) -> Any:
    if name in PAGES:
        return client.get(address(name, ticket))
    return client.post(address(name, ticket), ACTS.get(name, {}))


EVERY = sorted({*PAGES, *ACTS, *MAIL_ACTS})


@pytest.mark.parametrize("name", EVERY)
def test_strangers_are_asked_to_sign_in(name: str, ticket: Ticket, client: Any) -> None:
    answer = ask(client, name, ticket)

    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/workshop/accounts/login/")


@pytest.mark.parametrize("name", EVERY)
def test_customers_find_nothing(name: str, ticket: Ticket, miller: Contact, client_for: Callable[..., Any]) -> None:
    assert ask(client_for(miller), name, ticket).status_code == 404


@pytest.mark.parametrize("name", EVERY)
def test_agents_of_another_vendor_find_nothing(
    name: str, ticket: Ticket, agent: Agent, client_for: Callable[..., Any]
) -> None:
    assert ask(client_for(agent), name, ticket).status_code == 404


@pytest.mark.parametrize("name", sorted(PAGES))
def test_read_only_agents_read_everything(
    name: str, ticket: Ticket, auditor: Agent, client_for: Callable[..., Any]
) -> None:
    assert ask(client_for(auditor), name, ticket).status_code == (302 if name == "home" else 200)


@pytest.mark.parametrize("name", sorted({*ACTS, *MAIL_ACTS}))
def test_read_only_agents_change_nothing(
    name: str,
    ticket: Ticket,
    auditor: Agent,
    client_for: Callable[..., Any],
    kinds: Callable[..., list[str]],
    workshop: Vendor,
) -> None:
    before = kinds(ticket)

    answer = ask(client_for(auditor), name, ticket)

    assert (answer.status_code in (409, 422), kinds(ticket)) == (True, before)
    with acting_for(workshop):
        assert IncomingMail.objects.get().state == "suspended"


def test_read_only_agents_see_no_controls(ticket: Ticket, auditor: Agent, client_for: Callable[..., Any]) -> None:
    page = ask(client_for(auditor), "ticket", ticket).content.decode()

    assert ("composer" in page, "Take it" in page, 'class="edit"' in page) == (False, False, False)


@pytest.mark.parametrize("name", sorted({*ACTS, *MAIL_ACTS} - {"block_sender"}))
def test_acts_are_not_done_by_following_a_link(name: str, ticket: Ticket, smith: Agent, client_for: Any) -> None:
    assert client_for(smith).get(address(name, ticket)).status_code == 405


def test_what_a_stranger_sent_leads_back_to_the_ticket(ticket: Ticket, client: Any) -> None:
    answer = ask(client, "reply", ticket)

    assert answer.url.endswith(f"next=%2Fworkshop%2Fagent%2Ftickets%2F{ticket.number}%2F")
