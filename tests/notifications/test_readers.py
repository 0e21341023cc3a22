"""Who is written to, and what a mail holds for each: receipts, participants, end customers, addresses nobody knows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from helpdesk.models import Vendor
from helpdesk.process.files import ProcessInvalid, parse
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from notifications.outbound.mails import compose
from tests.notifications.test_mails import html_of, latest, sent
from tests.notifications.test_outbox import set_to
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tickets.commands import note, reply
from tickets.models import Participant, Rule, Ticket

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def acting() -> Iterator[Any]:
    entered: list[Any] = []

    def act(slug: str) -> Vendor:
        door = acting_for(Vendor.objects.get(slug=slug))
        vendor = door.__enter__()
        entered.append(door)
        return vendor

    yield act
    for door in entered:
        door.__exit__(None, None, None)


def receipt(**facts: Any) -> Any:
    """The receipt of a ticket of an English-speaking customer."""
    make_ticket(make_contact(language="en"), **facts)
    return compose(latest(audience="requester"))


# --- Receipts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "asks"), [("nexus", True), ("luxcloud", True), ("hypergene", False)])
def test_a_receipt_says_one_report_per_mail_where_the_vendor_wants_that(acting: Any, slug: str, asks: bool) -> None:
    """NX-5.1.3-08, NX-5.1.3-09: the receipt confirms the report and says that one mail carries one report."""
    acting(slug)
    mail = receipt()
    assert ("one report per mail" in mail.body) is asks
    assert "We have your report. Its number is" in mail.body


def test_a_receipt_asks_to_leave_the_signature_out(acting: Any) -> None:
    """XP-1-03: the signature should be left out; the receipt says so."""
    acting("xmpro")
    assert "delete your signature" in receipt().body


@pytest.mark.parametrize("slug", ["xmpro", "luxcloud", "nexus", "hypergene"])
def test_a_receipt_can_be_answered_with_a_reply(acting: Any, slug: str) -> None:
    """XP-2-01, LX-2-01, HG-2.7-01: registered at once, with its number, and answered by a reply to one place."""
    acting(slug)
    mail = receipt()
    ticket = Ticket.objects.get()
    assert "To answer, reply to this mail." in mail.body
    assert ticket.number in mail.subject
    assert ticket.number in mail.body
    assert latest(audience="requester").created_at == ticket.created_at
    assert mail.extra_headers["Reply-To"] == mail.from_email


def test_progress_is_told_by_mail(acting: Any) -> None:
    """NX-4.1-09: each answer and the end come by mail."""
    acting("nexus")
    ticket, agent = make_ticket(make_contact(language="en")), acts(make_agent())
    reply(ticket_id=ticket.pk, body="We found it.", actor=agent, now=NOW + MINUTE)
    assert "We found it." in compose(latest(audience="requester")).body
    set_to(ticket, "closed_other", agent, NOW + DAY, reason="not_an_incident")
    assert latest(audience="requester").event == "ticket_closed"


SUNDAY = datetime(2026, 5, 17, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "channel", "says"),
    [(SUNDAY, "email", True), (NOW + timedelta(hours=5), "email", False), (SUNDAY, "portal", False)],
)
def test_a_mail_outside_support_hours_is_pointed_to_the_form(acting: Any, now: Any, channel: str, says: bool) -> None:
    """XE-5-05 (XE-A17): after hours the form is the way for the gravest severity; the mail is taken all the same."""
    acting("xecuritas")
    assert ("use the form in the portal" in receipt(now=now, channel=channel).body) is says


# --- The line above which to answer --------------------------------------------------------------------------


def test_the_first_line_says_to_reply_above_it_and_earlier_messages_stand_below(acting: Any) -> None:
    """XP-2-06, XP-2-09: the marker is the first line, the thread grows with each mail, the newest first."""
    acting("xmpro")
    contact, agent = make_contact(language="en"), acts(make_agent())
    ticket = make_ticket(contact, body="It burns.")
    for n in range(1, 4):
        reply(ticket_id=ticket.pk, body=f"Question {n}", actor=agent, now=NOW + 2 * n * MINUTE)
        reply(ticket_id=ticket.pk, body=f"Reply {n}", actor=contact.actor, now=NOW + (2 * n + 1) * MINUTE)
    note(ticket_id=ticket.pk, body="INTERNAL", actor=agent, now=NOW + 10 * MINUTE)
    bodies = [compose(row).body for row in Delivery.objects.filter(audience="requester").order_by("id")]
    assert all(body.splitlines()[0] == "Please reply above this line" for body in bodies)
    assert [len(body) for body in bodies[1:]] == sorted(len(body) for body in bodies[1:])
    last = bodies[-1]
    places = [last.index(word) for word in ("Question 3", "Reply 2", "Question 2", "Reply 1", "Question 1", "It burns")]
    assert places == sorted(places)
    assert "Reply 3" not in last
    assert "INTERNAL" not in last
    html = html_of(latest(audience="requester"))
    assert html.index("Please reply above this line") < html.index("There is an answer.")


def test_what_is_repeated_is_bounded(acting: Any) -> None:
    acting("xmpro")
    contact, agent = make_contact(), acts(make_agent())
    ticket = make_ticket(contact)
    for n in range(1, 8):
        reply(ticket_id=ticket.pk, body=f"{n} " + "word " * 1000, actor=agent, now=NOW + n * MINUTE)
    assert len(compose(latest(audience="requester")).body) < 27_000


def test_staff_see_no_marker(acting: Any) -> None:
    acting("xmpro")
    make_agent()
    make_ticket()
    assert "reply above" not in compose(latest(audience="queue_team")).body


# --- Addresses that nobody vouches for -----------------------------------------------------------------------


def test_a_receipt_to_an_unknown_address_repeats_nothing_of_what_was_sent(acting: Any) -> None:
    """Else anybody could have us mail any words to anybody."""
    acting("nexus")
    contact = make_contact(make_company(kind="unknown"), name="BUY NOW", language="en")
    ticket = make_ticket(contact, subject="CHEAP THINGS", body="WORDS")
    mail = sent(latest(audience="requester"))
    whole = mail.as_string()
    assert not [word for word in ("BUY NOW", "CHEAP", "WORDS") if word in whole]
    assert mail["Subject"] == f"[{ticket.number}] Your message to us"
    reply(ticket_id=ticket.pk, body="Hello, who are you?", actor=acts(make_agent()), now=NOW + MINUTE)
    answer = compose(latest(event="public_message_by_agent"))
    assert "Hello, who are you?" in answer.body
    assert "CHEAP THINGS" in answer.subject, "an agent has looked at it"


# --- End customers, participants -----------------------------------------------------------------------------


def test_an_end_customer_is_never_written_to(acting: Any) -> None:
    """LX-1.1.1-03: not as requester, not as somebody who was copied in."""
    acting("luxcloud")
    end = make_contact(make_company(kind="end_customer"))
    ticket = make_ticket(end)
    reply(ticket_id=ticket.pk, body="Here.", actor=acts(make_agent()), now=NOW + MINUTE)
    assert not Delivery.objects.filter(to_address=end.email).exists()
    partner = make_ticket(make_contact(make_company(kind="partner")))
    also_told(partner, end)
    reply(ticket_id=partner.pk, body="Here.", actor=acts(make_agent()), now=NOW + MINUTE)
    assert not Delivery.objects.filter(to_address=end.email).exists()


def also_told(ticket: Ticket, *contacts: Any) -> None:
    """People who were copied in, at a vendor whose rules name them."""
    for contact in contacts:
        Participant.objects.create(ticket=ticket, contact=contact, since=NOW)
    for rule in Rule.objects.filter(kind="notification"):
        if "requester" in rule.spec["audience"]:
            rule.spec["audience"].append("participants")
            rule.save()
    ticket.vendor.touch_process()


@pytest.mark.usefixtures("door")
def test_who_was_copied_in_gets_public_words_and_no_link_that_would_not_open() -> None:
    company = make_company()
    contact = make_contact(company)
    copied = make_contact(company, sees_company=False, email="copied@people.example")
    ticket = make_ticket(contact)
    also_told(ticket, copied)
    agent = acts(make_agent())
    note(ticket_id=ticket.pk, body="INTERNAL", actor=agent, now=NOW + MINUTE)
    reply(ticket_id=ticket.pk, body="Here.", actor=agent, now=NOW + MINUTE)
    [row] = Delivery.objects.filter(to_address=copied.email)
    mail = compose(row)
    assert (row.audience, row.contact_id) == ("participants", copied.pk)
    assert "Here." in mail.body
    assert "INTERNAL" not in mail.message().as_string()
    assert "/tickets/" not in mail.body
    assert contact.email not in mail.message().as_string(), "nobody learns who else was told"


def test_a_process_that_tells_customers_of_notes_is_refused() -> None:
    text = (ROOT / "tests/process/acme.yaml").read_text()
    text = text.replace(
        "- {event: ticket_closed, audience: [requester]}",
        "- {event: internal_note, audience: [queue_team, participants]}",
    )
    with pytest.raises(
        ProcessInvalid, match=r"notifications\[2\].audience: customers are never told of notes: participants"
    ):
        parse(text)
