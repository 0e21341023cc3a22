"""When windows that come back fall, by the clock on the wall, and until when a single one must be announced."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpdesk.durations import before
from helpdesk.worktime import DAY, ROUND_THE_CLOCK, WorkingCalendar

Span = tuple[datetime, datetime]  # in UTC

MIDNIGHT, NOON = time(), time(12)
LAST = -1  # of the month


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every day, on one day of the week, or on one such day of the month; an end before the start is the next day's."""

    every: str  # "daily", "weekly" or "monthly"
    starts: time
    ends: time
    weekday: int | None = None  # Monday is 0
    week_of_month: int | None = None  # 1 is the first such day of the month, -1 the last

    @property
    def is_overnight(self) -> bool:
        return MIDNIGHT < self.ends <= self.starts

    def falls_on(self, day: date) -> bool:
        """Whether a window starts on this local date."""
        if self.every == "daily":
            return True
        if day.weekday() != self.weekday:
            return False
        return self.every == "weekly" or self.week_of_month in (_week_of_month(day), _last_week(day))


def occurrences(recurrence: Recurrence, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Span]:
    """The windows that overlap the time from `start` to `end`, in order; each as long as it is, not cut to fit."""
    first, last = start.astimezone(zone).date() - DAY, end.astimezone(zone).date()
    for days in range((last - first).days + 1):
        day = first + days * DAY
        span = _on(recurrence, zone, day) if recurrence.falls_on(day) else None
        if span and span[0] < end and start < span[1]:
            yield span


def latest_notice(starts_at: datetime, amount: int, unit: str, zone: ZoneInfo) -> datetime:
    """The last moment at which a window is announced in time; calendar days keep the local time."""
    return before(starts_at, amount, unit, ROUND_THE_CLOCK, zone)


def _on(recurrence: Recurrence, zone: ZoneInfo, day: date) -> Span | None:
    """The window of one local date; None where the clocks skip all of it.

    It lasts while the clock on the wall stands inside it, so an hour that occurs twice is in it twice.
    """
    hours = {day: [(recurrence.starts, MIDNIGHT if recurrence.is_overnight else recurrence.ends)]}
    if recurrence.is_overnight:
        hours[day + DAY] = [(MIDNIGHT, recurrence.ends)]
    noon = datetime.combine(day, NOON, UTC)
    open_time = list(WorkingCalendar(zone, {}, special=hours).windows(noon - 2 * DAY, noon + 3 * DAY))
    return (open_time[0].opens_at, open_time[-1].closes_at) if open_time else None


def _week_of_month(day: date) -> int:
    return (day.day - 1) // 7 + 1


def _last_week(day: date) -> int | None:
    return LAST if (day + timedelta(weeks=1)).month != day.month else None
