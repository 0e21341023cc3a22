"""From what happened to a ticket to rows of the outbox, as the vendor's notification rules say."""

from collections.abc import Iterator, Sequence
from typing import Any

from helpdesk.wake import wake_after_commit
from notifications.core.tokens import address_reader
from notifications.models import Delivery
from notifications.outbound.heads import id_of
from notifications.pages import page_deliveries
from sla.events import (
    BudgetExhausted,
    ClockBreached,
    ClockWarned,
    Escalated,
    EscalationAnswered,
    EscalationClosed,
    EstimateDecided,
    EstimateExpired,
    EstimateOffered,
    PageExhausted,
)
from sla.queries.audiences import Recipient, Roster
from tickets.commands.change import Change, Line
from tickets.events import (
    Assigned,
    HandedOver,
    MessageAdded,
    QueueMoved,
    Reminded,
    RestatementAsked,
    SolutionAccepted,
    SolvedByCustomer,
    StatusChanged,
    TeamCalled,
    TicketOpened,
)
from tickets.models import Rule
from tickets.queries.catalogue import catalogue

# The strongest event of a change is what its one mail to a person is about.
STRENGTH = (
    "page_exhausted",
    "escalated",
    "escalation_answered",
    "escalation_closed",
    "ticket_created",
    "ticket_closed",
    "restatement_asked",
    "ticket_reopened",
    "target_breached",
    "target_warning",
    "estimate_offered",
    "estimate_approved",
    "estimate_declined",
    "estimate_expired",
    "budget_exhausted",
    "status_entered",
    "public_message_by_agent",
    "public_message_by_customer",
    "ticket_updated",
    "internal_note",
    "reminder",
    "team_called",
    "handed_over",
    "ticket_assigned",
    "ticket_in_queue",
)


def queue_deliveries(changes: Sequence[Change]) -> None:
    """One mail per change and person, about the strongest thing that happened; pages beside them."""
    roster = Roster()
    deliveries = [delivery for change in changes for delivery in _deliveries(change, roster)]
    if deliveries:
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        wake_after_commit("notifications.sweep_deliveries")


def _deliveries(change: Change, roster: Roster) -> Iterator[Delivery]:
    pages = list(page_deliveries(change))
    yield from pages
    paged = {delivery.to_address for delivery in pages if delivery.channel == "mail"}
    chosen: dict[str, tuple[int, str, Line, Recipient]] = {}
    for line in change.lines:
        for event, audience in _occurrences(change, line):
            for person in roster.recipients(audience, change.ticket):
                rank = STRENGTH.index(event)
                if person.address not in chosen or rank < chosen[person.address][0]:
                    chosen[person.address] = (rank, event, line, person)
    for _, event, line, person in chosen.values():
        if person.address not in paged:  # whose page says it all
            yield _delivery(change, event, line, person)


def _delivery(change: Change, event: str, line: Line, person: Recipient) -> Delivery:
    ticket, seq = change.ticket, line.seq or 0
    return Delivery(
        ticket=ticket,
        seq=seq,
        event=event,
        audience=person.audience,
        to_address=person.address,
        to_name=person.name,
        contact_id=person.contact_id,
        agent_id=person.agent_id,
        message_id=id_of(ticket, _reader(person), seq, event),
        answers=_answers_mail(change),
        next_attempt_at=change.now,
        created_at=change.now,
    )


def _reader(person: Recipient) -> str:
    """Whom the mail's token is made for."""
    if person.contact_id is not None:
        return f"c{person.contact_id}"
    return f"a{person.agent_id}" if person.agent_id is not None else address_reader(person.address)


def _answers_mail(change: Change) -> bool:
    """Whether a mail caused this and no agent did: then an answer may be answered, and so on without end."""
    return not change.actor.is_agent and any(line.channel == "email" for line in change.lines)


def _occurrences(change: Change, line: Line) -> Iterator[tuple[str, list[Any]]]:
    """The events of the process file's vocabulary that one line is, and who is told of each."""
    match line.event:
        case Reminded(audience=audience):
            yield "reminder", list(audience)
            return
        case TeamCalled(team=team):
            yield "team_called", [f"team:{team}"]
            return
        case RestatementAsked():
            yield "restatement_asked", ["requester"]
            return
        case PageExhausted(audience=audience):
            yield "page_exhausted", list(audience)
            return
        case Escalated(told=told, asker=asker):
            yield "escalated", [*told, *asker]
        case EscalationAnswered(asker=asker):
            yield "escalation_answered", list(asker)
        case EscalationClosed(asker=asker):
            yield "escalation_closed", list(asker)
    for word, facts in _words(line.event):
        for rule in catalogue().rules_of("notification", word):
            if _applies(rule.spec, change, facts):
                yield word, rule.spec["audience"]


# Events that are a word each, and nothing more.
PLAIN = {
    BudgetExhausted: "budget_exhausted",
    EstimateOffered: "estimate_offered",
    EstimateExpired: "estimate_expired",
    QueueMoved: "ticket_in_queue",
    HandedOver: "handed_over",
    Escalated: "escalated",
    EscalationAnswered: "escalation_answered",
    EscalationClosed: "escalation_closed",
}


def _words(event: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if word := PLAIN.get(type(event)):
        yield word, {}
    match event:
        case TicketOpened():
            yield "ticket_created", {}
            yield "ticket_in_queue", {}
        case MessageAdded(public=True, automatic=False, by_customer=by_customer):
            yield ("public_message_by_customer" if by_customer else "public_message_by_agent"), {}
            yield "ticket_updated", {}
        case SolvedByCustomer() | SolutionAccepted():
            yield "public_message_by_customer", {}
            yield "ticket_updated", {}
        case MessageAdded(kind="note"):
            yield "internal_note", {}
        case StatusChanged():
            yield "status_entered", {"status": event.new}
            if event.finishes:
                yield "ticket_closed", {}
            if event.reopens:
                yield "ticket_reopened", {}
        case Assigned(agent_id=agent_id) if agent_id is not None:
            yield "ticket_assigned", {}
        case EstimateDecided(approved=approved):
            yield ("estimate_approved" if approved else "estimate_declined"), {}
        case ClockWarned(metric=metric):
            yield "target_warning", {"metric": metric}
        case ClockBreached(metric=metric):
            yield "target_breached", {"metric": metric}


def _applies(spec: dict[str, Any], change: Change, facts: dict[str, Any]) -> bool:
    kind = change.ticket.queue.kind
    return (
        spec.get("status") in (None, facts.get("status"))
        and spec.get("metric") in (None, facts.get("metric"))
        and spec.get("queue_kind") in (None, kind)
        and (spec.get("unless_queue_kind") != kind)
        and (spec.get("condition") != "not_notified_of_solution" or not _told_of_solution(change))
    )


def _told_of_solution(change: Change) -> bool:
    """Whether a mail about a resolved status has gone, or is going, to the customer since the ticket was opened."""
    resolved = {row.code for row in catalogue().statuses.values() if row.category == "resolved"}
    rules: list[Rule] = catalogue().rules_of("notification", "status_entered")
    tells = any(rule.spec.get("status") in resolved and "requester" in rule.spec["audience"] for rule in rules)
    came_from_resolved = any(event.old in resolved for event in change.events(StatusChanged))
    return tells and came_from_resolved
