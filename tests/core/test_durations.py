"""Lengths of time in a contract's units: examples at the edges, and properties against walks in odd zones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.durations import UNITS, after, before, working_time
from helpdesk.worktime import WorkingCalendar
from tests.core.desks import Desk, desks, repeatable

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
SHORT_FRIDAY = {day: [(time(8), time(12)), (time(13), time(17))] for day in range(4)} | {4: [(time(8), time(12))]}
OFFICE = WorkingCalendar(STOCKHOLM, SHORT_FRIDAY, special={date(2026, 5, 20): [(time(8), time(10))]})
COUNTED = sorted(set(UNITS) - {"calendar_days"})


@pytest.mark.parametrize(
    ("unit", "length"),
    [
        ("business_hours", 3 * HOUR),
        ("elapsed_hours", 3 * HOUR),
        ("business_days", 24 * HOUR),
        ("business_weeks", 120 * HOUR),  # a day is the commonest one, though Fridays are short
    ],
)
def test_a_unit_is_a_length_of_working_time(unit: str, length: timedelta) -> None:
    assert working_time(3, unit, OFFICE) == length


@pytest.mark.parametrize("unit", ["calendar_days", "fortnights"])
def test_what_no_calendar_counts_is_refused(unit: str) -> None:
    with pytest.raises(ValueError, match=f"^{unit} is not counted on a calendar$"):
        working_time(1, unit, OFFICE)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-05-19T14:00", 2, "business_hours", "2026-05-20T07:00"),  # a special morning
        ("2026-05-19T06:00", 2, "business_days", "2026-05-21T13:00"),
        ("2026-05-18T06:00", 1, "business_weeks", "2026-05-26T08:00"),
        ("2026-03-28T12:00", 24, "elapsed_hours", "2026-03-29T12:00"),
        ("2026-03-28T12:00", 1, "calendar_days", "2026-03-29T11:00"),  # the same local time, an hour less
    ],
)
def test_where_a_length_ends(start: str, amount: int, unit: str, end: str) -> None:
    starts_at, ends_at = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))

    assert after(starts_at, amount, unit, OFFICE, STOCKHOLM) == ends_at
    assert before(ends_at, amount, unit, OFFICE, STOCKHOLM) == starts_at


@repeatable
@given(desks(), st.sampled_from(COUNTED), st.integers(0, 12))
def test_a_length_has_passed_when_it_has_been_counted(desk: Desk, unit: str, amount: int) -> None:
    calendar = desk.calendar()
    length = working_time(amount, unit, calendar)

    end = after(desk.moment, amount, unit, calendar, desk.zone)

    assert end - desk.moment == length if unit == "elapsed_hours" else calendar.elapsed(desk.moment, end) == length


@repeatable
@given(desks(), st.sampled_from(COUNTED), st.integers(1, 12))
def test_before_is_the_latest_instant_that_leaves_the_length(desk: Desk, unit: str, amount: int) -> None:
    calendar = desk.calendar()
    start = before(desk.moment, amount, unit, calendar, desk.zone)

    assert after(start, amount, unit, calendar, desk.zone) <= desk.moment
    assert after(start + MINUTE, amount, unit, calendar, desk.zone) > desk.moment


@repeatable
@given(desks(), st.integers(0, 3), st.integers(1, 400))
def test_hours_of_a_contract_are_the_minutes_of_a_walk(desk: Desk, days: int, minutes: int) -> None:
    """Whatever the unit, what counts is a minute that a clock on the wall shows as open."""
    calendar = desk.calendar()
    end = desk.moment + timedelta(days=days, minutes=minutes)
    walked = len(desk.walk(desk.moment, end)) // 60

    due = after(desk.moment, walked, "business_hours", calendar, desk.zone)

    assert len(desk.walk(desk.moment, due)) == walked * 60 or walked == 0
    assert due <= end or walked == 0


@repeatable
@given(desks(), st.integers(-30, 30))
def test_calendar_days_keep_the_time_on_the_wall_where_it_exists(desk: Desk, amount: int) -> None:
    start = desk.moment.astimezone(desk.zone)
    due = after(desk.moment, amount, "calendar_days", desk.calendar(), desk.zone)
    end, wall = due.astimezone(desk.zone), start.replace(tzinfo=None) + timedelta(days=amount)

    skipped = wall.replace(tzinfo=desk.zone).astimezone(UTC).astimezone(desk.zone).replace(tzinfo=None) != wall
    assert (end.replace(tzinfo=None) > wall) if skipped else (end.replace(tzinfo=None) == wall)
    assert before(desk.moment, -amount, "calendar_days", desk.calendar(), desk.zone) == due
