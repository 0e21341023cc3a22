"""Invitations: what a calendar file in a mail invites to."""

from datetime import UTC, date, datetime, time
from typing import Any

from notifications.mime.charsets import one_line
from notifications.mime.letter import Invitation

_LARGEST = 300_000  # bytes of a file that are looked at; invitations have a few thousand
_MOST = 20


def invitations(data: bytes) -> list[Invitation]:
    """The events of a calendar file, at most twenty. Times without a zone count as UTC."""
    if len(data) > _LARGEST:
        return []
    from icalendar import Calendar  # noqa: PLC0415 - costly to load, and few mails have invitations

    found = []
    for calendar in Calendar.from_ical(data, multiple=True):
        method = one_line(str(calendar.get("METHOD", ""))).lower()
        for event in calendar.walk("VEVENT")[:_MOST]:
            starts = _moment(event.get("DTSTART"))
            if starts:
                found.append(_invitation(event, starts, method))
    return found[:_MOST]


def _invitation(event: Any, starts: datetime, method: str) -> Invitation:
    ends = _moment(event.get("DTEND"))
    if ends is None and event.get("DURATION") is not None:
        ends = starts + event["DURATION"].dt
    organizer = one_line(str(event.get("ORGANIZER", ""))).lower().removeprefix("mailto:")
    return Invitation(
        summary=one_line(str(event.get("SUMMARY", "")))[:500],
        starts=starts,
        ends=ends,
        organizer=organizer[:320],
        location=one_line(str(event.get("LOCATION", "")))[:500],
        method=method[:40],
    )


def _moment(value: Any) -> datetime | None:
    moment = getattr(value, "dt", None)
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
