"""Clocks against an oracle that walks minute by minute and knows nothing of stretches, in zones with odd clocks."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.worktime import Hours, WorkingCalendar
from sla.core.clock import ClockState, Mark, Target, explain, replay

MINUTE = timedelta(minutes=1)
WALKED = 7 * 7 * 24 * 60  # seven weeks: a fortnight of marks, and what the longest target needs after them
LATEST = 14 * 24 * 60

patient = settings(deadline=None, derandomize=True, database=None, max_examples=300)


@dataclass(frozen=True, eq=False)
class Place:
    """A calendar with the week that is walked; the oracle reads hours and zone, never the calendar."""

    zone: str
    week: date
    hours: dict[int, Hours]
    closed: frozenset[date] = frozenset()

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.week, time(), UTC)

    @cache  # noqa: B019 - there are as many as places
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar(ZoneInfo(self.zone), self.hours, self.closed)

    @cache  # noqa: B019 - as above
    def open_minutes(self) -> bytes:
        """Whether each minute counts: what the clock on the wall says, looked up in the hours of that date."""
        zone = ZoneInfo(self.zone)
        walls = ((self.begins_at + n * MINUTE).astimezone(zone) for n in range(WALKED))
        return bytes(self._is_open(wall) for wall in walls)

    def _is_open(self, wall: datetime) -> bool:
        if wall.date() in self.closed:
            return False
        spans = self.hours.get(wall.weekday(), ())
        return any(opens <= wall.time() and (wall.time() < closes or closes == time()) for opens, closes in spans)


OFFICE = {day: [(time(8), time(12)), (time(13), time(17))] for day in range(5)}
NIGHTS = {day: [(time(0), time(4)), (time(22), time(0))] for day in range(7)}
ALWAYS = {day: [(time(), time())] for day in range(7)}
PLACES = [
    Place("Europe/Luxembourg", date(2026, 3, 25), NIGHTS),  # spring forward within the first week
    Place("Europe/Luxembourg", date(2026, 10, 21), NIGHTS, frozenset({date(2026, 10, 26)})),
    Place("America/New_York", date(2026, 10, 29), ALWAYS, frozenset({date(2026, 11, 3)})),
    Place("America/St_Johns", date(2027, 3, 10), NIGHTS),  # half an hour off the full hour
    Place("Australia/Lord_Howe", date(2026, 4, 1), NIGHTS),  # clocks change by half an hour
    Place("Asia/Kathmandu", date(2026, 1, 5), OFFICE),  # five hours and three quarters
    Place("Pacific/Chatham", date(2026, 4, 1), OFFICE, frozenset({date(2026, 4, 3)})),
    Place("Africa/Casablanca", date(2026, 2, 11), NIGHTS),  # clocks go back for Ramadan, and on again
]

NEXT = {
    ("waiting", "start"): "running",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("running", "restart"): "running",
    ("paused", "restart"): "paused",
    ("running", "meet"): "met",
    ("paused", "meet"): "met",
    ("running", "stop"): "ended",
    ("paused", "stop"): "ended",
    ("met", "go"): "running",
    ("ended", "go"): "running",
}
KINDS = ("start", "pause", "resume", "meet", "restart", "stop", "go")


@dataclass
class Walk:
    """What a patient person with a stopwatch writes down. Minutes are counted from the place's week."""

    place: Place
    work: int
    warn: int | None
    state: str = "waiting"
    used: int = 0  # in this round
    ran_from: int = 0  # the minute at which it ran on last
    used_then: int = 0
    reached: int | None = None  # the minute at whose beginning this round's work was used up
    warned: int | None = None
    late: bool = False
    missed: list[int] = field(default_factory=list)
    counted: int = 0  # over all rounds
    kinds: list[str] = field(default_factory=list)  # of each minute since the start

    def take(self, kind: str, minute: int) -> None:
        after = NEXT.get((self.state, kind))
        if after is None:
            return
        if self.state == "running" and not self.late and self.reached is not None and self.reached < minute:
            self.missed.append(self.reached)
            self.late = True
        if kind == "restart":
            self.used, self.late, self.reached, self.warned = 0, False, None, None
        if after == "running":
            self.ran_from, self.used_then = minute, self.used
            self.reached = self.warned = None
            self._look(minute)
        self.state = after

    def tick(self, minute: int) -> None:
        is_open = self.place.open_minutes()[minute]
        if self.state == "running" and is_open:
            self.used += 1
            self.counted += 1
            self._look(minute + 1)
        if self.state != "waiting":
            self.kinds.append("paused" if self.state != "running" else "counted" if is_open else "closed")

    def _look(self, minute: int) -> None:
        if self.reached is None and self.used >= self.work:
            self.reached = minute
        if self.warned is None and self.warn is not None and self.used_then < self.warn <= self.used:
            self.warned = minute


def walked(
    place: Place, target: tuple[int, int | None], marks: list[tuple[int, str]], until: int | None = None
) -> Walk:
    """Take the marks minute by minute, as far as `until`, or as far as something is still to come."""
    walk, left = Walk(place, *target), list(marks)
    for minute in range(WALKED):
        while left and left[0][0] <= minute:
            at, kind = left.pop(0)
            walk.take(kind, at)
        if minute == until or (until is None and not left and (walk.state != "running" or walk.reached is not None)):
            return walk
        walk.tick(minute)
    raise AssertionError("the walk was too short")


Case = tuple[Place, tuple[int, int | None], list[tuple[int, str]]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A place, a target, and marks in the order of a log: mostly sensible ones, often at the very due time."""
    place = draw(st.sampled_from(PLACES))
    work = draw(st.integers(1, 4 * 60) | st.integers(1, 24 * 60))
    target = (work, draw(st.none() | st.integers(1, work) | st.integers(1, 24 * 60)))
    marks = [(0, "start")]
    for _ in range(draw(st.integers(1, 10))):
        walk, last = walked(place, target, marks), marks[-1][0]
        telling = [minute for minute in (walk.reached, walk.warned, last) if minute is not None and minute >= last]
        minute = draw(st.sampled_from(telling) | st.integers(last, last + 36 * 60))
        fitting = [kind for before, kind in NEXT if before == walk.state]
        marks.append((minute, draw(st.sampled_from([*fitting, *fitting, *KINDS]))))
        if minute > LATEST:
            break
    return place, target, marks


def replayed(place: Place, target: tuple[int, int | None], marks: list[tuple[int, str]]) -> ClockState:
    work, warn = target
    told = [Mark(place.begins_at + at * MINUTE, kind, f"why {kind}") for at, kind in marks]  # type: ignore[arg-type]
    return replay(Target(work * MINUTE, None if warn is None else warn * MINUTE), told, place.calendar())


@patient
@given(cases())
def test_state_due_time_warning_and_missed_rounds_are_those_of_the_walk(case: Case) -> None:
    place, target, marks = case

    def instant(minute: int | None) -> datetime | None:
        return None if minute is None else place.begins_at + minute * MINUTE

    walk, state = walked(place, target, marks), replayed(place, target, marks)
    assert state.state == walk.state
    assert list(state.missed) == [instant(minute) for minute in walk.missed]
    if walk.state != "running":
        assert (state.due_at, state.warn_at, state.spent) == (None, None, walk.used * MINUTE)
        return
    assert state.spent == walk.used_then * MINUTE
    assert state.due_at == (instant(walk.missed[-1]) if walk.late else instant(walk.reached))
    if walk.late or walk.warn is None or walk.used_then >= walk.warn:
        assert state.warn_at is None
    elif walk.warn <= walk.work:
        assert state.warn_at == instant(walk.warned)


@patient
@given(cases(), st.integers(1, LATEST))
def test_the_explanation_tells_every_minute_as_the_walk_does(case: Case, until: int) -> None:
    place, target, marks = case
    marks = [mark for mark in marks if mark[0] <= until]
    walk = walked(place, target, marks, until)
    intervals = explain(replayed(place, target, marks), place.calendar(), place.begins_at + until * MINUTE)
    assert all(one.ends_at == other.starts_at for one, other in pairwise(intervals))
    told = [part.kind for part in intervals for _ in range((part.ends_at - part.starts_at) // MINUTE)]
    assert told == walk.kinds
    assert told.count("counted") == walk.counted
    held = {part.why for part in intervals if part.kind == "paused"}
    assert held <= {f"why {kind}" for _, kind in marks if kind in ("pause", "restart", "meet", "stop")}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.zone} {place.week}")
def test_the_walk_crosses_what_it_is_there_for(place: Place) -> None:
    """Both sides of each open hour occur, and every place but the one without daylight saving changes its clocks."""
    assert {0, 1} == set(place.open_minutes()) or not place.closed
    offsets = {
        (place.begins_at + n * timedelta(hours=12)).astimezone(ZoneInfo(place.zone)).utcoffset() for n in range(15)
    }
    assert len(offsets) == (1 if place.zone == "Asia/Kathmandu" else 2)
