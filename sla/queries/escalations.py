"""Whom the path asks next on a ticket, and what was asked before."""

from collections.abc import Iterable, Sequence

from helpdesk.access import Actor
from sla.models import Escalation, EscalationStep
from sla.models.escalations import AT_REST
from sla.queries.audiences import escalation_path
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue


def escalations_of(ticket: Ticket, reader: Actor) -> list[Escalation]:
    """What was asked on this ticket and `reader` may see, oldest first."""
    found = Escalation.objects.visible_to(reader).filter(ticket=ticket)
    return list(found.select_related("answered_by", "closed_by").order_by("id"))


def knows_escalation() -> bool:
    """Whether the vendor's process escalates anything."""
    return bool(escalation_path() or catalogue().rules_of("escalation"))


def steps_of(kind: str, ticket: Ticket, actor: Actor) -> list[EscalationStep]:
    """The levels of a kind that fit ticket and actor, lowest first. One for the kind of queue beats a general one."""
    queue_kind = catalogue().queues.by_id[ticket.queue_id].kind
    levels: dict[int, EscalationStep] = {}
    for step in escalation_path():
        fits = step.kind == kind and step.queue_kind in ("", queue_kind)
        open_to = actor.is_agent or step.channel == "portal_button"
        if fits and open_to and (step.queue_kind or step.level not in levels):
            levels[step.level] = step
    return [levels[level] for level in sorted(levels)]


def next_step(steps: Sequence[EscalationStep], before: Iterable[Escalation]) -> EscalationStep | None:
    """Whom to ask now: the next level while the last asking is open or ended unsettled; None if none is left to ask."""
    last = max(before, key=lambda asked: asked.pk, default=None)
    if last is None or last.outcome in AT_REST:
        return next(iter(steps), None)
    higher = [step for step in steps if step.level > last.level]
    if higher:
        return higher[0]
    return None if last.is_open else next(reversed(steps), None)


def offered(ticket: Ticket, actor: Actor, asked: Sequence[Escalation]) -> list[EscalationStep]:
    """The next step of each kind that this actor can take on this ticket."""
    found = []
    for kind in dict.fromkeys(step.kind for step in escalation_path()):
        step = next_step(steps_of(kind, ticket, actor), [one for one in asked if one.kind == kind])
        if step is not None and (actor.is_agent or step.on_finished or not ticket.is_finished):
            found.append(step)
    return found
