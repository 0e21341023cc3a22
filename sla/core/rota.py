"""A rota: who is on call at an instant, the shifts between two instants, and the time that nobody covers.

All instants are aware; results are UTC. A hand-over is a time on the clock on the wall: where the clocks skip it,
it moves forward by the gap; where it occurs twice, the first is meant. An override takes the place of everybody
at its level; where two overlap, the one that began last counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Levels = dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take turns of so many days at one level. None is a turn that nobody takes."""

    level: int
    agents: tuple[int | None, ...]
    starts_on: date
    hands_over: time
    days: int
    tz: ZoneInfo
    ends_on: date | None = None  # hands over for the last time on this date

    def hand_over(self, turn: int) -> datetime:
        """When this turn begins; turns are counted from 0."""
        return self._at(self.starts_on + turn * timedelta(days=self.days))

    @property
    def starts_at(self) -> datetime:
        """When the first turn begins."""
        return self.hand_over(0)

    @property
    def ends_at(self) -> datetime | None:
        """When the last turn ends, if it ever does."""
        return self._at(self.ends_on) if self.ends_on is not None else None

    def turn(self, at: datetime) -> int:
        """The number of the turn that this instant lies in; negative before the first."""
        days = (at.astimezone(self.tz).date() - self.starts_on).days
        turn = days // self.days
        if at < self.hand_over(turn):
            return turn - 1
        # Clocks that go back over midnight give an instant the date before.
        return turn + 1 if at >= self.hand_over(turn + 1) else turn

    def holder(self, at: datetime) -> int | None:
        """Whose turn it is; None outside the rotation, and in a turn that nobody takes."""
        if not self.agents or at < self.starts_at or (self.ends_at is not None and at >= self.ends_at):
            return None
        return self.agents[self.turn(at) % len(self.agents)]

    def edges(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The instants in between at which somebody else may take over."""
        turn = self.turn(max(start, self.starts_at))
        last = end if self.ends_at is None else min(end, self.ends_at)
        while (at := self.hand_over(turn)) < last:
            yield at
            turn += 1
        if self.ends_at is not None:
            yield self.ends_at

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, self.hands_over.replace(fold=0), self.tz).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody else at a level from one instant (included) to another (excluded)."""

    level: int
    agent: int | None
    starts_at: datetime
    ends_at: datetime

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Rota:
    """Everything that says who is on call for one schedule."""

    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A time in which one person is on call at a level without a break."""

    level: int
    agent: int
    starts_at: datetime
    ends_at: datetime


def on_call(rota: Rota, at: datetime) -> Levels:
    """Who is on call at this instant by level, the first level first; empty where nobody is."""
    found: dict[int, list[int | None]] = {}
    for rotation in rota.rotations:
        found.setdefault(rotation.level, []).append(rotation.holder(at))
    for override in sorted(rota.overrides, key=lambda each: each.starts_at):
        if override.covers(at):
            found[override.level] = [override.agent]
    people = {level: tuple(dict.fromkeys(who for who in found[level] if who is not None)) for level in sorted(found)}
    return {level: agents for level, agents in people.items() if agents}


def shifts(rota: Rota, start: datetime, end: datetime) -> list[Shift]:
    """The shifts between two instants, cut to fit, in the order of their beginning."""
    made: list[Shift] = []
    running: dict[tuple[int, int], datetime] = {}
    for since, _, levels in _pieces(rota, start, end):
        now = {(level, agent) for level, agents in levels.items() for agent in agents}
        made.extend(Shift(*key, running.pop(key), since) for key in set(running) - now)
        for key in now:
            running.setdefault(key, since)
    made.extend(Shift(*key, since, end.astimezone(UTC)) for key, since in running.items())
    return sorted(made, key=lambda shift: (shift.starts_at, shift.level, shift.agent))


def gaps(rota: Rota, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The times between two instants in which nobody is on call at any level."""
    found: list[tuple[datetime, datetime]] = []
    for since, until, levels in _pieces(rota, start, end):
        if levels:
            continue
        if found and found[-1][1] == since:
            found[-1] = (found[-1][0], until)
        else:
            found.append((since, until))
    return found


def _pieces(rota: Rota, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, Levels]]:
    """The time between two instants, cut wherever somebody may take over, with who is on call in each piece."""
    inside = (at for at in _edges(rota, start, end) if start < at < end)
    for since, until in pairwise(sorted({start.astimezone(UTC), *inside, end.astimezone(UTC)})):
        yield since, until, on_call(rota, since)


def _edges(rota: Rota, start: datetime, end: datetime) -> Iterable[datetime]:
    for rotation in rota.rotations:
        yield from rotation.edges(start, end)
    for override in rota.overrides:
        yield override.starts_at.astimezone(UTC)
        yield override.ends_at.astimezone(UTC)
