"""Who may escalate what, and who decides on estimates. Each check raises a sentence for the person, or nothing."""

from collections.abc import Sequence

from helpdesk.access import Actor, Refused
from sla.models import Escalation, EscalationStep
from sla.queries.budgets import deciders
from sla.queries.escalations import next_step, steps_of
from tickets.models import Ticket
from tickets.permissions import check_see, check_talk


def check_escalate(actor: Actor, ticket: Ticket, kind: str, before: Sequence[Escalation]) -> EscalationStep:
    """The step that is taken when this actor escalates now."""
    check_talk(actor, ticket)
    steps = steps_of(kind, ticket, actor)
    if not steps:
        raise Refused("There is nobody to escalate this to.")
    step = next_step(steps, before)
    if step is None:
        raise Refused("This went to the highest level already. You get a mail with the answer.")
    if actor.is_customer and ticket.is_finished and not step.on_finished:
        raise Refused("This is finished. Write an answer first: that opens it again, and then you can escalate it.")
    return step


def check_open(escalation: Escalation) -> None:
    """What has ended takes no answer and no second end."""
    if not escalation.is_open:
        raise Refused("This escalation has ended already.")


def check_decide(actor: Actor, ticket: Ticket) -> None:
    """The administrators of the ticket's company; where it has none, every contact who sees the ticket."""
    if not actor.is_customer:
        raise Refused("The customer decides on an estimate.")
    check_see(actor, ticket)
    named = deciders(ticket.company_id)
    if named and actor.id not in {contact.pk for contact in named}:
        raise Refused("The administrators of your company decide on estimates.")
