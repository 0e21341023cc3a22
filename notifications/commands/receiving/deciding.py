"""What shall become of a mail: questions in a fixed order, the first that has an answer decides.

Nothing is changed here but the trace. What the vendor's document says of a case is in its mail policy.
"""

from collections.abc import Callable
from datetime import timedelta

from helpdesk.middleware import actor_of
from helpdesk.models import Company, Contact
from helpdesk.tenancy import current_vendor
from notifications.commands.receiving.case import Case, Decision, by_action, suspended
from notifications.commands.receiving.machines import word_of_a_machine
from notifications.commands.receiving.senders import Sender, company_at, contact_at, prove, sender_of, server_says
from notifications.commands.receiving.threads import Thread, thread_of
from notifications.core.envelope import without_tag
from notifications.models import BlockedSender, IncomingMail, Mailbox
from sla.queries.agreements import agreement_ended
from tickets.models import Ticket
from tickets.permissions import takes_part

Question = Callable[[Case], Decision | None]
A_DAY = timedelta(days=1)


def decide(case: Case) -> Decision:
    """Ask until something answers."""
    for question in QUESTIONS:
        if (answer := question(case)) is not None:
            case.looked(question.__name__.strip("_"), answer.reason, answer.outcome)
            return answer
    return _place(case)


# --- Before it matters what the mail says ----------------------------------------------------------------


def _names_a_sender(case: Case) -> Decision | None:
    return None if case.sender else suspended("no_sender")


def _is_blocked(case: Case) -> Decision | None:
    blocked = BlockedSender.objects.filter(address=case.sender).exists()
    return Decision("ignored", "blocked") if blocked else None


def _is_our_own(case: Case) -> Decision | None:
    """Our own mail coming back, by its mark or by its sender."""
    ours = {box.address.lower() for box in Mailbox.objects.all()}
    machine = case.letter.machine
    marked = machine is not None and machine.kind == "own" and machine.evidence == current_vendor().slug
    return Decision("ignored", "own_mail") if marked or without_tag(case.sender) in ours else None


def _came_before(case: Case) -> Decision | None:
    """The same words under the same id from the same sender, though some server changed the bytes."""
    letter, mail = case.letter, case.mail
    if not letter.message_id:
        return None
    others = IncomingMail.objects.filter(message_id=letter.message_id, sender=case.sender, digest=mail.digest)
    first = others.exclude(pk=mail.pk).exclude(outcome="").order_by("pk").first()
    return Decision("ignored", "duplicate", ticket=first.ticket) if first else None


def _is_forged(case: Case) -> Decision | None:
    return suspended("unproven") if server_says(case) == "fail" else None


def _comes_too_often(case: Case) -> Decision | None:
    since = case.now - A_DAY
    most = case.policy.most_a_day
    recent = IncomingMail.objects.filter(sender=case.sender, received_at__gt=since).exclude(pk=case.mail.pk)
    return suspended("too_many") if len(recent.values_list("pk")[:most]) >= most else None


def _is_not_addressed(case: Case) -> Decision | None:
    """Where the vendor wants to stand in To, Cc is not enough."""
    if case.policy.require_in != "to":
        return None
    to = {without_tag(person.address) for person in case.letter.to}
    if any(box.address.lower() in to for box in Mailbox.objects.all()):
        return None
    return by_action(case.policy.cc_only_action, "cc_only")


def _has_nothing_above_the_marker(case: Case) -> Decision | None:
    """Under our own line there is only what was said before."""
    return by_action(case.policy.below_marker_action, "nothing_above_marker") if case.letter.under_marker else None


def _is_empty(case: Case) -> Decision | None:
    letter = case.letter
    return None if letter.written.strip() or letter.files or letter.subject.strip() else suspended("empty")


QUESTIONS: tuple[Question, ...] = (
    _names_a_sender,
    _is_blocked,
    _is_our_own,
    _came_before,
    word_of_a_machine,
    _is_forged,
    _comes_too_often,
    _is_not_addressed,
    _has_nothing_above_the_marker,
    _is_empty,
)


# --- Where it belongs ------------------------------------------------------------------------------------


def _place(case: Case) -> Decision:
    thread, sender = thread_of(case), sender_of(case)
    prove(case, sender, thread.tokens)
    if thread.other is not None:
        return suspended("token_conflict", claims=thread.ticket)
    if any(token.reader.startswith("a") for token in thread.tokens) or (sender.agent and not sender.contact):
        return _from_staff(case, thread, sender)
    if thread.ticket is not None:
        return _into_ticket(case, thread.ticket, sender)
    if thread.claimed is not None and (held := by_action(case.policy.no_token_action, "no_token", thread.claimed)):
        return held
    return _as_new(case, sender, thread.claimed)


def _from_staff(case: Case, thread: Thread, sender: Sender) -> Decision:
    """An agent answers with the token of a mail that this agent got; anything else is for a person to look at."""
    own = f"a{sender.agent.pk}" if sender.agent else ""
    if thread.ticket and any(token.reader == own for token in thread.tokens):
        assert sender.agent is not None
        case.proof = "token"
        return Decision("appended", ticket=thread.ticket, actor=actor_of(sender.agent.user_id))
    if any(token.reader.startswith("a") for token in thread.tokens):
        return suspended("token_of_other", claims=thread.ticket)
    origin = case.letter.forwarded_from
    if thread.ticket is None and origin is not None and sender.agent is not None:
        case.looked("forwarded", origin.address, "original_sender")
        contact = contact_at(origin.address)
        return _as_new(case, Sender(contact, company=company_at(origin.address)), None)
    return suspended("staff_without_token", claims=thread.ticket)


def _into_ticket(case: Case, ticket: Ticket, sender: Sender) -> Decision:
    contact = sender.contact
    if contact is not None and takes_part(contact.actor, ticket):
        case.looked("takes_part", ticket.number, "yes")
        return Decision("appended", ticket=ticket, actor=contact.actor)
    case.looked("takes_part", ticket.number, "no")
    held = by_action(case.policy.token_mismatch_action, "no_part_in_ticket", ticket)
    return held or _as_new(case, sender, ticket)


def _as_new(case: Case, sender: Sender, claims: Ticket | None) -> Decision:
    contact = sender.contact
    if contact is None:
        return _from_stranger(case, sender.company, claims)
    if contact.company.kind == "end_customer":
        return suspended("end_customer", tells_sender=True, claims=claims)
    ended = agreement_ended(contact.company, case.mail.received_at)
    held = by_action(case.policy.agreement_ended_action, "no_agreement", claims) if ended else None
    return held or _open_for(contact, claims)


def _from_stranger(case: Case, company: Company | None, claims: Ticket | None) -> Decision:
    """Nobody that the vendor knows: as its policy says, with the reason."""
    if company is not None and company.kind == "end_customer":
        return suspended("end_customer", tells_sender=True, claims=claims)
    reason = "not_a_contact" if company else "unknown_sender"
    held = by_action(case.policy.unknown_sender_action, reason, claims)
    return held or Decision("created", reason, claims=claims)


def _open_for(contact: Contact, claims: Ticket | None = None) -> Decision:
    return Decision("created", "possible_reply" if claims else "", requester=contact, claims=claims)
