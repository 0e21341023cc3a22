"""What an adversary tries by mail, and what must not come of it. Each test is named after what it defends."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from django.db.models import Q

from helpdesk.models import Agent, Contact, Vendor
from notifications.commands.receiving import receive, store
from notifications.core import tokens
from notifications.models import Delivery, IncomingMail, Mailbox
from notifications.outbound.mails import compose
from notifications.queries.keys import _key
from tests.people import NOW, acts, make_company, make_contact, make_ticket
from tests.post import answer_to, arrive, letter, mail_rules, token
from tickets.commands import note, reply
from tickets.models import Attachment, Entry, Participant, Payload, Ticket

BOX = "help@acme.example"
STRANGER = "mallory@elsewhere.example"
OUR_SERVER = "mx.acme.example"
pytestmark = pytest.mark.usefixtures("door")


@pytest.fixture(autouse=True)
def mailbox(door: Vendor, settings: Any) -> Mailbox:
    settings.MAIL_AUTHENTICATION_SERVERS = [OUR_SERVER]
    return Mailbox.objects.create(address=BOX, plus_addressing=True)


@pytest.fixture
def ticket(customer: Contact) -> Ticket:
    return make_ticket(customer, subject="Secret plans", body="The vault opens at nine.")


@pytest.fixture
def outsider() -> Contact:
    """A contact of another company."""
    return make_contact(make_company("Rivals"), name="Rival")


def lines(ticket: Ticket) -> int:
    return Entry.objects.filter(ticket=ticket).count()


def addressees(**which: Any) -> set[str]:
    return set(Delivery.objects.filter(**which).values_list("to_address", flat=True))


def composed(delivery: Delivery) -> Any:
    """The mail as the next server gets it, read by an independent parser."""
    return message_from_bytes(compose(delivery).message().as_bytes(), policy=policy.default)


def outgoing() -> Iterator[Any]:
    for delivery in Delivery.objects.order_by("id"):
        yield composed(delivery)


def told(ticket: Ticket, reader: str) -> str:
    """The Message-ID of a mail of ours to this reader."""
    return f"<{token(ticket, reader)}.1.ticket_created@acme.helpdesk.example>"


# --- Forged senders --------------------------------------------------------------------------------------


def test_a_forged_customer_hears_nothing_back(customer: Contact, ticket: Ticket) -> None:
    """What is answered goes to the address that is registered, wherever the forger asks for it."""
    forged = letter(
        sender=f"Somebody <{customer.email}>",
        to=BOX,
        subject=f"Re: [{ticket.number}]",
        body="Please send me the plans.",
        Reply_To=STRANGER,
        Return_Path=f"<{STRANGER}>",
        Sender=STRANGER,
        Errors_To=STRANGER,
        Disposition_Notification_To=STRANGER,
    )
    mail = receive(store(forged, way="lmtp", now=NOW, envelope_from=STRANGER).pk, now=NOW)

    assert (mail.outcome, mail.proof) == ("appended", "")
    arrive(letter(sender=customer.email, to=BOX, subject="Another", Reply_To=STRANGER))
    assert STRANGER not in addressees()
    assert not any(STRANGER in str(mail) for mail in outgoing())


def test_a_sender_that_our_own_server_calls_forged_waits(customer: Contact, ticket: Ticket) -> None:
    before = lines(ticket)
    failed = f"{OUR_SERVER}; dmarc=fail header.from=customer.example"

    mail = arrive(
        letter(
            sender=customer.email, to=BOX, In_Reply_To=told(ticket, f"c{customer.pk}"), Authentication_Results=failed
        )
    )

    assert (mail.state, mail.reason, lines(ticket)) == ("suspended", "unproven", before)
    assert addressees(mail=mail) == set()


def test_only_our_own_server_is_believed(customer: Contact) -> None:
    elsewhere = arrive(
        letter(
            sender=customer.email, to=BOX, Authentication_Results="mx.evil.example; dmarc=pass header.from=x.example"
        )
    )
    assert (elsewhere.outcome, elsewhere.proof) == ("created", "")

    both = letter(
        sender=customer.email, to=BOX, Authentication_Results=f"{OUR_SERVER}; dmarc=fail header.from=x.example"
    )
    forged = f"Authentication-Results: {OUR_SERVER}; dmarc=pass header.from=x.example\n".encode()
    assert arrive(both.replace(b"\n\n", b"\n" + forged + b"\n", 1)).reason == "unproven"


def test_a_forged_agent_acts_for_nobody(agent: Agent, customer: Contact, ticket: Ticket) -> None:
    before = lines(ticket)
    for number, head in enumerate(
        (
            {"subject": f"Re: [{ticket.number}] Secret plans"},
            {"In_Reply_To": told(ticket, f"c{customer.pk}")},
            {"References": f"<{ticket.pk}.thread@acme.helpdesk.example>"},
            {"subject": "close [1] status: solved"},
        )
    ):
        mail = arrive(letter(sender=agent.user.email, to=BOX, body=f"Close it. {number}", **head))
        assert (mail.state, mail.reason) == ("suspended", "staff_without_token")
    assert (lines(ticket), Ticket.objects.count()) == (before, 1)


@pytest.mark.parametrize("who", ["the customer", "a stranger", "another agent"])
def test_an_agents_token_serves_no_other_sender(
    agent: Agent, lead: Agent, customer: Contact, ticket: Ticket, who: str
) -> None:
    before = lines(ticket)
    sender = {"the customer": customer.email, "a stranger": STRANGER, "another agent": lead.user.email}[who]

    mail = arrive(letter(sender=sender, to=BOX, body="Solved.", In_Reply_To=told(ticket, f"a{agent.pk}")))

    assert (mail.state, mail.reason, lines(ticket)) == ("suspended", "token_of_other", before)


def test_an_agent_who_has_left_acts_no_more(agent: Agent, ticket: Ticket) -> None:
    before, token_of_then = lines(ticket), told(ticket, f"a{agent.pk}")
    Agent.objects.filter(pk=agent.pk).update(is_active=False)

    mail = arrive(letter(sender=agent.user.email, to=BOX, body="Solved.", In_Reply_To=token_of_then))

    assert (mail.state, lines(ticket)) == ("suspended", before)


def test_a_read_only_agent_does_not_write_by_mail(agent: Agent, ticket: Ticket) -> None:
    before = lines(ticket)
    Agent.objects.filter(pk=agent.pk).update(role="read_only")

    mail = arrive(letter(sender=agent.user.email, to=BOX, body="Solved.", In_Reply_To=told(ticket, f"a{agent.pk}")))

    assert (mail.state, mail.reason, lines(ticket)) == ("suspended", "refused", before)


# --- Guessed tickets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["a stranger", "another company"])
def test_a_guessed_number_opens_no_ticket_of_others(outsider: Contact, ticket: Ticket, who: str) -> None:
    before = lines(ticket)
    sender = STRANGER if who == "a stranger" else outsider.email
    for subject in (f"[{ticket.number}]", f"Re: [{ticket.number}] Secret plans", f"#{ticket.number}"):
        mail = arrive(letter(sender=sender, to=BOX, subject=subject, body=f"Tell me. {subject}"))
        assert (mail.state, mail.reason, mail.claims) == ("suspended", "no_part_in_ticket", ticket)

    assert lines(ticket) == before
    assert sender not in addressees(ticket=ticket)
    answers = [composed(one).as_string() for one in Delivery.objects.filter(to_address=sender)]
    assert answers
    assert not any(secret in answer for answer in answers for secret in ("Secret plans", "vault", "Beta"))


def test_a_colleague_who_sees_only_own_tickets_adds_by_mail_and_reads_nothing_by_it(
    customer: Contact, agent: Agent, ticket: Ticket
) -> None:
    narrow = make_contact(customer.company, sees_company=False)

    mail = arrive(letter(sender=narrow.email, to=BOX, subject=f"[{ticket.number}]", body="Me too."))
    reply(ticket_id=ticket.pk, body="The vault is red.", actor=acts(agent), now=NOW + timedelta(hours=1))

    assert (mail.outcome, addressees(ticket=ticket) & {narrow.email}) == ("appended", set())
    assert not Ticket.objects.visible_to(narrow.actor).exists()


def test_a_guessed_thread_id_opens_no_ticket_of_others(outsider: Contact, customer: Contact, ticket: Ticket) -> None:
    """The ids of others' mails can be read off a forwarded mail; they help nobody who has no part in the ticket."""
    first = arrive(letter(sender=customer.email, to=BOX, Message_ID="<first@customer.example>"))
    before = lines(first.ticket)

    mail = arrive(letter(sender=outsider.email, to=BOX, In_Reply_To="<first@customer.example>"))

    assert (mail.state, mail.reason, lines(first.ticket)) == ("suspended", "no_part_in_ticket", before)


# --- Tokens ----------------------------------------------------------------------------------------------


def test_a_token_that_was_cut_or_changed_proves_nothing(customer: Contact, ticket: Ticket) -> None:
    whole, other = token(ticket, f"c{customer.pk}"), make_ticket(customer)
    before = lines(ticket), lines(other)
    number, reader, mac = whole.split("-")
    swapped = mac[:-1] + ("a" if mac[-1] != "a" else "b")
    broken = [
        f"{number}-{reader}-{mac[:-1]}",
        f"{number}-{reader}-{swapped}",
        f"{other.pk}-{reader}-{mac}",
        f"{number}-c{customer.pk + 1}-{mac}",
        f"{number}-a1-{mac}",
        f"0{number}-{reader}-{mac}",
        f"{number}-{reader}-",
        f"{number}-{reader}-{mac}{mac}",
        "9" * 40,
    ]
    for at, one in enumerate(broken):
        to = BOX.replace("@", f"+{one}@")
        mail = arrive(letter(sender=customer.email, to=to, body=f"{at}", In_Reply_To=f"<{one}.1.x@acme.example>"))
        assert (mail.outcome, mail.proof) == ("created", ""), one
    assert (lines(ticket), lines(other)) == before


def test_a_token_of_another_vendor_is_nothing(
    customer: Contact, ticket: Ticket, other_vendor: Vendor, settings: Any
) -> None:
    """The very same ticket and reader, signed for another vendor."""
    foreign = tokens.make(_key(settings.SECRET_KEY), other_vendor.pk, ticket.pk, f"c{customer.pk}")
    assert foreign != token(ticket, f"c{customer.pk}")

    mail = arrive(letter(sender=customer.email, to=BOX.replace("@", f"+{foreign}@")))

    assert (mail.outcome, mail.ticket == ticket, mail.proof) == ("created", False, "")


@pytest.mark.parametrize("who", ["a stranger", "another company"])
def test_a_stolen_token_does_not_make_its_thief_a_participant(
    outsider: Contact, customer: Contact, ticket: Ticket, who: str
) -> None:
    before, sender = lines(ticket), STRANGER if who == "a stranger" else outsider.email

    mail = arrive(letter(sender=sender, to=BOX.replace("@", f"+{token(ticket, f'c{customer.pk}')}@"), body="Me too."))

    assert (mail.state, mail.reason, lines(ticket)) == ("suspended", "no_part_in_ticket", before)
    assert sender not in addressees(ticket=ticket)


# --- Copies ----------------------------------------------------------------------------------------------


def test_whoever_is_copied_in_reads_nothing_by_it(customer: Contact, agent: Agent, outsider: Contact) -> None:
    """Strangers and people of other companies become no participants, with the circle open as with it shut."""
    for circle in ("none", "company"):
        mail_rules(participants_from_cc=circle)
        opened = arrive(letter(sender=customer.email, to=f"{BOX}, {STRANGER}", Cc=f"{outsider.email}, x@y.example"))
        proven = answer_to(
            Delivery.objects.get(ticket=opened.ticket, event="ticket_created", to_address=customer.email)
        )
        arrive(proven.replace(b"To: ", f"Cc: {STRANGER}, {outsider.email}\nTo: {BOX}, ".encode(), 1))
        reply(ticket_id=opened.ticket.pk, body="For your eyes.", actor=acts(agent), now=NOW + timedelta(hours=1))
        readers = addressees(ticket=opened.ticket)

        assert not Participant.objects.filter(ticket=opened.ticket).exists()
        assert readers & {STRANGER, outsider.email, "x@y.example"} == set()
        assert not Ticket.objects.visible_to(outsider.actor).filter(pk=opened.ticket.pk).exists()


def test_a_sender_who_is_not_proven_brings_nobody_in(customer: Contact, ticket: Ticket) -> None:
    mail_rules(participants_from_cc="company")
    hidden = make_contact(customer.company, sees_company=False)

    arrive(letter(sender=customer.email, to=BOX, Cc=hidden.email, subject=f"[{ticket.number}]"))

    assert not Participant.objects.exists()


# --- What goes out ---------------------------------------------------------------------------------------

INJECTIONS = [
    "Hi=0D=0ABcc:_mallory=40elsewhere.example",
    "Hi=0ABcc:_mallory=40elsewhere.example=0A=0ABody",
    "Hi=E2=80=A8Bcc:_mallory=40elsewhere.example",
    "Hi=0BX=0CBcc:_mallory=40elsewhere.example=00",
    "Hi=C2=85Bcc:_mallory=40elsewhere.example",
]


def injected(sender: str, dirty: str) -> bytes:
    """A mail whose every field tries to break out of its line."""
    word = f"=?utf-8?q?{dirty}?="
    return (
        f"From: {word} <{sender}>\n"
        f'Reply-To: "a\n b" <{STRANGER}>\n'
        f"To: {word} <{BOX}>\n"
        f"Subject: {word}\n"
        f"Message-ID: <a\n\tBcc:{STRANGER}@x.example>\n"
        f"References: <b\r\n Bcc: {STRANGER}> <{word}@x>\n"
        f"In-Reply-To: <\n  {STRANGER}>\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nWords\n"
        f'--b\nContent-Type: application/octet-stream; name="{word}"\n'
        f"Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fevil%0D%0ABcc%3A%20{STRANGER}\n\nx\n--b--\n"
    ).encode()


@pytest.mark.parametrize("dirty", INJECTIONS)
@pytest.mark.parametrize("known", [True, False])
def test_nothing_that_came_in_breaks_a_header_of_what_goes_out(
    customer: Contact, agent: Agent, dirty: str, known: bool
) -> None:
    sender = customer.email if known else STRANGER.replace("mallory", "newcomer")
    mail = arrive(injected(sender, dirty))
    assert mail.outcome == "created"
    reply(ticket_id=mail.ticket.pk, body="An answer.", actor=acts(agent), now=NOW + timedelta(hours=1))

    for delivery, sent in zip(Delivery.objects.order_by("id"), outgoing(), strict=True):
        assert "Bcc" not in sent
        assert "Cc" not in sent
        assert [one.addr_spec for one in sent["To"].addresses] == [delivery.to_address]
        assert [one.addr_spec for one in sent["From"].addresses] == [BOX]
        assert len(sent.get_all("Subject")) == 1
        for name in ("Message-ID", "In-Reply-To", "References"):
            assert not re.search(r"[\r\n\x00-\x08\x0b-\x1f]", str(sent.get(name, "")).replace("\r\n ", " "))
        assert STRANGER not in str(sent["Reply-To"])


@pytest.mark.parametrize("dirty", INJECTIONS)
def test_the_name_of_a_file_leads_nowhere(customer: Contact, dirty: str) -> None:
    mail = arrive(injected(customer.email, dirty))
    [file] = Attachment.objects.filter(ticket=mail.ticket)
    assert not re.search(r"[\\/\x00-\x1f\x7f]", file.name)
    assert not file.name.startswith(".")


def test_the_log_and_the_list_hold_one_line_of_a_dirty_subject(customer: Contact) -> None:
    mail = arrive(injected(customer.email, INJECTIONS[0]))
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u0085]", mail.subject + mail.sender_name + mail.ticket.subject)


def test_a_stranger_in_reply_to_gets_no_answer_of_any_kind(customer: Contact, agent: Agent) -> None:
    opened = arrive(letter(sender=customer.email, to=BOX, Reply_To=f"Mallory <{STRANGER}>")).ticket
    reply(ticket_id=opened.pk, body="The code is 1234.", actor=acts(agent), now=NOW + timedelta(hours=1))
    arrive(letter(sender=customer.email, to=BOX, subject=f"[{opened.number}]", body="Thanks", Reply_To=STRANGER))
    reply(ticket_id=opened.pk, body="Welcome.", actor=acts(agent), now=NOW + timedelta(hours=2))

    assert STRANGER not in addressees()


def test_a_suspended_senders_own_words_are_not_sent_to_the_one_it_names() -> None:
    """Else the desk could be made to write to anybody whatever somebody wants."""
    mail_rules(unknown_sender_action="suspend_and_notify")
    arrive(letter(sender=f"BUY NOW <{STRANGER}>", to=BOX, subject="BUY NOW http://spam.example", body="Cheap watches"))

    [sent] = outgoing()
    text = sent.as_string() + str(sent.get_body(("plain",)).get_content())

    assert [one.addr_spec for one in sent["To"].addresses] == [STRANGER]
    assert not any(word in text for word in ("BUY NOW", "spam.example", "watches"))


def test_internal_words_go_to_no_customer_by_mail(customer: Contact, agent: Agent, ticket: Ticket) -> None:
    note(ticket_id=ticket.pk, body="They never paid.", actor=acts(agent), now=NOW + timedelta(minutes=1))
    arrive(
        letter(sender=customer.email, to=BOX, subject=f"[{ticket.number}]", body="And?"), now=NOW + timedelta(hours=1)
    )
    reply(ticket_id=ticket.pk, body="Soon.", actor=acts(agent), now=NOW + timedelta(hours=2))

    to_customer = Delivery.objects.filter(to_address=customer.email)
    assert to_customer.exists()
    assert not any("never paid" in composed(one).as_string() for one in to_customer)


# --- Mail that is made to hurt ---------------------------------------------------------------------------


def hurtful() -> Iterator[tuple[str, bytes]]:
    head = f"From: {STRANGER}\nTo: {BOX}\nMessage-ID: <%s@x.example>\nMIME-Version: 1.0\n"
    yield "many parts", (head % "m" + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 5000).encode()
    nested = b"Content-Type: text/plain\n\nThe core"
    for depth in range(300):
        nested = f"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n".encode() + nested
    yield "nested parts", (head % "n").encode() + nested
    packed = b"From: a@b.example\n\nThe core"
    for _ in range(300):
        packed = b"Content-Type: message/rfc822\n\n" + packed
    yield "packed messages", (head % "p").encode() + packed
    yield "a long header", (head % "h").encode() + b"X-Long: " + b"y" * 3_000_000 + b"\n\nHello"
    yield "many headers", (head % "k").encode() + b"X-A: y\n" * 200_000 + b"\nHello"
    yield "too large", (head % "l").encode() + b"\n" + b"z" * 50_100_000


@pytest.mark.parametrize(("what", "raw"), list(hurtful()), ids=[what for what, _ in hurtful()])
def test_a_mail_that_is_made_to_hurt_waits_whole_and_the_next_is_read(customer: Contact, what: str, raw: bytes) -> None:
    mail = arrive(raw)

    assert mail.state == "suspended" or mail.outcome == "created", what
    assert mail.size == len(raw)
    assert arrive(letter(sender=customer.email, to=BOX)).outcome == "created"


# --- Bounces ---------------------------------------------------------------------------------------------


def bounce(to: str, victim: str, returned: str) -> bytes:
    """A bounce as mail servers write it: it says that `victim` is unknown, and returns our mail's head."""
    return (
        f"From: MAILER-DAEMON@mx.elsewhere.example\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n"
        f"Message-ID: <b{next(_numbers)}@mx.elsewhere.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.elsewhere.example\n\n"
        f"Final-Recipient: rfc822; {victim}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {returned}\nFrom: {BOX}\nTo: {victim}\n\n--b--\n"
    ).encode()


_numbers = count(1)


def test_a_bounce_of_a_mail_that_we_never_sent_marks_nobody(customer: Contact, ticket: Ticket) -> None:
    before = lines(ticket)
    for returned in ("<made.up@acme.example>", f"<{ticket.pk}.thread@acme.helpdesk.example>", ""):
        mail = arrive(bounce(BOX, customer.email, returned))
        assert (mail.outcome, mail.reason) == ("ignored", "bounce_unknown")
    assert (lines(ticket), Delivery.objects.filter(Q(state="failed") | ~Q(error="")).count()) == (before, 0)


def test_a_bounce_with_ones_own_token_says_nothing_of_another_address(
    customer: Contact, outsider: Contact, ticket: Ticket
) -> None:
    """Whoever has a mail of ours can pretend that it bounced, for the own address alone."""
    rivals = make_ticket(outsider)
    own = Delivery.objects.filter(ticket=rivals, to_address=outsider.email).first()
    before = lines(ticket)

    mail = arrive(bounce(BOX, customer.email, own.message_id))

    assert lines(ticket) == before
    assert mail.ticket in (rivals, None)
    event = Entry.objects.filter(ticket=rivals, kind="bounce").first()
    assert event is None or event.meta.get("permanent") is False


def test_a_real_bounce_is_noted_where_it_belongs(customer: Contact, ticket: Ticket) -> None:
    sent = Delivery.objects.get(ticket=ticket, to_address=customer.email)

    mail = arrive(bounce(BOX, customer.email, sent.message_id))

    line = Entry.objects.get(ticket=ticket, kind="bounce")
    assert (mail.outcome, mail.ticket, line.visibility, line.meta["permanent"]) == (
        "appended",
        ticket,
        "internal",
        True,
    )
    assert "No such user" in Payload.objects.get(ticket=ticket, seq=line.seq).body


# --- Loops -----------------------------------------------------------------------------------------------


def queued() -> int:
    return Delivery.objects.count()


def test_our_own_mail_that_comes_back_goes_no_further(customer: Contact, ticket: Ticket) -> None:
    sent = Delivery.objects.get(ticket=ticket, to_address=customer.email)
    mine = compose(sent).message().as_bytes()
    before, rows = lines(ticket), queued()

    back = arrive(mine)
    named = arrive(letter(sender=BOX, to=BOX))
    tagged = arrive(letter(sender=BOX.replace("@", "+x@"), to=BOX))

    assert {(one.outcome, one.reason) for one in (back, named, tagged)} == {("ignored", "own_mail")}
    assert (lines(ticket), queued()) == (before, rows)


def test_two_desks_do_not_answer_each_others_receipts(vendor: Vendor, other_vendor: Vendor, customer: Contact) -> None:
    opened = arrive(letter(sender="desk@umbrella.example", to=BOX, subject="Order"))
    receipt = Delivery.objects.get(ticket=opened.ticket, to_address="desk@umbrella.example")
    raw = compose(receipt).message().as_bytes()
    rows = queued()
    assert Vendor.objects.get(pk=other_vendor.pk)
    # The other desk reads our receipt as it would read anybody's automatic mail, and its own is read so by us.
    returned = raw.replace(b"X-Helpdesk-Loop: acme", b"X-Helpdesk-Loop: umbrella").replace(
        f"<{BOX}>".encode(), b"<desk@umbrella.example>"
    )
    mail = arrive(returned.replace(receipt.message_id.encode(), b"<other.receipt@umbrella.example>"))
    assert mail.outcome in ("ignored", "appended")
    assert queued() == rows


def test_a_robot_that_admits_nothing_is_bounded_by_count(customer: Contact) -> None:
    """It answers each of our mails at once, from a person's address, with none of the marks of a machine."""
    mail_rules(most_a_day=20)
    now, answered = NOW, set()
    arrive(letter(sender=customer.email, to=BOX, subject="Hello"), now=now)
    for _ in range(60):
        waiting = Delivery.objects.filter(to_address=customer.email).exclude(pk__in=answered)
        if not waiting:
            break
        for delivery in waiting:
            answered.add(delivery.pk)
            now += timedelta(seconds=30)
            arrive(letter(sender=customer.email, to=BOX, subject=f"I am a robot {len(answered)}"), now=now)

    assert Delivery.objects.filter(to_address=customer.email).count() <= 20
    assert Ticket.objects.count() <= 20
    assert IncomingMail.objects.filter(reason="too_many").exists()


def test_a_mail_that_says_it_is_from_nobody_waits() -> None:
    for sender in ("", "<>", "undisclosed-recipients:;", "not an address"):
        message = EmailMessage()
        message["To"], message["Subject"] = BOX, f"From {sender or 'nobody'}"
        raw = f"From: {sender}\n".encode() + message.as_bytes() + b"\nHello"
        mail = arrive(raw)
        assert (mail.state, mail.reason) == ("suspended", "no_sender"), sender
