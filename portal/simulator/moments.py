"""Times as a scenario writes them: an instant, or a local time of the vendor, and lengths of time."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

from helpdesk.worktime import add_calendar_days

WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( ?Z|[+-]\d\d:\d\d)?")
LENGTH = re.compile(r"(\d+) ?([dhms])")


@dataclass(frozen=True)
class IsMoment:
    """Marks a field that holds a time."""


def _as_text(value: Any) -> Any:
    # YAML makes a time with seconds one of its own.
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        raise ValueError("write the time of day too, as 2026-04-24 16:52")
    return value


def _moment(value: str | None) -> str | None:
    if value is not None and WRITTEN.fullmatch(value.strip()) is None:
        raise ValueError(f"'{value}' is no time; write 2026-04-24 16:52 (local) or 2026-04-24T14:52Z")
    return value.strip() if value else value


def _length(value: str) -> str:
    if LENGTH.sub("", value).strip() or not value.strip():
        raise ValueError(f"'{value}' is no length of time; write one such as 30m, 2h, 3d or 1h 30m")
    return value


Moment = Annotated[str, IsMoment(), BeforeValidator(_as_text), AfterValidator(_moment)]
MomentOrNone = Annotated[str | None, IsMoment(), BeforeValidator(_as_text), AfterValidator(_moment)]
Length = Annotated[str, AfterValidator(_length)]


def instant(written: str, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a written time. Without an offset it is local; one that occurs twice means the first."""
    text = written.replace(" Z", "Z").replace("Z", "+00:00")
    at = datetime.fromisoformat(text)
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    found = at.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != at:
        raise ValueError(f"there is no {written} in {zone.key}: the clocks skip it; write it with Z or an offset")
    return found


def later(start: datetime, length: str, zone: ZoneInfo) -> datetime:
    """The instant after this length: days keep the local time of day, hours and less are real time."""
    at = start
    for amount, unit in LENGTH.findall(length):
        if unit == "d":
            at = add_calendar_days(at, int(amount), zone)
        else:
            at += timedelta(**{{"h": "hours", "m": "minutes", "s": "seconds"}[unit]: int(amount)})
    return at
