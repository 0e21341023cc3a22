"""One mail under decision: what is known, and the trace of what was looked at."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.access import Actor
from helpdesk.models import Contact
from notifications.mime.letter import Letter
from notifications.models import IncomingMail, Mailbox, MailPolicy
from tickets.models import Ticket


@dataclass
class Case:
    """A mail that was read, the vendor's policy, and what was found out so far.

    `mailboxes` are those of the vendor that the mail names, in the vendor's order; the first one counts.
    """

    mail: IncomingMail
    letter: Letter
    policy: MailPolicy
    mailboxes: list[Mailbox]
    now: datetime
    trace: list[dict[str, Any]] = field(default_factory=list)
    proof: str = ""

    @property
    def sender(self) -> str:
        """What the mail claims to come from; empty where it names nobody."""
        return self.letter.sender.address if self.letter.sender else ""

    def looked(self, asked: str, found: str = "", so: str = "") -> None:
        """Add a step to the trace: what was asked, what was found, and what follows, the first and last as codes."""
        self.trace.append({"asked": asked, "found": found[:300], "so": so})


@dataclass(frozen=True)
class Decision:
    """What shall become of a mail.

    `created` needs a `requester` or a stranger; `appended` a ticket and an actor, or `as_event` for what machines say;
    `as_note` keeps the words among staff.
    `claims` is a ticket that the mail may belong to.
    """

    outcome: str
    reason: str = ""
    ticket: Ticket | None = None
    actor: Actor | None = None
    requester: Contact | None = None
    claims: Ticket | None = None
    as_event: str = ""
    as_note: bool = False
    tells_sender: bool = False


def suspended(reason: str, *, tells_sender: bool = False, claims: Ticket | None = None) -> Decision:
    """Keep it for an agent."""
    return Decision("suspended", reason, tells_sender=tells_sender, claims=claims)


def by_action(action: str, reason: str, claims: Ticket | None = None) -> Decision | None:
    """What the vendor's policy does for this reason; None where it goes on as a new ticket."""
    if action == "suspend_and_notify":
        return suspended(reason, tells_sender=True, claims=claims)
    return suspended(reason, claims=claims) if action == "suspend" else None
