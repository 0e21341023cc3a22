"""When and how the vendor can be reached: opening hours as they stand now, and contact points."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from helpdesk.calendars import (
    ALWAYS,
    RESPONSIBLE_TEAM,
    holiday_names,
    resolve,
    special_names,
    team_calendars,
    working_calendars,
)
from helpdesk.models import Company
from helpdesk.remembered import remembered
from helpdesk.worktime import WorkingCalendar
from portal.models import ContactPoint
from tickets.models import Severity
from tickets.queries.catalogue import catalogue

AHEAD = timedelta(days=8)  # an open window ends within a week
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Desk:
    """One calendar at one moment. `changes_at` is when it closes if it is open, when it opens if it is closed.

    `occasion` is why today is no ordinary day.
    """

    is_open: bool
    changes_at: datetime | None = None
    is_today: bool = False
    occasion: str = ""

    @property
    def is_always(self) -> bool:
        return self.changes_at is None


@dataclass(frozen=True)
class Hours:
    """A calendar as people read it: its runs of days, and the closed and the special dates of the coming year."""

    name: str
    zone: str
    runs: list[tuple[str, list[tuple[time, time]]]]
    closed: list[tuple[date, str]]
    special: list[tuple[date, str, Sequence[tuple[time, time]]]]
    desk: Desk


@dataclass(frozen=True)
class Reach:
    """A contact point, whether somebody answers there now, and the severities it is kept for."""

    point: ContactPoint
    numbers: list[tuple[str, str]]
    desk: Desk | None
    severities: list[Severity]


def company_clock(company: Company) -> str:
    """The calendar that counts for this company: its own, its team's, or the vendor's first."""
    return resolve(RESPONSIBLE_TEAM, team_id=company.responsible_team_id, company=company)


def desk_at(code: str, now: datetime) -> Desk:
    """How this calendar stands at `now`."""
    if code == ALWAYS:
        return Desk(is_open=True)
    calendar = working_calendars()[code]
    is_open = calendar.is_open(now)
    changes_at = next(calendar.windows(now, now + AHEAD)).closes_at if is_open else calendar.next_open(now)
    return Desk(is_open, changes_at, _same_day(changes_at, now), _occasion(code, calendar, now))


def _same_day(first: datetime, second: datetime) -> bool:
    return timezone.localtime(first).date() == timezone.localtime(second).date()


def _occasion(code: str, calendar: WorkingCalendar, now: datetime) -> str:
    today = now.astimezone(calendar.tz).date()
    if today in calendar.special:
        return special_names()[code][today] or _("a day with special hours")
    if today in calendar.holidays:
        return holiday_names()[code].get(today) or _("a holiday")
    return ""


def opening_hours(now: datetime) -> list[Hours]:
    """Every calendar of the vendor, in the order of its process."""
    codes = [code for code in working_calendars() if code != ALWAYS]
    return [_hours(code, now, alone=len(codes) == 1) for code in codes]


def _hours(code: str, now: datetime, *, alone: bool) -> Hours:
    calendar = working_calendars()[code]
    today = now.astimezone(calendar.tz).date()
    closed, special = holiday_names()[code], special_names()[code]

    def coming(days: Iterable[date]) -> list[date]:
        return [day for day in sorted(days) if today <= day < today + YEAR]

    return Hours(
        name="" if alone else _calendar_name(code),
        zone=calendar.tz.key.replace("_", " "),
        runs=list(_runs(calendar)),
        closed=[(day, closed.get(day, "")) for day in coming(set(calendar.holidays) - set(calendar.special))],
        special=[(day, special[day], calendar.special[day]) for day in coming(calendar.special)],
        desk=desk_at(code, now),
    )


def _calendar_name(code: str) -> str:
    """The teams that work by the calendar; one without a team has only its code."""
    of_team = team_calendars()
    teams = [team.name for team in catalogue().teams.offered if of_team.get(team.pk) == code]
    return ", ".join(teams) or code.replace("-", " ").replace("_", " ").capitalize()


def _runs(calendar: WorkingCalendar) -> Iterator[tuple[str, list[tuple[time, time]]]]:
    """Weekdays in a row with the same hours; a closed day has none."""
    days = ((day, tuple(sorted(calendar.weekly.get(day, ())))) for day in range(7))
    for hours, run in groupby(days, key=lambda pair: pair[1]):
        names = [str(WEEKDAYS[day]) for day, _same in run]
        words = names[0] if len(names) == 1 else _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
        yield words, list(hours)


@remembered
def _points() -> list[ContactPoint]:
    return list(ContactPoint.objects.order_by("-primary", "position", "id"))


def contact_points(now: datetime) -> list[Reach]:
    """Every way to reach the vendor, the recommended one first."""
    return [_reach(point, now) for point in _points()]


def phones(now: datetime, severity: Severity | None = None) -> list[Reach]:
    """Telephone numbers; for a severity, those kept for it if there are any, otherwise those for everything."""
    found = [reach for reach in contact_points(now) if reach.point.channel == "phone" and reach.numbers]
    if severity is None:
        return found
    kept = [reach for reach in found if severity in reach.severities]
    return kept or [reach for reach in found if not reach.severities]


def kept_line(now: datetime, severity: Severity) -> list[Reach]:
    """Where a severity has a line of its own: the desk's number while the desk is open, that line otherwise."""
    lines = [reach for reach in contact_points(now) if reach.point.channel == "phone"]
    kept = [reach for reach in lines if severity in reach.severities]
    staffed = [reach for reach in lines if not reach.severities and reach.desk is not None and reach.desk.is_open]
    return (staffed or kept) if kept else []


def _reach(point: ContactPoint, now: datetime) -> Reach:
    abroad = sorted((country, number) for country, number in point.number_by_country.items() if number)
    own = [("", point.number)] if point.number and point.number not in dict(abroad).values() else []
    known = catalogue().severities
    return Reach(
        point=point,
        numbers=own + abroad,
        desk=desk_at(point.hours, now) if point.hours else None,
        severities=[known[code] for code in point.severities if code in known],
    )
