"""Mail at LuxCloud, clause by clause: raw mails in, what became of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.models import Agent, Contact
from notifications.commands.receiving import release_as_new
from notifications.models import Delivery
from notifications.outbound.mails import compose
from sla.models import Page
from tests.people import NOW, make_agent, make_company, make_contact
from tests.post import answer_to, arrive, letter
from tests.timelines.scene import Scene, fresh, staged, status_of
from tickets.commands import note, take
from tickets.models import Entry, Ticket

BOX, BUSINESS = "support@luxcloud.example", "business.ticket@luxcloud.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Scene]:
    with staged("luxcloud") as scene:
        yield scene


@pytest.fixture
def end_customer(stage: Scene) -> Contact:
    """A person of a customer of our customer, the sales partner."""
    company = make_company("Buyers", kind="end_customer", partner=stage.contact.company, agreement_kind="partner")
    return make_contact(company, email="ann@buyers.example", name="Ann of Buyers")


def reported(stage: Scene, **parts: Any) -> Ticket:
    return arrive(letter(**{"sender": stage.contact.email, "to": BOX, **parts})).ticket


def addressees(**which: Any) -> set[str]:
    return set(Delivery.objects.filter(**which).values_list("to_address", flat=True))


def test_partners_open_tickets_in_the_platform_and_by_mail_with_the_same_receipt(stage: Scene) -> None:
    """LX-1-03, LX-3.3-01: both in the partner's company."""
    by_mail, in_portal = reported(stage, subject="It does not work"), stage.opens(NOW)

    receipts = [compose(Delivery.objects.get(ticket=one, audience="requester")) for one in (by_mail, in_portal)]
    assert {one.company for one in (by_mail, in_portal)} == {stage.contact.company}
    assert [
        one.subject.replace(each.number, "N") for one, each in zip(receipts, (by_mail, in_portal), strict=True)
    ] == [receipts[0].subject.replace(by_mail.number, "N")] * 2
    assert all("We have your report. Its number is" in one.body for one in receipts)


def test_a_mail_of_an_end_customer_names_the_partner_and_opens_nothing(stage: Scene, end_customer: Contact) -> None:
    """LX-1.1.1-01, LX-1.1.1-04: kept under "Suspended mail" with the reason."""
    mail = arrive(letter(sender=end_customer.email, to=BOX))

    assert (mail.state, mail.reason, Ticket.objects.count()) == ("suspended", "end_customer", 0)
    answer = compose(Delivery.objects.get(event="mail_suspended", to_address=end_customer.email))
    assert stage.contact.company.name in answer.body


def test_somebody_of_an_end_customers_domain_is_an_end_customer_too(stage: Scene, end_customer: Contact) -> None:
    """LX-1.1.1-04."""
    end_customer.company.mail_domains = ["buyers.example"]
    end_customer.company.save()

    assert arrive(letter(sender="bob@buyers.example", to=BOX)).reason == "end_customer"


def test_an_agent_lets_an_end_customer_in_as_an_exception_that_is_on_record(
    stage: Scene, end_customer: Contact
) -> None:
    """LX-1.1.1-03, LX-1.1.1-04, LX-A17: and the end customer still gets no mail of the ticket."""
    mail = arrive(letter(sender=end_customer.email, to=BOX, body="Our shop is down."))

    ticket = release_as_new(mail_id=mail.pk, actor=stage.agent, now=NOW + timedelta(hours=1))

    mail.refresh_from_db()
    assert (mail.decided_by_id, mail.decided_at) == (stage.agent.id, NOW + timedelta(hours=1))
    assert [step["asked"] for step in mail.trace if step["asked"] == "agent"] == ["agent"]
    stage.agent_says(ticket, NOW + timedelta(hours=2))
    assert end_customer.email not in addressees(ticket=ticket)


def test_an_end_customer_in_copy_gets_no_mail(stage: Scene, end_customer: Contact) -> None:
    """LX-1.1.1-03."""
    ticket = reported(stage, Cc=end_customer.email)
    stage.agent_says(ticket, NOW + timedelta(hours=1))

    assert end_customer.email not in addressees()


def test_mail_that_a_member_of_staff_forwards_is_its_writers(stage: Scene) -> None:
    """LX-2-02: a ticket with the original sender as requester; staff addresses are shown to nobody."""
    staff = Agent.objects.get(pk=stage.agent.id)
    forwarded = (
        "Please open a ticket.\n\n---------- Forwarded message ---------\n"
        f"From: Contact of the customer <{stage.contact.email}>\n"
        f"Date: Tue, 19 May 2026 at 09:12\nSubject: Volume is read-only\nTo: <{staff.user.email}>\n\n"
        "The volume is read-only since nine.\n"
    )

    mail = arrive(letter(sender=staff.user.email, to=BOX, subject="Fwd: Volume is read-only", body=forwarded))

    assert (mail.outcome, mail.ticket.requester) == ("created", stage.contact)
    stage.agent_says(mail.ticket, NOW + timedelta(hours=1))
    for delivery in Delivery.objects.filter(ticket=mail.ticket, to_address=stage.contact.email):
        sent = compose(delivery)
        assert staff.user.email not in sent.message().as_string() + sent.body
        assert sent.extra_headers["Reply-To"].startswith("support")


def test_opening_is_confirmed_to_the_partner_and_to_the_technicians(stage: Scene) -> None:
    """LX-2.4.1-14: number, subject and severity; queued in the same moment."""
    ticket = reported(stage, subject="Volume is read-only")
    rows = Delivery.objects.filter(ticket=ticket, event="ticket_created")

    assert set(rows.values_list("audience", flat=True)) == {"requester", "queue_team"}
    assert {row.next_attempt_at for row in rows} == {ticket.created_at}
    sent = compose(rows.get(audience="requester"))
    words = f"{sent.subject}\n{sent.body}"
    assert all(part in words for part in (ticket.number, "Volume is read-only", ticket.severity.name))


def test_each_update_is_confirmed_to_both_and_a_note_to_technicians_only(stage: Scene) -> None:
    """LX-2.4.2-04: whichever side wrote it, by mail as well."""
    ticket = reported(stage)
    receipt = Delivery.objects.get(ticket=ticket, event="ticket_created", audience="requester")
    other = make_agent(name="Another technician")

    stage.agent_says(ticket, NOW + timedelta(hours=1))
    ours = addressees(ticket=ticket, created_at=NOW + timedelta(hours=1))
    arrive(answer_to(receipt, sender=stage.contact.email, to=BOX, body="And?"), now=NOW + timedelta(hours=2))
    theirs = addressees(ticket=ticket, created_at=NOW + timedelta(hours=2))
    note(ticket_id=ticket.pk, body="Aside.", actor=stage.agent, now=NOW + timedelta(hours=3))
    aside = addressees(ticket=ticket, created_at=NOW + timedelta(hours=3))

    for readers in (ours, theirs):
        assert {stage.contact.email, other.user.email} <= readers
    assert (stage.contact.email in aside, other.user.email in aside) == (False, True)


def test_a_mail_to_a_resolved_ticket_opens_it_again_and_asks_what_changed(stage: Scene) -> None:
    """LX-2.4.4-01, LX-2.4.4-02, LX-2.4.4-03: a year later, under the same number; the question goes back."""
    ticket = reported(stage)
    take(ticket_id=ticket.pk, actor=stage.agent, now=NOW)
    stage.agent_says(ticket, NOW + timedelta(hours=1), status="resolved", reason="solved")
    later = NOW + timedelta(days=365)
    receipt = Delivery.objects.get(ticket=ticket, event="ticket_created", audience="requester")

    mail = arrive(answer_to(receipt, sender=stage.contact.email, to=BOX, body="It is back."), now=later)

    assert (mail.ticket, fresh(ticket).is_finished, status_of(ticket)) == (ticket, False, "open")
    staff = Agent.objects.get(pk=stage.agent.id).user.email
    assert staff in addressees(ticket=ticket, event="ticket_reopened")
    back = [
        compose(row) for row in Delivery.objects.filter(ticket=ticket, to_address=stage.contact.email, created_at=later)
    ]
    assert any("the same as before, or is it different" in sent.body for sent in back)


@pytest.mark.parametrize(
    ("subject", "is_emergency"), [("EMERGENCY: all is down", True), ("Emergency: all is down", False)]
)
@pytest.mark.parametrize("to", [BOX, BUSINESS])
def test_the_word_in_upper_case_marks_a_mail_as_an_emergency(
    stage: Scene, subject: str, is_emergency: bool, to: str
) -> None:
    """LX-2.8-02, LX-2.8-03, LX-2.8-04: in either mailbox; the NOC is told in the same moment."""
    ticket = fresh(reported(stage, subject=subject, to=to))

    assert ("emergency" in ticket.flags, ticket.severity.code == "high") == (is_emergency, is_emergency)
    assert Page.objects.filter(ticket=ticket).exists() is is_emergency


@pytest.mark.parametrize(
    ("to", "queue"), [(BOX, "technical"), (BUSINESS, "business"), (f"{BUSINESS}, {BOX}", "technical")]
)
def test_each_mailbox_has_its_queue_and_both_make_one_ticket(stage: Scene, to: str, queue: str) -> None:
    """LX-3.3-02, LX-3.3-03, LX-A16: with a note that it went to both."""
    ticket = reported(stage, to=to)

    assert (fresh(ticket).queue.code, Ticket.objects.count()) == (queue, 1)
    assert Entry.objects.filter(ticket=ticket, kind="mailboxes").exists() is ("," in to)
