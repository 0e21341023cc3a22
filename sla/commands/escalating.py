"""Escalating: asking the next level, its answer, the end; by people, and by rules when a target is near or missed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from helpdesk.access import Actor, Refused, worker
from helpdesk.models import Agent
from sla.events import ClockBreached, ClockWarned, Escalated, EscalationAnswered, EscalationClosed
from sla.models import Escalation, EscalationStep
from sla.models.escalations import BY_RULE, GIVEN_OUTCOMES, PATH_KINDS
from sla.permissions import check_escalate, check_open
from sla.queries.audiences import Recipient, Roster, title_of
from tickets.commands.change import Change, changing, write
from tickets.commands.rules import arm
from tickets.commands.submissions import claim, made_before
from tickets.commands.talking import hear_customer
from tickets.commands.verbs import pass_turn
from tickets.events import StatusChanged
from tickets.models import Rule, Ticket
from tickets.models.ticket import ESCALATED
from tickets.permissions import check_work
from tickets.queries.catalogue import catalogue

TRIGGERS = {ClockWarned: "target_warning", ClockBreached: "target_breached"}


def escalate(
    *, ticket_id: int, kind: str, reason: str, actor: Actor, now: datetime, key: UUID | None = None
) -> Escalation:
    """Ask the next level of this kind. A form that is sent twice asks once; a customer's reason is a word of theirs."""
    if kind not in PATH_KINDS:
        raise Refused("There is nobody to escalate this to.")
    if not reason.strip():
        raise Refused("Say why: whoever is asked reads it first.")
    if key is not None and (made := made_before(key)) is not None:
        return _asked_by(made, actor)
    with changing(ticket_id, actor=actor, now=now) as change:
        before = list(Escalation.objects.filter(ticket=change.ticket, kind=kind).order_by("id"))
        step = check_escalate(actor, change.ticket, kind, before)
        if key is not None and not claim(key, change.ticket, now):
            return _asked_by(change.ticket, actor)
        for earlier in before:
            if earlier.is_open:
                _end(change, earlier, "raised")
        return _ask(change, step, reason.strip())


def answer_escalation(*, escalation_id: int, words: str, actor: Actor, now: datetime) -> Escalation:
    """What whoever was asked says to it. Whoever asked is told."""
    check_work(actor)
    if not words.strip():
        raise Refused("Write down the answer: whoever asked reads it.")
    with _changing(escalation_id, actor, now) as (change, escalation):
        if escalation.answered_at is not None:
            raise Refused("This was answered already. End it, or write to the customer.")
        public = escalation.by_customer
        event = EscalationAnswered(_others(escalation, actor))
        line = change.record("escalation_answered", event, public=public, body=words.strip(), of=escalation.seq)
        if public:
            pass_turn(change, customer_spoke=False)
        write([change])
        escalation.answered_at, escalation.answer_seq = now, line.seq
        escalation.answered_by = _agent(actor)
        escalation.save(update_fields=["answered_at", "answer_seq", "answered_by"])
        return escalation


def close_escalation(*, escalation_id: int, outcome: str, words: str, actor: Actor, now: datetime) -> Escalation:
    """How an escalation ended, in words. The last one that ends takes the mark off the ticket."""
    check_work(actor)
    if outcome not in GIVEN_OUTCOMES:
        raise Refused("Choose how it ended.")
    if not words.strip():
        raise Refused("Say how it ended: whoever asked reads it.")
    with _changing(escalation_id, actor, now) as (change, escalation):
        _end(change, escalation, outcome, words.strip())
        return escalation


# --- By rules --------------------------------------------------------------------------------------------


def escalate_by_rules(changes: Sequence[Change]) -> None:
    """Ask whom the rules name, in the worker's name. A rule does not ask again while its last asking is open."""
    due = [(change, rule) for change in changes for rule in _rules_of(change)]
    if not due:
        return
    tickets = {change.ticket.pk for change, _ in due}
    asked = Escalation.objects.still_open().filter(ticket_id__in=tickets, kind=BY_RULE)
    open_already = set(asked.values_list("ticket_id", "rule"))
    roster, made = Roster(), []
    for change, rule in due:
        if (change.ticket.pk, rule.code) in open_already:
            continue
        open_already.add((change.ticket.pk, rule.code))
        told = _reached(roster, rule.spec["audience"], change.ticket)
        title = ", ".join(dict.fromkeys(_audience_title(word) for word in rule.spec["audience"]))
        actor = worker(rule.code)
        event = Escalated(BY_RULE, tuple(told), ())
        line = change.record("escalation", event, actor=actor, path=BY_RULE, level=1, data={"title": title})
        _mark(change)
        made.append((change, line, rule.code, title, told))
    write(changes)
    Escalation.objects.bulk_create(
        _row(change, line.seq, told, kind=BY_RULE, rule=code, title=title, asker=worker(code))
        for change, line, code, title, told in made
    )


def end_with_ticket(changes: Sequence[Change]) -> None:
    """What a rule asked ends with its ticket; what a person asked waits for an end of its own."""
    finished = {
        change.ticket.pk: change
        for change in changes
        if any(event.finishes for event in change.events(StatusChanged)) and change.ticket.is_finished
    }
    if not finished:
        return
    for escalation in Escalation.objects.still_open().filter(ticket_id__in=finished, kind=BY_RULE).order_by("id"):
        _end(finished[escalation.ticket_id], escalation, "finished")


def _rules_of(change: Change) -> Iterator[Rule]:
    for event in change.events(ClockWarned, ClockBreached):
        for rule in catalogue().rules_of("escalation", TRIGGERS[type(event)]):
            severities = rule.spec.get("severities") or (change.ticket.severity.code,)
            if rule.spec.get("metric") in (None, event.metric) and change.ticket.severity.code in severities:
                yield rule


def _audience_title(word: str) -> str:
    kind, _, code = word.partition(":")
    if kind == "team":
        return catalogue().teams[code].name
    return (code or kind).replace("_", " ").capitalize()


# --- What all of them do ---------------------------------------------------------------------------------


def _ask(change: Change, step: EscalationStep, reason: str) -> Escalation:
    actor, title = change.actor, title_of(step)
    roster = Roster()
    role = step.role or step.fallback_role
    told = [Recipient.of(person, f"role:{role}") for person in roster.of_step(change.ticket, step)]
    receipt = (f"contact:{actor.id}",) if actor.is_customer else ()
    line = change.record(
        "escalation",
        Escalated(step.kind, tuple(told), receipt),
        public=actor.is_customer,
        body=reason,
        path=step.kind,
        level=step.level,
        role=role,
        data={"title": title},
    )
    _mark(change)
    if actor.is_customer:
        hear_customer(change)
        arm([change.ticket], now=change.now)
    write([change])
    row = _row(change, line.seq, told, kind=step.kind, level=step.level, role=role, title=title, asker=actor)
    row.save()
    return row


def _row(change: Change, seq: int | None, told: list[Recipient], *, asker: Actor, **facts: Any) -> Escalation:
    return Escalation(
        ticket=change.ticket,
        seq=seq or 0,
        told=[{"name": person.name, "address": person.address, "role": person.audience} for person in told],
        asked_by_kind=asker.kind,
        asked_by_id=asker.id,
        asked_by_name=asker.name,
        asked_at=change.now,
        **facts,
    )


def _reached(roster: Roster, audience: Sequence[str], ticket: Ticket) -> list[Recipient]:
    """Whom the audience means; administrators where it means nobody, so that no escalation goes nowhere."""
    return roster.recipients(audience, ticket) or roster.recipients(["administrators"], ticket)


def _mark(change: Change) -> None:
    if ESCALATED not in change.ticket.flags:
        change.set(flags=[*change.ticket.flags, ESCALATED])


def _end(change: Change, escalation: Escalation, outcome: str, words: str = "") -> None:
    """Write the end, and take the mark off the ticket if nothing else is open."""
    line = change.record(
        "escalation_closed",
        EscalationClosed(outcome, _others(escalation, change.actor) if words else ()),
        public=escalation.by_customer,
        body=words,
        of=escalation.seq,
        outcome=outcome,
    )
    write([change])
    escalation.closed_at, escalation.close_seq, escalation.outcome = change.now, line.seq, outcome
    escalation.closed_by = _agent(change.actor)
    escalation.save(update_fields=["closed_at", "close_seq", "outcome", "closed_by"])
    if not Escalation.objects.still_open().filter(ticket=change.ticket).exists():
        change.set(flags=[flag for flag in change.ticket.flags if flag != ESCALATED])


@contextmanager
def _changing(escalation_id: int, actor: Actor, now: datetime) -> Iterator[tuple[Change, Escalation]]:
    """The ticket locked, the escalation as it stands under that lock."""
    ticket_id = Escalation.objects.visible_to(actor).values_list("ticket_id", flat=True).get(pk=escalation_id)
    with changing(ticket_id, actor=actor, now=now) as change:
        escalation = Escalation.objects.get(pk=escalation_id)
        check_open(escalation)
        yield change, escalation


def _asked_by(ticket: Ticket, actor: Actor) -> Escalation:
    """What the first press of the same button made."""
    mine = Escalation.objects.filter(ticket=ticket, asked_by_kind=actor.kind, asked_by_id=actor.id)
    return mine.latest("pk")  # type: ignore[no-any-return]


def _others(escalation: Escalation, actor: Actor) -> tuple[str, ...]:
    """Whoever asked, unless that is who acts now."""
    return () if (escalation.asked_by_kind, escalation.asked_by_id) == (actor.kind, actor.id) else escalation.asker


def _agent(actor: Actor) -> Agent | None:
    return Agent.objects.get(pk=actor.id) if actor.is_agent else None
