"""What is measured: a name, our time, the time of the limit beside it, and what that limit does."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measured:
    """Seconds of ours and of the limit, for the same work."""

    what: str
    ours: float
    bare: float
    against: str

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


def seconds(act: Callable[[], Any]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def medians(ours: Callable[[], float], bare: Callable[[], float], *, rounds: int, warm: int = 1) -> tuple[float, float]:
    """Both, taken in turns, so that what else the machine does disturbs them alike."""
    for _ in range(warm):
        ours(), bare()
    taken = [(ours(), bare()) for _ in range(rounds)]
    return statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


def show(rows: list[Measured]) -> None:
    print(f"{'what':<42}{'ours ms':>12}{'limit ms':>12}{'ratio':>8}  the limit")
    for row in rows:
        print(f"{row.what:<42}{row.ours * 1000:>12.3f}{row.bare * 1000:>12.3f}{row.ratio:>8.2f}  {row.against}")
