"""A circuit breaker: a server that fails again and again is left alone for a while, then tried with one mail; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERATED = 5  # failures in a row
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Breaker:
    """How often a server failed in a row, and until when it is left alone."""

    failures: int = 0
    open_until: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether nothing is tried now."""
        return self.open_until is not None and now < self.open_until

    def is_half_open(self, now: datetime) -> bool:
        """Whether one mail shall find out how things are."""
        return self.open_until is not None and now >= self.open_until

    def after_failure(self, now: datetime) -> "Breaker":
        """One failure more; from the fifth on it rests, longer each time."""
        failures = self.failures + 1
        if failures < TOLERATED:
            return Breaker(failures)
        rest = min(FIRST_REST * (1 << min(failures - TOLERATED, 10)), LONGEST_REST)
        return Breaker(failures, now + rest)
