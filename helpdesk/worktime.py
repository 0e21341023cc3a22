"""Working time: which instants count on a business calendar, and the arithmetic of the time that counts."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain, pairwise
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

Hours = Sequence[tuple[time, time]]
Span = tuple[timedelta, timedelta]  # opening and closing, counted from local midnight

ZERO, TICK, DAY, WEEK = timedelta(), timedelta.resolution, timedelta(days=1), timedelta(weeks=1)
SECONDS_OF_A_DAY = range(DAY // timedelta(seconds=1))
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

ANCHOR = datetime(2001, 1, 1, tzinfo=UTC)  # weeks are numbered from this Monday
HORIZON = 5218  # weeks, a hundred years: no search goes further, so none goes on for ever
YEARS = range(1000, 9000)  # a hundred years from any of these is still a date
CACHED_WEEKS = 2600  # per calendar, fifty years: ten years of working time at forty hours a week fit in


class Window(NamedTuple):
    """Open time from one instant (included) to another (excluded), in UTC, on one local date."""

    opens_at: datetime
    closes_at: datetime
    local_date: date


class Week(NamedTuple):
    """The open windows of one week in UTC, and how much they come to."""

    windows: tuple[Window, ...]
    total: timedelta


class ClosedReason(StrEnum):
    """Why a calendar is closed."""

    HOLIDAY = "holiday"
    SPECIAL = "special"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True, slots=True)
class Closed:
    """Why an instant does not count, and the local date that says so (a holiday's name hangs on it)."""

    reason: ClosedReason
    local_date: date

    def __str__(self) -> str:
        return self.reason.value


@dataclass(frozen=True, eq=False, slots=True)
class WorkingCalendar:
    """Weekly opening hours in one time zone, with closed dates and dates that have hours of their own.

    An instant counts if the clock on the wall stands between an opening and a closing time of its local
    date. So a local hour that occurs twice counts twice, and one that is skipped counts not at all.
    Answers are in UTC. Calendars are equal only to themselves; each remembers the weeks it was asked about.
    """

    tz: ZoneInfo
    weekly: Mapping[int, Hours]  # Monday is 0; an end of 00:00 is midnight at the end of the day
    holidays: Collection[date] = ()
    special: Mapping[date, Hours] = field(default_factory=dict)  # the hours of that date, holiday or not
    _weekly: tuple[tuple[Span, ...], ...] = field(init=False, repr=False)
    _dated: dict[date, tuple[Span, ...]] = field(init=False, repr=False)
    _weeks: dict[int, Week] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for day in self.weekly:
            if day not in range(7):
                raise ValueError(f"{day!r} is not a weekday: Monday is 0, Sunday is 6.")
        for day_off in (*self.holidays, *self.special):
            if isinstance(day_off, datetime) or not isinstance(day_off, date):  # neither would ever match
                raise ValueError(f"{day_off!r} is not a date.")
        special = {day: _spans(day.isoformat(), hours) for day, hours in self.special.items()}
        frozen = {
            "weekly": MappingProxyType({day: tuple(hours) for day, hours in self.weekly.items()}),
            "holidays": frozenset(self.holidays),
            "special": MappingProxyType({day: tuple(hours) for day, hours in self.special.items()}),
            "_weekly": tuple(_spans(name, self.weekly.get(day, ())) for day, name in enumerate(WEEKDAYS)),
            "_dated": dict.fromkeys(self.holidays, ()) | special,
        }
        for name, value in frozen.items():
            object.__setattr__(self, name, value)

    @property
    def day_length(self) -> timedelta:
        """The length of one business day: the commonest among the weekdays, the longer one in a tie."""
        lengths = Counter(_length(spans) for spans in self._weekly if spans)
        if not lengths:
            raise ValueError("This calendar has no weekly hours, so a business day has no length.")
        return max(lengths, key=lambda length: (lengths[length], length))

    @property
    def days_per_week(self) -> int:
        """How many weekdays have hours."""
        return sum(1 for spans in self._weekly if spans)

    def is_open(self, at: datetime) -> bool:
        """Whether the instant counts; an opening does, a closing does not."""
        wall = self._wall(_utc("at", at))
        since_midnight = wall - _midnight(wall.date())
        return any(opens <= since_midnight < closes for opens, closes in self._spans_on(wall.date()))

    def why_closed(self, at: datetime) -> Closed | None:
        """The reason why the instant does not count; None if it does."""
        if self.is_open(at):
            return None
        day = self._wall(_utc("at", at)).date()
        if day in self.special:
            return Closed(ClosedReason.SPECIAL, day)
        if day in self.holidays:
            return Closed(ClosedReason.HOLIDAY, day)
        return Closed(ClosedReason.OUTSIDE_HOURS, day)

    def next_open(self, at: datetime) -> datetime:
        """The instant itself if it counts, otherwise the next opening."""
        return self.add(at, TICK) - TICK

    def add(self, start: datetime, work: timedelta) -> datetime:
        """The earliest due time with that much working time after `start`; it may equal a closing time.

        No work at all is due at `start` if that is open or a closing time, otherwise at the next opening.
        """
        at, left = _utc("start", start), _amount(work)
        self._check_ever_open()
        first = _week_number(at - TICK)  # the week before, if a window closes at this very instant
        for number in range(first, first + HORIZON):
            week = self._week(number)
            if number > first and left > week.total:
                left -= week.total
                continue
            for opens_at, closes_at, _ in week.windows:
                if closes_at < at:
                    continue
                begins_at = max(opens_at, at)
                if left <= closes_at - begins_at:
                    return begins_at + left
                left -= closes_at - begins_at
        raise ValueError(f"This calendar has too few open hours in the hundred years after {at:%Y-%m-%d}.")

    def subtract(self, end: datetime, work: timedelta) -> datetime:
        """The latest instant with that much working time between it and `end`: the last moment to begin."""
        at, left = _utc("end", end), _amount(work)
        if not left:
            return at
        self._check_ever_open()
        last = _week_number(at)
        for number in range(last, last - HORIZON, -1):
            week = self._week(number)
            if number < last and left > week.total:
                left -= week.total
                continue
            for opens_at, closes_at, _ in reversed(week.windows):
                if opens_at >= at:
                    continue
                ends_at = min(closes_at, at)
                if left <= ends_at - opens_at:
                    return ends_at - left
                left -= ends_at - opens_at
        raise ValueError(f"This calendar has too few open hours in the hundred years before {at:%Y-%m-%d}.")

    def add_days(self, start: datetime, n: float) -> datetime:
        """The due time `n` business days after `start`: with uniform hours, the same local time."""
        return self.add(start, n * self.day_length)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` (included) to `end` (excluded)."""
        starts_at, ends_at = _period(start, end)
        first, last = _week_number(starts_at), _week_number(ends_at)
        total = ZERO
        for number in range(first, last + 1):
            if first < number < last:
                total += self._week(number).total
            else:
                total += _total(self._clipped(number, starts_at, ends_at))
        return total

    def windows(self, start: datetime, end: datetime) -> Iterator[Window]:
        """The open time between two instants, in order; the first and last window are cut to fit."""
        starts_at, ends_at = _period(start, end)
        numbers = range(_week_number(starts_at), _week_number(ends_at) + 1)
        return _joined(chain.from_iterable(self._clipped(number, starts_at, ends_at) for number in numbers))

    def _check_ever_open(self) -> None:
        if not (any(self._weekly) or any(self._dated.values())):
            raise ValueError("This calendar has no open hours.")

    def _spans_on(self, day: date) -> tuple[Span, ...]:
        return self._dated.get(day, self._weekly[day.weekday()])

    def _clipped(self, number: int, starts_at: datetime, ends_at: datetime) -> Iterator[Window]:
        for opens_at, closes_at, day in self._week(number).windows:
            begins_at, stops_at = max(opens_at, starts_at), min(closes_at, ends_at)
            if begins_at < stops_at:
                yield Window(begins_at, stops_at, day)

    def _week(self, number: int) -> Week:
        week = self._weeks.get(number)
        if week is None:
            if len(self._weeks) >= CACHED_WEEKS:
                self._weeks.clear()
            windows = tuple(_joined(self._pieces(ANCHOR + number * WEEK)))
            week = self._weeks[number] = Week(windows, _total(windows))
        return week

    def _pieces(self, starts_at: datetime) -> Iterator[Window]:
        """The open time of the week from `starts_at`, cut wherever the clocks change."""
        for since, until, offset in self._steady(starts_at):
            first, last = since + offset, until + offset
            for days in range((last.date() - first.date()).days + 1):
                day = first.date() + days * DAY
                for opens, closes in self._spans_on(day):
                    begins, ends = max(_midnight(day) + opens, first), min(_midnight(day) + closes, last)
                    if begins < ends:
                        yield Window(begins - offset, ends - offset, day)

    def _steady(self, starts_at: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """The parts of the week from `starts_at` in which the zone keeps one offset from UTC.

        One look a day is enough: no zone has ever changed its clocks twice within six days.
        """
        since, offset = starts_at, self._offset(starts_at)
        for days in range(7):
            day = starts_at + days * DAY
            if self._offset(day + DAY) != offset:
                change = self._change(day, offset)
                yield since, change, offset
                since, offset = change, self._offset(change)
        if since < starts_at + WEEK:
            yield since, starts_at + WEEK, offset

    def _change(self, day: datetime, offset: timedelta) -> datetime:
        """The second within a day of `day` at which the zone leaves the offset."""

        def has_left(second: int) -> bool:
            return self._offset(day + timedelta(seconds=second)) != offset

        return day + timedelta(seconds=bisect_left(SECONDS_OF_A_DAY, True, key=has_left))

    def _wall(self, at: datetime) -> datetime:
        """The local time, which wears UTC here so that plain arithmetic on it is right."""
        return at + self._offset(at)

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.tz).utcoffset() or ZERO


def add_calendar_days(start: datetime, n: int, tz: ZoneInfo) -> datetime:
    """The same local time `n` calendar days later (earlier if negative), in UTC.

    A local time that the clocks skip moves forward by the gap; one that occurs twice means the first.
    """
    at = _utc("start", start)
    if abs(n) > 7 * HORIZON:
        raise ValueError(f"{n} calendar days are too many.")
    if n == 0:
        return at  # also in an hour that occurs twice, where "the first" could lie before the start
    wall = at.astimezone(tz).replace(tzinfo=None) + n * DAY
    return wall.replace(tzinfo=tz, fold=0).astimezone(UTC)  # fold=0 is the first, and goes on past a gap


def _utc(name: str, moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{name} has no time zone: {moment.isoformat()}.")
    if moment.year not in YEARS:
        raise ValueError(f"{name} is too far away: {moment.isoformat()}.")
    return moment.astimezone(UTC)


def _period(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    starts_at, ends_at = _utc("start", start), _utc("end", end)
    if ends_at < starts_at:
        raise ValueError(f"end {ends_at.isoformat()} is before start {starts_at.isoformat()}.")
    return starts_at, ends_at


def _amount(work: timedelta) -> timedelta:
    if work < ZERO:
        raise ValueError(f"Working time cannot be negative: {work}.")
    return work


def _week_number(at: datetime) -> int:
    return (at - ANCHOR) // WEEK


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _total(windows: Iterable[Window]) -> timedelta:
    return sum((closes_at - opens_at for opens_at, closes_at, _ in windows), ZERO)


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((closes - opens for opens, closes in spans), ZERO)


def _joined(windows: Iterable[Window]) -> Iterator[Window]:
    """The same open time, with windows that touch on one local date made into one."""
    last: Window | None = None
    for window in windows:
        if last and last.closes_at == window.opens_at and last.local_date == window.local_date:
            last = last._replace(closes_at=window.closes_at)
            continue
        if last:
            yield last
        last = window
    if last:
        yield last


def _spans(name: str, hours: Hours) -> tuple[Span, ...]:
    """The intervals of one day, checked and in order; `name` is the day's in the sentence of an error."""
    for opens, closes in hours:
        interval = f"{name}: {_interval(opens, closes)}"
        if opens.tzinfo or closes.tzinfo:
            raise ValueError(f"{interval} has a time zone; hours are in the calendar's.")
        if opens == closes != time():
            raise ValueError(f"{interval} is empty.")
        if opens > closes != time():
            raise ValueError(f"{interval} runs over midnight; write it as two intervals.")
    for (opens, closes), (later_opens, later_closes) in pairwise(sorted(hours)):
        if later_opens < closes or closes == time():
            first, second = _interval(opens, closes), _interval(later_opens, later_closes)
            raise ValueError(f"{name}: {first} and {second} overlap.")
    return tuple((_since_midnight(opens), _since_midnight(closes) or DAY) for opens, closes in sorted(hours))


def _since_midnight(wall: time) -> timedelta:
    return datetime.combine(ANCHOR, wall, UTC) - ANCHOR


def _interval(opens: time, closes: time) -> str:
    return f"{opens:%H:%M}-{closes:%H:%M}"


ROUND_THE_CLOCK = WorkingCalendar(ZoneInfo("UTC"), {day: [(time(), time())] for day in range(7)})
