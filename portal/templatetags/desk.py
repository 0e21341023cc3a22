"""The parts that show a ticket: its status, clocks and conversation; loaded together with `ui`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.moments import moment
from portal.templatetags.parts import block, checked
from portal.templatetags.words import DAY_MINUTES, duration

register = template.Library()

STATUSES = {  # category of a status: its icon and tone
    "new": ("circle-dashed", "info"),
    "open": ("circle-dot", "accent"),
    "pending_customer": ("circle-pause", "neutral"),
    "pending_supplier": ("truck", "neutral"),
    "pending_internal": ("circle-ellipsis", "neutral"),
    "resolved": ("circle-check", "good"),
    "closed": ("circle-check-big", "quiet"),
}
SEVERITIES = {1: "bad", 2: "warn", 3: "neutral"}  # rank of a severity: its tone; 1 is the gravest
BARS = ((1, 0, 4), (2, 4, 6), (3, 8, 9))  # number, place and height of the bars of a severity
CLOCKS = {  # state of a clock: its icon and tone
    "running": ("clock", "neutral"),
    "warning": ("alarm-clock", "warn"),
    "late": ("clock-alert", "bad"),
    "paused": ("circle-pause", "quiet"),
    "met": ("check", "good"),
    "missed": ("x", "bad"),
    "none": ("timer-off", "quiet"),
}
SEGMENTS = ("counted", "over", "ahead", "paused", "closed")  # kinds of stretches of a clock's line
ENTRIES = {  # kind of a conversation entry: its icon
    "customer": "",
    "agent": "",
    "note": "lock",
    "call": "phone",
}
CHANNELS = {  # how an entry came: its icon
    "portal": "globe",
    "email": "mail",
    "phone": "phone",
    "chat": "message-square-reply",
    "social": "users",
    "voicemail": "voicemail",
    "monitoring": "siren",
    "api": "zap",
}


@register.inclusion_tag("components/badge.html")
def status(name: str, *, category: str) -> dict[str, Any]:
    """A ticket's status in the vendor's words, drawn by its category."""
    mark, tone = STATUSES[checked(category, STATUSES)]
    return {"text": name, "tone": tone, "icon": mark, "kind": "status"}


@register.inclusion_tag("components/severity.html")
def severity(name: str, *, rank: int, title: str = "") -> dict[str, Any]:
    """A severity in the vendor's words; rank 1 is the gravest and wears a sign, the others bars."""
    full = max(1, 5 - rank)
    bars = [{"x": x, "y": 9 - height, "height": height, "on": step <= full} for step, x, height in BARS]
    return {
        "text": name,
        "tone": SEVERITIES.get(rank, "quiet"),
        "title": title,
        "bars": bars,
        "top": rank == 1,
    }


@register.inclusion_tag("components/clock.html")
def clock(
    state: str,
    *,
    left: timedelta | None = None,
    reason: str = "",
    label: str = "",
    due_at: datetime | None = None,
    day_minutes: int = DAY_MINUTES,
) -> dict[str, Any]:
    """A target in words: what is left of it, by how much it is late, why it stands still."""
    mark, tone = CLOCKS[checked(state, CLOCKS)]
    words = _clock_words(state, duration(left, day_minutes), reason)
    due = moment(due_at, "D j M Y, H:i T") if due_at else ""
    return {
        "state": state,
        "tone": tone,
        "icon": mark,
        "words": words,
        "label": label,
        "due": due,
    }


def _clock_words(state: str, length: str, reason: str) -> str:
    if state == "late":
        return _("late by %s") % length if length else _("late")
    if state == "paused":
        return _("paused: %s") % reason if reason else _("paused")
    if state == "met":
        return _("met")
    if state == "missed":
        return _("missed by %s") % length if length else _("missed")
    if state == "none":
        return reason or _("no target")
    return _("%s left") % length if length else _("running")


@register.inclusion_tag("components/sla_bar.html")
def sla_bar(
    segments: Sequence[Mapping[str, Any]],
    *,
    text: str,
    state: str = "running",
    marks: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """A line from creation to due: filled where time counted, outlined where it will, hatched where paused.

    `segments` are `{kind: one of SEGMENTS, percent, why}` in order and add up to 100;
    `marks` are `{percent, label, kind}`. `text` says the same in words.
    """
    _mark, tone = CLOCKS[checked(state, CLOCKS)]
    return {
        "segments": list(_placed(segments)),
        "marks": list(_ticks(marks)),
        "text": text,
        "tone": tone,
    }


def _placed(segments: Sequence[Mapping[str, Any]]) -> Iterable[dict[str, str]]:
    start = 0.0
    for segment in segments:
        kind = checked(segment["kind"], SEGMENTS)
        width = float(segment["percent"])
        yield {
            "kind": kind,
            "x": f"{start:.2f}%",  # written here: a template would write a comma in some languages
            "end": f"{start + width:.2f}%",
            "width": f"{width:.2f}%",
            "why": segment.get("why", ""),
        }
        start += width


def _ticks(marks: Sequence[Mapping[str, Any]]) -> Iterable[dict[str, str]]:
    return ({**mark, "x": f"{float(mark['percent']):.2f}%"} for mark in marks)


@register.inclusion_tag("components/sla_swatch.html")
def sla_swatch(kind: str) -> dict[str, Any]:
    """One kind of stretch as a sample for a legend."""
    return {"kind": checked(kind, SEGMENTS)}


@register.simple_block_tag(takes_context=True)
def entry(
    context: Context,
    content: str,
    *,
    kind: str,
    author: str,
    at: datetime,
    role: str = "",
    channel: str = "",
    number: int | None = None,
    mine: bool = False,
    to: str = "",
) -> SafeString:
    """One message, note or call of a conversation; the content is its body and its files."""
    return block(
        "entry",
        content=content,
        kind=kind,
        icon=ENTRIES[checked(kind, ENTRIES)],
        author=author,
        role=role,
        at=at,
        now=context.get("now"),
        channel=channel,
        channel_icon=CHANNELS.get(channel, ""),
        number=number,
        mine=mine,
        to=to,
    )


@register.simple_block_tag(takes_context=True)
def event(
    context: Context,
    content: str,
    *,
    at: datetime,
    icon: str = "circle",
    number: int | None = None,
) -> SafeString:
    """Something that happened to a ticket, in one line."""
    return block(
        "event",
        content=content,
        at=at,
        now=context.get("now"),
        icon=icon,
        number=number,
    )


@register.inclusion_tag("components/files.html")
def files(items: Sequence[Mapping[str, Any]], *, label: str = "") -> dict[str, Any]:
    """Attached files as chips: `items` are `{name, url, size}`; `held` is why one is kept back."""
    return {"items": items, "label": label or _("Attached files")}


@register.inclusion_tag("components/ticket_line.html", takes_context=True)
def ticket_line(
    context: Context,
    *,
    url: str,
    number: str,
    subject: str,
    status: str,
    category: str,
    turn: str = "",
    promise: str = "",
    at: datetime | None = None,
    last: str = "",
    unread: bool = False,
) -> dict[str, Any]:
    """A ticket in a customer's list: what it is, how it stands, whose turn it is, what comes next, the last word."""
    return {
        "url": url,
        "number": number,
        "subject": subject,
        "status": status,
        "category": category,
        "turn": turn,
        "promise": promise,
        "at": at,
        "last": last,
        "unread": unread,
        "now": context.get("now"),
    }


@register.simple_block_tag
def promise(content: str, *, title: str, icon: str = "clock", tone: str = "accent") -> SafeString:
    """What happens next, said first."""
    return block("promise", content=content, title=title, icon=icon, tone=checked(tone))
