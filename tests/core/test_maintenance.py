"""Windows that come back keep the time on the wall, on every day that they fall on."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.maintenance.core import Recurrence, latest_notice, occurrences

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = timedelta(days=1)
ZONES = st.sampled_from(
    ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"]
)
TIMES = st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0, fold=0))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)).map(lambda at: at.replace(tzinfo=UTC, microsecond=0))


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    starts, ends = draw(TIMES), draw(TIMES)
    if starts == ends:
        ends = time((starts.hour + 1) % 24, starts.minute)
    return Recurrence(
        every=draw(st.sampled_from(["daily", "weekly", "monthly"])),
        starts=starts,
        ends=ends,
        weekday=draw(st.integers(0, 6)),
        week_of_month=draw(st.sampled_from([1, 2, 3, 4, -1])),
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spans(recurrence: Recurrence, start: str, end: str, zone: ZoneInfo = STOCKHOLM) -> list[str]:
    found = occurrences(recurrence, zone, utc(start), utc(end))
    return [f"{starts_at:%m-%dT%H:%M}-{ends_at:%dT%H:%M}" for starts_at, ends_at in found]


@pytest.mark.parametrize(
    ("starts", "ends", "start", "found"),
    [
        ("04:00", "05:00", "2026-10-24", ["10-24T02:00-24T03:00", "10-25T03:00-25T04:00"]),  # summer, winter time
        ("01:30", "02:30", "2026-10-25", ["10-24T23:30-25T01:30", "10-26T00:30-26T01:30"]),  # 02:00 to 03:00 twice
        ("02:30", "03:15", "2026-03-29", ["03-29T01:00-29T01:15", "03-30T00:30-30T01:15"]),  # from 03:00 on the wall
        ("02:10", "02:50", "2026-03-29", ["03-30T00:10-30T00:50"]),  # skipped altogether
        ("22:00", "02:30", "2026-05-05", ["05-04T20:00-05T00:30", "05-05T20:00-06T00:30", "05-06T20:00-07T00:30"]),
        ("22:00", "00:00", "2026-05-05", ["05-05T20:00-05T22:00", "05-06T20:00-06T22:00"]),  # ends as the day does
    ],
)
def test_daily_windows_around_clock_changes_and_midnight(starts: str, ends: str, start: str, found: list[str]) -> None:
    daily = Recurrence("daily", time.fromisoformat(starts), time.fromisoformat(ends))
    two_days = (datetime.fromisoformat(start) + 2 * DAY).date().isoformat()

    assert spans(daily, f"{start}T00:00", f"{two_days}T00:00") == found


@pytest.mark.parametrize(
    ("week", "days"),
    [(1, [3, 7]), (2, [10, 14]), (4, [24, 28]), (-1, [31, 28])],
)
def test_saturdays_of_october_and_november_2026(week: int, days: list[int]) -> None:
    monthly = Recurrence("monthly", time(9), time(18), weekday=5, week_of_month=week)

    found = [starts_at.day for starts_at, _ in occurrences(monthly, STOCKHOLM, utc("2026-10-01"), utc("2026-12-01"))]

    assert found == days


def test_a_window_that_only_touches_the_time_asked_for_is_not_in_it() -> None:
    daily = Recurrence("daily", time(4), time(5))

    assert spans(daily, "2026-05-05T03:00", "2026-05-06T02:00") == []
    assert spans(daily, "2026-05-05T02:59", "2026-05-05T03:00") == ["05-05T02:00-05T03:00"]


@pytest.mark.parametrize(
    ("start", "amount", "unit", "latest"),
    [
        ("2026-10-29T17:00", 7, "calendar_days", "2026-10-22T16:00"),  # HG-T4: the clocks change in between
        ("2026-10-29T17:00", 168, "elapsed_hours", "2026-10-22T17:00"),
    ],
)
def test_the_last_moment_for_a_notice(start: str, amount: int, unit: str, latest: str) -> None:
    assert latest_notice(utc(start), amount, unit, STOCKHOLM) == utc(latest)


@given(recurrences(), ZONES, MOMENTS, st.integers(1, 40))
def test_each_window_is_there_once_in_order_and_by_the_clock_on_the_wall(
    recurrence: Recurrence, zone: str, start: datetime, days: int
) -> None:
    here, end = ZoneInfo(zone), start + days * DAY
    found = list(occurrences(recurrence, here, start, end))

    assert found == sorted(set(found))
    for starts_at, ends_at in found:
        assert start < ends_at
        assert starts_at < end
        assert timedelta() < ends_at - starts_at <= DAY + timedelta(hours=1)
        on_the_wall = starts_at.astimezone(here)
        if on_the_wall.time() != recurrence.starts:  # only where the clocks skip the start
            assert (starts_at - timedelta(seconds=1)).astimezone(here).utcoffset() != on_the_wall.utcoffset()
        assert recurrence.falls_on(on_the_wall.date())


@given(recurrences(), ZONES, MOMENTS, st.integers(1, 20), st.integers(1, 20))
def test_two_times_that_meet_hold_what_the_whole_holds(
    recurrence: Recurrence, zone: str, start: datetime, first: int, second: int
) -> None:
    here, middle = ZoneInfo(zone), start + first * DAY
    end = middle + second * DAY
    apart = {*occurrences(recurrence, here, start, middle), *occurrences(recurrence, here, middle, end)}

    assert sorted(apart) == list(occurrences(recurrence, here, start, end))


@given(MOMENTS.map(lambda at: at.date()), st.integers(0, 6))
def test_a_month_has_one_such_day_for_each_week(day: date, weekday: int) -> None:
    month = [day.replace(day=number) for number in range(1, 29)]
    first = [each for each in month if Recurrence("monthly", time(1), time(2), weekday, 1).falls_on(each)]

    assert len(first) == 1
    assert first[0].day <= 7
    assert first[0].weekday() == weekday
