"""Maintenance in the words of customers: when it is, whether they will feel it, how early they are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.process.sections import DAYS
from portal.maintenance.queries import by_category, coming, felt_by_customers, rules_for_planning
from portal.models import MaintenanceWindow, PlannedWindow

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Announced:
    """One planned window, as it stands now."""

    title: str
    text: str
    when: str
    is_emergency: bool
    affects_service: bool
    is_running: bool
    is_called_off: bool
    announced_at: datetime


@dataclass(frozen=True)
class Arrangement:
    """One row of the process: how often, at what time, with how much notice."""

    words: str
    note: str
    affects_service: bool
    next: str


def announced(now: datetime) -> list[Announced]:
    """Single windows that run or lie ahead."""
    return [_announced(row, now) for row in coming(now)]


def felt_soon(now: datetime) -> list[Announced]:
    """Those that may explain what a customer is about to report; no query where the vendor plans none."""
    return [_announced(row, now) for row in felt_by_customers(now, SOON)] if rules_for_planning() else []


def arrangements(now: datetime) -> list[tuple[str, list[Arrangement]]]:
    """What the process says of maintenance, by the part of the service."""
    return [
        (
            category,
            [
                Arrangement(
                    words=_arranged(row.rule),
                    note=row.rule.note,
                    affects_service=row.rule.affects_service and row.next is not None,
                    next=_when(row.next.starts_at, row.next.ends_at) if row.next else "",
                )
                for row in rows
            ],
        )
        for category, rows in by_category(now)
    ]


def _announced(row: PlannedWindow, now: datetime) -> Announced:
    return Announced(
        title=row.title,
        text=row.text,
        when=_when(row.starts_at, row.ends_at),
        is_emergency=row.rule.kind == "emergency",
        affects_service=row.affects_service,
        is_running=row.starts_at <= now,
        is_called_off=row.called_off_at is not None,
        announced_at=row.announced_at,
    )


def _when(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when in the vendor's zone; the day once if it is the same."""
    starts, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    until = date_format(ends, "H:i" if starts.date() == ends.date() else "l j F Y, H:i")
    joint = "–" if starts.date() == ends.date() else " – "
    return f"{date_format(starts, 'l j F Y, H:i')}{joint}{until}"


def _arranged(rule: MaintenanceWindow) -> str:
    if rule.starts is None or rule.ends is None:
        return _one_by_one(rule)
    weekday = str(WEEKDAYS[DAYS.index(rule.weekday)]) if rule.weekday else ""
    match rule.recurrence:
        case "daily":
            days = _("Every day")
        case "weekly":
            days = _("Every %(weekday)s") % {"weekday": weekday}
        case _monthly:
            nth = {1: _("First"), 2: _("Second"), 3: _("Third"), 4: _("Fourth"), -1: _("Last")}
            days = _("%(nth)s %(weekday)s of each month") % {"nth": nth[rule.week_of_month or 1], "weekday": weekday}
    return f"{days}, {rule.starts:%H:%M}–{rule.ends:%H:%M}"


def _one_by_one(rule: MaintenanceWindow) -> str:
    if rule.kind == "emergency":
        return _("When it cannot wait")
    if not rule.notice:
        return _("Planned one by one")
    amount = rule.notice["amount"]
    if rule.notice["unit"] == "calendar_days":
        said = ngettext("at least %d day before", "at least %d days before", amount)
    else:
        said = ngettext("at least %d hour before", "at least %d hours before", amount)
    return _("Planned one by one, announced %(notice)s") % {"notice": said % amount}
