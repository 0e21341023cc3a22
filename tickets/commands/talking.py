"""Words: replies, notes, calls, and the customer's word that the matter is solved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from helpdesk.access import Actor, Refused
from helpdesk.models import Contact
from helpdesk.tenancy import current_vendor
from helpdesk.worktime import add_calendar_days
from tickets.commands.change import Change, changing
from tickets.commands.files import NewFile, attach, check_files
from tickets.commands.opening import open_ticket
from tickets.commands.submissions import claim, made_before, point_to
from tickets.commands.verbs import enter_status, follow_occasion, keep_facts, pass_turn
from tickets.events import ConfirmationRequested, MessageAdded, RestatementAsked, SolvedByCustomer
from tickets.models import Status, Ticket
from tickets.permissions import check_answered, check_deadline, check_requirements, check_status, check_talk, check_work
from tickets.queries.catalogue import catalogue

SAME_OR_CHANGED = {"identical": "It is the same as before", "changed": "It is different from before"}


def reply(
    *,
    ticket_id: int,
    body: str,
    actor: Actor,
    now: datetime,
    files: Sequence[NewFile] = (),
    status: Status | None = None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    deadline_at: datetime | None = None,
    ask_confirmation: bool = False,
    restatement: str = "",
    channel: str = "portal",
    seen: int | None = None,
    key: UUID | None = None,
) -> Ticket:
    """Say something to the other side. Returns the ticket that holds the words: after closing it may be a new one.

    An agent may set a status in the same step (`status`, with its `reason`, `facts` and `deadline_at`), or ask
    whether the matter is solved. A customer's reply cancels closing for inactivity and wakes a finished ticket
    as the vendor's reopen policy says; `restatement` is "identical" or "changed" where that policy asks for it. By
    mail nobody can be asked beforehand: the ticket reopens and the question goes back.
    """
    check_files(files)
    if not body.strip():
        raise Refused("Write something first.")
    if key is not None and (made := made_before(key)) is not None:
        return made
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        check_talk(actor, change.ticket, channel=channel)
        if key is not None and not claim(key, change.ticket, now):
            return change.ticket
        if actor.is_customer:
            answer = _answer_to_reply(change, restatement, channel)
            if answer not in ("append", "reopen"):
                made = _follow_up(change, body, files)
                if key is not None:
                    point_to(key, made)
                return made
            asks = _is_to_be_restated(change, restatement) and answer == "reopen"
            say(change, body, files, channel, restatement)
            hear_customer(change, reopens=answer == "reopen")
            if asks:
                change.record("restatement_asked", RestatementAsked(), public=True)
        else:
            say(change, body, files, channel)
            act_with_message(change, status, reason, facts or {}, deadline_at)
            if ask_confirmation:
                change.set(confirmation_requested_at=now, turn="customer")
                change.record("confirmation", ConfirmationRequested(), public=True)
            pass_turn(change, customer_spoke=False)
        return change.ticket


def note(
    *,
    ticket_id: int,
    body: str,
    actor: Actor,
    now: datetime,
    files: Sequence[NewFile] = (),
    channel: str = "portal",
    seen: int | None = None,
    key: UUID | None = None,
) -> Ticket:
    """Write something that only staff can read."""
    check_files(files)
    check_work(actor)
    if not body.strip():
        raise Refused("Write something first.")
    if key is not None and (made := made_before(key)) is not None:
        return made
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        if key is not None and not claim(key, change.ticket, now):
            return change.ticket
        change.record("note", MessageAdded("note", public=False, by_customer=False), body=body, channel=channel)
        change.set(last_word_at=now)
        attach(change, files)
        return change.ticket


def log_call(
    *,
    ticket_id: int,
    body: str,
    actor: Actor,
    now: datetime,
    customer_spoke: bool = False,
    seen: int | None = None,
    key: UUID | None = None,
) -> Ticket:
    """Record a phone call with the customer. It is a response, and the customer sees what was said.

    With `customer_spoke` it is a word of the customer as well, as a reply would be: what waited for the customer
    goes on, and closing for inactivity is cancelled. A finished ticket stays finished.
    """
    check_work(actor)
    if not body.strip():
        raise Refused("Write down what was said on the phone.")
    if key is not None and (made := made_before(key)) is not None:
        return made
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        if key is not None and not claim(key, change.ticket, now):
            return change.ticket
        change.record(
            "call",
            MessageAdded("call", public=True, by_customer=False),
            public=True,
            channel="phone",
            body=body,
            customer_spoke=customer_spoke,
        )
        change.set(last_agent_at=now, last_word_at=now)
        follow_occasion(change, "agent_reply", only_from=("new",))
        if customer_spoke:
            hear_customer(change)
        pass_turn(change, customer_spoke=False)
        return change.ticket


def say_solved(*, ticket_id: int, actor: Actor, now: datetime) -> Ticket:
    """The customer says that the matter is solved. Staff close; this cancels closing for inactivity."""
    if not actor.is_customer:
        raise Refused("Only the customer can say that.")
    with changing(ticket_id, actor=actor, now=now) as change:
        check_talk(actor, change.ticket)
        if change.ticket.is_finished:
            raise Refused("This is finished already; nothing is left to do.")
        change.record("solved_by_customer", SolvedByCustomer(), public=True)
        hear_customer(change, reopens=True)
        return change.ticket


def say(change: Change, body: str, files: Sequence[NewFile], channel: str, restatement: str = "") -> None:
    by_customer = change.actor.is_customer
    meta: dict[str, Any] = {"restatement": restatement} if restatement else {}
    change.record(
        "message",
        MessageAdded("message", public=True, by_customer=by_customer),
        public=True,
        channel=channel,
        body=body,
        **meta,
    )
    change.set(last_word_at=change.now, **{"last_customer_at" if by_customer else "last_agent_at": change.now})
    attach(change, files)


def act_with_message(
    change: Change, status: Status | None, reason: str, facts: Mapping[str, Any], deadline_at: datetime | None
) -> None:
    """The status that an agent sets together with a reply, or the one that a first reply brings."""
    if status is None:
        follow_occasion(change, "agent_reply", only_from=("new",))
        return
    check_status(change.actor, change.ticket, status)
    check_answered(change.actor, change.ticket, status)
    check_deadline(status, deadline_at, change.now)
    known = {**change.ticket.facts, **facts}
    check_requirements(change.actor, change.ticket, status, reason=reason, facts=known, has_message=True)
    keep_facts(change, facts)
    # Asked once more, the customer has the whole time again.
    again = status.waits_for_customer
    enter_status(change, status, reason=reason, deadline_at=deadline_at, again=again)


def _is_to_be_restated(change: Change, restatement: str) -> bool:
    """Whether the customer who wakes this ticket has yet to say if the situation is the same as before."""
    asked = catalogue().reopen.restatement_required and change.ticket.is_finished
    return asked and restatement not in SAME_OR_CHANGED


def _answer_to_reply(change: Change, restatement: str, channel: str) -> str:
    """What a customer's reply does now: reopen, append, or make another ticket."""
    ticket, policy = change.ticket, catalogue().reopen
    if not ticket.is_finished:
        return "reopen"
    answer = policy.reply_to_resolved if ticket.status.category == "resolved" else policy.reply_to_closed
    if answer == "reopen":
        late = (
            policy.window_days is not None
            and ticket.finished_at is not None
            and change.now > add_calendar_days(ticket.finished_at, policy.window_days, current_vendor().zone)
        )
        if late:
            return "follow_up"
        if channel != "email" and _is_to_be_restated(change, restatement):
            raise Refused("Say whether the situation is the same as before or different, and describe it again.")
    return answer


def hear_customer(change: Change, *, reopens: bool = False) -> None:
    """A customer spoke, whatever the channel: what waited for the customer goes on, what was finished may reopen."""
    ticket = change.ticket
    change.set(last_customer_at=change.now, last_word_at=change.now)
    if ticket.confirmation_requested_at is not None:
        change.set(confirmation_requested_at=None)
    if ticket.status.waits_for_customer or (ticket.is_finished and reopens):
        enter_status(change, catalogue().resumed_status)
    pass_turn(change, customer_spoke=True)


def _follow_up(change: Change, body: str, files: Sequence[NewFile]) -> Ticket:
    """The words go to a new ticket that is linked to the finished one, which stays as it is."""
    old = change.ticket
    requester = Contact.objects.get(pk=change.actor.id)
    made = open_ticket(
        requester=requester,
        subject=old.subject,
        body=body,
        actor=change.actor,
        now=change.now,
        type=old.type,
        queue=old.queue,
        product=old.product,
        files=files,
        follows=old,
    )
    change.record("followed_by", public=True, by=made.number)
    return made
