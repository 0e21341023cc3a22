"""What clocks do, as facts that other rooms react to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ClockWarned:
    """A clock is about to run out."""

    metric: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class WorkLogged:
    """An agent logged time."""

    minutes: int


@dataclass(frozen=True, slots=True)
class BudgetExhausted:
    """The company's included time is used up."""


@dataclass(frozen=True, slots=True)
class EstimateOffered:
    """The customer was offered an estimate."""

    estimate_id: int


@dataclass(frozen=True, slots=True)
class EstimateDecided:
    """The customer approved or declined an estimate."""

    estimate_id: int
    approved: bool


@dataclass(frozen=True, slots=True)
class EstimateExpired:
    """Nobody decided on an estimate while it was valid."""

    estimate_id: int


@dataclass(frozen=True, slots=True)
class ClocksRemeasured:
    """Clocks count otherwise from here on, because of `cause`."""

    cause: str


@dataclass(frozen=True, slots=True)
class ClockBreached:
    """A due time passed unmet."""

    metric: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Escalated:
    """Somebody above is asked: `told` are the people, `asker` the audience word for whoever wants to know of it."""

    kind: str
    told: tuple[Any, ...]
    asker: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EscalationAnswered:
    """Whoever was asked has answered; `asker` is told."""

    asker: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EscalationClosed:
    """An escalation has ended; `asker` is told."""

    outcome: str
    asker: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paged:
    """Whoever is on call is paged: these agents, by these channels."""

    page_id: int
    agents: tuple[int, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageAcknowledged:
    """Somebody has the matter in hand."""

    page_id: int


@dataclass(frozen=True, slots=True)
class PageExhausted:
    """Nobody acknowledged, and nobody is left to page; `audience` is who is told."""

    page_id: int
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageCancelled:
    """What the page was about is no longer so."""

    page_id: int
