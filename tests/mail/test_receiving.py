"""Where a mail goes: into its ticket, into a new one, or into the list of suspended mail; always with the reason."""

import io
import json
import sys
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from django.core.management import call_command

from helpdesk.models import Contact
from notifications.models import BlockedSender, Delivery, Mailbox, RawMail, StrayMail
from tests.people import NOW, acts, make_company, make_contact, make_ticket
from tests.post import arrive, letter, mail_rules, token
from tickets.commands import reply
from tickets.models import Attachment, Entry, Participant, Payload, Ticket

BOX = "help@acme.example"
pytestmark = pytest.mark.usefixtures("door")


@pytest.fixture(autouse=True)
def mailbox(door) -> Mailbox:
    return Mailbox.objects.create(address=BOX)


def words(ticket: Ticket) -> list[str]:
    seqs = Entry.objects.filter(ticket=ticket, kind__in=("opened", "message", "note")).values("seq")
    return list(Payload.objects.filter(ticket=ticket, seq__in=seqs).order_by("seq").values_list("body", flat=True))


# --- New tickets -----------------------------------------------------------------------------------------


def test_mail_of_a_contact_opens_a_ticket(customer):
    mail = arrive(
        letter(sender=customer.email, to=BOX, subject="Smoke", body="It smells.", files=(("a.log", b"x" * 9),))
    )
    ticket = mail.ticket
    assert (mail.outcome, mail.state, ticket.subject, ticket.channel) == ("created", "done", "Smoke", "email")
    assert (ticket.requester, ticket.mailbox, ticket.created_at) == (customer, BOX, NOW)
    assert words(ticket) == ["It smells."]
    assert [(file.name, file.size) for file in Attachment.objects.filter(ticket=ticket)] == [("a.log", 9)]
    assert Delivery.objects.filter(ticket=ticket, event="ticket_created", to_address=customer.email).count() == 1
    assert mail.seq == 1


def test_the_same_mail_again_is_one_entry(customer):
    raw = letter(sender=customer.email, to=BOX)
    first = arrive(raw)
    again = arrive(b"Received: from elsewhere\r\n\tby here; now\r\n" + raw.replace(b"\n", b"\r\n"))
    assert again.pk == first.pk
    assert Ticket.objects.count() == 1
    assert bytes(RawMail.objects.get().content) == raw


def test_the_same_words_under_the_same_id_are_one_entry_though_a_server_encoded_them_anew(customer):
    raw = letter(sender=customer.email, to=BOX, body="Grüße", Message_ID="<one@x.example>")
    first = arrive(raw)
    again = arrive(letter(sender=customer.email, to=f"Help <{BOX}>", body="Grüße", Message_ID="<one@x.example>"))
    assert (again.outcome, again.reason, again.ticket) == ("ignored", "duplicate", first.ticket)
    assert Ticket.objects.count() == 1


def test_an_id_that_was_used_twice_loses_no_mail(customer):
    arrive(letter(sender=customer.email, to=BOX, body="First", Message_ID="<one@x.example>"))
    other = arrive(letter(sender=customer.email, to=BOX, body="Second", Message_ID="<one@x.example>"))
    assert other.outcome == "created"


def test_a_stranger_gets_a_ticket_of_nobodys_company():
    mail = arrive(letter(sender="Ann <ann@elsewhere.example>", to=BOX))
    requester = mail.ticket.requester
    assert (mail.outcome, mail.reason) == ("created", "unknown_sender")
    assert (requester.name, requester.company.kind, requester.sees_company) == ("Ann", "unknown", False)
    assert mail.ticket.flags == ["unknown_contact"]


def test_two_strangers_share_nothing():
    one = arrive(letter(sender="ann@one.example", to=BOX))
    two = arrive(letter(sender="bob@two.example", to=BOX, subject=f"Re: [{one.ticket.number}]"))
    assert (two.outcome, two.reason, two.claims) == ("suspended", "no_part_in_ticket", one.ticket)


def test_where_the_vendor_wants_to_know_people_first_strangers_wait_and_are_told():
    mail_rules(unknown_sender_action="suspend_and_notify")
    mail = arrive(letter(sender="ann@elsewhere.example", to=BOX))
    assert (mail.state, mail.reason, mail.ticket) == ("suspended", "unknown_sender", None)
    answer = Delivery.objects.get(event="mail_suspended")
    assert (answer.to_address, answer.mail, answer.ticket) == ("ann@elsewhere.example", mail, None)
    arrive(letter(sender="ann@elsewhere.example", to=BOX, body="Hello?"), now=NOW + timedelta(hours=3))
    assert Delivery.objects.filter(event="mail_suspended").count() == 1


def test_somebody_of_a_customers_domain_is_told_apart():
    mail_rules(unknown_sender_action="suspend")
    make_company("Gamma", mail_domains=["gamma.example"])
    mail = arrive(letter(sender="new@gamma.example", to=BOX))
    assert mail.reason == "not_a_contact"


def test_mail_forwarded_by_staff_is_its_writers(agent, customer):
    body = f"---------- Forwarded message ---------\nFrom: Customer <{customer.email}>\nDate: Mon, 18 May 2026\nSubject: Help\nTo: Agent <{agent.user.email}>\n\nIt burns."
    mail = arrive(letter(sender=agent.user.email, to=BOX, subject="Fwd: Help", body=body))
    assert (mail.outcome, mail.ticket.requester) == ("created", customer)


def test_mail_forwarded_by_staff_as_a_file_is_its_writers(agent, customer):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = agent.user.email, BOX, "Fwd: Help"
    message.set_content("Please look.")
    message.add_attachment(message_from_bytes(letter(sender=f"Customer <{customer.email}>", to=agent.user.email)))
    mail = arrive(message.as_bytes())
    assert (mail.outcome, mail.ticket.requester) == ("created", customer)


def test_staff_without_a_token_wait_for_somebody_to_look(agent):
    mail = arrive(letter(sender=agent.user.email, to=BOX))
    assert (mail.outcome, mail.reason) == ("suspended", "staff_without_token")


# --- Into the ticket -------------------------------------------------------------------------------------


def test_an_answer_to_our_mail_is_added(customer):
    ticket = make_ticket(customer)
    receipt = f"<{token(ticket, f'c{customer.pk}')}.1.ticket_created@acme.example>"
    mail = arrive(letter(sender=customer.email, to=BOX, subject="Re: something", body="More.", In_Reply_To=receipt))
    assert (mail.outcome, mail.ticket, mail.proof) == ("appended", ticket, "token")
    assert words(ticket) == ["It burns.", "More."]
    assert Entry.objects.get(ticket=ticket, seq=mail.seq).channel == "email"


def test_an_answer_to_the_address_with_the_token_is_added(customer):
    ticket = make_ticket(customer)
    to = BOX.replace("@", f"+{token(ticket, f'c{customer.pk}')}@")
    assert arrive(letter(sender=customer.email, to=to, body="More.")).ticket == ticket


def test_an_answer_to_ones_own_first_mail_is_added(customer):
    first = arrive(letter(sender=customer.email, to=BOX, Message_ID="<first@x.example>"))
    second = arrive(
        letter(sender=customer.email, to=BOX, body="And more.", References="<other@x.example> <first@x.example>")
    )
    assert (second.outcome, second.ticket) == ("appended", first.ticket)


def test_the_number_in_the_subject_finds_the_ticket(customer, colleague):
    ticket = make_ticket(customer)
    mail = arrive(letter(sender=colleague.email, to=BOX, subject=f"AW: [{ticket.number}] Smoke", body="Me too."))
    assert (mail.outcome, mail.ticket, mail.proof) == ("appended", ticket, "")


def test_a_number_that_may_mean_anything_finds_nothing(customer):
    ticket = make_ticket(customer)
    mail = arrive(letter(sender=customer.email, to=BOX, subject=f"Error {ticket.number} on start"))
    assert (mail.outcome, mail.ticket == ticket) == ("created", False)


def test_a_mail_that_names_two_tickets_waits(customer):
    one, two = make_ticket(customer), make_ticket(customer)
    receipt = f"<{token(one, f'c{customer.pk}')}.1.x@acme.example>"
    mail = arrive(letter(sender=customer.email, to=BOX, subject=f"[{two.number}]", In_Reply_To=receipt))
    assert (mail.outcome, mail.reason, mail.claims) == ("suspended", "token_conflict", one)


def test_an_agent_answers_with_a_token_of_the_own(agent, customer):
    ticket = make_ticket(customer)
    told = f"<{token(ticket, f'a{agent.pk}')}.1.ticket_created@acme.example>"
    mail = arrive(letter(sender=agent.user.email, to=BOX, body="Try again.", In_Reply_To=told))
    line = Entry.objects.get(ticket=ticket, seq=mail.seq)
    assert (mail.outcome, line.actor_kind, line.actor_id, line.visibility) == ("appended", "agent", agent.pk, "public")


def test_an_agents_answer_to_a_note_stays_a_note(agent, customer):
    from tickets.commands import note

    ticket = make_ticket(customer)
    note(ticket_id=ticket.pk, body="Between us", actor=acts(agent), now=NOW)
    seq = Entry.objects.get(ticket=ticket, kind="note").seq
    told = f"<{token(ticket, f'a{agent.pk}')}.{seq}.internal_note@acme.example>"
    mail = arrive(letter(sender=agent.user.email, to=BOX, body="Quite so.", In_Reply_To=told))
    assert Entry.objects.get(ticket=ticket, seq=mail.seq).visibility == "internal"


def test_who_was_copied_in_by_a_proven_sender_may_answer(customer, colleague):
    mail_rules(participants_from_cc="company")
    hidden = make_contact(customer.company, sees_company=False)
    ticket = make_ticket(customer)
    told = f"<{token(ticket, f'c{customer.pk}')}.1.x@acme.example>"
    arrive(letter(sender=customer.email, to=BOX, Cc=f"{hidden.email}, x@stranger.example", In_Reply_To=told))
    assert [one.contact for one in Participant.objects.filter(ticket=ticket)] == [hidden]
    assert not Ticket.objects.visible_to(hidden.actor).filter(pk=ticket.pk).exists()


@pytest.mark.parametrize(("verdicts", "proof", "outcome"), [
    ("mx.acme.example; dmarc=pass", "server", "created"),
    ("mx.acme.example; dmarc=fail", "", "suspended"),
    ("mx.evil.example; dmarc=pass", "", "created"),
    ("mx.acme.example; dmarc=none\nAuthentication-Results: mx.acme.example; dmarc=pass", "", "created"),
])  # fmt: skip
def test_only_the_own_servers_last_word_on_a_sender_counts(customer, settings, verdicts, proof, outcome):
    settings.MAIL_AUTHENTICATION_SERVERS = ["mx.acme.example"]
    raw = f"Authentication-Results: {verdicts}\n".encode() + letter(sender=customer.email, to=BOX)
    mail = arrive(raw)
    assert (mail.proof, mail.outcome) == (proof, outcome)


# --- Machines and limits ---------------------------------------------------------------------------------


def test_an_automatic_answer_is_noted_and_wakes_nothing(customer, agent):
    ticket = make_ticket(customer)
    told = f"<{token(ticket, f'c{customer.pk}')}.1.x@acme.example>"
    raw = letter(
        sender=customer.email, to=BOX, subject="Out of office", In_Reply_To=told, Auto_Submitted="auto-replied"
    )
    before = Ticket.objects.get(pk=ticket.pk)
    mail = arrive(raw)
    after = Ticket.objects.get(pk=ticket.pk)
    assert (mail.outcome, mail.reason) == ("appended", "auto_reply")
    assert (after.status, after.last_customer_at, after.turn) == (before.status, before.last_customer_at, before.turn)
    assert Entry.objects.get(ticket=ticket, kind="auto_reply").visibility == "internal"


def test_an_automatic_answer_to_nothing_of_ours_opens_nothing(customer):
    mail = arrive(letter(sender=customer.email, to=BOX, Auto_Submitted="auto-replied"))
    assert (mail.outcome, Ticket.objects.count(), Delivery.objects.count()) == ("ignored", 0, 0)


def test_who_writes_too_often_waits(customer):
    mail_rules(most_a_day=3)
    outcomes = [arrive(letter(sender=customer.email, to=BOX, subject=f"Matter {at}")).reason for at in range(5)]
    assert outcomes == ["", "", "", "too_many", "too_many"]


def test_who_is_blocked_is_kept_and_not_heard(customer):
    BlockedSender.objects.create(address=customer.email, blocked_at=NOW)
    mail = arrive(letter(sender=customer.email, to=BOX))
    assert (mail.outcome, mail.reason, RawMail.objects.count()) == ("ignored", "blocked", 1)


def test_what_cannot_be_read_is_kept_whole():
    raw = letter(to=BOX) + b"x" * 10
    many = (
        b"From: a@b.example\r\nTo: "
        + BOX.encode()
        + b"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 2000
    )
    mail = arrive(many)
    assert (mail.state, mail.reason) == ("suspended", "too_many_parts")
    assert bytes(RawMail.objects.get(mail=mail).content) == many
    assert arrive(raw).outcome == "created"


def test_a_sender_longer_than_addresses_may_be_waits():
    mail = arrive(f"From: ada@{'example' * 40}.example\nTo: {BOX}\nSubject: Hi\n\nHello".encode())
    assert (mail.state, mail.reason, mail.attempts) == ("suspended", "no_sender", 0)


def test_a_command_that_refuses_leaves_the_mail_with_its_sentence(customer):
    Contact.objects.create(company=customer.company, email="gone@elsewhere.example", name="Gone", is_active=False)
    mail = arrive(letter(sender="gone@elsewhere.example", to=BOX))
    assert (mail.outcome, mail.reason, mail.trace[-1]["asked"]) == ("suspended", "refused", "command")
    assert "gone@elsewhere.example" in mail.trace[-1]["found"]


def test_a_finished_ticket_is_woken_by_mail(customer, agent):
    ticket = make_ticket(customer)
    from tickets.queries.catalogue import catalogue

    reply(ticket_id=ticket.pk, body="Done.", actor=acts(agent), now=NOW, status=catalogue().statuses["solved"])
    mail = arrive(
        letter(sender=customer.email, to=BOX, subject=f"[{ticket.number}]", body="No."), now=NOW + timedelta(days=1)
    )
    assert (mail.outcome, Ticket.objects.get(pk=ticket.pk).status.code) == ("appended", "open")


# --- The command -----------------------------------------------------------------------------------------


def test_the_command_takes_a_mail_in_and_says_what_became_of_it(customer, capsysbinary, monkeypatch):
    def inbound(raw: bytes, *arguments: str) -> dict:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        out = io.StringIO()
        call_command("inbound", *arguments, stdout=out)
        (line,) = out.getvalue().splitlines()
        return json.loads(line)

    raw = letter(sender=customer.email, to=BOX)
    first = inbound(raw)
    assert first == {"outcome": "created", "ticket": Ticket.objects.get().number, "reason": None}
    assert inbound(raw) == {"outcome": "ignored", "ticket": first["ticket"], "reason": "duplicate"}
    assert inbound(letter(to="x@y.example"), "--mailbox", "nobody@nowhere.example")["reason"] == "no_mailbox"
    assert inbound(b"") == {"outcome": "suspended", "ticket": None, "reason": "no_mailbox"}
    assert StrayMail.objects.count() == 2
    assert inbound(b"\xff\0", "--mailbox", BOX)["outcome"] == "suspended"
