"""Clocks on the agent's ticket page: rows that add up, what lies ahead, missed rounds, long lives in brief."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from helpdesk.worktime import ROUND_THE_CLOCK, WorkingCalendar
from portal.agent.clock_rows import FIRST, LAST, Row, rows_of
from sla.core.clock import Mark, Target, replay
from sla.core.timeline import Timeline, timeline

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 3, 23, 8, tzinfo=UTC)
OFFICE = WorkingCalendar(ZoneInfo("UTC"), {day: [(time(8), time(17))] for day in range(5)}, {date(2026, 3, 25)})


def line(target: Target, marks: list[Mark], now: datetime, calendar: WorkingCalendar = OFFICE) -> Timeline:
    return timeline(replay(target, marks, calendar), target, calendar, now)


def told(rows: list[Row]) -> list[tuple[str, str, int, int]]:
    return [(row.kind, row.phase, row.minutes, row.total) for row in rows]


def test_rows_add_up_to_the_target_with_now_and_the_warning_among_them() -> None:
    target, now = Target(12 * HOUR, 10 * HOUR), MONDAY + 4 * HOUR
    rows = rows_of(line(target, [Mark(MONDAY, "start")], now), now, of_updates=False)
    assert told(rows) == [
        ("counted", "past", 240, 240),
        ("now", "past", 0, 240),
        ("counted", "ahead", 300, 540),
        ("closed", "ahead", 0, 540),
        ("counted", "ahead", 60, 600),
        ("warning", "past", 0, 600),
        ("counted", "ahead", 120, 720),
        ("due", "past", 0, 720),
    ]
    assert sum(row.minutes for row in rows) == 12 * 60


def test_seconds_never_keep_the_minutes_from_adding_up() -> None:
    start = MONDAY + timedelta(seconds=17)
    target, now = Target(3 * HOUR), MONDAY + timedelta(minutes=44, seconds=59)
    rows = rows_of(line(target, [Mark(start, "start")], now), now, of_updates=False)
    assert sum(row.minutes for row in rows) == 180
    assert rows[-1].total == 180


def test_what_runs_over_is_told_apart_behind_the_missed_due_time() -> None:
    target, now = Target(2 * HOUR), MONDAY + 5 * HOUR
    rows = rows_of(line(target, [Mark(MONDAY, "start")], now), now, of_updates=False)
    assert told(rows) == [("counted", "past", 120, 120), ("missed", "past", 0, 120), ("counted", "over", 180, 300)]


def test_a_long_life_is_told_in_brief_and_still_adds_up() -> None:
    target, now = Target(400 * HOUR), MONDAY + 30 * DAY + HOUR
    rows = rows_of(line(target, [Mark(MONDAY, "start")], now), now, of_updates=False)
    assert len(rows) <= 2 * (FIRST + LAST + 1) + 2
    assert {row.phase for row in rows if row.kind == "brief"} == {"past", "ahead"}
    assert sum(row.minutes for row in rows) == rows[-1].total == 400 * 60
    lasting = [row for row in rows if row.ends_at is not None]
    assert all(one.ends_at == other.starts_at for one, other in pairwise(lasting))


def test_every_missed_update_stays_in_sight_however_many_were_given() -> None:
    target = Target(6 * HOUR, 4 * HOUR)
    gaps = [2, 7, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    times = [MONDAY + sum(gaps[: n + 1]) * HOUR for n in range(len(gaps))]
    now = times[-1] + HOUR
    marks = [Mark(MONDAY, "start"), *(Mark(at, "restart") for at in times)]
    rows = rows_of(line(target, marks, now, ROUND_THE_CLOCK), now, of_updates=True)
    assert [(row.kind, row.phase) for row in rows if row.kind in ("update", "rounds")] == [
        ("rounds", "past"),
        ("update", "over"),
        ("rounds", "past"),
        *[("update", "past")] * 8,
    ]
    with translation.override("en"):
        assert "update missed" in [row.said for row in rows]


# --- The page ------------------------------------------------------------------------------------------------


def words_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_page_shows_what_lies_ahead_and_that_it_adds_up(bench: Any) -> None:
    page = bench()
    for clock in page.context["clocks"]:
        target = clock.adds_up.split(" of ")
        assert target[0] == target[1], "a running clock comes to its whole target"
        assert {"ahead"} <= {row.phase for row in clock.rows}
        assert clock.bar_text.startswith(clock.view.label)
    said = words_of(page)
    assert "Up to the due time" in said
    assert "will count" in said
    assert 'role="img" aria-label="' in page.content.decode()


def test_a_reader_elsewhere_sees_both_times(bench: Any, smith: Any) -> None:
    before = words_of(bench())
    smith.user.time_zone = "Pacific/Kiritimati"
    smith.user.save()
    assert "your time" not in before
    assert "your time" in words_of(bench())


@pytest.mark.parametrize("lines", [1, 12])
def test_the_page_costs_the_same_however_long_the_clocks_have_run(
    lines: int, bench: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(lines):
        bench("reply", body="More of it", mode="reply")
    bench()
    with django_assert_num_queries(COST_OF_THE_PAGE):
        bench()


COST_OF_THE_PAGE = 31
