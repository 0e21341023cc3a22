"""Days on offer, and the years for which a calendar should know its closed dates."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from helpdesk.days import LONGEST_NAME, Day, joined, years_to_prepare, years_without_dates
from helpdesk.worktime import ROUND_THE_CLOCK, WorkingCalendar

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = {day: [(time(8), time(17))] for day in range(5)}
MORNING, EVENING = (time(8), time(12)), (time(20), time(0))
EVE, NEW_YEAR = date(2026, 12, 24), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("now", "years"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), [2026]),
        (datetime(2026, 9, 30, 23, 59, tzinfo=UTC), [2026]),
        (datetime(2026, 10, 1, tzinfo=UTC), [2026, 2027]),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), [2026, 2027]),
    ],
)
def test_from_october_on_the_next_year_is_prepared_too(now: datetime, years: list[int]) -> None:
    assert years_to_prepare(now) == years


@pytest.mark.parametrize(
    ("closed", "now", "missing"),
    [
        ([], datetime(2026, 5, 1, tzinfo=UTC), [2026]),
        ([], datetime(2026, 10, 1, tzinfo=UTC), [2026, 2027]),
        ([EVE], datetime(2026, 9, 30, 12, tzinfo=UTC), []),
        ([EVE], datetime(2026, 9, 30, 22, tzinfo=UTC), [2027]),  # it is October in Stockholm
        ([NEW_YEAR], datetime(2026, 11, 1, tzinfo=UTC), [2026]),
        ([EVE, NEW_YEAR], datetime(2026, 11, 1, tzinfo=UTC), []),
    ],
)
def test_years_without_a_closed_date(closed: list[date], now: datetime, missing: list[int]) -> None:
    """XE-2-04: a calendar without dates for the coming year is noticed before it begins."""
    assert years_without_dates(WorkingCalendar(STOCKHOLM, OFFICE, closed), now) == missing


def test_special_hours_are_no_closed_dates() -> None:
    calendar = WorkingCalendar(STOCKHOLM, OFFICE, special={EVE: [MORNING]})

    assert years_without_dates(calendar, datetime(2026, 5, 1, tzinfo=UTC)) == [2026]


def test_a_desk_that_is_open_every_day_of_the_week_may_have_no_closed_date() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    every_day = {day: [(time(8), time(20))] for day in range(7)}

    assert years_without_dates(ROUND_THE_CLOCK, now) == []
    assert years_without_dates(WorkingCalendar(STOCKHOLM, every_day), now) == []
    assert years_without_dates(WorkingCalendar(STOCKHOLM, every_day, [EVE]), now) == [2027]


def test_days_of_one_date_are_one_and_special_hours_stand_apart() -> None:
    days = [
        Day(EVE, "b", (EVENING,)),
        Day(NEW_YEAR),
        Day(EVE, "b"),
        Day(EVE, "a"),
        Day(EVE, "c", (MORNING,)),
        Day(EVE, "b"),
    ]

    assert joined(days) == [Day(EVE, "b, a"), Day(EVE, "b, c", (MORNING, EVENING)), Day(NEW_YEAR)]
    assert [day.key for day in joined(days)] == ["2026-12-24", "2026-12-24-special", "2027-01-01"]


def test_names_that_are_too_long_are_cut() -> None:
    [day] = joined(Day(EVE, f"{'x' * 58} {n}") for n in range(3))

    assert len(day.name) == LONGEST_NAME
