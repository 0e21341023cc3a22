"""Reading what was stored, and doing what it asks: one mail, one transaction, in which its row says what became of it.

A mail that we fail at stays where it is: it is tried again, and after some attempts waits for an agent.
"""

from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.db import transaction

from notifications.commands.receiving.acting import carry_out
from notifications.commands.receiving.case import Case, Decision, suspended
from notifications.commands.receiving.deciding import decide
from notifications.core.backoff import wait_after
from notifications.core.envelope import without_tag
from notifications.mime.letter import Letter, Unreadable
from notifications.mime.reader import reader
from notifications.models import IncomingMail, Mailbox, RawMail
from notifications.queries.policy import mail_policy, reading_hints

log = structlog.get_logger("mail")
AT_ONCE = 20
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5


def claim_unread(*, now: datetime) -> list[int]:
    """Lease the next mails that wait to be read; other workers skip the rows that this one holds."""
    with transaction.atomic():
        due = IncomingMail.objects.filter(state="new", next_attempt_at__lte=now).order_by("next_attempt_at", "id")
        ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:AT_ONCE])
        IncomingMail.objects.filter(pk__in=ids).update(next_attempt_at=now + LEASE)
    return ids


def receive(mail_id: int, *, now: datetime) -> IncomingMail:
    """Read one mail and do what it asks, once: whoever comes second finds it done. Never raises for what is in it."""
    try:
        with transaction.atomic():
            return _received(mail_id, now)
    except Exception:
        log.exception("mail not read", mail=mail_id)
        return _put_off(mail_id, now)


def _received(mail_id: int, now: datetime) -> IncomingMail:
    mail = IncomingMail.objects.select_for_update(of=("self",)).get(pk=mail_id)
    if mail.state != "new":
        return mail
    try:
        case = case_of(mail, now)
    except Unreadable as unread:
        mail.trace = [{"asked": "reading", "found": unread.sentence, "so": unread.reason}]
        return settle(mail, suspended(unread.reason))
    describe(mail, case.letter)
    decision = carry_out(case, decide(case))
    mail.trace, mail.proof = case.trace, case.proof
    return settle(mail, decision)


def case_of(mail: IncomingMail, now: datetime) -> Case:
    """The mail, read within limits; raises Unreadable."""
    policy = mail_policy()
    letter = reader().read(bytes(RawMail.objects.get(mail=mail).content), reading_hints(policy))
    return Case(mail, letter, policy, _mailboxes(mail, letter), now)


def settle(mail: IncomingMail, decision: Decision) -> IncomingMail:
    """Write into the mail's row what became of it."""
    mail.outcome, mail.reason = decision.outcome, decision.reason
    mail.state = "suspended" if decision.outcome == "suspended" else "done"
    mail.save()
    log.info("mail", mail=mail.pk, outcome=mail.outcome, reason=mail.reason, ticket=mail.ticket_id)
    return mail


def describe(mail: IncomingMail, letter: Letter) -> None:
    """What lists show of the mail, and what later mails are compared with."""
    sender = letter.sender
    mail.message_id = letter.message_id[:250]
    mail.sender = sender.address[:254] if sender else ""
    mail.sender_name = sender.name[:120] if sender else ""
    mail.subject = " ".join(letter.subject.split())[:250]
    mail.machine = letter.machine.kind if letter.machine else ""
    mail.rest = letter.rest
    mail.digest = _digest(letter)


def _digest(letter: Letter) -> str:
    digest = sha256(f"{letter.subject} {letter.text}".encode("utf-8", "replace"))
    for file in letter.files:
        digest.update(sha256(file.content).digest())
    return digest.hexdigest()


def _mailboxes(mail: IncomingMail, letter: Letter) -> list[Mailbox]:
    """The vendor's mailboxes that the mail names, else the one that it came to, in the vendor's order."""
    named = {without_tag(person.address) for person in (*letter.to, *letter.cc)} | set(
        map(without_tag, letter.delivered_to)
    )
    boxes = Mailbox.objects.order_by("position", "id")
    return [box for box in boxes if box.address.lower() in named] or [box for box in boxes if box.pk == mail.mailbox_id]


def _put_off(mail_id: int, now: datetime) -> IncomingMail:
    """Our own failure: try again later; in the end an agent has it."""
    with transaction.atomic():
        mail = IncomingMail.objects.select_for_update(of=("self",)).get(pk=mail_id)
        if mail.state != "new":
            return mail
        mail.attempts += 1
        wait = wait_after(mail.attempts, mail.pk) if mail.attempts < MOST_ATTEMPTS else None
        if wait is None:
            mail.state, mail.outcome, mail.reason = "suspended", "suspended", "error"
        else:
            mail.next_attempt_at = now + wait
        mail.save(update_fields=["attempts", "state", "outcome", "reason", "next_attempt_at"])
        return mail
