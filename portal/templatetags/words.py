"""How lengths of time, sizes, names and plain text are written on a page."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from helpdesk.moments import own_time

register = template.Library()

DAY_MINUTES = 24 * 60


@register.filter
def duration(value: timedelta | None, day_minutes: int = DAY_MINUTES) -> str:
    """Write a length of time in its two largest units; `day_minutes` is the length of a working day."""
    if value is None:
        return ""
    minutes = int(abs(value).total_seconds() // 60)
    days, minutes = divmod(minutes, day_minutes)
    hours, minutes = divmod(minutes, 60)
    if days and hours:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if days:
        return _("%(days)d d") % {"days": days}
    if hours and minutes:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(minutes)d min") % {"minutes": minutes} if minutes else _("under 1 min")


@register.filter
def hours_and_minutes(minutes: int) -> str:
    """Write whole minutes as hours and minutes, never in days, so that a column of them can be added up."""
    return _("%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}


def relative(at: datetime, now: datetime) -> str:
    """Write an instant as seen from now; both in the zone they are shown in."""
    gap = now - at
    if abs(gap) < timedelta(minutes=1):
        return _("just now")
    if abs(gap) < timedelta(hours=1):
        words = _("%(minutes)d min") % {"minutes": abs(gap).total_seconds() // 60}
        return (_("%s ago") if gap > timedelta(0) else _("in %s")) % words
    near = {-1: _("yesterday %s"), 0: "%s", 1: _("tomorrow %s")}.get((at.date() - now.date()).days)
    if near:
        return near % date_format(at, "H:i")
    if abs(at.date() - now.date()) < timedelta(days=7):
        return date_format(at, "D H:i")
    return date_format(at, "j M" if at.year == now.year else "j M Y")


def moment(at: datetime | date, now: datetime, style: str) -> SafeString:
    """Write an instant as a `time` element: `relative`, `full` or `date`; a date as itself.

    Written here, not in a template: a page has scores of them.
    """
    if not isinstance(at, datetime):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), date_format(at, "j M Y"))
    at = timezone.localtime(at)
    year = "" if at.year == now.year else " Y"
    write = {
        "relative": lambda: relative(at, now),
        "full": lambda: date_format(at, f"D j M{year}, H:i"),
        "date": lambda: date_format(at, f"j M{year}"),
    }
    title, own = date_format(at, "l j F Y, H:i T"), own_time(at)
    return format_html(
        '<time datetime="{}" title="{}"{}{}>{}</time>',
        at.isoformat(timespec="seconds"),
        _("%(at)s, your time %(own)s") % {"at": title, "own": own} if own else title,
        mark_safe(" data-own") if own else "",
        mark_safe(" data-when") if style == "relative" else "",
        write[style](),
    )


@register.filter
def filesize(size: int | None) -> str:
    """Write a number of bytes in the unit that leaves at most three digits before the point."""
    if size is None:
        return ""
    if size < 1024:
        return _("%d bytes") % size
    value = float(size)
    units = iter(("kB", "MB", "GB", "TB"))
    unit = ""
    while round(value) >= 1024 or not unit:
        value, unit = value / 1024, next(units)
    return f"{number_format(round(value, 1), 0 if value >= 10 else 1)} {unit}"


@register.filter
def initials(name: str) -> str:
    """One or two capitals for a person: the first letters of the first and the last word."""
    words = [word for word in re.split(r"[\s._-]+", str(name).split("@")[0]) if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.filter
def prose(text: str | None) -> SafeString:
    """Turn plain text into safe paragraphs with links; quoted lines fold away."""
    lines = (text or "").replace("\r\n", "\n").strip().split("\n")
    parts = [
        _quoted(list(group)) if quoted else _paragraphs(list(group))
        for quoted, group in groupby(lines, key=lambda line: line.startswith(">"))
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every part went through urlize, which escapes


def _paragraphs(lines: list[str]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((_linked(block),) for block in _blocks(lines)))


def _quoted(lines: list[str]) -> SafeString:
    inner = _paragraphs([re.sub(r"^>+ ?", "", line) for line in lines])
    return format_html(
        '<details class="quoted"><summary>{}</summary>{}</details>',
        _("Quoted text"),
        inner,
    )


def _blocks(lines: list[str]) -> Iterator[str]:
    return (block.strip("\n") for block in re.split(r"\n[ \t]*\n", "\n".join(lines)) if block.strip())


def _linked(block: str) -> SafeString:
    return mark_safe(urlize(block, nofollow=True, autoescape=True))  # noqa: S308 - urlize escapes
