"""Escalations: somebody asks the next level, it answers, it ends."""

from helpdesk.access import Refused
from helpdesk.process.spec import one_of
from portal.simulator.actions.action import Action
from portal.simulator.stage import Turn
from sla.commands.escalating import answer_escalation, close_escalation, escalate
from sla.models import Escalation
from sla.models.escalations import GIVEN_OUTCOMES, PATH_KINDS


class Escalate(Action):
    """The customer, or an agent who is named, asks the next level of the path."""

    short = "kind"

    kind: one_of("kind of escalation", PATH_KINDS)  # type: ignore[valid-type]
    reason: str = "It takes too long."

    def play(self, turn: Turn) -> None:
        escalate(ticket_id=turn.ticket_id, kind=self.kind, reason=self.reason, actor=turn.customer, now=turn.now)


class AnswerEscalation(Action):
    """Staff write down what whoever was asked says to it."""

    short = "text"

    text: str = "Words of whoever was asked."

    def play(self, turn: Turn) -> None:
        answer_escalation(escalation_id=_newest(turn), words=self.text, actor=turn.staff, now=turn.now)


class CloseEscalation(Action):
    """Staff say how an escalation ended."""

    short = "outcome"

    outcome: one_of("outcome", GIVEN_OUTCOMES)  # type: ignore[valid-type]
    text: str = "How it ended."

    def play(self, turn: Turn) -> None:
        close_escalation(
            escalation_id=_newest(turn), outcome=self.outcome, words=self.text, actor=turn.staff, now=turn.now
        )


def _newest(turn: Turn) -> int:
    """The escalation of the ticket that is open, the latest first."""
    pk = Escalation.objects.still_open().filter(ticket_id=turn.ticket_id).order_by("-id").values_list("pk", flat=True)
    if (found := pk.first()) is None:
        raise Refused("Nothing is escalated here.")
    return int(found)
