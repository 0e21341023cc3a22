"""iCalendar files: a calendar's dated days written down, and the days that somebody else's file holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from helpdesk.access import Refused
from helpdesk.days import Day, joined

LONGEST_FILE = 1024 * 1024
MOST_EVENTS, MOST_RECURRING, MOST_DAYS = 2000, 100, 400
RECURRENCES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
RULE_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"}
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
OLDEST_RECURRENCE = 1970
SPECIAL = "Special hours"  # the category of an event whose time of day is opening hours
DAY = timedelta(days=1)
# What the libraries raise where dates, rules, zones and their types do not go together.
UNFIT = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, OSError)
Component = Any  # the library types the parts of an event as unions of everything


@dataclass(frozen=True)
class Found:
    """What a file holds for the chosen years, and a sentence about each event that cannot be used."""

    days: list[Day]
    left_out: list[str]


def read(text: str, *, years: range, zone: ZoneInfo) -> Found:
    """The days of these years; `zone` is the calendar's, in which a time of day is meant.

    An event that lasts whole days is closed time. One with a time of day is opening hours if its category says so.
    """
    days: list[Day] = []
    left_out: list[str] = []
    for calendar in _calendars(text):
        usable, said = _usable(calendar)
        left_out += said
        for event in _occurrences(usable, years):
            try:
                days += [day for day in _days(event, zone) if day.date.year in years]
            except Refused as refusal:
                left_out.append(f"{_name(event)}: {refusal.sentence}")
        days = joined(days)
        if len(days) > MOST_DAYS:
            raise Refused(f"The file has more than {MOST_DAYS} days in these years. Choose fewer years.")
    return Found(days, list(dict.fromkeys(left_out)))


def write(name: str, days: Iterable[Day], *, zone: ZoneInfo, now: datetime, host: str) -> bytes:
    """A file with these days; the same days give the same events again, so that a subscriber sees no doubles."""
    calendar: Component = icalendar.Calendar()
    for key, value in (("prodid", "-//Helpdesk//Business calendar//EN"), ("version", "2.0"), ("x-wr-calname", name)):
        calendar.add(key, value)
    for day in days:
        for number, (starts, ends) in enumerate(_periods(day, zone)):
            event: Component = icalendar.Event.new(
                uid=f"{day.key}-{number}@{name}.{host}",
                stamp=now,
                start=starts,
                end=ends,
                summary=day.name,
            )
            if day.hours:
                event.categories = [SPECIAL]
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _periods(day: Day, zone: ZoneInfo) -> Iterator[tuple[date, date]]:
    if not day.hours:
        yield day.date, day.date + DAY
    for opens, closes in day.hours:
        ends_on = day.date + DAY if closes == time() else day.date
        starts, ends = datetime.combine(day.date, opens, zone), datetime.combine(ends_on, closes, zone)
        yield starts.astimezone(UTC), ends.astimezone(UTC)


def _calendars(text: str) -> list[Component]:
    if len(text) > LONGEST_FILE:
        raise Refused("An iCalendar file has at most 1 MB.")
    try:
        parts: list[Component] = icalendar.Calendar.from_ical(text, multiple=True)
    except UNFIT as error:
        raise Refused("This is no iCalendar file: it begins with BEGIN:VCALENDAR, and each line has a name.") from error
    found = [part for part in parts if part.name == "VCALENDAR"]
    if not found:
        raise Refused("This is no iCalendar file, or it ends in the middle: there is no whole VCALENDAR in it.")
    if any(str(calendar.get("CALSCALE", "GREGORIAN")).upper() != "GREGORIAN" for calendar in found):
        raise Refused("Only files of the Gregorian calendar can be read.")
    events = [event for calendar in found for event in calendar.walk("VEVENT")]
    if len(events) > MOST_EVENTS or sum("RRULE" in event for event in events) > MOST_RECURRING:
        raise Refused(f"A file has at most {MOST_EVENTS} events, {MOST_RECURRING} of them repeated.")
    return found


def _usable(calendar: Component) -> tuple[Component, list[str]]:
    """The events that can be read and are not cancelled, and a sentence about each that cannot."""
    usable: Component = icalendar.Calendar()
    said = []
    for event in calendar.walk("VEVENT"):
        event.subcomponents = []  # alarms, and an event whose beginning stands in another
        try:
            _check(event)
        except Refused as refusal:
            said.append(f"{_name(event)}: {refusal.sentence}")
        else:
            if str(event.get("STATUS", "")).upper() != "CANCELLED":
                usable.add_component(event)
    return usable, said


def _check(event: Component) -> None:
    if event.errors:
        raise Refused(f"{event.errors[0][0] or 'a line'} cannot be read")
    if not hasattr(event.get("DTSTART"), "dt"):
        raise Refused("it has no beginning")
    try:
        length = event.end - event.start
    except UNFIT as error:
        raise Refused("its beginning and end do not fit together") from error
    if length < timedelta():
        raise Refused("it ends before it begins")
    if length > MOST_DAYS * DAY:
        raise Refused(f"it lasts more than {MOST_DAYS} days")
    _check_repetition(event)


def _check_repetition(event: Component) -> None:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if not set(rule.get("FREQ", [])) <= RECURRENCES:
            raise Refused("it is repeated more than once a day")
        if not _comes_again(rule):
            raise Refused("it is repeated in a way that is not read here")
        if event.start.year < OLDEST_RECURRENCE:
            raise Refused(f"it is repeated since before {OLDEST_RECURRENCE}")
    alone: Component = icalendar.Calendar()
    alone.add_component(event)
    try:
        recurring_ical_events.of(alone).at((event.start.year, event.start.month))
    except UNFIT as error:
        raise Refused("its lines contradict each other") from error


def _comes_again(rule: Component) -> bool:
    """Whether the rule is plain enough to be sure of it: for one that never does, all years to 9999 are searched."""
    often = rule.get("FREQ", [])
    interval, positions = rule.get("INTERVAL", [1])[0], set(rule.get("BYSETPOS", []))
    months, days = rule.get("BYMONTH", range(1, 13)), rule.get("BYMONTHDAY", [])
    ordinals = [str(day)[:-2] for day in rule.get("BYDAY", []) if str(day)[:-2]]
    most = 5 if often == ["MONTHLY"] or "BYMONTH" in rule else 53
    return (
        len(often) == 1
        and set(rule) <= RULE_PARTS
        and interval >= 1
        and (often != ["DAILY"] or interval == 1 or not {part for part in rule if part.startswith("BY")})
        and any(1 <= month <= 12 and abs(day) <= LONGEST_MONTHS[month - 1] for month in months for day in days or [1])
        and not (ordinals and days)
        and all(abs(int(ordinal)) <= most for ordinal in ordinals)
        and positions <= {1, -1}
    )


def _occurrences(calendar: Component, years: range) -> Iterator[Component]:
    """Month by month, so that a file that repeats without end is noticed early."""
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    seen: set[tuple[str, str, str]] = set()
    for year in years:
        for month in range(1, 13):
            try:
                events = query.at((year, month))
            except UNFIT as error:
                raise Refused("The repeated events of this file contradict each other.") from error
            for event in events:
                known = (_name(event), str(event["DTSTART"].dt), str(event["DTEND"].dt))
                if known not in seen:
                    seen.add(known)
                    yield event
            if len(seen) > MOST_EVENTS:
                raise Refused(f"The file has more than {MOST_EVENTS} events in these years. Choose fewer years.")


def _days(event: Component, zone: ZoneInfo) -> list[Day]:
    name, starts, ends = _name(event, ""), event["DTSTART"].dt, event["DTEND"].dt
    if isinstance(starts, datetime):
        starts, ends = _local(starts, zone), _local(ends, zone)
        if starts.time() != time() or ends.time() != time() or starts == ends:
            return [_special(event, name, starts, ends)]
        starts, ends = starts.date(), ends.date()
    # The end is the day after the last one; some programs write the last one itself if it is the only one.
    return [Day(starts + number * DAY, name) for number in range(max((ends - starts).days, 1))]


def _special(event: Component, name: str, starts: datetime, ends: datetime) -> Day:
    if SPECIAL.lower() not in {str(category).strip().lower() for category in event.categories}:
        raise Refused(f"it has a time of day, and its category is not “{SPECIAL}”")
    until_midnight = ends.time() == time() and ends.date() == starts.date() + DAY
    if starts >= ends or not (until_midnight or starts.date() == ends.date()):
        raise Refused("its hours do not end on the day on which they begin")
    return Day(starts.date(), name, ((_minute(starts), _minute(ends)),))


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The time on the wall of the calendar; a time without a zone is meant there."""
    return (moment.astimezone(zone) if moment.tzinfo else moment).replace(tzinfo=None)


def _minute(moment: datetime) -> time:
    return moment.time().replace(second=0, microsecond=0)


def _name(event: Component, default: str = "An event without a name") -> str:
    words = "".join(sign if sign.isprintable() else " " for sign in str(event.get("SUMMARY", "")))
    return " ".join(words.split()) or default
