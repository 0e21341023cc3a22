"""Desks for properties of working time: zones whose clocks change oddly, hours, dated days, and a person who walks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from helpdesk.worktime import WorkingCalendar

TICK, MINUTE, HOUR, DAY = timedelta.resolution, timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta()


def utc(text: str) -> datetime:
    """An instant such as 2026-03-29T01:00Z."""
    return datetime.fromisoformat(text)


def clock(minute: int) -> time:
    """A minute of the day as it stands in a calendar: minute 1440 is written 00:00."""
    return time(minute // 60 % 24, minute % 60)


CLOCK_CHANGES = {  # zones with every kind of change: half hours, two hours, midnights, lost days, a month of fasting
    "Australia/Lord_Howe": ["2026-04-04T15:00Z", "2026-10-03T15:30Z"],
    "Asia/Kathmandu": ["1985-12-31T18:30Z"],
    "Africa/Casablanca": ["2009-06-01T00:00Z", "2026-02-15T02:00Z", "2026-03-22T02:00Z"],
    "Europe/Stockholm": ["2026-03-29T01:00Z", "2026-10-25T01:00Z"],
    "America/New_York": ["2026-03-08T07:00Z", "2026-11-01T06:00Z"],
    "Pacific/Apia": ["2011-12-30T10:00Z"],
    "America/St_Johns": ["2006-04-02T03:31Z", "2006-10-29T02:31Z"],
    "Africa/Cairo": ["2026-04-23T22:00Z", "2026-10-29T21:00Z"],
    "America/Havana": ["2026-03-08T05:00Z", "2026-11-01T05:00Z"],
    "Atlantic/Azores": ["2026-03-29T01:00Z", "2026-10-25T01:00Z"],
    "America/Santiago": ["2026-04-05T03:00Z", "2026-09-06T04:00Z"],
    "Antarctica/Troll": ["2026-03-29T01:00Z", "2026-10-25T01:00Z"],
    "Pacific/Kwajalein": ["1993-08-20T12:00Z"],
}
Minutes = list[tuple[int, int]]


@dataclass(frozen=True)
class Desk:
    """The plain facts of a calendar in minutes of the day, and a moment around which to look at it."""

    zone: ZoneInfo
    weekly: dict[int, Minutes]
    holidays: set[date]
    special: dict[date, Minutes]
    moment: datetime

    def calendar(self) -> WorkingCalendar:
        def written(intervals: Minutes) -> list[tuple[time, time]]:
            return [(clock(opens), clock(closes)) for opens, closes in intervals]

        return WorkingCalendar(
            self.zone,
            {day: written(intervals) for day, intervals in self.weekly.items()},
            self.holidays,
            {day: written(intervals) for day, intervals in self.special.items()},
        )

    def counts(self, at: datetime) -> bool:
        """What a person with a clock and a calendar on the wall would say."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        intervals = [] if local.date() in self.holidays else self.weekly.get(local.weekday(), [])
        return any(opens <= minute < closes for opens, closes in self.special.get(local.date(), intervals))

    def walk(self, start: datetime, end: datetime) -> list[datetime]:
        """Every minute between two instants that counts."""
        length = (end - start) // MINUTE
        return [at for at in (start + step * MINUTE for step in range(length)) if self.counts(at)]


def intervals(step: int, at_least: int) -> st.SearchStrategy[Minutes]:
    """Up to five intervals of a day, apart or touching."""
    marks = st.integers(0, 24 * 60 // step).map(lambda mark: mark * step)
    points = st.lists(marks, min_size=at_least * 2, max_size=6, unique=True).map(sorted)
    apart = points.map(lambda ends: list(zip(ends[::2], ends[1::2], strict=False)))
    return apart | points.map(lambda ends: list(pairwise(ends)))


def spans(longest: timedelta) -> st.SearchStrategy[timedelta]:
    """Lengths of time, to the microsecond and often round."""
    minutes = st.integers(0, longest // MINUTE).map(lambda count: count * MINUTE)
    return minutes | st.timedeltas(NOTHING, longest)


AMOUNTS, SPANS = spans(60 * HOUR), spans(12 * DAY)
CHANGES = st.sampled_from([(ZoneInfo(zone), utc(at)) for zone, all_at in CLOCK_CHANGES.items() for at in all_at])
NEARBY = st.integers(-4 * 24 * 60, 2 * 24 * 60).map(lambda count: count * MINUTE)
ANYWHERE = st.integers(-2000, 2000).map(lambda count: utc("2010-06-15T12:34Z") + count * 4 * DAY)
AHEAD = st.integers(-2, 7).map(lambda count: count * DAY)
WEEKLY = st.dictionaries(st.integers(0, 6), intervals(step=15, at_least=1), min_size=1)
HOLIDAYS, SPECIAL = (
    st.sets(AHEAD, max_size=2),
    st.dictionaries(AHEAD, intervals(step=1, at_least=0), max_size=2),
)


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """A desk with its odd days around a moment, which is mostly near a change of its clocks."""
    zone, change = draw(CHANGES)
    moment = draw(NEARBY.map(lambda ahead: change + ahead) | ANYWHERE)
    special = {moment.date() + ahead: hours for ahead, hours in draw(SPECIAL).items()}
    both = set(special) if draw(st.booleans()) else set()
    holidays = {moment.date() + ahead for ahead in draw(HOLIDAYS)} | both
    return Desk(zone, draw(WEEKLY), holidays, special, moment)


repeatable = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=75,
    suppress_health_check=[HealthCheck.too_slow],
)
