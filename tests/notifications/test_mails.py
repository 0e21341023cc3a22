"""What a mail says, in whose name, in which thread; and that nobody's words can break out of their place."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

import pytest

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from notifications.outbound.mails import compose
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import change_severity, reply
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def nexus(db: None) -> Iterator[Vendor]:
    with acting_for(Vendor.objects.get(slug="nexus")) as vendor:
        yield vendor


@pytest.fixture
def hypergene(db: None) -> Iterator[Vendor]:
    with acting_for(Vendor.objects.get(slug="hypergene")) as vendor:
        yield vendor


def latest(**which: Any) -> Delivery:
    return Delivery.objects.select_related("ticket__requester").filter(**which).latest("id")


def sent(delivery: Delivery) -> Message:
    """The mail as the other side reads it."""
    return message_from_bytes(compose(delivery).message().as_bytes(), policy=default)


def html_of(delivery: Delivery) -> str:
    return str(sent(delivery).get_body(("html",)).get_content())  # type: ignore[attr-defined]


# --- Head ----------------------------------------------------------------------------------------------------


def test_the_head_of_a_receipt(nexus: Vendor) -> None:
    contact = make_contact(name="Åsa Öberg")
    ticket = make_ticket(contact)
    mail = sent(latest(audience="requester"))
    assert mail["Subject"] == f"[{ticket.number}] The printer is on fire"
    assert mail["From"] == "Nexus agent <helpdesk@nexus.example>"
    assert mail["To"] == f"Åsa Öberg <{contact.email}>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_a_mail_keeps_its_id_and_its_words_however_often_it_is_composed(nexus: Vendor) -> None:
    ticket, agent = make_ticket(), acts(make_agent())
    receipt = latest(audience="requester")
    first = compose(receipt)
    reply(ticket_id=ticket.pk, body="Here.", actor=agent, now=NOW + DAY)
    again = compose(Delivery.objects.select_related("ticket__requester").get(pk=receipt.pk))
    assert first.extra_headers == again.extra_headers
    assert (first.subject, first.body) == (again.subject, again.body)
    assert first.message()["Message-ID"] == receipt.message_id


def test_all_mails_of_a_ticket_are_one_thread(nexus: Vendor) -> None:
    ticket, agent = make_ticket(), acts(make_agent())
    reply(ticket_id=ticket.pk, body="Here.", actor=agent, now=NOW + MINUTE)
    make_ticket()
    threads: dict[int, set[str]] = {}
    for row in Delivery.objects.select_related("ticket__requester"):
        threads.setdefault(row.ticket_id, set()).add(sent(row)["References"])
    assert [len(found) for found in threads.values()] == [1, 1]
    assert len(set.union(*threads.values())) == 2


def test_a_mail_comes_from_the_mailbox_of_its_queue(nexus: Vendor) -> None:
    make_ticket(queue=catalogue().queues["partner-assist"])
    assert "partnerassist@nexus.example" in sent(latest(audience="requester"))["From"]
    make_ticket(queue=catalogue().queues["dach"])
    assert "helpdesk@nexus.example" in sent(latest(audience="requester"))["From"]


@pytest.mark.usefixtures("door")
def test_a_vendor_without_a_mailbox_writes_from_the_installation_s_address(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "helpdesk@installation.example"
    make_ticket()
    assert sent(latest())["From"] == "Support <helpdesk@installation.example>"


# --- Injection -----------------------------------------------------------------------------------------------

BREAKS = ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\0"]


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("line_break", BREAKS)
def test_a_subject_adds_no_header(line_break: str) -> None:
    make_ticket(subject=f"Fire{line_break}Bcc: victim@people.example{line_break}{line_break}Body")
    mail = sent(latest())
    assert mail["Bcc"] is None
    assert mail["Subject"].endswith("Fire Bcc: victim@people.example Body")


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Eve\r\nBcc: victim@people.example", "EveBcc: victim@people.example"),
        ('Eve" <victim@people.example>, "Eve', "Eve victim@people.example, Eve"),
        ("Eve, Adam; and (others)", "Eve, Adam; and (others)"),
        ("Eve\\", "Eve"),
        ("Eve\u2028Bcc: x", "EveBcc: x"),
        ("", ""),
    ],
)
def test_a_name_adds_neither_header_nor_address(name: str, shown: str) -> None:
    contact = make_contact(name=name)
    make_ticket(contact)
    mail = sent(latest())
    assert mail["Bcc"] is None
    [address] = mail["To"].addresses  # type: ignore[union-attr]
    assert (address.addr_spec, address.display_name) == (contact.email, shown)


@pytest.mark.usefixtures("door")
def test_a_vendor_s_own_words_add_no_header(vendor: Vendor) -> None:
    vendor.agent_label = "Desk\r\nBcc: victim@people.example"
    vendor.terms = {"number": "Case\r\nBcc: victim@people.example"}
    vendor.save()
    with acting_for(vendor):
        make_ticket()
        mail = sent(latest())
    assert mail["Bcc"] is None


# --- Body ----------------------------------------------------------------------------------------------------

SCRIPT = "<script>alert('x')</script> & <b>bold</b>"


@pytest.mark.usefixtures("door")
def test_html_shows_words_as_they_were_typed_and_text_leaves_them_alone() -> None:
    contact = make_contact(name="Eve <img src=x>")
    ticket, agent = make_ticket(contact, subject=f"Look {SCRIPT}"), acts(make_agent())
    reply(ticket_id=ticket.pk, body=SCRIPT, actor=agent, now=NOW + MINUTE)
    mail = latest(event="public_message_by_agent")
    html = html_of(mail)
    assert "<script" not in html
    assert "<b>" not in html
    assert html.count("&lt;script&gt;") == 3  # title, subject, message
    assert SCRIPT in compose(mail).body


@pytest.mark.usefixtures("door")
def test_the_link_leads_customers_to_their_portal_and_staff_to_their_desk(settings: Any) -> None:
    settings.PUBLIC_URL = "http://desk.example"
    make_agent()
    ticket = make_ticket()
    assert f"http://desk.example/acme/tickets/{ticket.number}/" in compose(latest()).body
    from tickets.commands.timers import fire_due

    fire_due([ticket.pk], now=NOW + 1.5 * DAY)
    assert f"http://desk.example/acme/agent/tickets/{ticket.number}/" in compose(latest(event="target_breached")).body


def test_a_receipt_promises_what_the_document_gives() -> None:
    with acting_for(Vendor.objects.get(slug="luxcloud")):
        make_ticket(make_contact(language="en"))
        assert "We answer by Wed 20 May, 10:00." in compose(latest(audience="requester")).body


def test_a_receipt_promises_no_assumed_figure(nexus: Vendor) -> None:
    make_ticket(make_contact(language="en"))
    body = compose(latest(audience="requester")).body
    assert "We answer by" not in body
    assert "We aim to" not in body


def test_customers_read_their_own_language_and_staff_read_english(hypergene: Vendor) -> None:
    make_agent(teams=("line1",))
    ticket = make_ticket(make_contact(language="sv"))
    receipt = compose(latest(audience="requester"))
    assert "Vi har tagit emot" in receipt.body
    assert f"[{ticket.number}] " in receipt.subject
    assert "A new ticket has come in." in compose(latest(audience="queue_team")).body


def test_without_a_language_of_its_own_a_customer_reads_the_vendor_s(hypergene: Vendor) -> None:
    make_ticket(make_contact(language=""))
    assert "Vi har tagit emot" in compose(latest(audience="requester")).body
    make_ticket(make_contact(language="en"))
    assert "We have your report." in compose(latest(audience="requester")).body


def test_a_changed_ticket_is_described_as_it_stands(nexus: Vendor) -> None:
    ticket, agent = make_ticket(), acts(make_agent())
    change_severity(
        ticket_id=ticket.pk,
        severity=catalogue().severities["B"],
        reason="Worse than it looked",
        actor=agent,
        now=NOW + MINUTE,
    )
    reply(ticket_id=ticket.pk, body="Here.", actor=agent, now=NOW + 2 * MINUTE)
    assert f"Severity: {catalogue().severities['B'].name}" in compose(latest(event="public_message_by_agent")).body
    assert Ticket.objects.get().severity.code == "B"
