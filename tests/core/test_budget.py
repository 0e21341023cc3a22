"""Included time: months and days as the zone counts them, and what work on a ticket counts as."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sla.core.budget import COUNTED, ESTIMATED, EXEMPT, end_of, period_of, treatment
from sla.core.exceptions import Circumstances

STOCKHOLM, AUCKLAND = ZoneInfo("Europe/Stockholm"), ZoneInfo("Pacific/Auckland")
TICK = timedelta.resolution


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (datetime(2026, 5, 31, 21, 59, tzinfo=UTC), STOCKHOLM, date(2026, 5, 1)),
        (datetime(2026, 5, 31, 22, 0, tzinfo=UTC), STOCKHOLM, date(2026, 6, 1)),
        (datetime(2026, 12, 31, 11, 0, tzinfo=UTC), AUCKLAND, date(2027, 1, 1)),
    ],
)
def test_an_instant_belongs_to_the_month_of_the_zone(at: datetime, zone: ZoneInfo, expected: date) -> None:
    assert period_of(at, zone) == expected


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_ends_at_midnight_also_where_clocks_change(day: date, hours: int) -> None:
    ended, before = end_of(day, STOCKHOLM).astimezone(UTC), end_of(day - timedelta(days=1), STOCKHOLM).astimezone(UTC)
    assert ended - before == timedelta(hours=hours)
    assert (ended - TICK).astimezone(STOCKHOLM).date() == day


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, COUNTED),
        ({"budget_applies": False}, EXEMPT),
        ({"exempt": {"cause": "defect"}}, EXEMPT),
        ({"exempt": {"cause": "misuse"}}, COUNTED),
        ({"outside": {"cause": "defect"}}, ESTIMATED),
        ({"outside": {"cause": "misuse"}}, COUNTED),
        ({"estimate_required": True, "budget_applies": False}, ESTIMATED),
        ({"outside": {"cause": "defect"}, "exempt": {"cause": "defect"}}, ESTIMATED),
    ],
)
def test_what_work_counts_as(facts: dict[str, Any], expected: str) -> None:
    """An estimate goes before everything; what is exempt uses no included time."""
    given = {"estimate_required": False, "budget_applies": True, "exempt": {}, "outside": {}, **facts}
    assert treatment(Circumstances(cause="defect"), **given) == expected
