"""The head of a mail: threads, manners towards machines, reply addresses; and nothing that somebody typed adds to it."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

import pytest

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.core.tokens import Token, entry_of
from notifications.models import Delivery, IncomingMail, Mailbox
from notifications.outbound.heads import address
from notifications.outbound.mails import compose
from notifications.queries.keys import token_read
from tests.notifications.test_mails import latest, sent
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import change_status, note, reply
from tickets.commands.timers import fire_due
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def xmpro(db: None) -> Iterator[Vendor]:
    with acting_for(Vendor.objects.get(slug="xmpro")) as vendor:
        yield vendor


def received(ticket: Ticket, sender: str, message_id: str, seq: int = 1) -> None:
    """A mail that became this entry."""
    IncomingMail.objects.create(
        ticket=ticket,
        seq=seq,
        sender=sender,
        message_id=message_id,
        way="imap",
        received_at=NOW,
        size=1,
        fingerprint=sha256(message_id.encode()).hexdigest(),
        next_attempt_at=NOW,
    )


def box(**fields: Any) -> None:
    Mailbox.objects.create(address="help@acme.example", **fields)


# --- Ids and threads -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("door")
def test_the_id_of_a_mail_proves_whose_it_is_and_which_entry_it_tells() -> None:
    agent = make_agent()
    contact = make_contact()
    ticket = make_ticket(contact)
    fire_due([ticket.pk], now=NOW + 1.5 * DAY)
    for row in Delivery.objects.order_by("id"):
        named = entry_of(row.message_id)
        assert named is not None
        assert named[1] == row.seq
        reader = f"c{contact.pk}" if row.audience == "requester" else f"a{agent.pk}"
        assert token_read(named[0]) == Token(ticket.pk, reader)


@pytest.mark.usefixtures("door")
def test_all_mails_of_a_ticket_to_a_reader_are_one_thread_in_every_mail_program() -> None:
    """Gmail wants the same subject and an id in common, Outlook the same beginning of its index."""
    contact = make_contact()
    ticket = make_ticket(contact)
    received(ticket, contact.email, "first@people.example")
    reply(ticket_id=ticket.pk, body="Here.", actor=acts(make_agent()), now=NOW + MINUTE)
    Ticket.objects.filter(pk=ticket.pk).update(subject="Another title")
    make_ticket(contact)
    one, two, other = (sent(row) for row in Delivery.objects.order_by("id"))
    assert one["Subject"] == two["Subject"] == f"[{ticket.number}] The printer is on fire"
    assert one["Thread-Topic"] == two["Thread-Topic"] == one["Subject"]
    assert one["Thread-Index"][:28] == two["Thread-Index"][:28] != other["Thread-Index"][:28]
    assert one["In-Reply-To"] == two["In-Reply-To"] == "<first@people.example>"
    root = one["References"].split()[0]
    assert root in two["References"]
    assert root not in other["References"]


@pytest.mark.usefixtures("door")
def test_a_mail_answers_the_reader_s_own_last_mail_and_names_nobody_else_s() -> None:
    contact = make_contact()
    ticket = make_ticket(contact)
    received(ticket, contact.email, "first@people.example")
    received(ticket, "colleague@people.example", "colleague@people.example", seq=2)
    reply(ticket_id=ticket.pk, body="It still burns.", actor=contact.actor, now=NOW + MINUTE, channel="email")
    seq = ticket.entries.latest("seq").seq
    received(ticket, contact.email, "second@people.example", seq=seq)
    received(ticket, contact.email, "later@people.example", seq=seq + 9)
    reply(ticket_id=ticket.pk, body="Here.", actor=acts(make_agent()), now=NOW + 2 * MINUTE)
    mail = sent(latest(event="public_message_by_agent"))
    assert mail["In-Reply-To"] == "<second@people.example>"
    assert "<first@people.example> <second@people.example>" in mail["References"]
    assert "colleague" not in mail["References"]
    assert "later" not in mail["References"]


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("bad", ["a@b\r\nBcc: victim@people.example", "a@b\u2028c", "no id", "ä@b", "x" * 200 + "@b c"])
def test_an_id_that_is_none_stays_out_of_the_head(bad: str) -> None:
    contact = make_contact()
    received(make_ticket(contact), contact.email, bad)
    mail = sent(latest())
    assert mail["Bcc"] is None
    assert len(mail["References"].split()) == 1
    assert mail["In-Reply-To"] == mail["References"]


@pytest.mark.usefixtures("door")
def test_the_date_is_that_of_the_event_however_late_it_is_sent() -> None:
    make_ticket()
    assert parsedate_to_datetime(sent(latest())["Date"]) == NOW


def test_xp_2_03_the_subject_keeps_its_token_and_the_first_title_for_life(xmpro: Vendor) -> None:
    """XP-2-03: the subject is the same in every mail, and the receipt asks to leave it so."""
    ticket = make_ticket(make_contact(language="en"))
    receipt = compose(latest(audience="requester"))
    Ticket.objects.filter(pk=ticket.pk).update(subject="Something else")
    reply(ticket_id=ticket.pk, body="Here.", actor=acts(make_agent()), now=NOW + MINUTE)
    answer = compose(latest(event="public_message_by_agent"))
    assert receipt.subject == answer.subject == f"Ticket [{ticket.number}] The printer is on fire"
    assert "Please leave its subject as it is." in receipt.body


# --- Manners -------------------------------------------------------------------------------------------------


def manners(mail: Message) -> tuple[str | None, str, str]:
    return mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"], mail["X-Helpdesk-Loop"]


@pytest.mark.usefixtures("door")
def test_what_a_person_wrote_is_not_called_automatic_and_everything_else_is() -> None:
    make_agent()
    contact, agent = make_contact(), acts(make_agent())
    ticket = make_ticket(contact)
    assert manners(sent(latest())) == ("auto-replied", "All", "acme")
    reply(ticket_id=ticket.pk, body="Which one?", actor=agent, now=NOW + MINUTE)
    assert manners(sent(latest(audience="requester"))) == (None, "All", "acme")
    solved = catalogue().statuses["solved"]
    reply(ticket_id=ticket.pk, body="Done.", actor=agent, now=NOW + DAY, status=solved)
    assert manners(sent(latest(event="ticket_closed"))) == (None, "All", "acme")
    silent = make_ticket(contact)
    change_status(ticket_id=silent.pk, status=solved, actor=agent, now=NOW + MINUTE)
    assert manners(sent(latest(event="ticket_closed"))) == ("auto-generated", "All", "acme")
    late = make_ticket(contact)
    fire_due([late.pk], now=NOW + 1.5 * DAY)
    assert manners(sent(latest(event="target_breached"))) == ("auto-generated", "All", "acme")


@pytest.mark.usefixtures("door")
def test_no_mail_looks_like_one_of_a_list() -> None:
    make_ticket()
    names = {name.lower() for name in sent(latest()).keys()}  # noqa: SIM118 - a message is no mapping
    assert not [name for name in names if name.startswith("list-")]
    assert "precedence" not in names
    assert "bcc" not in names
    assert "cc" not in names


# --- Reply addresses -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("door")
def test_answers_go_to_the_mailbox_and_with_plus_addressing_to_an_address_that_proves_the_reader() -> None:
    box()
    contact = make_contact()
    ticket = make_ticket(contact)
    mail = compose(latest())
    assert sent(latest())["Reply-To"] == "help@acme.example"
    assert mail.from_email == "help@acme.example"

    Mailbox.objects.update(plus_addressing=True)
    mail, head = compose(latest()), sent(latest())
    assert head["From"] == "Support <help@acme.example>"
    local, _, domain = str(head["Reply-To"]).partition("@")
    assert (local.partition("+")[0], domain) == ("help", "acme.example")
    assert token_read(local.partition("+")[2]) == Token(ticket.pk, f"c{contact.pk}")
    assert mail.from_email == head["Reply-To"], "what bounces comes back to the token as well"


# --- Injection -----------------------------------------------------------------------------------------------

BREAKS = ["\r\n", "\n", "\r", "\v", "\x1c", "\x85", "\u2028", "\u2029", "\0"]
EVIL = "{}Bcc: victim@people.example"


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("line_break", BREAKS)
def test_nothing_that_a_vendor_or_a_person_typed_adds_a_header(vendor: Vendor, line_break: str) -> None:
    evil = EVIL.format(line_break)
    contact = make_contact(name=f"Eve{evil}".replace("\0", ""))
    vendor.agent_label = f"Desk{evil}"[:80].replace("\0", "")
    vendor.name = f"Acme{evil}"[:80].replace("\0", "")
    vendor.save()
    Mailbox.objects.create(address="help@acme.example")
    with acting_for(vendor):
        ticket = make_ticket(contact, subject=f"Fire{evil}")
        note(ticket_id=ticket.pk, body=evil, actor=acts(make_agent(name="Al")), now=NOW)
        mail = sent(latest(audience="requester"))
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == [contact.email]  # type: ignore[union-attr]
    assert [one.addr_spec for one in mail["From"].addresses] == ["help@acme.example"]  # type: ignore[union-attr]


@pytest.mark.usefixtures("door")
def test_very_long_and_foreign_names_are_folded_and_stay_whole() -> None:
    name, subject = "Ω" * 120, "火" * 250
    contact = make_contact(name=name)
    make_ticket(contact, subject=subject)
    raw = compose(latest()).message().as_bytes()
    assert max(len(line) for line in raw.splitlines()) < 998
    mail = sent(latest())
    [to] = mail["To"].addresses  # type: ignore[union-attr]
    assert to.display_name.replace(" ", "") == name, "each part is a word of its own"
    assert mail["Subject"].endswith(subject)


@pytest.mark.parametrize("name", ['a"b', "a\\", "<x@y>", "a\r\nb", '"', ""])
def test_a_name_stays_inside_its_quotes(name: str) -> None:
    made = address(name, "a@b.example")
    assert made.endswith(("a@b.example", "<a@b.example>"))
    assert made.count('"') in (0, 2)
    assert "\r" not in made


@pytest.mark.usefixtures("door")
def test_an_address_with_a_line_break_is_not_written_to() -> None:
    make_ticket()
    Delivery.objects.update(to_address="a@b.example\nBcc: victim@people.example")
    with pytest.raises(ValueError, match=r"newline|header|[Aa]ddress|[Dd]omain"):
        compose(latest()).message().as_bytes()


def test_an_id_is_never_folded_however_long_the_numbers_in_it(xmpro: Vendor) -> None:
    ticket = make_ticket(make_contact())
    mail = compose(Delivery.objects.filter(ticket=ticket, audience="requester").get())
    long = f"<{'9' * 60}.thread@support.xmpro.example>"
    mail.extra_headers |= {"Message-ID": long, "References": " ".join([long] * 12)}
    head = mail.message().as_bytes(linesep="\r\n").partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert f"Message-ID: {long}" in head
    assert all(len(line) <= 998 for line in head)
