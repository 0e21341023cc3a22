"""Lengths of time in a contract's units, and where they end on a calendar.

Units (all counted by one calendar unless said otherwise): `business_hours`, `business_days` and
`business_weeks` are minutes of its open windows; `elapsed_hours` is real time; `calendar_days` keeps the
local time of day.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk.worktime import WorkingCalendar, add_calendar_days

UNITS = {
    "business_hours": "business hours",
    "business_days": "business days",
    "business_weeks": "business weeks",
    "elapsed_hours": "hours, around the clock",
    "calendar_days": "calendar days",
}


def working_time(amount: int, unit: str, calendar: WorkingCalendar) -> timedelta:
    """The open time that `amount` `unit` stand for on this calendar; not for `calendar_days`."""
    match unit:
        case "business_hours" | "elapsed_hours":
            return timedelta(hours=amount)
        case "business_days":
            return amount * calendar.day_length
        case "business_weeks":
            return amount * calendar.days_per_week * calendar.day_length
    raise ValueError(f"{unit} is not counted on a calendar")


def after(start: datetime, amount: int, unit: str, calendar: WorkingCalendar, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which `amount` `unit` have passed since `start`."""
    if unit == "calendar_days":
        return add_calendar_days(start, amount, zone)
    if unit == "elapsed_hours":
        return start + timedelta(hours=amount)
    return calendar.add(start, working_time(amount, unit, calendar))


def before(end: datetime, amount: int, unit: str, calendar: WorkingCalendar, zone: ZoneInfo) -> datetime:
    """The latest instant (UTC) from which `amount` `unit` remain until `end`."""
    if unit == "calendar_days":
        return add_calendar_days(end, -amount, zone)
    if unit == "elapsed_hours":
        return end - timedelta(hours=amount)
    return calendar.subtract(end, working_time(amount, unit, calendar))
