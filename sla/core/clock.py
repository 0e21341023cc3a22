"""A clock is a fold over the marks of a ticket's log: nothing accumulates, everything is recomputed.

All instants are aware; results are UTC. The rules are numbered in the vocabulary: a clock starts with the
ticket, an event at the due instant is in time, a pause moves the due time by the open time that was paused,
an update clock starts anew with each update, and the time a ticket spent resolved does not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from helpdesk.worktime import WorkingCalendar

ZERO = timedelta()
MarkKind = Literal["start", "pause", "resume", "meet", "restart", "stop", "go"]


@dataclass(frozen=True, slots=True)
class Target:
    """How much counted time a metric may take, and after how much of it to warn."""

    work: timedelta
    warn: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing in the log that matters to a clock.

    `start` begins it; `pause` and `resume` hold it; `restart` is an update that was given; `meet` is the
    answer or solution; `stop` ends a measurement that no longer applies; `go` takes a met or stopped one
    up again, as reopening does. `why` is told when the clock is explained.
    """

    at: datetime
    kind: MarkKind
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of time in which the clock was counting, or was held for a reason; an open end is now."""

    starts_at: datetime
    ends_at: datetime | None
    counting: bool
    why: str = ""
    round: int = 0  # how often the clock had been started anew


@dataclass(frozen=True, slots=True)
class ClockState:
    """What replaying the marks gives. `due_at` is empty while paused; `missed` are due times that passed unmet."""

    state: Literal["waiting", "running", "paused", "met", "ended"] = "waiting"
    started_at: datetime | None = None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    met_at: datetime | None = None
    paused_at: datetime | None = None
    spent: timedelta = ZERO
    missed: tuple[datetime, ...] = ()
    stretches: tuple[Stretch, ...] = ()

    @property
    def is_late(self) -> bool:
        """Whether the latest round was not met in time."""
        return bool(self.missed)


@dataclass(slots=True)
class _Fold:
    """The running state of one replay."""

    target: Target
    calendar: WorkingCalendar
    state: str = "waiting"
    started_at: datetime | None = None
    since: datetime | None = None
    met_at: datetime | None = None
    paused_at: datetime | None = None
    spent: timedelta = ZERO
    late: bool = False  # this round's due time has passed
    round: int = 0
    missed: list[datetime] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)

    def take(self, mark: Mark) -> None:
        match mark.kind, self.state:
            case "start", "waiting":
                self.started_at = mark.at
                self._run(mark.at)
            case "pause", "running":
                self._halt(mark.at)
                self.state, self.paused_at = "paused", mark.at
                self._hold(mark)
            case "resume", "paused":
                self._release(mark.at)
                self._run(mark.at)
            case "restart", "running" | "paused":
                self._halt(mark.at) if self.state == "running" else self._release(mark.at)
                self.spent, self.late, self.round = ZERO, False, self.round + 1
                if self.state == "paused":
                    self._hold(mark)
                else:
                    self._run(mark.at)
            case "meet", "running" | "paused":
                self._halt(mark.at) if self.state == "running" else self._release(mark.at)
                self.state, self.met_at, self.paused_at = "met", mark.at, None
                self._hold(mark)
            case "stop", "running" | "paused":
                self._halt(mark.at) if self.state == "running" else self._release(mark.at)
                self.state, self.paused_at = "ended", None
                self._hold(mark)
            case "go", "met" | "ended":
                self._release(mark.at)
                self.met_at = None
                self._run(mark.at)

    def _run(self, at: datetime) -> None:
        self.state, self.since, self.paused_at = "running", at, None
        self.stretches.append(Stretch(at, None, counting=True, round=self.round))

    def _halt(self, at: datetime) -> None:
        assert self.since is not None
        due_at = self._due()
        if due_at < at and not self.late:
            self.missed.append(due_at)
            self.late = True
        self.spent += self.calendar.elapsed(self.since, at)
        self.since = None
        self._release(at)

    def _hold(self, mark: Mark) -> None:
        self.stretches.append(Stretch(mark.at, None, counting=False, why=mark.why, round=self.round))

    def _release(self, at: datetime) -> None:
        last = self.stretches.pop()
        if at > last.starts_at:
            self.stretches.append(replace(last, ends_at=at))

    def _due(self, work: timedelta | None = None) -> datetime:
        assert self.since is not None
        if self.late:
            return self.missed[-1]
        left = (self.target.work if work is None else work) - self.spent
        return self.calendar.add(self.since, left) if left > ZERO else self.since

    def result(self) -> ClockState:
        running = self.state == "running"
        warn = self.target.warn
        return ClockState(
            state=self.state,  # type: ignore[arg-type]
            started_at=self.started_at,
            due_at=self._due() if running else None,
            warn_at=self._due(warn) if running and not self.late and warn is not None and warn > self.spent else None,
            met_at=self.met_at,
            paused_at=self.paused_at,
            spent=self.spent,
            missed=tuple(self.missed),
            stretches=tuple(self.stretches),
        )


def replay(target: Target, marks: Iterable[Mark], calendar: WorkingCalendar) -> ClockState:
    """The state of a clock after these marks, given in the order of the log."""
    fold = _Fold(target, calendar)
    for mark in marks:
        fold.take(mark)
    return fold.result()


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the past or present, counted or not, and why not."""

    starts_at: datetime
    ends_at: datetime
    kind: Literal["counted", "paused", "closed"]
    why: str = ""
    round: int = 0


def explain(state: ClockState, calendar: WorkingCalendar, until: datetime) -> list[Interval]:
    """The clock's life up to `until`, without a gap: the counted intervals add up to the time spent."""
    intervals: list[Interval] = []
    for stretch in state.stretches:
        end = min(stretch.ends_at or until, until)
        if end <= stretch.starts_at:
            continue
        if stretch.counting:
            intervals.extend(working(calendar, stretch.starts_at, end, round=stretch.round))
        else:
            intervals.append(Interval(stretch.starts_at, end, "paused", stretch.why, stretch.round))
    return intervals


def working(calendar: WorkingCalendar, start: datetime, end: datetime, *, round: int = 0) -> Sequence[Interval]:
    """Counted and closed intervals between two instants."""
    found: list[Interval] = []
    at = start
    for window in calendar.windows(start, end):
        if window.opens_at > at:
            found.append(Interval(at, window.opens_at, "closed", str(calendar.why_closed(at) or ""), round))
        if found and found[-1].kind == "counted":  # open over midnight
            found[-1] = replace(found[-1], ends_at=window.closes_at)
        else:
            found.append(Interval(window.opens_at, window.closes_at, "counted", "", round))
        at = window.closes_at
    if at < end:
        found.append(Interval(at, end, "closed", str(calendar.why_closed(at) or ""), round))
    return found
