"""What clocks are measured with: calendars and statuses of the process as it is, or as one of its versions was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from helpdesk.calendars import ALWAYS, calendar_of, holiday_names, special_names, working_calendars
from helpdesk.models import ProcessVersion
from helpdesk.process.files import parse_sections
from helpdesk.remembered import remembered
from helpdesk.worktime import ROUND_THE_CLOCK, WorkingCalendar
from tickets.models.process import FINAL_CATEGORIES
from tickets.queries.catalogue import catalogue


@dataclass(frozen=True)
class StatusFacts:
    """What a clock asks of a status."""

    name: str
    is_final: bool = False
    pauses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Yardstick:
    """Calendars by code, the names of their closed dates and of dates with hours of their own, statuses by code."""

    calendars: Mapping[str, WorkingCalendar]
    closed: Mapping[str, Mapping[date, str]] = field(default_factory=dict)
    special: Mapping[str, Mapping[date, str]] = field(default_factory=dict)
    statuses: Mapping[str, StatusFacts] = field(default_factory=dict)

    def status(self, code: str) -> StatusFacts:
        """A status that the log names; one that the process has forgotten is looked up in its older versions."""
        return self.statuses.get(code) or _forgotten(code)


@remembered
def version_now() -> int:
    """The number of the process version in force; 0 where none was kept."""
    return ProcessVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0


@remembered
def yardstick() -> Yardstick:
    """The process as it is."""
    statuses = {
        row.code: StatusFacts(row.name, row.is_final, frozenset(row.pauses)) for row in catalogue().statuses.values()
    }
    return Yardstick(working_calendars(), holiday_names(), special_names(), statuses)


def yardstick_of(version: int) -> Yardstick:
    """The process as it was in this version; a finished ticket keeps the figures that it was measured by."""
    if version in (0, version_now()):
        return yardstick()
    kept = ProcessVersion.objects.filter(number=version).values_list("pk", flat=True).first()
    return _yardstick_of(kept) if kept is not None else yardstick()


@lru_cache(maxsize=200)
def _yardstick_of(kept: int) -> Yardstick:
    """A version never changes, so it is read once; `kept` is the id of its row."""
    text = ProcessVersion.objects.values_list("text", flat=True).get(pk=kept)
    process = parse_sections(text, ("calendars", "statuses"))
    calendars = process["calendars"]
    return Yardstick(
        calendars={item.code: calendar_of(item) for item in calendars} | {ALWAYS: ROUND_THE_CLOCK},
        closed={item.code: item.closed_dates for item in calendars},
        special={item.code: {day: row.name for day, row in item.special_days.items()} for item in calendars},
        statuses={
            item.code: StatusFacts(item.name, item.category in FINAL_CATEGORIES, frozenset(item.pauses))
            for item in process["statuses"]
        },
    )


def _forgotten(code: str) -> StatusFacts:
    for kept in ProcessVersion.objects.order_by("-number").values_list("pk", flat=True):
        if (found := _yardstick_of(kept).statuses.get(code)) is not None:
            return found
    return StatusFacts(code)
