"""Mail at Nexus, clause by clause: raw mails in, what became of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from notifications.models import Delivery, Mailbox
from notifications.outbound.mails import compose
from tests.people import NOW
from tests.post import answer_to, arrive, letter
from tests.timelines.scene import Scene, fresh, staged, status_of
from tickets.commands import change_status, take
from tickets.models import Attachment, Entry, Payload, Queue, Ticket

BOX = "helpdesk@nexus.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Scene]:
    with staged("nexus") as scene:
        yield scene


def reported(stage: Scene, **parts: Any) -> Ticket:
    """The ticket of a mail of the customer."""
    return arrive(letter(**{"sender": stage.contact.email, "to": BOX, **parts})).ticket


def test_a_mail_of_a_known_contact_is_an_incident_in_the_inbox(stage: Scene) -> None:
    """NX-4-01, NX-5.1.3-01: under the contact's company, by e-mail."""
    ticket = reported(stage, subject="PRIME stops", body="After the update.")

    assert (ticket.type.code, ticket.queue.code, ticket.channel) == ("incident", "inbox", "email")
    assert (ticket.requester, ticket.company) == (stage.contact, stage.contact.company)


def test_a_projects_mailbox_files_into_the_projects_queue(stage: Scene) -> None:
    """NX-5.1-04: as an administrator sets one up; and partner assistance has its own."""
    queue = Queue.objects.create(code="projects-alpha", name="Projects ALPHA", kind="project", position=90)
    Mailbox.objects.create(address="projectalpha@nexus.example", queue=queue, position=90)
    stage.vendor.touch_process()

    assert reported(stage, to="projectALPHA@nexus.example").queue == queue
    assert reported(stage, to="partnerassist@nexus.example").queue.code == "partner-assist"


def test_a_product_in_the_subject_fills_the_field(stage: Scene) -> None:
    """NX-5.1.3-02: and the contact page says what the subject should hold."""
    assert reported(stage, subject="Beta Bank: CardDesk prints no cards").product.name == "CardDesk"
    assert reported(stage, subject="It prints no cards").product is None


def test_customers_read_what_a_mail_should_hold(stage: Scene, client_for: Any) -> None:
    """NX-5.1.3-02, NX-5.1.3-03, NX-5.1.3-06, NX-5.1.3-08."""
    page = client_for(stage.contact).get("/nexus/contact/").content.decode()

    for part in (
        "One report per e-mail",
        "product and a short description, for partners the customer first",
        "your name, telephone and company, release, severity level, and the incident in detail",
    ):
        assert part in page


def test_the_release_and_the_severity_are_read_from_the_text(stage: Scene) -> None:
    """NX-5.1.3-04, NX-5.1.3-05: lines of their own; an unknown letter leaves the default and marks the ticket."""
    read = reported(stage, body="It stops.\n\nSoftware release: 6.1\nSeverity level: B\nProduct: PRIME\n")
    assert (read.product_version, read.severity.code, read.product.name) == ("6.1", "B", "PRIME")
    assert reported(stage, body="Severity: B\nAgain.").severity.code == "B"

    unclear = reported(stage, body="Severity level: X\nHelp.")
    default = stage.known.default_severity
    assert (unclear.severity, unclear.flags) == (default, ["severity_unclear"])


def test_the_whole_text_is_the_first_message_and_a_missing_one_is_marked(stage: Scene) -> None:
    """NX-5.1.3-06."""
    text = "It stops at night.\n\nWe tried:\n\n1. a restart\n2. the manual"
    ticket = reported(stage, body=text)
    assert Payload.objects.get(ticket=ticket, seq=1).body == text

    assert reported(stage, body="").flags == ["description_missing"]


def test_files_of_a_mail_are_files_of_the_ticket(stage: Scene) -> None:
    """NX-5.1.3-07: logs and screenshots."""
    ticket = reported(stage, files=(("server.log", b"line\n" * 9), ("screen.png", b"\x89PNG\r\n\x1a\n")))
    files = Attachment.objects.filter(ticket=ticket, seq=1).order_by("id")
    assert [(file.name, file.size) for file in files] == [("server.log", 45), ("screen.png", 8)]


def test_the_receipt_holds_subject_and_number_and_machines_get_none(stage: Scene) -> None:
    """NX-5.1.3-08, NX-5.1.3-09: queued in the same moment."""
    ticket = reported(stage, subject="PRIME stops")
    [row] = Delivery.objects.filter(event="ticket_created", audience="requester")
    sent = compose(row)
    assert (row.to_address, row.next_attempt_at) == (stage.contact.email, ticket.created_at)
    assert ticket.number in sent.subject
    assert all(part in sent.body for part in (ticket.number, "PRIME stops", "one report per mail"))

    machine = arrive(letter(sender=stage.contact.email, to=BOX, Auto_Submitted="auto-replied"))
    bounce = arrive(letter(sender="MAILER-DAEMON@mx.example", to=BOX, Return_Path="<>", subject="Undeliverable"))
    assert {machine.outcome, bounce.outcome} == {"ignored"}
    assert Delivery.objects.filter(event="ticket_created", audience="requester").count() == 1


def test_the_call_number_or_an_answered_mail_leads_back_to_the_ticket(stage: Scene) -> None:
    """NX-5.1.3-10: no second ticket appears."""
    ticket = reported(stage, Message_ID="<first@customer.example>")
    receipt = Delivery.objects.get(ticket=ticket, event="ticket_created", audience="requester")
    stage.agent_says(ticket, NOW + timedelta(hours=1))
    answer = Delivery.objects.filter(ticket=ticket, to_address=stage.contact.email).latest("id")
    ways = (
        letter(sender=stage.contact.email, to=BOX, subject=f"About {ticket.number}", body="By number."),
        answer_to(receipt, sender=stage.contact.email, to=BOX, subject="Other words", body="To the receipt."),
        answer_to(answer, sender=stage.contact.email, to=BOX, subject="Re:", body="To the answer."),
        letter(
            sender=stage.contact.email, to=BOX, subject="Fw:", body="To my own.", References="<first@customer.example>"
        ),
    )

    assert [arrive(raw, now=NOW + timedelta(hours=2)).ticket for raw in ways] == [ticket] * 4
    assert (Ticket.objects.count(), Entry.objects.filter(ticket=ticket, kind="message").count()) == (1, 5)


def test_a_reply_to_a_closed_ticket_opens_it_again_and_tells_its_agent(stage: Scene) -> None:
    """NX-5.1.3-10, NX-A16."""
    ticket = reported(stage)
    take(ticket_id=ticket.pk, actor=stage.agent, now=NOW + timedelta(minutes=5))
    ended = stage.known.statuses["closed_other"]
    change_status(
        ticket_id=ticket.pk, status=ended, reason="not_involved", actor=stage.agent, now=NOW + timedelta(minutes=9)
    )
    assert fresh(ticket).is_finished

    mail = arrive(
        letter(sender=stage.contact.email, to=BOX, subject=f"[{ticket.number}]", body="No."),
        now=NOW + timedelta(days=9),
    )

    assert (mail.ticket, fresh(ticket).is_finished, status_of(ticket)) == (ticket, False, "open")
    assert Delivery.objects.filter(ticket=ticket, event="ticket_reopened", audience="assignee").exists()
