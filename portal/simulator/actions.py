"""What a step can do: one small class per action, which calls the command that a page would call.

A new action is a class with its fields and `play`, and a line in ACTIONS.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from helpdesk.access import Refused, worker
from helpdesk.admin.checking import editing
from helpdesk.models import BusinessCalendar, Holiday
from helpdesk.process.spec import Ref, Spec, one_of
from portal.simulator.moments import Moment
from portal.simulator.stage import Turn
from tickets import commands
from tickets.models.ticket import CHANNELS
from tickets.queries.catalogue import catalogue

# Who files what comes in another way than by the customer's own hand.
BY_STAFF = ("phone", "chat", "social", "voicemail")
BY_MACHINE = ("email", "monitoring", "api")
CODES = {
    "type": "types",
    "queue": "queues",
    "severity": "severities",
    "priority": "priorities",
    "impact": "impacts",
    "product": "products",
    "status": "statuses",
    "solution_scope": "solution_scopes",
    "cause": "causes",
}


class Action(Spec):
    """An action with its facts. `short` is the field that a bare text stands for; a form shows `first` at once."""

    short: ClassVar[str] = ""
    first: ClassVar[tuple[str, ...]] = ()
    opens: ClassVar[bool] = False
    needs_ticket: ClassVar[bool] = True

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if value is None:
            return {}
        if cls.short and isinstance(value, str | int) and not isinstance(value, bool):
            return {cls.short: value}
        return value

    def play(self, turn: Turn) -> None:
        """Do it."""
        raise NotImplementedError

    def rows(self, *names: str) -> dict[str, Any]:
        """The rows behind the codes that are given."""
        known = catalogue()
        return {name: known.row(CODES[name], getattr(self, name)) for name in names if getattr(self, name)}


class Open(Action):
    """A ticket comes in: by the customer in the portal, by mail, or written down by an agent."""

    short, opens, needs_ticket = "subject", True, False
    first = ("type", "severity", "queue", "channel", "subject")

    subject: str = "It does not work"
    text: str = "Since this morning."
    requester: Annotated[str, Ref("contacts")] = Field("", description="Default: the first contact.")
    channel: one_of("channel", CHANNELS) = "portal"  # type: ignore[valid-type]
    mailbox: str = ""
    type: Annotated[str, Ref("ticket_types")] = ""
    queue: Annotated[str, Ref("queues")] = ""
    severity: Annotated[str, Ref("severities")] = ""
    priority: Annotated[str, Ref("priorities")] = ""
    impact: Annotated[str, Ref("impacts")] = ""
    product: Annotated[str, Ref("products")] = ""
    product_version: str = ""
    external_reference: str = ""
    language: str = ""
    fields: dict[str, Any] = {}

    def play(self, turn: Turn) -> None:
        contacts = turn.stage.cast.contacts
        requester = contacts[self.requester or next(iter(contacts))]
        actor = requester.actor
        if turn.by:
            actor = turn.stage.cast.actor(turn.by)
        elif self.channel in BY_STAFF:
            actor = turn.staff
        elif self.channel in BY_MACHINE:
            actor = worker()
        ticket = commands.open_ticket(
            requester=requester,
            subject=self.subject,
            body=self.text,
            actor=actor,
            now=turn.now,
            channel=self.channel,
            mailbox=self.mailbox,
            product_version=self.product_version,
            external_reference=self.external_reference,
            language=self.language,
            fields=self.fields,
            **self.rows("type", "queue", "severity", "priority", "impact", "product"),
        )
        turn.stage.tickets[turn.ticket] = ticket.pk


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
    """An agent, or a customer whom `by` names, sets a status."""

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


class CloseDay(Action):
    """An administrator adds a holiday to a calendar."""

    needs_ticket = False

    calendar: Annotated[str, Ref("calendars")]
    date: date
    name: str = "Closed"

    def play(self, turn: Turn) -> None:
        row = BusinessCalendar.objects.get(code=self.calendar)
        if row.holidays.filter(date=self.date).exists():
            raise Refused(f"{self.date} is a holiday of {self.calendar} already.")
        with editing(turn.stage.vendor, now=lambda: turn.now, by="administrator") as edited:
            edited.append(Holiday.objects.create(calendar=row, date=self.date, name=self.name))


class CloseOptionalDays(Action):
    """An administrator closes a calendar on its optional dates."""

    short, needs_ticket = "calendar", False

    calendar: Annotated[str, Ref("calendars")]

    def play(self, turn: Turn) -> None:
        with editing(turn.stage.vendor, now=lambda: turn.now, by="administrator") as edited:
            edited.append(BusinessCalendar.objects.filter(code=self.calendar).update(use_optional=True))


class AdvanceTo(Action):
    """Nothing is done; time passes, and workers with it."""

    needs_ticket = False

    def play(self, turn: Turn) -> None:
        pass


ACTIONS: Mapping[str, type[Action]] = {
    "open": Open,
    "customer_reply": CustomerReply,
    "say_solved": SaySolved,
    "agent_reply": AgentReply,
    "ask_confirmation": AskConfirmation,
    "note": Note,
    "phone_call": PhoneCall,
    "take": Take,
    "assign": Assign,
    "status": SetStatus,
    "severity": SetSeverity,
    "queue": SetQueue,
    "classify": Classify,
    "record_facts": RecordFacts,
    "arrangement": Arrangement,
    "close_day": CloseDay,
    "close_optional_days": CloseOptionalDays,
    "advance_to": AdvanceTo,
}
