"""A clock's life as a line: what counted and what did not, and what still has to pass until it is due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from helpdesk.worktime import WorkingCalendar
from sla.core.clock import ZERO, ClockState, Interval, Target, explain, working

Phase = Literal["past", "over", "ahead"]


@dataclass(frozen=True, slots=True)
class Piece:
    """An interval of the line. `total` is what its round has counted when it ends.

    `past` has been and lies before the due time, `over` after it; `ahead` is still to come.
    """

    starts_at: datetime
    ends_at: datetime
    kind: Literal["counted", "paused", "closed"]
    why: str
    round: int
    phase: Phase
    total: timedelta

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def counted(self) -> timedelta:
        """How much of it the clock counted, or will."""
        return self.length if self.kind == "counted" else ZERO

    def cut(self, at: datetime) -> tuple["Piece", "Piece"]:
        """The two parts before and after an instant within it."""
        left = self.ends_at - at if self.kind == "counted" else ZERO
        return replace(self, ends_at=at, total=self.total - left), replace(self, starts_at=at)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant worth a word. `update` starts a round anew; `missed` is a due time that passed unmet."""

    at: datetime
    kind: Literal["start", "update", "warning", "due", "missed", "met"]
    round: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """The pieces of all rounds without a gap, and the moments among them, each in the order of time."""

    target: timedelta
    pieces: tuple[Piece, ...]
    moments: tuple[Moment, ...]

    @property
    def round(self) -> int:
        """The round that counts: the last one."""
        return self.pieces[-1].round if self.pieces else 0

    @property
    def counted(self) -> timedelta:
        """What this round has counted so far, overtime included."""
        return self._of_round("past", "over")

    @property
    def sum(self) -> timedelta:
        """What this round counts up to its due time: the whole target, unless it stands still or ended before."""
        return self._of_round("past", "ahead")

    def _of_round(self, *phases: Phase) -> timedelta:
        return sum((part.counted for part in self.pieces if part.round == self.round and part.phase in phases), ZERO)


def timeline(state: ClockState, target: Target, calendar: WorkingCalendar, now: datetime) -> Timeline:
    """The line from the clock's start to `now`, or on to its due time if that is still to come.

    A clock that was met or has ended is told up to that instant.
    """
    if state.started_at is None:
        return Timeline(target.work, (), ())
    dues = _dues(state)
    lived = _lived(state, calendar, now)
    pieces = tuple(_summed([*_cut(lived, dues), *_ahead(state, calendar, now, lived)]))
    return Timeline(target.work, pieces, tuple(_moments(state, target, dues, pieces, now)))


def _lived(state: ClockState, calendar: WorkingCalendar, now: datetime) -> list[Interval]:
    """What has been. The last stretch of a clock that is over lies behind its end."""
    is_over = state.state in ("met", "ended")
    until = state.stretches[-1].starts_at if is_over else now
    return explain(state, calendar, min(until, now))


def _dues(state: ClockState) -> dict[int, datetime]:
    """The due time of each round that has one: those that were missed, and the present one."""
    rounds: dict[int, datetime] = {}
    for stretch in state.stretches:
        rounds.setdefault(stretch.round, stretch.starts_at)
    dues = {max(found for found, begun in rounds.items() if begun <= due): due for due in state.missed}
    if state.due_at is not None:
        dues[max(rounds)] = state.due_at
    return dues


def _cut(intervals: Iterable[Interval], dues: dict[int, datetime]) -> Iterator[tuple[Interval, Phase]]:
    """Each interval on its side of its round's due time, in two if that lies within."""
    for part in intervals:
        due = dues.get(part.round)
        if due is None or part.ends_at <= due:
            yield part, "past"
        elif part.starts_at >= due:
            yield part, "over"
        else:
            yield replace(part, ends_at=due), "past"
            yield replace(part, starts_at=due), "over"


def _ahead(
    state: ClockState, calendar: WorkingCalendar, now: datetime, lived: list[Interval]
) -> Iterator[tuple[Interval, Phase]]:
    """What has to pass from now to the due time of a running clock."""
    if state.due_at is None or state.started_at is None or state.due_at <= now:
        return
    begins_at = lived[-1].ends_at if lived else state.started_at
    for part in working(calendar, begins_at, state.due_at, round=state.stretches[-1].round):
        yield part, "ahead"


def _summed(parts: Iterable[tuple[Interval, Phase]]) -> Iterator[Piece]:
    total, round_ = ZERO, 0
    for part, phase in parts:
        if part.round != round_:
            total, round_ = ZERO, part.round
        if part.kind == "counted":
            total += part.ends_at - part.starts_at
        yield Piece(part.starts_at, part.ends_at, part.kind, part.why, part.round, phase, total)


def _moments(
    state: ClockState, target: Target, dues: dict[int, datetime], pieces: Iterable[Piece], now: datetime
) -> list[Moment]:
    """Starts, warnings and due times of all rounds, and the end."""
    assert state.started_at is not None
    found = [Moment(state.started_at, "start")]
    warn = target.warn if target.warn is not None and target.warn < target.work else None
    last = 0
    for piece in pieces:
        if piece.round != last:
            found.append(Moment(piece.starts_at, "update", piece.round))
            last = piece.round
        if warn is not None and piece.total - piece.counted < warn <= piece.total:
            found.append(Moment(piece.ends_at - (piece.total - warn), "warning", piece.round))
    passed = {due for due in dues.values() if due < now}
    found += [Moment(due, "missed" if due in passed else "due", round_) for round_, due in dues.items()]
    if state.met_at is not None:
        found.append(Moment(state.met_at, "met", last))
    return sorted(found, key=lambda moment: moment.at)
