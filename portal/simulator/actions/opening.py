"""How a ticket comes in."""

from typing import Annotated, Any

from pydantic import Field

from helpdesk.access import worker
from helpdesk.process.spec import Ref, one_of
from portal.simulator.actions.action import Action
from portal.simulator.stage import Turn
from tickets import commands
from tickets.models.ticket import CHANNELS

# Who files what comes in another way than by the customer's own hand.
BY_STAFF = ("phone", "chat", "social", "voicemail")
BY_MACHINE = ("email", "monitoring", "api")


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
    solution_scope: Annotated[str, Ref("solution_scopes")] = ""
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
            **self.rows("type", "queue", "severity", "priority", "impact", "product", "solution_scope"),
        )
        turn.stage.tickets[turn.ticket] = ticket.pk
