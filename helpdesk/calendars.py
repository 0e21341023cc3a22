"""From rows to calendars: the working time that a clock word, a team or a company stands for."""

from zoneinfo import ZoneInfo

from helpdesk.models import BusinessCalendar, Company, Team
from helpdesk.remembered import remembered
from helpdesk.tenancy import current_vendor
from helpdesk.worktime import ROUND_THE_CLOCK, WorkingCalendar

ALWAYS = "24x7"
RESPONSIBLE_TEAM = "responsible_team"


@remembered
def working_calendars() -> dict[str, WorkingCalendar]:
    """The vendor's calendars by code, in the process file's order, and the one that never closes."""
    rows = BusinessCalendar.objects.prefetch_related("hours", "holidays").order_by("position", "id")
    return {row.code: _working(row) for row in rows} | {ALWAYS: ROUND_THE_CLOCK}


def _working(row: BusinessCalendar) -> WorkingCalendar:
    weekly: dict[int, list[tuple]] = {day: [] for day in range(7)}  # type: ignore[type-arg]
    for hours in row.hours.all():
        weekly[hours.weekday].append((hours.opens, hours.closes))
    closed = {day.date for day in row.holidays.all() if row.use_optional or not day.optional}
    return WorkingCalendar(ZoneInfo(row.time_zone), {day: sorted(rows) for day, rows in weekly.items()}, closed)


@remembered
def holiday_names() -> dict[str, dict]:  # type: ignore[type-arg]
    """Names of closed dates, by calendar code and date."""
    rows = BusinessCalendar.objects.prefetch_related("holidays")
    return {row.code: {day.date: day.name for day in row.holidays.all()} for row in rows}


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
