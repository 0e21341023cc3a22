"""A clock's line as the rows of a table that adds up: long lives are told in brief, missed rounds always."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.moments import own_time
from sla.core.timeline import Piece, Timeline

FIRST, LAST = 4, 5  # of a long run of intervals, so many are told singly at its ends
MOST_ROUNDS = 8  # newest rounds that are told singly


@dataclass(frozen=True)
class Row:
    """One line of the table: an interval, several of them in brief, a whole round, or a moment, which has no end.

    `minutes` is what it adds and `total` what its round has counted with it, in whole minutes that add up.
    """

    kind: str
    starts_at: datetime
    ends_at: datetime | None = None
    why: str = ""
    phase: str = "past"
    minutes: int = 0
    total: int = 0

    @property
    def said(self) -> str:
        """What it is, and why."""
        return said_of(self.kind, self.phase, self.why)

    @property
    def when(self) -> str:
        """From when to when; the day is named once."""
        return span(self.starts_at, self.ends_at)

    @property
    def own(self) -> str:
        """The same on the reader's own clocks, where they show something else."""
        own = [own_time(at) for at in (self.starts_at, self.ends_at) if at is not None]
        return _("%s your time") % " – ".join(own) if all(own) else ""


_WORDS = {
    ("counted", ""): gettext_lazy("counted"),
    ("counted", "over"): gettext_lazy("counted, over the target"),
    ("counted", "ahead"): gettext_lazy("will count"),
    ("paused", ""): gettext_lazy("paused"),
    ("closed", ""): gettext_lazy("closed"),
    ("brief", ""): gettext_lazy("counted, apart from"),
    ("brief", "over"): gettext_lazy("counted over the target, apart from"),
    ("brief", "ahead"): gettext_lazy("will count, apart from"),
    ("update", ""): gettext_lazy("update given in time"),
    ("update", "over"): gettext_lazy("update missed"),
    ("round", ""): gettext_lazy("before it started afresh"),
    ("round", "over"): gettext_lazy("missed, before it started afresh"),
    ("rounds", ""): gettext_lazy("in time before"),
    ("warning", ""): gettext_lazy("Warning"),
    ("now", ""): gettext_lazy("Now"),
    ("due", ""): gettext_lazy("Due"),
    ("missed", ""): gettext_lazy("Missed"),
    ("met", ""): gettext_lazy("Met"),
}


def said_of(kind: str, phase: str = "", why: str = "") -> str:
    """What a stretch or a moment is, and why."""
    words = _WORDS.get((kind, phase)) or _WORDS[kind, ""]
    return f"{words}: {why}" if why else str(words)


def span(starts_at: datetime, ends_at: datetime | None) -> str:
    """A stretch of time on the vendor's clocks."""
    start = localtime(starts_at)
    written = date_format(start, "D j M H:i")
    if ends_at is None:
        return written
    end = localtime(ends_at)
    return f"{written} – {date_format(end, 'H:i' if end.date() == start.date() else 'D j M H:i')}"


def whole_minutes(counted: timedelta) -> int:
    """As figures stand in the table."""
    return counted // timedelta(minutes=1)


def rows_of(line: Timeline, now: datetime, *, of_updates: bool) -> list[Row]:
    """Earlier rounds in one line each, then the present one interval by interval with what happens in between.

    `of_updates`: a round ends with an update; otherwise the clock was started afresh.
    """
    pieces = [piece for piece in line.pieces if piece.round == line.round]
    borders = [(mark.at, mark.kind) for mark in line.moments if mark.round == line.round and _is_border(mark.kind)]
    if pieces and pieces[0].starts_at <= now < pieces[-1].ends_at:
        borders.append((now, "now"))
    return [*_earlier(line, "update" if of_updates else "round"), *_present(pieces, sorted(borders))]


def _is_border(kind: str) -> bool:
    return kind not in ("start", "update")


def _earlier(line: Timeline, kind: str) -> Iterator[Row]:
    """Each round before the present one; of many, those that were missed and the newest."""
    missed = {mark.round for mark in line.moments if mark.kind == "missed"}
    rounds = [list(group) for _round, group in groupby(line.pieces, key=lambda piece: piece.round)][:-1]
    kept = {pieces[0].round for pieces in rounds[-MOST_ROUNDS:]} | missed
    for is_kept, run in groupby(rounds, key=lambda pieces: pieces[0].round in kept):
        found = list(run)
        if is_kept:
            yield from (_round(pieces, kind, is_missed=pieces[0].round in missed) for pieces in found)
        else:
            yield Row("rounds", found[0][0].starts_at, found[-1][-1].ends_at, str(len(found)))


def _round(pieces: Sequence[Piece], kind: str, *, is_missed: bool) -> Row:
    total, phase = whole_minutes(pieces[-1].total), "over" if is_missed else "past"
    return Row(kind, pieces[0].starts_at, pieces[-1].ends_at, phase=phase, minutes=total, total=total)


def _present(pieces: Sequence[Piece], borders: Sequence[tuple[datetime, str]]) -> Iterator[Row]:
    """The intervals, cut wherever something happens, with a row for what it is."""
    left, total = deque(pieces), 0
    for at, kind in borders:
        section = []
        while left and left[0].starts_at < at:
            piece = left.popleft()
            if piece.ends_at > at:
                piece, rest = piece.cut(at)
                left.appendleft(rest)
            section.append(piece)
        yield from _folded(section)
        total = whole_minutes(section[-1].total) if section else total
        yield Row(kind, at, total=total)
    yield from _folded(list(left))


def _folded(pieces: Sequence[Piece]) -> Iterator[Row]:
    """One row for each, but a long run has its middle told in brief."""
    if len(pieces) <= FIRST + LAST + 1:
        yield from (_row([piece], piece.kind, piece.why) for piece in pieces)
        return
    middle = pieces[FIRST:-LAST]
    reasons = dict.fromkeys(word for piece in middle if piece.why for word in piece.why.split(", "))
    yield from _folded(pieces[:FIRST])
    yield _row(middle, "brief", ", ".join(reasons))
    yield from _folded(pieces[-LAST:])


def _row(pieces: Sequence[Piece], kind: str, why: str) -> Row:
    before, total = (whole_minutes(part) for part in (pieces[0].total - pieces[0].counted, pieces[-1].total))
    return Row(kind, pieces[0].starts_at, pieces[-1].ends_at, why, pieces[0].phase, total - before, total)
