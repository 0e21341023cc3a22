"""What customers and agents say to each other, and among themselves."""

from typing import Annotated

from pydantic import Field

from helpdesk.process.spec import Ref, one_of
from portal.simulator.actions.action import Action
from portal.simulator.moments import Moment
from portal.simulator.stage import Turn
from tickets import commands
from tickets.models.ticket import CHANNELS


class CustomerReply(Action):
    """The customer writes."""

    short = "text"

    text: str = "Words of the customer."
    restatement: one_of("restatement", ("identical", "changed", "")) = ""  # type: ignore[valid-type]
    channel: one_of("channel", CHANNELS) = "portal"  # type: ignore[valid-type]

    def play(self, turn: Turn) -> None:
        commands.reply(
            ticket_id=turn.ticket_id,
            body=self.text,
            actor=turn.customer,
            now=turn.now,
            restatement=self.restatement,
            channel=self.channel,
        )


class SaySolved(Action):
    """The customer says that the matter is solved."""

    def play(self, turn: Turn) -> None:
        commands.say_solved(ticket_id=turn.ticket_id, actor=turn.customer, now=turn.now)


class Accept(Action):
    """The customer accepts a solution, or the closing that was proposed."""

    def play(self, turn: Turn) -> None:
        commands.accept(ticket_id=turn.ticket_id, actor=turn.customer, now=turn.now)


class AgentReply(Action):
    """An agent writes to the customer, and may set a status with it."""

    short = "text"

    text: str = "Words of the agent."
    status: Annotated[str, Ref("statuses")] = ""
    reason: str = ""
    facts: dict[str, str] = {}
    deadline: Moment = ""
    ask_confirmation: bool = False

    def play(self, turn: Turn) -> None:
        commands.reply(
            ticket_id=turn.ticket_id,
            body=self.text,
            actor=turn.staff,
            now=turn.now,
            reason=self.reason,
            facts=self.facts,
            deadline_at=turn.moment(self.deadline),
            ask_confirmation=self.ask_confirmation,
            **self.rows("status"),
        )


class AskConfirmation(Action):
    """An agent asks the customer whether the matter is solved."""

    short = "text"

    text: str = "Is the matter solved?"

    def play(self, turn: Turn) -> None:
        AgentReply(text=self.text, ask_confirmation=True).play(turn)


class Note(Action):
    """An agent writes something that only staff can read."""

    short = "text"

    text: str = "Words among colleagues."

    def play(self, turn: Turn) -> None:
        commands.note(ticket_id=turn.ticket_id, body=self.text, actor=turn.staff, now=turn.now)


class PhoneCall(Action):
    """An agent logs a call with the customer."""

    short = "text"

    text: str = "Spoke with the customer."
    customer_spoke: bool = Field(False, description="It is a word of the customer too.")

    def play(self, turn: Turn) -> None:
        commands.log_call(
            ticket_id=turn.ticket_id,
            body=self.text,
            customer_spoke=self.customer_spoke,
            actor=turn.staff,
            now=turn.now,
        )
