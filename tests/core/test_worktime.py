"""Working time: properties against a minute-by-minute walk, clock-change days, and worked timelines."""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk.worktime import (
    CACHED_WEEKS,
    ROUND_THE_CLOCK,
    Closed,
    ClosedReason,
    Window,
    WorkingCalendar,
    add_calendar_days,
)
from tests.core.desks import AMOUNTS, DAY, HOUR, MINUTE, NOTHING, SPANS, TICK, Desk, desks, repeatable, utc


def hours(text: str) -> list[tuple[time, time]]:
    """Hours such as "08:00-12:00 13:00-17:00"."""
    ends = [[time.fromisoformat(end) for end in interval.split("-")] for interval in text.split()]
    return [(opens, closes) for opens, closes in ends]


def weekdays(text: str) -> dict[int, list[tuple[time, time]]]:
    return {day: hours(text) for day in range(5)}


def daily(text: str) -> dict[int, list[tuple[time, time]]]:
    return {day: hours(text) for day in range(7)}


def dates(text: str) -> list[date]:
    """Dates such as "2026: 01-01 05-25; 2027: 01-01"."""
    years = [year.split(": ") for year in text.split("; ")]
    return [date.fromisoformat(f"{year}-{day}") for year, days in years for day in days.split()]


def table(text: str) -> list[Any]:
    """Cases written one a line, their parts between bars; the first part names the case."""
    rows = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return [pytest.param(*parts, id=name) for name, *parts in rows]


# --- Properties ---


@repeatable
@given(desks(), st.data())
def test_every_answer_is_that_of_a_walk_from_minute_to_minute(desk: Desk, data: st.DataObject) -> None:
    start, end = desk.moment, desk.moment + 4 * DAY
    minutes = desk.walk(start, end)
    assume(minutes)
    count = data.draw(st.integers(1, len(minutes)))
    calendar = desk.calendar()

    assert calendar.elapsed(start, end) == len(minutes) * MINUTE
    assert calendar.add(start, count * MINUTE) == minutes[count - 1] + MINUTE
    assert calendar.subtract(end, count * MINUTE) == minutes[-count]
    assert calendar.next_open(start) == minutes[0]
    assert calendar.is_open(start) == desk.counts(start)


@repeatable
@given(desks(), SPANS, AMOUNTS)
def test_add_then_elapsed_gives_the_amount_back(desk: Desk, span: timedelta, work: timedelta) -> None:
    calendar, start = desk.calendar(), desk.moment + span
    due = calendar.add(start, work)

    assert due >= start
    assert calendar.elapsed(start, due) == work


@repeatable
@given(desks(), SPANS, AMOUNTS)
def test_add_is_the_earliest_due_time(desk: Desk, span: timedelta, work: timedelta) -> None:
    calendar, start = desk.calendar(), desk.moment + span
    due = calendar.add(start, work + TICK)

    assert calendar.elapsed(start, due - TICK) == work


@repeatable
@given(desks(), SPANS, AMOUNTS)
def test_subtract_is_the_latest_start(desk: Desk, span: timedelta, work: timedelta) -> None:
    calendar, end = desk.calendar(), desk.moment + span
    start = calendar.subtract(end, work + TICK)

    assert calendar.elapsed(start, end) == work + TICK
    assert calendar.elapsed(start + TICK, end) == work
    assert calendar.is_open(start)


@repeatable
@given(desks(), AMOUNTS)
def test_subtract_takes_back_what_add_gave(desk: Desk, work: timedelta) -> None:
    calendar = desk.calendar()
    opening = calendar.next_open(desk.moment)

    assert calendar.subtract(calendar.add(opening, work + TICK), work + TICK) == opening


@repeatable
@given(desks(), AMOUNTS, AMOUNTS)
def test_work_may_be_added_in_parts(desk: Desk, some: timedelta, more: timedelta) -> None:
    calendar = desk.calendar()

    assert calendar.add(calendar.add(desk.moment, some), more) == calendar.add(desk.moment, some + more)


@repeatable
@given(desks(), SPANS, AMOUNTS, AMOUNTS)
def test_later_start_or_more_work_is_never_due_earlier(
    desk: Desk, span: timedelta, work: timedelta, more: timedelta
) -> None:
    calendar = desk.calendar()
    due = calendar.add(desk.moment, work)

    assert calendar.add(desk.moment + span, work) >= due
    assert calendar.add(desk.moment, work + more) >= due


@repeatable
@given(desks(), SPANS, SPANS)
def test_elapsed_adds_up_and_stays_within_wall_time(desk: Desk, some: timedelta, more: timedelta) -> None:
    calendar, start = desk.calendar(), desk.moment
    middle, end = start + some, start + some + more
    whole = calendar.elapsed(start, end)

    assert calendar.elapsed(start, middle) + calendar.elapsed(middle, end) == whole
    assert NOTHING <= whole <= end - start


@repeatable
@given(desks(), SPANS, SPANS)
def test_windows_are_in_order_apart_and_open(desk: Desk, ahead: timedelta, span: timedelta) -> None:
    calendar, start, end = desk.calendar(), desk.moment + ahead, desk.moment + ahead + span
    windows = list(calendar.windows(start, end))

    assert sum((window.closes_at - window.opens_at for window in windows), NOTHING) == calendar.elapsed(start, end)
    for window in windows:
        assert start <= window.opens_at < window.closes_at <= end
        assert {window.opens_at.astimezone(desk.zone).date()} == {window.local_date}
        assert calendar.is_open(window.opens_at)
        assert calendar.is_open(window.closes_at - TICK)
    for one, other in pairwise(windows):
        assert one.closes_at <= other.opens_at
        assert calendar.is_open(one.closes_at) == (one.closes_at == other.opens_at)
        assert one.closes_at < other.opens_at or one.local_date != other.local_date


@repeatable
@given(desks(), SPANS)
def test_open_means_inside_a_window_and_closed_has_a_reason(desk: Desk, ahead: timedelta) -> None:
    calendar, at = desk.calendar(), desk.moment + ahead
    around = calendar.windows(at - 2 * DAY, at + 2 * DAY)

    assert calendar.is_open(at) == any(opens_at <= at < closes_at for opens_at, closes_at, _ in around)
    assert calendar.is_open(at) == (calendar.why_closed(at) is None)


@repeatable
@given(desks(), SPANS)
def test_next_open_is_the_first_open_instant(desk: Desk, ahead: timedelta) -> None:
    calendar, at = desk.calendar(), desk.moment + ahead
    opening = calendar.next_open(at)

    assert calendar.is_open(opening)
    assert calendar.elapsed(at, opening) == NOTHING
    assert (opening == at) == calendar.is_open(at)


@repeatable
@given(desks(), SPANS, AMOUNTS)
def test_zone_of_the_question_does_not_matter(desk: Desk, span: timedelta, work: timedelta) -> None:
    calendar, start, end = desk.calendar(), desk.moment, desk.moment + span
    local_start, local_end = start.astimezone(desk.zone), end.astimezone(ZoneInfo("America/St_Johns"))

    assert calendar.add(local_start, work) == calendar.add(start, work)
    assert calendar.elapsed(local_start, local_end) == calendar.elapsed(start, end)
    assert calendar.add(local_start, work).tzinfo is UTC


@repeatable
@given(desks(), SPANS)
def test_round_the_clock_is_wall_time(desk: Desk, span: timedelta) -> None:
    start, end = desk.moment, desk.moment + span
    everywhere = WorkingCalendar(desk.zone, daily("00:00-00:00"))

    for calendar in (ROUND_THE_CLOCK, everywhere):
        assert calendar.elapsed(start, end) == span
        assert calendar.add(start, span) == end
        assert calendar.subtract(end, span) == start
        assert calendar.next_open(start) == start


# --- Hours, holidays and special days ---

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = WorkingCalendar(STOCKHOLM, weekdays("08:00-17:00"))
FRIDAY_CLOSING, MONDAY_OPENING = utc("2026-05-22T15:00Z"), utc("2026-05-25T06:00Z")


@pytest.mark.parametrize(
    ("start", "work", "due"),
    [
        pytest.param(FRIDAY_CLOSING - HOUR, HOUR, FRIDAY_CLOSING, id="due at the closing time"),
        pytest.param(FRIDAY_CLOSING - HOUR, HOUR + TICK, MONDAY_OPENING + TICK, id="an instant more"),
        pytest.param(FRIDAY_CLOSING - HOUR, NOTHING, FRIDAY_CLOSING - HOUR, id="nothing while open"),
        pytest.param(FRIDAY_CLOSING, NOTHING, FRIDAY_CLOSING, id="nothing at the closing time"),
        pytest.param(FRIDAY_CLOSING + TICK, NOTHING, MONDAY_OPENING, id="nothing while closed"),
    ],
)
def test_add_at_the_edges_of_a_window(start: datetime, work: timedelta, due: datetime) -> None:
    assert OFFICE.add(start, work) == due


def test_opening_counts_and_closing_does_not() -> None:
    assert OFFICE.is_open(MONDAY_OPENING)
    assert not OFFICE.is_open(MONDAY_OPENING - TICK)
    assert OFFICE.is_open(FRIDAY_CLOSING - TICK)
    assert not OFFICE.is_open(FRIDAY_CLOSING)


def test_nothing_is_subtracted_at_any_time() -> None:
    assert OFFICE.subtract(FRIDAY_CLOSING + HOUR, NOTHING) == FRIDAY_CLOSING + HOUR


def test_split_shift_in_any_order_skips_the_break() -> None:
    calendar = WorkingCalendar(STOCKHOLM, weekdays("13:00-17:00 08:00-12:00"))

    assert calendar.add(utc("2026-05-22T09:30Z"), HOUR) == utc("2026-05-22T11:30Z")
    assert calendar.next_open(utc("2026-05-22T10:00Z")) == utc("2026-05-22T11:00Z")
    assert calendar.day_length == 8 * HOUR


def test_touching_intervals_are_one_window() -> None:
    calendar = WorkingCalendar(STOCKHOLM, weekdays("08:00-12:00 12:00-17:00"))

    assert list(calendar.windows(FRIDAY_CLOSING - DAY, MONDAY_OPENING)) == [
        Window(utc("2026-05-22T06:00Z"), FRIDAY_CLOSING, date(2026, 5, 22))
    ]


def test_night_shift_is_two_intervals_that_meet_at_midnight() -> None:
    calendar = WorkingCalendar(STOCKHOLM, {0: hours("22:00-00:00"), 1: hours("00:00-06:00")})

    assert list(calendar.windows(utc("2026-05-25T00:00Z"), utc("2026-05-27T00:00Z"))) == [
        Window(utc("2026-05-25T20:00Z"), utc("2026-05-25T22:00Z"), date(2026, 5, 25)),
        Window(utc("2026-05-25T22:00Z"), utc("2026-05-26T04:00Z"), date(2026, 5, 26)),
    ]
    assert calendar.add(utc("2026-05-25T12:00Z"), 3 * HOUR) == utc("2026-05-25T23:00Z")


def test_window_open_when_the_utc_week_turns_is_one_window() -> None:
    calendar = WorkingCalendar(ZoneInfo("America/New_York"), daily("08:00-23:00"))
    sunday = Window(utc("2026-05-24T12:00Z"), utc("2026-05-25T03:00Z"), date(2026, 5, 24))

    assert list(calendar.windows(sunday.opens_at - HOUR, sunday.closes_at + HOUR)) == [sunday]


def test_zero_work_stays_at_a_closing_time_when_the_utc_week_turns() -> None:
    turn = utc("2026-05-25T00:00Z")
    calendar = WorkingCalendar(ZoneInfo("UTC"), {6: hours("08:00-00:00")})

    assert calendar.add(turn, NOTHING) == turn
    assert calendar.add(turn - HOUR, HOUR) == turn
    assert calendar.add(turn, HOUR) == utc("2026-05-31T09:00Z")


def test_special_hours_replace_those_of_a_weekday_a_holiday_and_a_weekend() -> None:
    monday, tuesday, sunday = date(2026, 5, 25), date(2026, 5, 26), date(2026, 5, 24)
    special = {monday: hours("10:00-12:00"), sunday: hours("10:00-11:00"), tuesday: []}
    calendar = WorkingCalendar(STOCKHOLM, weekdays("08:00-17:00"), [monday], special)

    assert list(calendar.windows(FRIDAY_CLOSING, utc("2026-05-26T22:00Z"))) == [
        Window(utc("2026-05-24T08:00Z"), utc("2026-05-24T09:00Z"), sunday),
        Window(utc("2026-05-25T08:00Z"), utc("2026-05-25T10:00Z"), monday),
    ]


@pytest.mark.parametrize(
    ("at", "closed"),
    [
        ("2026-05-22T10:00Z", None),
        ("2026-05-22T15:00Z", Closed(ClosedReason.OUTSIDE_HOURS, date(2026, 5, 22))),
        ("2026-05-22T22:00Z", Closed(ClosedReason.OUTSIDE_HOURS, date(2026, 5, 23))),
        ("2026-05-25T10:00Z", Closed(ClosedReason.HOLIDAY, date(2026, 5, 25))),
        ("2026-05-26T09:59Z", None),
        ("2026-05-26T10:00Z", Closed(ClosedReason.SPECIAL, date(2026, 5, 26))),
    ],
)
def test_why_closed_names_the_reason_and_the_local_date(at: str, closed: Closed | None) -> None:
    special = {date(2026, 5, 26): hours("08:00-12:00")}
    calendar = WorkingCalendar(STOCKHOLM, weekdays("08:00-17:00"), dates("2026: 05-25 05-26"), special)

    assert calendar.why_closed(utc(at)) == closed


def test_reason_reads_as_its_code() -> None:
    assert str(Closed(ClosedReason.OUTSIDE_HOURS, date(2026, 5, 22))) == "outside_hours"


@pytest.mark.parametrize(
    ("weekly", "length", "days"),
    [
        pytest.param(weekdays("08:00-17:00"), 9 * HOUR, 5, id="uniform"),
        pytest.param(weekdays("08:00-17:00") | {4: hours("08:00-14:00")}, 9 * HOUR, 5, id="short Friday"),
        pytest.param({0: hours("08:00-12:00"), 1: hours("08:00-16:00"), 2: []}, 8 * HOUR, 2, id="a tie"),
        pytest.param(daily("00:00-00:00"), 24 * HOUR, 7, id="round the clock"),
        pytest.param({5: hours("08:00-09:00 20:00-00:00")}, 5 * HOUR, 1, id="until midnight"),
    ],
)
def test_length_of_a_business_day_and_week(
    weekly: dict[int, list[tuple[time, time]]], length: timedelta, days: int
) -> None:
    calendar = WorkingCalendar(STOCKHOLM, weekly)

    assert (calendar.day_length, calendar.days_per_week) == (length, days)


def test_half_a_business_day() -> None:
    assert OFFICE.add_days(FRIDAY_CLOSING, 0.5) == MONDAY_OPENING + 4.5 * HOUR


def test_calendar_is_frozen_equal_only_to_itself_and_keeps_its_own_copy() -> None:
    weekly = weekdays("08:00-17:00")
    calendar = WorkingCalendar(STOCKHOLM, weekly)
    weekly.clear()

    assert calendar.is_open(MONDAY_OPENING)
    assert calendar != WorkingCalendar(STOCKHOLM, weekdays("08:00-17:00"))
    assert {calendar: "known"}[calendar] == "known"
    with pytest.raises(FrozenInstanceError):
        calendar.tz = ZoneInfo("UTC")  # type: ignore[misc]


def test_long_walk_forgets_weeks_and_not_answers() -> None:
    calendar = WorkingCalendar(STOCKHOLM, weekdays("08:00-17:00"))
    work = 52 * 60 * calendar.day_length * calendar.days_per_week

    due = calendar.add(MONDAY_OPENING, work)

    assert len(calendar._weeks) <= CACHED_WEEKS
    assert calendar.elapsed(MONDAY_OPENING, due) == work
    assert calendar.subtract(due, work) == MONDAY_OPENING


# --- Days on which the clocks change ---


@pytest.mark.parametrize(
    ("zone", "daily_hours", "day", "windows"),
    table("""
        a short night   | Europe/Stockholm    | 00:00-08:00 | 2026-03-29 | 28T23:00-29T06:00
        a long night    | Europe/Stockholm    | 00:00-08:00 | 2026-10-25 | 24T22:00-25T07:00
        skipped whole   | Europe/Stockholm    | 02:00-03:00 | 2026-03-29 |
        opening skipped | Europe/Stockholm    | 02:30-04:00 | 2026-03-29 | 29T01:00-29T02:00
        closing skipped | Europe/Stockholm    | 01:00-02:30 | 2026-03-29 | 29T00:00-29T01:00
        twice           | Europe/Stockholm    | 02:00-02:30 | 2026-10-25 | 25T00:00-25T00:30 25T01:00-25T01:30
        twice in a row  | Europe/Stockholm    | 02:00-03:00 | 2026-10-25 | 25T00:00-25T02:00
        half hour twice | Australia/Lord_Howe | 01:00-01:45 | 2026-04-05 | 04T14:00-04T14:45 04T15:00-04T15:15
        no first hour   | Africa/Cairo        | 00:00-01:00 | 2026-04-24 |
        no midnight     | Africa/Cairo        | 00:00-08:00 | 2026-04-24 | 23T22:00-24T05:00
        last hour twice | Africa/Cairo        | 23:00-00:00 | 2026-10-29 | 29T20:00-29T22:00
        no such day     | Pacific/Apia        | 00:00-00:00 | 2011-12-30 |
        the day after   | Pacific/Apia        | 08:00-17:00 | 2011-12-31 | 30T18:00-31T03:00
        old day again   | America/St_Johns    | 00:00-00:00 | 2006-10-28 | 28T02:30-29T02:30 29T02:31-29T03:30
        new day twice   | America/St_Johns    | 00:00-08:00 | 2006-10-29 | 29T02:30-29T02:31 29T03:30-29T11:30
        UTC week turns  | Africa/Casablanca   | 00:00-00:00 | 2009-06-01 | 01T00:00-01T23:00
    """),
)
def test_windows_of_a_day_on_which_the_clocks_change(zone: str, daily_hours: str, day: str, windows: str) -> None:
    noon = utc(f"{day}T12:00Z")
    calendar = WorkingCalendar(ZoneInfo(zone), daily(daily_hours))

    found = [window for window in calendar.windows(noon - 3 * DAY, noon + 3 * DAY) if f"{window.local_date}" == day]

    assert [f"{opens_at:%dT%H:%M}-{closes_at:%dT%H:%M}" for opens_at, closes_at, _ in found] == windows.split()


def test_nothing_is_due_in_hours_that_the_clocks_skip() -> None:
    calendar = WorkingCalendar(STOCKHOLM, {6: hours("02:00-03:00")})
    saturday, a_week_later = utc("2026-03-28T12:00Z"), utc("2026-04-05T00:00Z")

    assert calendar.add(saturday, NOTHING) == a_week_later
    assert calendar.next_open(saturday) == a_week_later


@pytest.mark.parametrize(
    ("zone", "start", "n", "expected"),
    table("""
        same local time              | Europe/Stockholm    | 2026-03-28T09:00Z |  1 | 2026-03-29T08:00Z
        skipped 02:30 is 03:30       | Europe/Stockholm    | 2026-03-28T01:30Z |  1 | 2026-03-29T01:30Z
        skipped, backwards           | Europe/Stockholm    | 2026-03-30T00:30Z | -1 | 2026-03-29T01:30Z
        twice means the first        | Europe/Stockholm    | 2026-10-24T00:30Z |  1 | 2026-10-25T00:30Z
        twice, backwards             | Europe/Stockholm    | 2026-10-26T01:30Z | -1 | 2026-10-25T00:30Z
        no days, in the second       | Europe/Stockholm    | 2026-10-25T01:30Z |  0 | 2026-10-25T01:30Z
        a day from the second        | Europe/Stockholm    | 2026-10-25T01:30Z |  1 | 2026-10-26T01:30Z
        skipped half hour            | Australia/Lord_Howe | 2026-10-02T15:45Z |  1 | 2026-10-03T15:45Z
        skipped midnight is 01:00    | Africa/Cairo        | 2026-04-22T22:00Z |  1 | 2026-04-23T22:00Z
        skipped day is the next      | Pacific/Apia        | 2011-12-29T18:00Z |  1 | 2011-12-30T18:00Z
        XE-T5 closing                | America/New_York    | 2026-10-28T19:00Z | 10 | 2026-11-07T20:00Z
        HG-T4 latest notice          | Europe/Stockholm    | 2026-10-29T17:00Z | -7 | 2026-10-22T16:00Z
    """),
)
def test_calendar_days_keep_the_local_time(zone: str, start: str, n: str, expected: str) -> None:
    assert add_calendar_days(utc(start), int(n), ZoneInfo(zone)) == utc(expected)


# --- Worked timelines ---

SWEDEN = dates(
    "2026: 01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26; "
    "2027: 01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-26 11-06 12-25 12-26"
)
GERMANY = dates("2026: 01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26")
UNITED_STATES = dates("2026: 01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25")
OWN_LIST = dates(
    "2010: 01-01 02-15 05-31 07-05 09-06 11-25 11-26 12-24 12-31; "
    "2027: 01-01 02-15 05-31 07-05 09-06 11-25 11-26 12-24 12-31"
)
LUXEMBOURG = dates(
    "2026: 01-01 04-06 05-01 05-09 05-14 05-25 06-23 08-15 11-01 12-25 12-26; "
    "2027: 01-01 03-29 05-01 05-06 05-09 05-17 06-23 08-15 11-01 12-25 12-26"
)
EVES = dates("2026: 06-19 12-24")
SATURDAYS = {day: hours("09:00-18:00") for day in dates("2026: 10-03 11-07")}
DESKS = {
    "SE": WorkingCalendar(STOCKHOLM, weekdays("08:00-17:00"), SWEDEN),
    "SE and eves": WorkingCalendar(STOCKHOLM, weekdays("08:00-17:00"), SWEDEN + EVES),
    "DE": WorkingCalendar(ZoneInfo("Europe/Berlin"), weekdays("08:00-17:00"), GERMANY),
    "XP": WorkingCalendar(ZoneInfo("America/Chicago"), weekdays("09:00-17:00"), UNITED_STATES),
    "XE": WorkingCalendar(ZoneInfo("America/New_York"), weekdays("08:00-19:00"), OWN_LIST),
    "LX": WorkingCalendar(ZoneInfo("Europe/Luxembourg"), weekdays("08:00-17:00"), LUXEMBOURG),
    "24x7": ROUND_THE_CLOCK,
    "04-05 daily": WorkingCalendar(STOCKHOLM, daily("04:00-05:00")),
    "05-08 daily": WorkingCalendar(STOCKHOLM, daily("05:00-08:00")),
    "first Saturdays": WorkingCalendar(STOCKHOLM, {}, special=SATURDAYS),
}


def due(calendar: WorkingCalendar, start: datetime, target: str) -> datetime:
    """The due time of a target such as "4 hours", "3 days" or "1 week" on a calendar."""
    amount, unit = target.split()
    match unit.removesuffix("s"):
        case "hour":
            return calendar.add(start, int(amount) * HOUR)
        case "week":
            return calendar.add_days(start, int(amount) * calendar.days_per_week)
        case _:
            return calendar.add_days(start, int(amount))


@pytest.mark.parametrize(
    ("desk", "start", "target", "expected"),
    table("""
        NX-T1 response                    | DE          | 2026-04-24T14:52Z |  4 hours | 2026-04-27T09:52Z
        NX-T1 restore                     | DE          | 2026-04-24T14:52Z |  3 days  | 2026-04-29T14:52Z
        NX-T2 response                    | SE          | 2026-05-22T12:00Z |  1 day   | 2026-05-25T12:00Z
        NX-T2 response, German calendar   | DE          | 2026-05-22T12:00Z |  1 day   | 2026-05-26T12:00Z
        NX-T2 restore                     | SE          | 2026-05-22T12:00Z | 10 days  | 2026-06-05T12:00Z
        NX-T3 response                    | SE          | 2026-10-23T14:30Z |  1 hour  | 2026-10-26T07:30Z
        NX-T3 restore                     | SE          | 2026-10-23T14:30Z |  1 day   | 2026-10-26T15:30Z
        NX-T4 response                    | SE          | 2026-12-23T14:00Z |  4 hours | 2026-12-24T09:00Z
        NX-T4 restore                     | SE          | 2026-12-23T14:00Z |  3 days  | 2026-12-29T14:00Z
        NX-T4 response, eve closed        | SE and eves | 2026-12-23T14:00Z |  4 hours | 2026-12-28T09:00Z
        NX-T4 restore, eve closed         | SE and eves | 2026-12-23T14:00Z |  3 days  | 2026-12-30T14:00Z
        NX-T5 restore before the pause    | SE          | 2026-06-08T07:00Z | 10 days  | 2026-06-22T07:00Z
        XP-T1 response                    | XP          | 2026-03-06T22:30Z |  2 hours | 2026-03-09T15:30Z
        XP-T1 update                      | XP          | 2026-03-09T14:45Z |  4 hours | 2026-03-09T18:45Z
        XP-T1 next update                 | XP          | 2026-03-09T18:30Z |  4 hours | 2026-03-10T14:30Z
        XP-T2 response                    | XP          | 2026-11-25T20:00Z |  1 day   | 2026-11-27T20:00Z
        XP-T2 update                      | XP          | 2026-11-27T17:00Z |  1 day   | 2026-11-30T17:00Z
        XP-T3 response                    | XP          | 2026-07-01T15:00Z |  3 days  | 2026-07-07T15:00Z
        XP-T3 update                      | XP          | 2026-07-02T20:00Z |  1 week  | 2026-07-10T20:00Z
        XP-T4 reminder                    | XP          | 2026-10-30T20:30Z |  2 hours | 2026-11-02T15:30Z
        XP-T5 response as severity 2      | XP          | 2026-09-04T18:00Z |  1 day   | 2026-09-08T18:00Z
        XP-T5 response as severity 3      | XP          | 2026-09-04T18:00Z |  3 days  | 2026-09-10T18:00Z
        XP-T6 response                    | XP          | 2026-12-26T17:00Z |  2 hours | 2026-12-28T17:00Z
        XE-T1 response                    | 24x7        | 2026-11-01T00:30Z |  1 hour  | 2026-11-01T01:30Z
        XE-T1 resolution                  | 24x7        | 2026-11-01T00:30Z | 24 hours | 2026-11-02T00:30Z
        XE-T2 warning                     | XE          | 2010-11-24T22:30Z |  4 hours | 2010-11-29T15:30Z
        XE-T2 response                    | XE          | 2010-11-24T22:30Z |  6 hours | 2010-11-29T17:30Z
        XE-T2 resolution                  | XE          | 2010-11-24T22:30Z |  2 days  | 2010-11-30T22:30Z
        XE-T3 response                    | XE          | 2010-12-23T20:00Z |  1 day   | 2010-12-27T20:00Z
        XE-T3 resolution                  | XE          | 2010-12-23T20:00Z |  1 week  | 2011-01-03T20:00Z
        XE-T4 warning                     | XE          | 2027-07-02T20:00Z |  4 hours | 2027-07-06T13:00Z
        XE-T4 response                    | XE          | 2027-07-02T20:00Z |  6 hours | 2027-07-06T15:00Z
        XE-T4 resolution                  | XE          | 2027-07-02T20:00Z |  2 days  | 2027-07-07T20:00Z
        XE-T6 response                    | XE          | 2027-03-12T23:00Z |  1 day   | 2027-03-15T22:00Z
        XE-T6 resolution                  | XE          | 2027-03-12T23:00Z |  1 week  | 2027-03-19T22:00Z
        HG-T1 response                    | SE          | 2027-03-25T15:00Z |  4 hours | 2027-03-30T09:00Z
        HG-T1 resolution                  | SE          | 2027-03-25T15:00Z |  3 days  | 2027-04-01T14:00Z
        HG-T2 response                    | SE          | 2026-06-06T08:15Z |  1 day   | 2026-06-08T15:00Z
        HG-T6 response                    | SE          | 2026-06-18T13:00Z |  1 day   | 2026-06-19T13:00Z
        HG-T6 response, eve closed        | SE and eves | 2026-06-18T13:00Z |  1 day   | 2026-06-22T13:00Z
        LX-T1 response                    | LX          | 2026-10-23T14:30Z |  1 hour  | 2026-10-26T07:30Z
        LX-T1 resolution                  | LX          | 2026-10-23T14:30Z |  1 day   | 2026-10-26T15:30Z
        LX-T2 response                    | 24x7        | 2026-10-25T00:30Z |  1 hour  | 2026-10-25T01:30Z
        LX-T2 resolution                  | LX          | 2026-10-25T00:30Z |  1 day   | 2026-10-26T16:00Z
        LX-T3 response                    | LX          | 2026-05-21T13:00Z |  1 day   | 2026-05-22T13:00Z
        LX-T3 resolution                  | LX          | 2026-05-21T13:00Z |  2 days  | 2026-05-26T13:00Z
        LX-T4 closing                     | LX          | 2026-06-19T09:00Z |  3 days  | 2026-06-25T09:00Z
        LX-T5 closing                     | LX          | 2027-03-25T13:00Z |  2 days  | 2027-03-30T12:00Z
        LX-T6 response                    | LX          | 2026-12-21T08:00Z |  2 days  | 2026-12-23T08:00Z
        LX-T6 resolution before the pause | LX          | 2026-12-21T08:00Z |  5 days  | 2026-12-29T08:00Z
    """),
)
def test_worked_due_time(desk: str, start: str, target: str, expected: str) -> None:
    assert due(DESKS[desk], utc(start), target) == utc(expected)


@pytest.mark.parametrize(
    ("desk", "start", "target", "paused", "resumed", "expected"),
    table("""
        NX-T5 | SE | 2026-06-08T07:00Z | 10 days | 2026-06-15T08:00Z | 2026-06-24T07:00Z | 2026-06-30T15:00Z
        LX-T6 | LX | 2026-12-21T08:00Z |  5 days | 2026-12-22T09:00Z | 2026-12-23T14:00Z | 2026-12-30T13:00Z
    """),
)
def test_worked_pause_moves_the_due_time_by_its_open_hours(
    desk: str, start: str, target: str, paused: str, resumed: str, expected: str
) -> None:
    calendar = DESKS[desk]
    pause = calendar.elapsed(utc(paused), utc(resumed))

    assert calendar.add(due(calendar, utc(start), target), pause) == utc(expected)


def test_worked_reminder_before_a_deadline() -> None:
    """NX-T5: two business days before Monday 17:00 is Friday 08:00, not Thursday 17:00."""
    calendar = DESKS["SE"]

    assert calendar.subtract(utc("2026-06-29T15:00Z"), 2 * calendar.day_length) == utc("2026-06-26T06:00Z")


@pytest.mark.parametrize(
    ("desk", "opens_at", "closes_at"),
    table("""
        HG-T5 infrastructure, October monthly  | first Saturdays | 2026-10-03T07:00Z | 2026-10-03T16:00Z
        HG-T5 infrastructure, summer time      | 04-05 daily     | 2026-10-24T02:00Z | 2026-10-24T03:00Z
        HG-T5 integrations, summer time        | 05-08 daily     | 2026-10-24T03:00Z | 2026-10-24T06:00Z
        HG-T5 infrastructure, winter time      | 04-05 daily     | 2026-10-25T03:00Z | 2026-10-25T04:00Z
        HG-T5 integrations, winter time        | 05-08 daily     | 2026-10-25T04:00Z | 2026-10-25T07:00Z
        HG-T5 infrastructure, November monthly | first Saturdays | 2026-11-07T08:00Z | 2026-11-07T17:00Z
    """),
)
def test_worked_window_keeps_its_local_time(desk: str, opens_at: str, closes_at: str) -> None:
    windows = DESKS[desk].windows(utc(opens_at) - 2 * HOUR, utc(closes_at) + 2 * HOUR)

    assert [window[:2] for window in windows] == [(utc(opens_at), utc(closes_at))]


# --- Input that is refused ---

NAIVE = datetime(2026, 5, 22, 8)
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
NEVER = WorkingCalendar(STOCKHOLM, {0: []}, dates("2026: 05-25"), {date(2026, 5, 26): []})
ONCE = WorkingCalendar(STOCKHOLM, {}, special={date(2026, 5, 22): hours("08:00-12:00")})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("08:00-12:00 11:00-17:00", "08:00-12:00 and 11:00-17:00 overlap."),
        ("22:00-23:00 20:00-00:00", "20:00-00:00 and 22:00-23:00 overlap."),
        ("08:00-08:00", "08:00-08:00 is empty."),
        ("22:00-06:00", "22:00-06:00 runs over midnight; write it as two intervals."),
    ],
)
def test_impossible_hours_are_refused_by_the_name_of_their_day(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^Monday: {sentence}$"):
        WorkingCalendar(STOCKHOLM, {0: hours(text)})
    with pytest.raises(ValueError, match=f"^2026-12-24: {sentence}$"):
        WorkingCalendar(STOCKHOLM, {}, special={date(2026, 12, 24): hours(text)})


@pytest.mark.parametrize(
    ("weekly", "holidays", "sentence"),
    [
        ({7: []}, [], "7 is not a weekday: Monday is 0, Sunday is 6."),
        ({}, [NAIVE], "datetime.datetime(2026, 5, 22, 8, 0) is not a date."),
        ({}, ["2026-05-22"], "'2026-05-22' is not a date."),
        (
            {2: [(time(8), time(9, tzinfo=UTC))]},
            [],
            "Wednesday: 08:00-09:00 has a time zone; hours are in the calendar's.",
        ),
    ],
)
def test_calendar_of_wrong_parts_is_refused(weekly: Any, holidays: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        WorkingCalendar(STOCKHOLM, weekly, holidays)


@pytest.mark.parametrize(
    "call",
    [
        lambda: OFFICE.add(NAIVE, HOUR),
        lambda: OFFICE.add_days(NAIVE, 1),
        lambda: OFFICE.subtract(NAIVE, HOUR),
        lambda: OFFICE.elapsed(FRIDAY_CLOSING, NAIVE),
        lambda: OFFICE.windows(NAIVE, FRIDAY_CLOSING),
        lambda: OFFICE.is_open(NAIVE),
        lambda: OFFICE.why_closed(NAIVE),
        lambda: OFFICE.next_open(NAIVE),
        lambda: add_calendar_days(NAIVE, 1, STOCKHOLM),
    ],
)
def test_moment_without_a_time_zone_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"^(at|start|end) has no time zone: 2026-05-22T08:00:00\.$"):
        call()


BACKWARDS = "end 2026-05-22T15:00:00+00:00 is before start 2026-05-25T06:00:00+00:00."
TOO_FEW = "This calendar has too few open hours in the hundred years"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: OFFICE.is_open(LAST_MOMENT), "at is too far away: 9999-12-31T23:59:59.999999+00:00."),
        (lambda: add_calendar_days(FRIDAY_CLOSING, 10**9, STOCKHOLM), f"{10**9} calendar days are too many."),
        (lambda: OFFICE.elapsed(MONDAY_OPENING, FRIDAY_CLOSING), BACKWARDS),
        (lambda: OFFICE.windows(MONDAY_OPENING, FRIDAY_CLOSING), BACKWARDS),
        (lambda: OFFICE.add(FRIDAY_CLOSING, -HOUR), "Working time cannot be negative: -1 day, 23:00:00."),
        (lambda: OFFICE.subtract(FRIDAY_CLOSING, -DAY), "Working time cannot be negative: -1 day, 0:00:00."),
        (lambda: OFFICE.add_days(FRIDAY_CLOSING, -1), "Working time cannot be negative: -1 day, 15:00:00."),
        (lambda: NEVER.add(FRIDAY_CLOSING, NOTHING), "This calendar has no open hours."),
        (lambda: NEVER.subtract(FRIDAY_CLOSING, HOUR), "This calendar has no open hours."),
        (lambda: NEVER.next_open(FRIDAY_CLOSING), "This calendar has no open hours."),
        (lambda: NEVER.day_length, "This calendar has no weekly hours, so a business day has no length."),
        (lambda: ONCE.next_open(FRIDAY_CLOSING), f"{TOO_FEW} after 2026-05-22."),
        (lambda: ONCE.subtract(FRIDAY_CLOSING, 5 * HOUR), f"{TOO_FEW} before 2026-05-22."),
        (lambda: OFFICE.add(FRIDAY_CLOSING, timedelta.max), f"{TOO_FEW} after 2026-05-22."),
    ],
)
def test_impossible_question_is_refused(call: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()


def test_nothing_elapses_where_nothing_is_open() -> None:
    assert NEVER.elapsed(FRIDAY_CLOSING, MONDAY_OPENING) == NOTHING
    assert NEVER.subtract(FRIDAY_CLOSING, NOTHING) == FRIDAY_CLOSING
