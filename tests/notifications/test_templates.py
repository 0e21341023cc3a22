"""A vendor's own words in mails: from its process file, checked, escaped, and nothing gets lost by them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from helpdesk.models import Vendor
from helpdesk.process.files import ProcessInvalid, dump, load, parse
from helpdesk.tenancy import acting_for
from notifications.models import Mailbox, SendingAccount
from notifications.outbound.mails import compose
from tests.admin.pages import said, sent_by
from tests.notifications.sink import sink
from tests.notifications.test_mails import html_of, latest
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tickets.commands import reply
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ACME = (Path(__file__).resolve().parents[1] / "process/acme.yaml").read_text()
TEMPLATES = """
mail_templates:
- event: ticket_created
  audience: customer
  language: en
  text: |
    Dear {requester},

    we have “{subject}” as {number}. {{ok}}

    {solution}
- {event: public_message_by_agent, audience: customer, language: en, text: "News:\\n\\n{message}\\n\\n{url}"}
- {event: ticket_closed, audience: customer, language: en, text: "It is over."}
- {event: ticket_closed, audience: customer, language: en, status: solved, subject: "Solved: {subject}", text: "It is solved."}
- {event: ticket_created, audience: customer, language: de, text: "Wir haben Ihr Anliegen {number}."}
"""


@pytest.fixture
def worded(vendor: Vendor) -> Iterator[Vendor]:
    load(ACME + TEMPLATES, now=NOW, by="test")
    with acting_for(Vendor.objects.get(pk=vendor.pk)) as acting:
        yield acting


def test_a_receipt_in_the_vendor_s_words_keeps_what_the_vendor_must_ask(worded: Vendor) -> None:
    ticket = make_ticket(make_contact(name="Eve <b>"), subject="Look {number} <script>")
    mail = compose(latest())
    first, second = mail.body.split("\n\n")[:2]
    assert first == "Dear Eve <b>,"
    assert second == f"we have “Look {{number}} <script>” as {ticket.number}. {{ok}}"
    assert "To answer, reply to this mail." in mail.body
    assert "Dear Eve &lt;b&gt;," in html_of(latest())
    assert "<script" not in html_of(latest())
    assert mail.subject == f"[{ticket.number}] Look {{number}} <script>"


def test_what_the_words_do_not_place_stands_below_and_what_they_place_stands_once(worded: Vendor) -> None:
    ticket, agent = make_ticket(), acts(make_agent())
    reply(ticket_id=ticket.pk, body="Restart it.", actor=agent, now=NOW + MINUTE)
    answer = compose(latest()).body
    assert answer.startswith("News:\n\nSupport:\nRestart it.")
    assert (answer.count("Restart it."), answer.count("/tickets/")) == (1, 1)
    solved = catalogue().statuses["solved"]
    reply(ticket_id=ticket.pk, body="The fuse.", actor=agent, now=NOW + 2 * MINUTE, status=solved)
    end = compose(latest())
    assert end.body.startswith("It is solved.")
    assert end.subject == f"[{ticket.number}] Solved: The printer is on fire"
    assert "The fuse." in end.body
    assert "/tickets/" in end.body


def test_the_reader_s_language_decides_and_without_a_row_the_built_in_words_are_used(worded: Vendor) -> None:
    make_ticket(make_contact(language="de"))
    assert compose(latest()).body.startswith("Wir haben Ihr Anliegen")
    make_ticket(make_contact(language="sv"))
    assert compose(latest()).body.startswith("Vi har tagit emot")


def test_words_of_a_stranger_are_in_no_placeholder(worded: Vendor) -> None:
    make_ticket(make_contact(make_company(kind="unknown"), name="BUY NOW"), subject="CHEAP")
    whole = compose(latest()).message().as_string()
    assert "BUY" not in whole
    assert "CHEAP" not in whole


def test_the_section_dumps_back_to_the_same_text(worded: Vendor) -> None:
    text = dump(worded)
    assert load(text, now=NOW, by="test").diff == ""
    assert dump(worded) == text
    assert "mail_templates:" in text


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ('text: "{nmber}"', r"mail_templates\[0\].text: unknown placeholder 'nmber'; did you mean 'number'\?"),
        ('text: x, subject: "{nmber}"', r"mail_templates\[0\].subject: unknown placeholder 'nmber'"),
        ('text: "a { b"', r"mail_templates\[0\].text: a brace stands alone"),
        ("text: x, status: gone", r"mail_templates\[0\].status: unknown status 'gone'"),
        ("text: x, event: nothing", r"mail_templates\[0\].event: unknown event 'nothing'"),
        ("text: x, event: public_message_by_agent", r"mail_templates\[0\].text: put \{message\} somewhere"),
        ('text: "{message}", event: internal_note', r"mail_templates\[0\].audience: customers are never told of notes"),
        ("text: x, language: 7", r"mail_templates\[0\].language"),
    ],
)
def test_a_template_that_cannot_be_sent_is_refused_with_its_place(row: str, problem: str) -> None:
    fields = {"event": "ticket_created", "audience": "customer", "language": "en"}
    told = ", ".join([*(f"{name}: {word}" for name, word in fields.items() if f"{name}:" not in row), row])
    with pytest.raises(ProcessInvalid, match=problem):
        parse(f"{ACME}\nmail_templates:\n- {{{told}}}\n")


def test_two_templates_for_the_same_are_one_too_many() -> None:
    row = "- {event: ticket_created, audience: customer, language: en, text: x}\n"
    with pytest.raises(ProcessInvalid, match=r"mail_templates\[1\]: there is a template for ticket_created"):
        parse(f"{ACME}\nmail_templates:\n{row}{row}")


# --- In the admin --------------------------------------------------------------------------------------------

ROOT = "/acme/admin/notifications/mailtemplate/"


@pytest.fixture
def at_acme(vendor: Any, client_for: Any) -> Any:
    with acting_for(vendor):
        boss = make_agent("vendor_admin", teams=(), name="Administrator of Acme")
    return client_for(boss)


def add(at_acme: Any, **facts: str) -> Any:
    form = sent_by(at_acme.get(f"{ROOT}add/"))
    wanted = {"event": "ticket_created", "audience": "customer", "language": "en", "text": "Yours is <i>{number}</i>."}
    return at_acme.post(f"{ROOT}add/", {**form, **wanted, **facts}, follow=True)


def page_of(vendor: Vendor) -> str:
    with acting_for(vendor):
        from notifications.models import MailTemplate

        return f"{ROOT}{MailTemplate.objects.get().pk}/"


def test_an_administrator_edits_words_as_a_file_would(at_acme: Any, vendor: Vendor) -> None:
    assert "unknown placeholder 'nmber'" in said(add(at_acme, text="{nmber}"))
    add(at_acme)
    with acting_for(Vendor.objects.get(pk=vendor.pk)) as acting:
        assert "Yours is <i>{number}</i>." in dump(acting)


def test_a_preview_shows_the_mail_and_can_do_nothing(at_acme: Any, vendor: Vendor) -> None:
    add(at_acme)
    page = at_acme.get(f"{page_of(vendor)}preview/")
    assert "Yours is &lt;i&gt;12345&lt;/i&gt;." in page.content.decode()
    assert page["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_a_test_goes_to_whoever_asks(at_acme: Any, vendor: Vendor, settings: Any) -> None:
    settings.MAIL_HOSTS = ["127.0.0.1"]
    add(at_acme)
    with sink() as (taken, port):
        with acting_for(vendor):
            Mailbox.objects.create(address="help@acme.example")
            SendingAccount.objects.create(host="127.0.0.1", port=port, security="none")
        page = at_acme.post(f"{page_of(vendor)}test/", follow=True)
        assert "A test is on its way to" in said(page)
        assert b"Yours is <i>12345</i>." in taken.taken[0]
        assert taken.envelopes[0][0] == "help@acme.example"
    page = at_acme.post(f"{page_of(vendor)}test/", follow=True)
    assert "The mail was not sent: 127.0.0.1 did not answer" in said(page)
