"""What agents do with a ticket beside talking."""

from typing import Annotated

from pydantic import Field

from helpdesk.process.spec import Ref
from portal.simulator.actions.action import Action
from portal.simulator.moments import Moment
from portal.simulator.stage import Turn
from tickets import commands


class Take(Action):
    """An agent takes the ticket."""

    def play(self, turn: Turn) -> None:
        commands.take(ticket_id=turn.ticket_id, actor=turn.staff, now=turn.now)


class Assign(Action):
    """An agent gives the ticket to another, or to nobody."""

    short = "to"

    to: Annotated[str, Ref("agents")] = Field("", description="Empty: nobody.")

    def play(self, turn: Turn) -> None:
        agent = turn.stage.cast.agents[self.to] if self.to else None
        commands.assign(ticket_id=turn.ticket_id, agent=agent, actor=turn.staff, now=turn.now)


class SetStatus(Action):
    """A status is set: by an agent, or by a customer who is named."""

    short = "status"

    status: Annotated[str, Ref("statuses")]
    reason: str = ""
    facts: dict[str, str] = {}
    deadline: Moment = ""
    text: str = Field("", description="A public message that goes with it.")

    def play(self, turn: Turn) -> None:
        commands.change_status(
            ticket_id=turn.ticket_id,
            actor=turn.staff,
            now=turn.now,
            reason=self.reason,
            facts=self.facts,
            deadline_at=turn.moment(self.deadline),
            message=self.text,
            **self.rows("status"),
        )


class SetSeverity(Action):
    """An agent sets or confirms the severity."""

    short = "severity"

    severity: Annotated[str, Ref("severities")]
    reason: str = "Looked at again."

    def play(self, turn: Turn) -> None:
        rows = self.rows("severity")
        commands.change_severity(ticket_id=turn.ticket_id, reason=self.reason, actor=turn.staff, now=turn.now, **rows)


class SetQueue(Action):
    """An agent moves the ticket to another queue."""

    short = "queue"

    queue: Annotated[str, Ref("queues")]
    reason: str = "It belongs there."

    def play(self, turn: Turn) -> None:
        rows = self.rows("queue")
        commands.move_queue(ticket_id=turn.ticket_id, reason=self.reason, actor=turn.staff, now=turn.now, **rows)


class HandOver(Action):
    """An agent hands the ticket to another support level."""

    level: Annotated[str, Ref("support_levels")]
    summary: str = "What was done so far."

    def play(self, turn: Turn) -> None:
        rows = self.rows("level")
        commands.hand_over(ticket_id=turn.ticket_id, summary=self.summary, actor=turn.staff, now=turn.now, **rows)


class CallIn(Action):
    """An agent asks another team to help."""

    short = "team"

    team: Annotated[str, Ref("teams")]
    reason: str = "We need your help."

    def play(self, turn: Turn) -> None:
        rows = self.rows("team")
        commands.call_in(ticket_id=turn.ticket_id, reason=self.reason, actor=turn.staff, now=turn.now, **rows)


class Classify(Action):
    """An agent says what the ticket is about."""

    type: Annotated[str, Ref("ticket_types")] = ""
    product: Annotated[str, Ref("products")] = ""
    solution_scope: Annotated[str, Ref("solution_scopes")] = ""
    cause: Annotated[str, Ref("causes")] = ""
    product_version: str = ""
    language: str = ""
    reason: str = ""

    def play(self, turn: Turn) -> None:
        words = {name: getattr(self, name) for name in ("product_version", "language") if getattr(self, name)}
        values = self.rows("type", "product", "solution_scope", "cause") | words
        commands.classify(ticket_id=turn.ticket_id, values=values, reason=self.reason, actor=turn.staff, now=turn.now)


class RecordFacts(Action):
    """An agent records facts such as a workaround."""

    facts: dict[str, str] = Field(min_length=1)

    def play(self, turn: Turn) -> None:
        commands.record_facts(ticket_id=turn.ticket_id, facts=self.facts, actor=turn.staff, now=turn.now)


class Arrangement(Action):
    """An agent and the customer agree that nothing is closed before a date."""

    short = "until"

    until: Moment
    text: str = "As agreed."

    def play(self, turn: Turn) -> None:
        until = turn.moment(self.until)
        assert until is not None
        commands.make_arrangement(
            ticket_id=turn.ticket_id, until=until, words=self.text, actor=turn.staff, now=turn.now
        )
