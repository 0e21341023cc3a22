"""Clocks as the parts draw them: a chip, a bar from start to due, and every interval with a running sum."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.calendars import working_calendars
from helpdesk.moments import moment
from portal.agent.clock_rows import Row, rows_of, said_of, span, whole_minutes
from portal.templatetags.words import hours_and_minutes
from sla.core.timeline import Moment, Piece, Timeline
from sla.queries import ClockView, Explained

DRAWN = {"met_late": "missed", "ended": "none", "suspended": "none"}
MOST_DRAWN = 80  # stretches; of a longer life the bar shows what the table does
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
    """One clock of the ticket page. `starts` and `ends` stand under its bar."""

    view: ClockView
    chip: Chip
    sentence: str
    bar: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    bar_text: str
    rows: Sequence[Row]
    starts: str
    ends: str
    adds_up: str
    is_whole: bool
    question: str

    @property
    def kinds(self) -> set[str]:
        """What its bar is made of, for the legend."""
        return {part["kind"] for part in self.bar}


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
    """One clock with its bar and the whole way to its due time."""
    view, line = explained.view, explained.line
    pieces = [piece for piece in line.pieces if piece.round == line.round]
    moments = [mark for mark in line.moments if mark.round == line.round]
    rows = rows_of(line, now, of_updates=view.metric == "periodic_update")
    return Told(
        view=view,
        chip=chip(view),
        sentence=explained.sentence,
        bar=_bar(pieces if len(pieces) <= MOST_DRAWN else _lengths(rows, pieces[0].starts_at)),
        marks=_marks(pieces, moments, now),
        bar_text=_in_words(explained, moments),
        rows=rows,
        starts=span(pieces[0].starts_at, None) if pieces else "",
        ends=_end(view, pieces[-1].ends_at) if pieces else "",
        adds_up=_of_target(line, line.sum),
        is_whole=line.sum == line.target,
        question=_question(view),
    )


def _end(view: ClockView, at: datetime) -> str:
    """What happens where the bar ends, and when."""
    kinds = {"running": "due", "warning": "due", "late": "now", "paused": "now", "met": "met", "met_late": "met"}
    kind = kinds.get(view.state)
    return f"{said_of(kind)} {span(at, None)}" if kind else span(at, None)


def _of_target(line: Timeline, counted: timedelta) -> str:
    """How far that is: "1 h 20 of 2 h 00"."""
    if not line.pieces:
        return ""
    figures = (hours_and_minutes(whole_minutes(amount)) for amount in (counted, line.target))
    return _("%(counted)s of %(target)s") % dict(zip(("counted", "target"), figures, strict=True))


def _question(view: ClockView) -> str:
    if view.state in RUNNING and view.due_at is not None:
        return _("Why %s?") % moment(view.due_at, "D j M, H:i")
    return _("How it was counted")


def _in_words(explained: Explained, moments: Sequence[Moment]) -> str:
    """The picture for those who do not see it."""
    view, line = explained.view, explained.line
    said = [f"{view.label}: {explained.sentence}"]
    if line.pieces:
        said.append(_("%s counted.") % _of_target(line, line.counted))
    told_too = (mark for mark in moments if mark.kind in ("warning", "missed"))
    said.extend(f"{said_of(mark.kind)}: {span(mark.at, None)}." for mark in told_too)
    return " ".join(said)


# --- The picture -----------------------------------------------------------------------------------------


def _lengths(rows: Iterable[Row], since: datetime) -> list[Row]:
    """The rows of the present round that last."""
    return [row for row in rows if row.ends_at is not None and row.starts_at >= since]


def _bar(parts: Sequence[Piece | Row]) -> list[dict[str, Any]]:
    """Each part's share of the way from the start to the due time, or to now if that is later."""
    whole = sum((part.ends_at - part.starts_at for part in parts), timedelta())
    return [
        {"kind": _drawn(part), "percent": 100 * ((part.ends_at - part.starts_at) / whole), "why": _hover(part)}
        for part in parts
    ]


def _drawn(part: Piece | Row) -> str:
    if part.kind in ("paused", "closed"):
        return part.kind
    return {"past": "counted", "over": "over", "ahead": "ahead"}[part.phase]


def _hover(part: Piece | Row) -> str:
    """One stretch of the bar in words, for the pointer."""
    return f"{said_of(part.kind, part.phase, part.why)}, {span(part.starts_at, part.ends_at)}"


def _marks(pieces: Sequence[Piece], moments: Sequence[Moment], now: datetime) -> list[dict[str, Any]]:
    """Warning, due time and now as ticks on the bar, where they lie within it."""
    if not pieces:
        return []
    start, end = pieces[0].starts_at, pieces[-1].ends_at
    ticks = [(mark.at, mark.kind, said_of(mark.kind)) for mark in moments if mark.kind in ("warning", "missed")]
    if start < now < end:
        ticks.append((now, "now", said_of("now")))
    return [
        {"percent": 100 * ((at - start) / (end - start)), "label": f"{label}: {span(at, None)}", "kind": kind}
        for at, kind, label in ticks
    ]


def legend(clocks: Sequence[Told]) -> list[tuple[str, str]]:
    """The kinds of stretches that occur, each with its word."""
    words = {
        "counted": _("counted"),
        "over": _("over the target"),
        "ahead": _("will count"),
        "paused": _("paused"),
        "closed": _("closed"),
    }
    found = {kind for clock in clocks for kind in clock.kinds}
    return [(kind, word) for kind, word in words.items() if kind in found]
