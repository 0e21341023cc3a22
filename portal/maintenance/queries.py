"""Which maintenance there is: windows that come back, windows that are planned, and when each falls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from helpdesk.process.sections import DAYS
from helpdesk.remembered import remembered
from helpdesk.tenancy import current_vendor
from portal.maintenance.core import Recurrence
from portal.maintenance.core import occurrences as falls
from portal.models import BY_AGREEMENT, MaintenanceWindow, PlannedWindow

A_WHILE = timedelta(days=70)  # a monthly window falls at least once in it


@dataclass(frozen=True)
class Occurrence:
    """One time at which there is, or was to be, maintenance."""

    starts_at: datetime
    ends_at: datetime
    rule: MaintenanceWindow
    planned: PlannedWindow | None = None

    @property
    def code(self) -> str:
        """The code of the row of the process that it falls under."""
        return self.rule.code

    @property
    def affects_service(self) -> bool:
        return (self.planned or self.rule).affects_service


@dataclass(frozen=True)
class Regular:
    """A row of the process, and the next time it falls; a window that runs now counts as the next."""

    rule: MaintenanceWindow
    next: Occurrence | None


@remembered
def rules() -> list[MaintenanceWindow]:
    """What the process says of maintenance, in its order."""
    return list(MaintenanceWindow.objects.filter(retired=False).order_by("position", "id"))


def rules_for_planning() -> list[MaintenanceWindow]:
    """The rows of the process under which single windows are planned."""
    return [rule for rule in rules() if rule.recurrence == BY_AGREEMENT]


def occurrences(start: datetime, end: datetime) -> list[Occurrence]:
    """All maintenance that overlaps the time from `start` to `end`, in order; what was called off is not."""
    single = PlannedWindow.objects.filter(starts_at__lt=end, ends_at__gt=start, called_off_at=None)
    found = [Occurrence(row.starts_at, row.ends_at, row.rule, row) for row in single.select_related("rule")]
    for rule in rules():
        found += _falls(rule, start, end)
    return sorted(found, key=lambda each: (each.starts_at, each.ends_at, each.rule.position, each.rule.pk))


def coming(now: datetime) -> list[PlannedWindow]:
    """Single windows that run or lie ahead, those that were called off too, in order."""
    return list(PlannedWindow.objects.filter(ends_at__gt=now).select_related("rule").order_by("starts_at", "id"))


def felt_by_customers(now: datetime, within: timedelta) -> list[PlannedWindow]:
    """Single windows that may be felt now or soon."""
    return [
        row
        for row in coming(now)
        if row.affects_service and row.called_off_at is None and row.starts_at <= now + within
    ]


def by_category(now: datetime) -> list[tuple[str, list[Regular]]]:
    """What the process says, by category in its order; a window that comes back has its next time."""
    order = list(dict.fromkeys(rule.category for rule in rules()))
    found = sorted(rules(), key=lambda rule: order.index(rule.category))
    return [
        (category, [Regular(rule, next(_falls(rule, now, now + A_WHILE), None)) for rule in group])
        for category, group in groupby(found, key=lambda rule: rule.category)
    ]


def inside_a_regular_window(category: str, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether one window that comes back, of this category, holds the whole of this time."""
    return any(
        each.starts_at <= starts_at and ends_at <= each.ends_at
        for rule in rules()
        if rule.category == category
        for each in _falls(rule, starts_at, ends_at)
    )


def has_regular_windows(category: str) -> bool:
    """Whether the process gives times for this category at all."""
    return any(rule.category == category and rule.recurrence != BY_AGREEMENT for rule in rules())


def _falls(rule: MaintenanceWindow, start: datetime, end: datetime) -> Iterator[Occurrence]:
    if rule.recurrence == BY_AGREEMENT or rule.starts is None or rule.ends is None:
        return
    recurrence = Recurrence(
        every=rule.recurrence,
        starts=rule.starts,
        ends=rule.ends,
        weekday=DAYS.index(rule.weekday) if rule.weekday else None,
        week_of_month=rule.week_of_month,
    )
    for starts_at, ends_at in falls(recurrence, current_vendor().zone, start, end):
        yield Occurrence(starts_at, ends_at, rule)
