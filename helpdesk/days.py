"""Days that are proposed for a calendar: closed, or open at hours of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from helpdesk.worktime import WorkingCalendar

OCTOBER = 10
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Day:
    """A date with its name; without hours it is closed."""

    date: date
    name: str = ""
    hours: tuple[tuple[time, time], ...] = ()

    @property
    def key(self) -> str:
        """What names the day in a form."""
        return f"{self.date}-special" if self.hours else str(self.date)


def joined(days: Iterable[Day]) -> list[Day]:
    """One day for each date, closed and special ones apart, in order; all its names and hours are kept."""
    same: dict[str, list[Day]] = {}
    for day in days:
        same.setdefault(day.key, []).append(day)
    found = []
    for parts in same.values():
        name = ", ".join(dict.fromkeys(part.name for part in parts if part.name))
        hours = tuple(sorted({interval for part in parts for interval in part.hours}))
        found.append(Day(parts[0].date, name[:LONGEST_NAME].strip(), hours))
    return sorted(found, key=lambda day: (day.date, bool(day.hours)))


def years_to_prepare(now: datetime) -> list[int]:
    """The years whose closed dates a calendar should hold by now: this one, from 1 October the next one too."""
    return [now.year, now.year + 1] if now.month >= OCTOBER else [now.year]


def years_without_dates(calendar: WorkingCalendar, now: datetime) -> list[int]:
    """Those of these years in which no date of the calendar is closed.

    Open on every day of the week and closed on no date is meant so: nothing is missing there.
    """
    if calendar.days_per_week == 7 and not calendar.holidays:
        return []
    known = {day.year for day in calendar.holidays}
    return [year for year in years_to_prepare(now.astimezone(calendar.tz)) if year not in known]
