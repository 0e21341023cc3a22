"""What happens to a ticket, as facts that other rooms react to inside the same transaction."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A ticket exists."""


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """Words were added: `kind` is message, note or call. An automatic one answers nothing."""

    kind: str
    public: bool
    by_customer: bool
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A ticket moved from one status to another; codes and categories of both."""

    old: str
    new: str
    old_category: str
    new_category: str
    reason: str = ""

    @property
    def finishes(self) -> bool:
        final = ("resolved", "closed")
        return self.new_category in final and self.old_category not in final

    @property
    def reopens(self) -> bool:
        final = ("resolved", "closed")
        return self.old_category in final and self.new_category not in final


@dataclass(frozen=True, slots=True)
class SeverityChanged:
    """Another severity, or the same one confirmed."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class QueueMoved:
    """Another queue."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """Another agent, or nobody."""

    agent_id: int | None


@dataclass(frozen=True, slots=True)
class TeamChanged:
    """Another team is responsible; its calendar may count differently."""

    new: str


@dataclass(frozen=True, slots=True)
class Classified:
    """The ticket turned out to be of another type, product, cause, scope or language; `names` says which."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A request was answered; `answer` is one of those that its type asks for."""

    answer: str


@dataclass(frozen=True, slots=True)
class Released:
    """A release that implements the ticket was published."""

    release_id: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Another support level has the ticket."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FactsRecorded:
    """Facts such as a workaround were recorded, by key."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfirmationRequested:
    """The customer was asked whether the matter is solved."""


@dataclass(frozen=True, slots=True)
class RestatementAsked:
    """A mail woke a finished ticket; the customer is asked whether the situation is the same as before."""


@dataclass(frozen=True, slots=True)
class MailReturned:
    """A mail of ours did not arrive; `permanent` is False where it may arrive yet."""

    permanent: bool


@dataclass(frozen=True, slots=True)
class SolvedByCustomer:
    """The customer says that the matter is solved; staff decide on the closing."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of a checklist was taken, by codes."""

    checklist: str
    step: str


@dataclass(frozen=True, slots=True)
class SolutionAccepted:
    """The customer agrees to the closing that was proposed."""


@dataclass(frozen=True, slots=True)
class ArrangementMade:
    """No closing for inactivity before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder rule came due; `audience` is who is told."""

    rule: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamCalled:
    """A rule wants a team told at once."""

    team: str


Event = (
    TicketOpened
    | MessageAdded
    | StatusChanged
    | SeverityChanged
    | QueueMoved
    | Assigned
    | TeamChanged
    | Classified
    | Answered
    | Released
    | HandedOver
    | FactsRecorded
    | ConfirmationRequested
    | RestatementAsked
    | MailReturned
    | SolvedByCustomer
    | StepTaken
    | SolutionAccepted
    | ArrangementMade
    | Reminded
    | TeamCalled
)
