"""Requests: their answer, the release that has them, the word to the customer."""

from typing import Annotated

from pydantic import Field

from helpdesk.process.spec import Ref
from portal.simulator.actions.action import Action
from portal.simulator.stage import Turn
from tickets import commands
from tickets.models import Ticket


class Answer(Action):
    """An agent answers a request with one of the answers that its type asks for."""

    short = "answer"

    answer: str
    text: str = "Words of the answer."

    def play(self, turn: Turn) -> None:
        commands.answer_request(
            ticket_id=turn.ticket_id, answer=self.answer, words=self.text, actor=turn.staff, now=turn.now
        )


class PublishRelease(Action):
    """A release of a product is published; it has what these tickets ask for."""

    needs_ticket = False

    product: Annotated[str, Ref("products")]
    version: str
    tickets: list[str] = Field([], description="Names of tickets; default: the one of the step.")

    def play(self, turn: Turn) -> None:
        names = self.tickets or [turn.ticket]
        listed = Ticket.objects.filter(pk__in=[turn.stage.ticket_id(name) for name in names])
        commands.publish_release(
            **self.rows("product"), version=self.version, tickets=listed, actor=turn.staff, now=turn.now
        )


class SendVersion(Action):
    """An agent tells the customer which version has it, with the prepared words or others."""

    short = "text"

    text: str = ""

    def play(self, turn: Turn) -> None:
        commands.send_version(ticket_id=turn.ticket_id, body=self.text, actor=turn.staff, now=turn.now)
