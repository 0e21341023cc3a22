"""Working time on days that are no ordinary ones: special hours, split shifts, ends at midnight, odd clocks."""

from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.worktime import ClosedReason, WorkingCalendar
from tests.core.desks import (
    AHEAD,
    AMOUNTS,
    DAY,
    HOUR,
    MINUTE,
    SPANS,
    TICK,
    Desk,
    clock,
    desks,
    intervals,
    repeatable,
    utc,
)

SECOND = timedelta(seconds=1)


def twin(desk: Desk, **changed: object) -> WorkingCalendar:
    """The calendar of a desk with other facts."""
    return Desk(**{name: getattr(desk, name) for name in Desk.__dataclass_fields__} | changed).calendar()


def same(one: WorkingCalendar, other: WorkingCalendar, desk: Desk, work: timedelta) -> bool:
    """Whether two calendars give the same answers around a moment."""
    start, end = desk.moment - 4 * DAY, desk.moment + 9 * DAY
    at = desk.moment
    return (
        list(one.windows(start, end)) == list(other.windows(start, end))
        and one.add(at, work) == other.add(at, work)
        and one.subtract(at, work) == other.subtract(at, work)
    )


# --- Against a walk --------------------------------------------------------------------------------------------


@repeatable
@given(desks(), SPANS)
def test_windows_are_the_minutes_of_a_walk_on_the_date_that_the_wall_shows(desk: Desk, ahead: timedelta) -> None:
    start = (desk.moment + ahead).replace(second=0, microsecond=0)
    walked = desk.walk(start, start + 4 * DAY)

    windows = list(desk.calendar().windows(start, start + 4 * DAY))

    counted = [
        (window.opens_at + step * MINUTE, window.local_date)
        for window in windows
        for step in range((window.closes_at - window.opens_at) // MINUTE)
    ]
    assert counted == [(at, at.astimezone(desk.zone).date()) for at in walked]


@repeatable
@given(desks(), SPANS)
def test_the_reason_is_that_of_the_date_on_the_wall(desk: Desk, ahead: timedelta) -> None:
    calendar = desk.calendar()

    for at in (desk.moment + ahead % (6 * HOUR) + step * 6 * HOUR for step in range(-12, 36)):
        why, today = calendar.why_closed(at), at.astimezone(desk.zone).date()
        if desk.counts(at):
            assert why is None
        else:
            assert why is not None
            assert why.local_date == today
            holiday = ClosedReason.HOLIDAY if today in desk.holidays else ClosedReason.OUTSIDE_HOURS
            assert why.reason is (ClosedReason.SPECIAL if today in desk.special else holiday)


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Africa/Monrovia", "1972-01-07T00:44:30Z"),  # 44 minutes and a half
        ("Europe/Amsterdam", "1937-06-30T23:40:28Z"),  # 28 seconds
        ("America/St_Johns", "2006-10-29T02:31:00Z"),  # a minute after midnight
    ],
)
@pytest.mark.parametrize("minutes", [(0, 1440), (0, 45), (1, 75), (1380, 1440), (1395, 1439)])
def test_clocks_that_change_by_odd_seconds_are_followed_to_the_second(
    zone: str, change: str, minutes: tuple[int, int]
) -> None:
    tz, around, span = ZoneInfo(zone), utc(change), tuple(map(clock, minutes))
    calendar = WorkingCalendar(tz, {day: [span] for day in range(7)})
    start, length = around - 90 * MINUTE, 3 * HOUR // SECOND

    def counts(at: datetime) -> bool:
        wall = at.astimezone(tz).time()
        return span[0] <= wall and (wall < span[1] or span[1] == time())

    walked = [at for at in (start + step * SECOND for step in range(length)) if counts(at)]

    assert calendar.elapsed(start, start + length * SECOND) == len(walked) * SECOND
    for count in {1, len(walked) // 2, len(walked)} - {0}:
        assert calendar.add(start, count * SECOND) == walked[count - 1] + SECOND


# --- Days that say the same otherwise ----------------------------------------------------------------------------


@repeatable
@given(desks(), AHEAD, AMOUNTS)
def test_special_hours_like_those_of_the_weekday_change_nothing(desk: Desk, ahead: timedelta, work: timedelta) -> None:
    day = desk.moment.date() + ahead
    plain = twin(desk, special={}, holidays=set())
    spelled_out = twin(desk, special={day: desk.weekly.get(day.weekday(), [])}, holidays=set())

    assert same(spelled_out, plain, desk, work)


@repeatable
@given(desks(), AHEAD, AMOUNTS)
def test_special_hours_hold_whether_the_date_is_a_holiday_or_not(desk: Desk, ahead: timedelta, work: timedelta) -> None:
    closed = twin(desk, holidays=desk.holidays | set(desk.special))
    open_otherwise = twin(desk, holidays=desk.holidays - set(desk.special))

    assert same(closed, open_otherwise, desk, work)


@repeatable
@given(desks(), AHEAD, AMOUNTS)
def test_a_special_day_without_hours_is_closed_like_a_holiday(desk: Desk, ahead: timedelta, work: timedelta) -> None:
    day = desk.moment.date() + ahead
    others = {date: hours for date, hours in desk.special.items() if date != day}

    shut = twin(desk, special=others | {day: []})
    holiday = twin(desk, special=others, holidays=desk.holidays | {day})

    assert same(shut, holiday, desk, work)


@repeatable
@given(desks(), AHEAD, intervals(step=5, at_least=1), AMOUNTS)
def test_extra_opening_adds_its_own_time_and_no_other(
    desk: Desk, ahead: timedelta, hours: list[tuple[int, int]], work: timedelta
) -> None:
    day = desk.moment.date() + ahead
    closed, extra = twin(desk, special={}, holidays={day}), twin(desk, special={day: hours}, holidays={day})
    start, end = desk.moment - 5 * DAY, desk.moment + 10 * DAY

    added = [window for window in extra.windows(start, end) if window.local_date == day]

    assert [window for window in extra.windows(start, end) if window.local_date != day] == list(
        closed.windows(start, end)
    )
    assert extra.elapsed(start, end) - closed.elapsed(start, end) == sum(
        (window.closes_at - window.opens_at for window in added), timedelta()
    )
    assert extra.add(start, work) <= closed.add(start, work)


@repeatable
@given(desks(), st.data(), AMOUNTS)
def test_a_shift_that_is_split_without_a_break_is_one_shift(desk: Desk, data: st.DataObject, work: timedelta) -> None:
    def split(hours: list[tuple[int, int]]) -> list[tuple[int, int]]:
        parts = []
        for opens, closes in hours:
            cut = data.draw(st.integers(opens, closes))
            parts += [(opens, cut), (cut, closes)] if opens < cut < closes else [(opens, closes)]
        return data.draw(st.permutations(parts))

    pieces = twin(
        desk,
        weekly={day: split(hours) for day, hours in desk.weekly.items()},
        special={day: split(hours) for day, hours in desk.special.items()},
    )

    assert same(pieces, desk.calendar(), desk, work)
    assert (pieces.day_length, pieces.days_per_week) == (desk.calendar().day_length, desk.calendar().days_per_week)


@repeatable
@given(desks(), st.lists(st.integers(0, 24 * 60), max_size=4), SPANS, AMOUNTS)
def test_shifts_that_meet_at_midnight_are_round_the_clock(
    desk: Desk, cuts: list[int], span: timedelta, work: timedelta
) -> None:
    shifts = list(pairwise(sorted({0, 24 * 60, *cuts})))
    always = twin(desk, weekly=dict.fromkeys(range(7), shifts), holidays=set(), special={})

    assert always.elapsed(desk.moment, desk.moment + span) == span
    assert always.add(desk.moment, work) == desk.moment + work
    assert always.subtract(desk.moment, work) == desk.moment - work
    assert always.is_open(desk.moment + span - TICK)
