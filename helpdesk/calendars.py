"""From rows to calendars: the working time that a clock word, a team or a company stands for."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.models import BusinessCalendar, Company, SpecialHours, Team
from helpdesk.remembered import remembered
from helpdesk.tenancy import current_vendor
from helpdesk.worktime import ROUND_THE_CLOCK, WorkingCalendar

ALWAYS = "24x7"
RESPONSIBLE_TEAM = "responsible_team"


@remembered
def working_calendars() -> dict[str, WorkingCalendar]:
    """The vendor's calendars by code, in the process file's order, and the one that never closes."""
    rows = BusinessCalendar.objects.prefetch_related("hours", "holidays", "special_hours").order_by("position", "id")
    return {row.code: _working(row) for row in rows} | {ALWAYS: ROUND_THE_CLOCK}


def _working(row: BusinessCalendar) -> WorkingCalendar:
    weekly = _by_day((hours.weekday, hours) for hours in row.hours.all())
    special = _by_day((hours.date, hours) for hours in row.special_hours.all())
    closed = {day.date for day in row.holidays.all() if row.use_optional or not day.optional}
    return WorkingCalendar(ZoneInfo(row.time_zone), weekly, closed, special)


def _by_day(rows: Iterable[tuple[Any, Any]]) -> dict[Any, list[tuple[time, time]]]:
    days: dict[Any, list[tuple[time, time]]] = {}
    for day, hours in rows:
        days.setdefault(day, []).append((hours.opens, hours.closes))
    return {day: sorted(intervals) for day, intervals in days.items()}


def calendar_of(spec: Any) -> WorkingCalendar:
    """A calendar as a process file writes it; for versions that are no longer in force."""
    special = {day: hours.intervals() for day, hours in spec.special_days.items()}
    weekly = {day: spec.hours_of(day) for day in range(7)}
    return WorkingCalendar(ZoneInfo(spec.time_zone), weekly, set(spec.closed_dates), special)


@remembered
def holiday_names() -> dict[str, dict[date, str]]:
    """Names of closed dates, by calendar code and date."""
    rows = BusinessCalendar.objects.prefetch_related("holidays")
    return {row.code: {day.date: day.name for day in row.holidays.all()} for row in rows}


@remembered
def special_names() -> dict[str, dict[date, str]]:
    """Names of dates with hours of their own, by calendar code and date; one without a name has the holiday's."""
    names: dict[str, dict[date, str]] = {code: {} for code in working_calendars()}
    for row in SpecialHours.objects.select_related("calendar").order_by("opens", "id"):
        code = row.calendar.code
        names[code][row.date] = names[code].get(row.date) or row.name or holiday_names()[code].get(row.date, "")
    return names


@remembered
def assumed_calendars() -> frozenset[str]:
    """Calendars whose hours or zone no document gives: an instant counted on one is no commitment."""
    rows = BusinessCalendar.objects.exclude(assumed=[])
    return frozenset(
        row.code for row in rows if row.assumed is True or {"weekly_hours", "time_zone"} & set(row.assumed)
    )


@remembered
def team_calendars() -> dict[int, str]:
    """The calendar code of each team that has hours of its own, by the team's id."""
    teams = Team.objects.select_related("calendar")
    return {
        team.pk: ALWAYS if team.round_the_clock else team.calendar.code
        for team in teams
        if team.round_the_clock or team.calendar is not None
    }


@remembered
def company_calendars() -> dict[int, str]:
    """Calendar codes by the id of the calendar's row, for companies with agreed hours."""
    return {row.pk: row.code for row in BusinessCalendar.objects.all()}


def default_code() -> str:
    """The first calendar of the process file."""
    return next(iter(working_calendars()))


def resolve(clock: str, *, team_id: int | None, company: Company | None) -> str:
    """The code of the calendar that counts for this clock word.

    A company's agreed hours replace the vendor's; the clock that never stops stays what it is.
    """
    if clock == ALWAYS:
        return ALWAYS
    if company is not None and company.calendar_id is not None:
        return company_calendars().get(company.calendar_id, default_code())
    if clock == RESPONSIBLE_TEAM:
        return team_calendars().get(team_id or 0, default_code())
    return clock


def zone_of(code: str) -> ZoneInfo:
    """The time zone in which this calendar keeps its days; around the clock it is the vendor's."""
    return current_vendor().zone if code == ALWAYS else working_calendars()[code].tz
