"""Included time: which period an instant belongs to, and what work on a ticket counts as."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sla.core.exceptions import Circumstances, applies

COUNTED, EXEMPT, ESTIMATED = "counted", "exempt", "estimated"


def period_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the calendar month, in this zone, that the instant lies in."""
    return at.astimezone(zone).date().replace(day=1)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which this day ends."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def treatment(
    ticket: Circumstances,
    *,
    estimate_required: bool,
    budget_applies: bool,
    exempt: Mapping[str, Any],
    outside: Mapping[str, Any],
) -> str:
    """Whether work on the ticket needs an estimate, uses included time, or is not counted at all."""
    if estimate_required or (outside and applies(outside, ticket)):
        return ESTIMATED
    if budget_applies and not (exempt and applies(exempt, ticket)):
        return COUNTED
    return EXEMPT
