"""Carrying a decision out: one command on a ticket, or a place in the list of suspended mail."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction

from helpdesk.access import Refused
from helpdesk.models import Company, Contact
from notifications.commands.receiving.answers import tell_sender
from notifications.commands.receiving.case import Case, Decision, suspended
from notifications.commands.receiving.failures import note_failures
from notifications.commands.receiving.senders import contact_at
from notifications.core.facts import facts_in
from notifications.mime.letter import File
from notifications.models import Mailbox
from notifications.queries.replies import answers_a_note
from tickets.commands import NewFile, note, note_from_mail, open_ticket, reply
from tickets.commands.files import MOST_FILES
from tickets.models import Entry, Participant, Severity, Ticket
from tickets.permissions import check_grade
from tickets.queries.catalogue import catalogue

NO_TEXT = "(This mail has no text.)"
STRANGERS = "Unknown senders"
LINES = ("opened", "message", "note", "bounce", "auto_reply")  # what a mail may become


def carry_out(case: Case, decision: Decision) -> Decision:
    """Do it; what a command refuses leaves nothing behind and waits for an agent, with the sentence in the trace."""
    if decision.outcome not in ("created", "appended"):
        return _leave(case, decision)
    try:
        with transaction.atomic():
            ticket = _done(case, decision)
            _mention_the_rest(case, ticket)
    except Refused as refusal:
        case.looked("command", refusal.sentence, "refused")
        return _leave(case, suspended("refused", claims=decision.ticket or decision.claims))
    return _kept(case, decision, ticket)


def _done(case: Case, decision: Decision) -> Ticket:
    if decision.outcome == "created":
        return _open(case, decision)
    return _note_event(case, decision) if decision.as_event else _append(case, decision)


def _leave(case: Case, decision: Decision) -> Decision:
    case.mail.ticket = decision.ticket
    case.mail.claims = decision.claims
    if decision.tells_sender:
        tell_sender(case, decision.reason)
    return decision


def _kept(case: Case, decision: Decision, ticket: Ticket) -> Decision:
    case.mail.ticket = ticket
    case.mail.claims = decision.claims
    newest = Entry.objects.filter(ticket=ticket, kind__in=LINES).order_by("-seq").values_list("seq", flat=True)
    case.mail.seq = newest.first()
    return decision


# --- A new ticket ----------------------------------------------------------------------------------------


def _open(case: Case, decision: Decision) -> Ticket:
    letter, known = case.letter, catalogue()
    requester = decision.requester or _unknown_contact(case)
    box = case.mailboxes[0] if case.mailboxes else None
    facts = facts_in(letter.text, tuple(case.policy.parse_fields))
    severity, flags = _graded(facts.get("severity", ""), requester)
    if decision.requester is None:
        flags.append("unknown_contact")
    if not letter.written.strip():
        flags.append("description_missing")
    ticket = open_ticket(
        requester=requester,
        subject=letter.subject.strip() or _first_line(letter.written) or "(no subject)",
        body=letter.written.strip() or NO_TEXT,
        actor=requester.actor,
        now=case.mail.received_at,
        channel="email",
        mailbox=box.address if box else "",
        type=known.types.by_id.get(box.default_type_id or 0) if box else None,
        queue=known.queues.by_id.get(box.queue_id or 0) if box else None,
        severity=severity,
        product=_product(facts.get("product", ""), letter.subject if case.policy.parse_fields else ""),
        product_version=facts.get("software_release", ""),
        files=_files(case),
        claims=decision.claims,
        flags=flags,
    )
    if len(case.mailboxes) > 1:
        others = ", ".join(other.address for other in case.mailboxes[1:])
        note_from_mail(ticket_id=ticket.pk, kind="mailboxes", now=case.mail.received_at, body=others)
    _copy_in(case, ticket)
    return ticket


def _unknown_contact(case: Case) -> Contact:
    """A contact of nobody's company yet, who reads nothing but the own tickets."""
    sender = case.letter.sender
    assert sender is not None
    company, _ = Company.objects.get_or_create(kind="unknown", defaults={"name": STRANGERS})
    contact, _ = Contact.objects.get_or_create(
        email=sender.address,
        defaults={"company": company, "name": (sender.name or sender.address)[:120], "sees_company": False},
    )
    if not contact.is_active:
        raise Refused(f"{sender.address} was a contact and is none any more.")
    return contact


def _graded(written: str, requester: Contact) -> tuple[Severity | None, list[str]]:
    """The severity that the mail states, if there is one of that name and this person may set it."""
    if not written:
        return None, []
    wanted = written.casefold()
    found = next(
        (row for row in catalogue().severities.offered if wanted in (row.code.casefold(), row.name.casefold())), None
    )
    try:
        check_grade(requester.actor, channel="email")
    except Refused:
        return None, []
    return (found, []) if found else (None, ["severity_unclear"])


def _product(written: str, subject: str) -> Any:
    """The product that the mail names on a line of its own, or that the subject holds as a word."""
    products = catalogue().products.offered
    stated = next((row for row in products if row.name.casefold() == written.casefold()), None)
    words = f" {' '.join(subject.casefold().split())} "
    return stated or next((row for row in products if f" {row.name.casefold()} " in words), None)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:120]


# --- A word in a ticket that is there --------------------------------------------------------------------


def _append(case: Case, decision: Decision) -> Ticket:
    assert decision.ticket is not None
    assert decision.actor is not None
    written = case.letter.written.strip()
    files = _files(case)
    if not written and not files:
        raise Refused("There is nothing in this mail that was not there before.")
    internal = decision.as_note or (decision.actor.is_agent and answers_a_note(case.letter))
    whose = f"From {case.letter.sender.name} <{case.sender}>:\n\n" if decision.as_note and case.letter.sender else ""
    ticket = (note if internal else reply)(
        ticket_id=decision.ticket.pk,
        body=whose + (written or NO_TEXT),
        actor=decision.actor,
        now=case.now,
        files=files,
        channel="email",
    )
    _copy_in(case, ticket)
    return ticket


def _note_event(case: Case, decision: Decision) -> Ticket:
    assert decision.ticket is not None
    if decision.as_event == "bounce":
        return note_failures(case, decision.ticket)
    return note_from_mail(ticket_id=decision.ticket.pk, kind=decision.as_event, now=case.now, body=case.letter.text)


# --- Files and people ------------------------------------------------------------------------------------


def _fitting(case: Case) -> list[File]:
    files = [file for file in case.letter.files if not (case.policy.drop_signature_images and file.in_signature)]
    return [file for file in files if len(file.content) <= settings.ATTACHMENT_MAX_BYTES][:MOST_FILES]


def _files(case: Case) -> Sequence[NewFile]:
    return [
        NewFile(name=file.name, content_type=file.content_type, size=len(file.content), stream=BytesIO(file.content))
        for file in _fitting(case)
    ]


def _mention_the_rest(case: Case, ticket: Ticket) -> None:
    """Files that a ticket cannot take are still in the mail as it came; staff are told which."""
    taken = {id(file) for file in _fitting(case)}
    left = [file.name for file in case.letter.files if id(file) not in taken and not file.in_signature]
    if left:
        note_from_mail(ticket_id=ticket.pk, kind="files_left", now=case.now, body=", ".join(left))


def _copy_in(case: Case, ticket: Ticket) -> None:
    """Whom the customer copied in takes part, where the vendor lets people of the same company do so.

    Only a sender who is proven may bring others in.
    """
    if case.policy.participants_from_cc != "company" or not case.proof or ticket.company.kind == "unknown":
        return
    ours = {box.address.lower() for box in Mailbox.objects.all()}
    for person in (*case.letter.to, *case.letter.cc):
        contact = contact_at(person.address) if person.address not in ours else None
        if contact and contact.company_id == ticket.company_id and contact.pk != ticket.requester_id:
            Participant.objects.get_or_create(ticket=ticket, contact=contact, defaults={"since": case.now})
