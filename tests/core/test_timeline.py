"""Timelines: for any calendar and any marks, gapless pieces whose counted ones come to the target at the due time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.worktime import ROUND_THE_CLOCK
from sla.core.clock import ClockState, Mark, Target, replay
from sla.core.timeline import Piece, Timeline, timeline
from tests.core.test_clock_by_minutes import LATEST, MINUTE, Case, cases, patient, replayed, walked

HOUR, NOTHING = timedelta(hours=1), timedelta()
MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
nows = st.integers(0, LATEST)


def told(case: Case, until: int) -> tuple[ClockState, Timeline, datetime]:
    """The clock by the marks up to that minute, its line as it is read then, and the instant."""
    place, (work, warn), marks = case
    now = place.begins_at + until * MINUTE
    state = replayed(place, (work, warn), [mark for mark in marks if mark[0] <= until])
    target = Target(work * MINUTE, None if warn is None else warn * MINUTE)
    return state, timeline(state, target, place.calendar(), now), now


@patient
@given(cases(), nows)
def test_the_line_has_no_gap_from_the_start_to_now_or_to_the_due_time(case: Case, until: int) -> None:
    state, line, now = told(case, until)
    assert all(one.ends_at == other.starts_at for one, other in pairwise(line.pieces))
    assert all(part.starts_at < part.ends_at for part in line.pieces)
    if not line.pieces:
        return
    assert line.pieces[0].starts_at == state.started_at
    end = state.stretches[-1].starts_at if state.state in ("met", "ended") else max(now, state.due_at or now)
    assert line.pieces[-1].ends_at == end
    assert all((part.phase == "ahead") == (part.starts_at >= now) for part in line.pieces)


@patient
@given(cases(), nows)
def test_what_counts_up_to_the_due_time_is_the_target(case: Case, until: int) -> None:
    """A running clock's line ends with the whole target; a late one's is cut there; any other has counted less."""
    state, line, now = told(case, until)
    due_at = state.due_at
    if due_at is not None and line.pieces:
        assert line.sum == line.target
    assert line.sum <= line.target
    assert line.counted >= state.spent
    if due_at is None or due_at > now:
        assert line.counted <= line.target or state.missed
    for part in line.pieces:
        assert part.total <= line.target or part.phase == "over"


@patient
@given(cases(), nows)
def test_every_missed_round_counts_its_target_before_it_was_missed(case: Case, until: int) -> None:
    state, line, _now = told(case, until)
    for due in state.missed:
        before = [part for part in line.pieces if part.ends_at <= due]
        assert any(part.ends_at == due for part in before)
        found = next(moment for moment in line.moments if moment.at == due and moment.kind == "missed")
        assert sum((part.counted for part in before if part.round == found.round), NOTHING) == line.target
    assert len([moment for moment in line.moments if moment.kind == "missed"]) >= len(state.missed)


@patient
@given(cases(), nows)
def test_running_sums_start_anew_with_each_round(case: Case, until: int) -> None:
    _state, line, _now = told(case, until)
    totals: dict[int, timedelta] = {}
    for part in line.pieces:
        totals[part.round] = totals.get(part.round, NOTHING) + part.counted
        assert part.total == totals[part.round]


@patient
@given(cases(), nows)
def test_the_line_tells_each_past_minute_as_a_walk_by_minutes_does(case: Case, until: int) -> None:
    place, target, marks = case
    _state, line, _now = told(case, until)
    kinds = [part.kind for part in line.pieces if part.phase != "ahead" for _ in range(part.length // MINUTE)]
    walk = walked(place, target, [mark for mark in marks if mark[0] <= until], until)
    assert kinds == walk.kinds[: len(kinds)]


@patient
@given(cases(), nows)
def test_the_next_warning_stands_in_the_line(case: Case, until: int) -> None:
    state, line, _now = told(case, until)
    _place, (work, warn), _marks = case
    warnings = [moment for moment in line.moments if moment.kind == "warning"]
    if state.warn_at is not None and warn is not None and warn < work:
        assert state.warn_at in [moment.at for moment in warnings]
    for moment in warnings:
        due = next((other.at for other in line.moments if (other.round, other.kind) == (moment.round, "due")), None)
        assert due is None or moment.at <= due


# --- Examples ------------------------------------------------------------------------------------------------


def kinds(line: Timeline) -> list[tuple[str, str, timedelta]]:
    return [(part.kind, part.phase, part.total) for part in line.pieces]


def test_a_late_clock_is_cut_at_its_due_time() -> None:
    target = Target(2 * HOUR, HOUR)
    state = replay(target, [Mark(MONDAY, "start")], ROUND_THE_CLOCK)
    line = timeline(state, target, ROUND_THE_CLOCK, MONDAY + 5 * HOUR)
    assert kinds(line) == [("counted", "past", 2 * HOUR), ("counted", "over", 5 * HOUR)]
    assert (line.sum, line.counted) == (2 * HOUR, 5 * HOUR)
    assert [(moment.at - MONDAY, moment.kind) for moment in line.moments] == [
        (NOTHING, "start"),
        (HOUR, "warning"),
        (2 * HOUR, "missed"),
    ]


def test_what_was_met_is_told_up_to_the_answer() -> None:
    target = Target(2 * HOUR)
    state = replay(target, [Mark(MONDAY, "start"), Mark(MONDAY + HOUR, "meet", "answered")], ROUND_THE_CLOCK)
    line = timeline(state, target, ROUND_THE_CLOCK, MONDAY + 5 * HOUR)
    assert kinds(line) == [("counted", "past", HOUR)]
    assert [moment.kind for moment in line.moments] == ["start", "met"]


def test_each_update_begins_a_round_and_a_missed_one_stays_in_the_line() -> None:
    target = Target(6 * HOUR, 4 * HOUR)
    marks = [Mark(MONDAY, "start"), Mark(MONDAY + 7 * HOUR, "restart"), Mark(MONDAY + 12 * HOUR, "restart")]
    line = timeline(replay(target, marks, ROUND_THE_CLOCK), target, ROUND_THE_CLOCK, MONDAY + 13 * HOUR)
    assert [(moment.at - MONDAY, moment.kind, moment.round) for moment in line.moments] == [
        (NOTHING, "start", 0),
        (4 * HOUR, "warning", 0),
        (6 * HOUR, "missed", 0),
        (7 * HOUR, "update", 1),
        (11 * HOUR, "warning", 1),
        (12 * HOUR, "update", 2),
        (16 * HOUR, "warning", 2),
        (18 * HOUR, "due", 2),
    ]
    assert (line.round, line.counted, line.sum) == (2, HOUR, 6 * HOUR)


def test_a_clock_that_has_not_begun_has_no_line() -> None:
    assert timeline(ClockState(), Target(HOUR), ROUND_THE_CLOCK, MONDAY) == Timeline(HOUR, (), ())


def test_a_clock_read_at_its_start_lies_ahead_as_a_whole() -> None:
    target = Target(2 * HOUR)
    line = timeline(replay(target, [Mark(MONDAY, "start")], ROUND_THE_CLOCK), target, ROUND_THE_CLOCK, MONDAY)
    assert (kinds(line), line.counted, line.sum) == ([("counted", "ahead", 2 * HOUR)], NOTHING, 2 * HOUR)


def test_a_piece_is_cut_into_parts_that_add_up() -> None:
    target = Target(2 * HOUR)
    [piece] = timeline(replay(target, [Mark(MONDAY, "start")], ROUND_THE_CLOCK), target, ROUND_THE_CLOCK, MONDAY).pieces
    one, other = piece.cut(MONDAY + HOUR / 2)
    assert (one.counted, one.total, other.counted, other.total) == (HOUR / 2, HOUR / 2, 1.5 * HOUR, 2 * HOUR)
    closed = Piece(MONDAY, MONDAY + HOUR, "closed", "night", 0, "past", HOUR)
    assert [(part.length, part.counted, part.total) for part in closed.cut(MONDAY + HOUR / 2)] == [
        (HOUR / 2, NOTHING, HOUR)
    ] * 2
