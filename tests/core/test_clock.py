"""Clocks as folds: properties of replaying marks, whatever their order, against a walk that counts minutes."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.durations import after, before, working_time
from helpdesk.worktime import ROUND_THE_CLOCK, WorkingCalendar
from sla.core.clock import ClockState, Mark, Target, explain, replay

TICK, MINUTE, HOUR, DAY = timedelta.resolution, timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta()
MONDAY = datetime(2026, 3, 23, tzinfo=UTC)  # the week in which Europe's clocks change
KINDS = ("start", "pause", "resume", "meet", "restart", "stop", "go")

OFFICE = WorkingCalendar(
    ZoneInfo("Europe/Berlin"),
    {day: [(time(8), time(12)), (time(13), time(17))] for day in range(5)},
    {date(2026, 3, 25)},
)
SUNDAYS_TOO = WorkingCalendar(ZoneInfo("Europe/Berlin"), {day: [(time(0), time(6))] for day in range(7)})

patient = settings(deadline=None, derandomize=True, database=None)  # the same examples in every run, on any machine

calendars = st.sampled_from([OFFICE, SUNDAYS_TOO, ROUND_THE_CLOCK])
targets = st.builds(Target, st.integers(1, 60 * 40).map(lambda minutes: minutes * MINUTE))
instants = st.integers(0, 14 * 24 * 60).map(lambda minute: MONDAY + minute * MINUTE)


@st.composite
def logs(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> list[Mark]:
    """Marks of any kinds, in the order of time, as a log holds them."""
    times = sorted(draw(st.lists(instants, max_size=10)))
    return [Mark(at, draw(st.sampled_from(kinds)), draw(st.sampled_from(["", "why"]))) for at in times]


def begun(marks: list[Mark]) -> list[Mark]:
    """The same log, of a clock that starts with the week."""
    return [Mark(MONDAY, "start"), *marks]


def by_minutes(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """Open time between two whole minutes, counted one by one."""
    minutes = (end - start) // MINUTE
    return sum(calendar.is_open(start + n * MINUTE) for n in range(minutes)) * MINUTE


def spent_at(state: ClockState, calendar: WorkingCalendar, until: datetime) -> timedelta:
    """Time counted by `until`, the part that still runs included."""
    running = state.stretches[-1].starts_at if state.state == "running" else until
    return state.spent + calendar.elapsed(min(running, until), until)


# --- Any log -------------------------------------------------------------------------------------------------


@patient
@given(targets, logs(), calendars)
def test_marks_in_any_order_of_kinds_give_a_state(target: Target, marks: list[Mark], calendar: WorkingCalendar) -> None:
    state = replay(target, marks, calendar)
    assert (state.started_at is None) == (state.state == "waiting")
    assert (state.due_at is not None) == (state.state == "running")
    assert (state.paused_at is not None) == (state.state == "paused")
    assert (state.met_at is not None) == (state.state == "met")
    assert state.is_late == bool(state.missed)
    assert list(state.missed) == sorted(set(state.missed))


@patient
@given(targets, logs(), calendars)
def test_used_time_never_shrinks_within_a_round(target: Target, marks: list[Mark], calendar: WorkingCalendar) -> None:
    log = [mark for mark in begun(marks) if mark.kind != "restart"]
    spent = [spent_at(replay(target, log[:n], calendar), calendar, log[n - 1].at) for n in range(1, len(log) + 1)]
    assert all(earlier <= later for earlier, later in pairwise(spent))


@patient
@given(targets, logs(), calendars)
def test_replaying_a_prefix_and_looking_on_is_replaying_all(
    target: Target, marks: list[Mark], calendar: WorkingCalendar
) -> None:
    """What is in the past stays: later marks add to it and never rewrite what was missed or explained before."""
    log = begun(marks)
    for n in range(1, len(log)):
        earlier, later = replay(target, log[:n], calendar), replay(target, log, calendar)
        assert later.missed[: len(earlier.missed)] == earlier.missed
        until = log[n - 1].at
        assert explain(later, calendar, until) == explain(earlier, calendar, until)


@patient
@given(targets, logs(), calendars, instants)
def test_the_explanation_has_no_gap_and_counts_what_was_spent(
    target: Target, marks: list[Mark], calendar: WorkingCalendar, until: datetime
) -> None:
    log = [mark for mark in begun(marks) if mark.kind != "restart" and mark.at <= until]
    state = replay(target, log, calendar)
    intervals = explain(state, calendar, until)

    assert all(one.ends_at == other.starts_at for one, other in pairwise(intervals))
    assert all(part.starts_at < part.ends_at for part in intervals)
    if until > MONDAY:
        assert (intervals[0].starts_at, intervals[-1].ends_at) == (MONDAY, until)
    counted = sum((part.ends_at - part.starts_at for part in intervals if part.kind == "counted"), NOTHING)
    assert counted == spent_at(state, calendar, until)
    for part in intervals:
        if part.kind != "paused":
            assert calendar.is_open(part.starts_at) == (part.kind == "counted")
            assert bool(part.why) == (part.kind == "closed")


# --- Pauses --------------------------------------------------------------------------------------------------


@patient
@given(targets, instants, instants, calendars)
def test_a_pause_moves_the_due_time_by_the_open_time_that_was_paused(
    target: Target, one: datetime, other: datetime, calendar: WorkingCalendar
) -> None:
    paused, resumed = sorted([one, other])
    plain = replay(target, [Mark(MONDAY, "start")], calendar)
    state = replay(target, [Mark(MONDAY, "start"), Mark(paused, "pause"), Mark(resumed, "resume")], calendar)
    assert plain.due_at is not None
    assert state.due_at is not None
    if plain.due_at < paused:
        assert (state.due_at, state.missed) == (plain.due_at, (plain.due_at,))
    else:
        moved = by_minutes(calendar, plain.due_at, state.due_at)
        # A due time at the very moment of the pause may be passed over a closed time that costs nothing.
        assert moved == by_minutes(calendar, paused, resumed)
        assert state.missed == ()


@patient
@given(targets, st.lists(instants, min_size=2, max_size=8), calendars)
def test_due_is_when_the_target_is_used_up_by_a_count_of_minutes(
    target: Target, times: list[datetime], calendar: WorkingCalendar
) -> None:
    times.sort()
    marks = [Mark(at, "pause" if n % 2 == 0 else "resume") for n, at in enumerate(times[: len(times) // 2 * 2])]
    state = replay(target, begun(marks), calendar)
    assert state.due_at is not None
    until, counting, used = MONDAY, True, NOTHING
    for mark in [*marks, Mark(state.due_at, "meet")]:
        if mark.at > until and counting:
            used += by_minutes(calendar, until, mark.at)
        counting, until = mark.kind == "resume", mark.at
    if not state.missed:
        assert used == target.work


# --- Due, met, missed ----------------------------------------------------------------------------------------


@patient
@given(targets, st.lists(instants, max_size=6), calendars)
def test_met_at_the_due_instant_is_in_time_and_a_microsecond_later_is_not(
    target: Target, times: list[datetime], calendar: WorkingCalendar
) -> None:
    marks = begun([Mark(at, "pause" if n % 2 == 0 else "resume") for n, at in enumerate(sorted(times))])
    if len(times) % 2:
        marks.pop()
    state = replay(target, marks, calendar)
    if state.missed or state.due_at is None or state.due_at < marks[-1].at:
        return
    in_time = replay(target, [*marks, Mark(state.due_at, "meet")], calendar)
    too_late = replay(target, [*marks, Mark(state.due_at + TICK, "meet")], calendar)
    assert (in_time.state, in_time.missed) == ("met", ())
    assert (too_late.state, too_late.missed, too_late.met_at) == ("met", (state.due_at,), state.due_at + TICK)


@patient
@given(targets, logs(("pause", "resume", "meet", "stop", "go")), calendars)
def test_a_round_is_missed_at_most_once(target: Target, marks: list[Mark], calendar: WorkingCalendar) -> None:
    assert len(replay(target, begun(marks), calendar).missed) <= 1


@patient
@given(targets, logs(), calendars)
def test_a_missed_due_time_passed_before_the_last_mark(
    target: Target, marks: list[Mark], calendar: WorkingCalendar
) -> None:
    log = begun(marks)
    assert all(MONDAY <= at < log[-1].at for at in replay(target, log, calendar).missed)


def test_a_late_clock_keeps_the_due_time_that_it_missed() -> None:
    marks = [Mark(MONDAY, "start"), Mark(MONDAY + 3 * HOUR, "pause"), Mark(MONDAY + 5 * HOUR, "resume")]
    state = replay(Target(2 * HOUR, HOUR), marks, ROUND_THE_CLOCK)
    assert (state.due_at, state.missed, state.warn_at) == (MONDAY + 2 * HOUR, (MONDAY + 2 * HOUR,), None)


def test_an_overdue_target_that_got_shorter_is_due_when_it_ran_on() -> None:
    """What is used up when a clock goes on is due at that very moment, not before it."""
    marks = [Mark(MONDAY, "start"), Mark(MONDAY + 2 * HOUR, "pause"), Mark(MONDAY + 5 * HOUR, "resume")]
    state = replay(Target(2 * HOUR), marks, ROUND_THE_CLOCK)
    assert (state.due_at, state.missed) == (MONDAY + 5 * HOUR, ())


# --- Warnings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("warn", "paused_for", "expected"),
    [
        (None, NOTHING, None),
        (HOUR, NOTHING, MONDAY + HOUR),
        (HOUR, HOUR, MONDAY + 2 * HOUR),
    ],
)
def test_a_warning_is_moved_by_pauses_like_the_due_time(
    warn: timedelta | None, paused_for: timedelta, expected: datetime | None
) -> None:
    half = MONDAY + HOUR / 2
    marks = [Mark(MONDAY, "start"), Mark(half, "pause"), Mark(half + paused_for, "resume")]
    assert replay(Target(4 * HOUR, warn), marks, ROUND_THE_CLOCK).warn_at == expected


def test_a_warning_that_has_been_is_not_given_again_after_a_pause() -> None:
    marks = [Mark(MONDAY, "start"), Mark(MONDAY + 2 * HOUR, "pause"), Mark(MONDAY + 3 * HOUR, "resume")]
    state = replay(Target(4 * HOUR, HOUR), marks, ROUND_THE_CLOCK)
    assert (state.warn_at, state.due_at) == (None, MONDAY + 5 * HOUR)


# --- Updates, endings, reopening -----------------------------------------------------------------------------


@patient
@given(targets, st.lists(instants, min_size=1, max_size=6), calendars)
def test_every_update_starts_a_round_of_its_own(
    target: Target, times: list[datetime], calendar: WorkingCalendar
) -> None:
    times.sort()
    state = replay(target, begun([Mark(at, "restart") for at in times]), calendar)
    rounds = pairwise([MONDAY, *times])
    missed = [calendar.add(start, target.work) for start, end in rounds if calendar.add(start, target.work) < end]
    assert list(state.missed) == missed
    assert (state.due_at, state.spent) == (calendar.add(times[-1], target.work), NOTHING)


def test_an_update_while_paused_begins_a_round_that_waits() -> None:
    marks = [Mark(MONDAY, "start"), Mark(MONDAY + HOUR, "pause", "Waiting"), Mark(MONDAY + 2 * HOUR, "restart")]
    state = replay(Target(4 * HOUR), marks, ROUND_THE_CLOCK)
    assert (state.state, state.due_at, state.spent) == ("paused", None, NOTHING)
    on = replay(Target(4 * HOUR), [*marks, Mark(MONDAY + 3 * HOUR, "resume")], ROUND_THE_CLOCK)
    assert on.due_at == MONDAY + 7 * HOUR


@pytest.mark.parametrize("ending", ["meet", "stop"])
@pytest.mark.parametrize("paused", [False, True])
def test_reopening_goes_on_with_what_was_left(ending: str, paused: bool) -> None:
    """The time in between does not count."""
    pause = [Mark(MONDAY + HOUR, "pause")] if paused else []
    marks = [Mark(MONDAY, "start"), *pause, Mark(MONDAY + 2 * HOUR, ending)]  # type: ignore[arg-type]
    ended = replay(Target(4 * HOUR), marks, ROUND_THE_CLOCK)
    assert ended.state == {"meet": "met", "stop": "ended"}[ending]
    assert ended.spent == (HOUR if paused else 2 * HOUR)

    again = replay(Target(4 * HOUR), [*marks, Mark(MONDAY + DAY, "go")], ROUND_THE_CLOCK)
    assert (again.state, again.met_at) == ("running", None)
    assert again.due_at == MONDAY + DAY + (3 * HOUR if paused else 2 * HOUR)


def test_what_ends_is_explained_until_now() -> None:
    marks = [Mark(MONDAY, "start"), Mark(MONDAY + HOUR, "meet", "answered")]
    state = replay(Target(4 * HOUR), marks, ROUND_THE_CLOCK)
    told = [(part.ends_at, part.kind, part.why) for part in explain(state, ROUND_THE_CLOCK, MONDAY + DAY)]
    assert told == [(MONDAY + HOUR, "counted", ""), (MONDAY + DAY, "paused", "answered")]


def test_a_mark_that_fits_no_state_changes_nothing() -> None:
    marks = [Mark(MONDAY, "resume"), Mark(MONDAY, "start"), Mark(MONDAY + HOUR, "start"), Mark(MONDAY + HOUR, "go")]
    assert replay(Target(HOUR), marks, OFFICE) == replay(Target(HOUR), [Mark(MONDAY, "start")], OFFICE)


# --- Lengths of time in a contract's units -------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (3, "business_hours", 3 * HOUR),
        (3, "elapsed_hours", 3 * HOUR),
        (2, "business_days", 16 * HOUR),
        (1, "business_weeks", 40 * HOUR),
    ],
)
def test_units_come_to_working_time(amount: int, unit: str, expected: timedelta) -> None:
    assert working_time(amount, unit, OFFICE) == expected


def test_calendar_days_are_no_working_time() -> None:
    with pytest.raises(ValueError, match="calendar_days is not counted on a calendar"):
        working_time(1, "calendar_days", OFFICE)


FRIDAY = datetime(2026, 3, 27, 15, tzinfo=UTC)  # 16:00 in Berlin


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (2, "business_hours", datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (2, "elapsed_hours", FRIDAY + 2 * HOUR),
        (2, "calendar_days", datetime(2026, 3, 29, 14, tzinfo=UTC)),
    ],
)
def test_after_and_before_are_each_other_s_way_back(amount: int, unit: str, expected: datetime) -> None:
    assert after(FRIDAY, amount, unit, OFFICE, BERLIN) == expected
    assert before(expected, amount, unit, OFFICE, BERLIN) == FRIDAY
