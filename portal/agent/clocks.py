"""Clocks as the parts draw them: a chip, a bar from start to due, and the intervals in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.calendars import working_calendars
from sla.queries import ClockView, Explained, coarse

DRAWN = {"met_late": "missed", "ended": "none", "suspended": "none"}
MOST_INTERVALS = 24  # a clock that runs for months is read from its end
RUNNING = frozenset({"running", "warning", "late"})


@dataclass(frozen=True)
class Chip:
    """What the `clock` part takes."""

    state: str
    left: timedelta | None
    reason: str
    due_at: datetime | None
    day_minutes: int
    label: str

    @property
    def is_late(self) -> bool:
        return self.state == "late"


@dataclass(frozen=True)
class Told:
    """One clock of the ticket page."""

    view: ClockView
    chip: Chip
    sentence: str
    bar: list[dict[str, Any]]
    bar_text: str
    intervals: Sequence[Any]
    counted: timedelta


def chip(view: ClockView) -> Chip:
    """A clock in the words of the design system; what is left is working time."""
    return Chip(
        state=DRAWN.get(view.state, view.state),
        left=view.remaining if view.remaining is not None else view.late_by,
        reason=_("no longer applies") if view.state == "ended" else view.paused_why,
        due_at=view.due_at if view.state in RUNNING else None,
        day_minutes=int(working_calendars()[view.calendar].day_length.total_seconds() // 60),
        label=view.label,
    )


def next_clock(views: Sequence[ClockView]) -> ClockView | None:
    """The clock that a list shows: the one that is due next, else one that stands still."""
    running = (view for view in views if view.state in RUNNING)
    paused = (view for view in views if view.state == "paused")
    return next(running, None) or next(paused, None)


def told(explained: Explained, now: datetime) -> Told:
    """One clock with its bar; what lies between now and the due time is drawn as still ahead."""
    shown = chip(explained.view)
    parts = coarse(_until_met(explained), MOST_INTERVALS)
    return Told(
        view=explained.view,
        chip=shown,
        sentence=explained.sentence,
        bar=_bar(explained.view, parts, now),
        bar_text=f"{explained.view.label}: {explained.sentence}",
        intervals=parts,
        counted=explained.counted,
    )


def _bar(view: ClockView, parts: Sequence[Any], now: datetime) -> list[dict[str, Any]]:
    """Shares of the way from the start to the due time; what is still to come is `ahead`."""
    ends_at = view.due_at if view.state in RUNNING and view.due_at is not None else now
    shown = [(part.kind, part.why, part.ends_at - part.starts_at) for part in parts]
    if ends_at > now:
        shown.append(("ahead", "", ends_at - now))
    whole = sum((length for _kind, _why, length in shown), timedelta())
    if not whole:
        return []
    return [{"kind": kind, "percent": 100 * (length / whole), "why": why} for kind, why, length in shown]


def _until_met(explained: Explained) -> list[Any]:
    """The intervals of a clock's life; nothing counts or pauses after it was met."""
    met_at = explained.view.met_at
    if met_at is None or explained.view.state not in ("met", "met_late"):
        return list(explained.intervals)
    return [part for part in explained.intervals if part.starts_at < met_at]
