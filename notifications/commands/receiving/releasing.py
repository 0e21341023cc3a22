"""What agents do with suspended mail: let it in, throw it away, or never hear from the sender again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from helpdesk.access import Actor, Refused
from helpdesk.models import Contact
from notifications.commands.receiving.acting import carry_out
from notifications.commands.receiving.case import Case, Decision
from notifications.commands.receiving.reading import case_of, describe, settle
from notifications.commands.receiving.senders import contact_at
from notifications.mime.letter import Address, File, Letter, Unreadable
from notifications.models import BlockedSender, IncomingMail, RawMail
from notifications.queries.policy import mail_policy
from tickets.models import Ticket
from tickets.permissions import check_work, takes_part


def release_as_new(*, mail_id: int, actor: Actor, now: datetime, requester: Contact | None = None) -> Ticket:
    """Open a ticket from the mail: for `requester`, else for the contact at its address, else for a stranger."""
    with _releasing(mail_id, actor, now) as case:
        asker = requester or contact_at(case.sender)
        return _carried(case, Decision("created", "released", requester=asker, claims=case.mail.claims))


def release_into(*, mail_id: int, number: str, actor: Actor, now: datetime) -> Ticket:
    """Add the mail to this ticket: as its sender's word, or as a note where the sender has no part in the ticket."""
    with _releasing(mail_id, actor, now) as case:
        ticket = Ticket.objects.visible_to(actor).filter(number=number.strip()).first()
        if ticket is None:
            raise Refused(f"There is no ticket {number.strip()}. Look the number up in the list and try again.")
        contact = contact_at(case.sender)
        speaks = contact is not None and takes_part(contact.actor, ticket)
        speaker = contact.actor if contact and speaks else actor
        return _carried(case, Decision("appended", "released", ticket=ticket, actor=speaker, as_note=not speaks))


def discard(*, mail_id: int, actor: Actor, now: datetime) -> IncomingMail:
    """Throw the mail away. Its row and its trace stay."""
    with _deciding(mail_id, actor, now) as mail:
        mail.state, mail.outcome = "done", "rejected"
        return mail


def block_sender(*, mail_id: int, actor: Actor, now: datetime) -> None:
    """Ignore what comes from this sender from now on, and throw away what waits."""
    with _deciding(mail_id, actor, now) as mail:
        if not mail.sender:
            raise Refused("This mail names no sender that could be blocked.")
        mail.state, mail.outcome = "done", "rejected"
    BlockedSender.objects.get_or_create(address=mail.sender, defaults={"blocked_by_id": actor.id, "blocked_at": now})
    IncomingMail.objects.filter(sender=mail.sender, state="suspended").update(
        state="done", outcome="rejected", decided_by_id=actor.id, decided_at=now
    )


@contextmanager
def _deciding(mail_id: int, actor: Actor, now: datetime) -> Iterator[IncomingMail]:
    """The mail, locked, if this actor may decide and nobody did yet; saved with who decided and when."""
    check_work(actor)
    with transaction.atomic():
        mail = IncomingMail.objects.select_for_update(of=("self",)).filter(pk=mail_id).first()
        if mail is None or mail.state == "new":
            raise Refused("There is no such mail in the list.")
        if mail.state != "suspended":
            raise Refused("Somebody has dealt with this mail already.")
        yield mail
        mail.decided_by_id, mail.decided_at = actor.id, now
        mail.save()


@contextmanager
def _releasing(mail_id: int, actor: Actor, now: datetime) -> Iterator[Case]:
    """The mail as a case; one that cannot be read comes as a file."""
    with _deciding(mail_id, actor, now) as mail:
        try:
            case = case_of(mail, now)
        except Unreadable as unread:
            case = Case(mail, _as_file(mail, unread), mail_policy(), [], now)
        describe(mail, case.letter)
        case.trace = list(mail.trace)
        yield case
        mail.trace = case.trace


def _as_file(mail: IncomingMail, unread: Unreadable) -> Letter:
    content = bytes(RawMail.objects.get(mail=mail).content)
    name, _, domain = mail.sender.rpartition("@")
    return Letter(
        sender=Address(mail.sender) if name and domain else None,
        subject=mail.subject or "A mail that could not be read",
        written=f"{unread.sentence} The mail is attached as it came.",
        files=(File("mail.eml", "message/rfc822", content, kind="message"),),
    )


def _carried(case: Case, decision: Decision) -> Ticket:
    if decision.outcome == "created" and decision.requester is None and case.letter.sender is None:
        raise Refused("This mail names no sender. Choose the contact whom the ticket is for.")
    case.looked("agent", "", decision.reason)
    done = carry_out(case, decision)
    if done.outcome == "suspended" or case.mail.ticket is None:
        raise Refused(case.trace[-1]["found"] or "This mail cannot be released.")
    settle(case.mail, done)
    return case.mail.ticket
