"""When a failed delivery is tried again: a pure function of how often it failed and which one it is."""

import hashlib
from datetime import timedelta

MOST_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
SPREAD = 0.25  # of the wait: what failed together does not come back together


def wait_after(attempts: int, delivery_id: int) -> timedelta | None:
    """How long to wait after this many failed attempts; None when it is time to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)
    return wait * (1 + SPREAD * _share(f"{delivery_id}/{attempts}"))


def spread(delivery_id: int, over: timedelta) -> timedelta:
    """This delivery's place in a stretch of time, so that what waited does not all come at once."""
    return over * _share(str(delivery_id))


def _share(of: str) -> float:
    """A number from 0 to 1 that looks like chance and is always the same."""
    return hashlib.sha256(of.encode()).digest()[0] / 256
