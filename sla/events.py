"""What clocks do, as facts that other rooms react to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ClockWarned:
    """A clock is about to run out."""

    metric: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClocksRemeasured:
    """Clocks count otherwise from here on, because of `cause`."""

    cause: str


@dataclass(frozen=True, slots=True)
class ClockBreached:
    """A due time passed unmet."""

    metric: str
    due_at: datetime
