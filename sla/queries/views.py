"""Clocks as people read them: what is left, what was missed, and why it stands where it stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from helpdesk.calendars import assumed_calendars, working_calendars
from helpdesk.tenancy import current_vendor
from sla.core.clock import replay
from sla.core.timeline import Piece, Timeline, timeline
from sla.models import Clock
from sla.queries.marks import lines_of, marks_of_clock
from sla.queries.targets import core_target, exceptions
from sla.queries.yardstick import Yardstick, yardstick_of
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

LABELS = {
    "first_response": gettext_lazy("First response"),
    "periodic_update": gettext_lazy("Next update"),
    "resolution": gettext_lazy("Resolution"),
}
UNIT_WORDS = {
    "business_hours": ngettext_lazy("%d business hour", "%d business hours"),
    "business_days": ngettext_lazy("%d business day", "%d business days"),
    "business_weeks": ngettext_lazy("%d business week", "%d business weeks"),
    "elapsed_hours": ngettext_lazy("%d hour", "%d hours"),
    "calendar_days": ngettext_lazy("%d calendar day", "%d calendar days"),
}


@dataclass(frozen=True)
class ClockView:
    """One clock at one moment. `remaining` and `late_by` are working time of the clock's own calendar."""

    metric: str
    label: str
    state: str
    due_at: datetime | None
    remaining: timedelta | None
    late_by: timedelta | None
    paused_why: str  # also why it is suspended
    met_at: datetime | None
    started_at: datetime
    assumed: bool
    calendar: str
    target_text: str
    target: Mapping[str, Any]  # the figures as they were measured
    warn_at: datetime | None
    paused_at: datetime | None
    missed: tuple[datetime, ...]  # due times that passed unmet, the oldest first

    @property
    def is_late(self) -> bool:
        return self.state in ("late", "met_late")


@dataclass(frozen=True)
class Explained:
    """A clock with its line from the start to now, or on to its due time, and every reason in words."""

    view: ClockView
    sentence: str
    line: Timeline

    @property
    def intervals(self) -> list[Piece]:
        """What has been, without a gap."""
        return [piece for piece in self.line.pieces if piece.phase != "ahead"]

    @property
    def counted(self) -> timedelta:
        """What has counted so far; of a clock that is started anew, since it was last."""
        return self.line.counted


def clock_views(tickets: Iterable[Ticket], now: datetime) -> dict[int, list[ClockView]]:
    """Every clock of these tickets as it stands at `now`; one query, however many tickets."""
    by_id = {ticket.pk: ticket for ticket in tickets}
    views: dict[int, list[ClockView]] = defaultdict(list)
    for clock in Clock.objects.filter(ticket_id__in=by_id).order_by("id"):
        views[clock.ticket_id].append(_view(clock, by_id[clock.ticket_id], now))
    for found in views.values():
        found.sort(key=_urgency)
    return views


def _urgency(view: ClockView) -> tuple[bool, float]:
    """Running clocks first, the one that is due next before the others."""
    running = view.state in ("running", "warning", "late")
    return (not running, view.due_at.timestamp() if view.due_at else float("inf"))


def _view(clock: Clock, ticket: Ticket, now: datetime) -> ClockView:
    hours = working_calendars()[clock.calendar]
    missed = [datetime.fromisoformat(at) for at in clock.missed]
    state, remaining, late_by = clock.state, None, None
    if state == "running" and clock.due_at is not None:
        if clock.due_at < now:
            state, late_by = "late", hours.elapsed(clock.due_at, now)
        else:
            warned = clock.warn_at is not None and clock.warn_at <= now
            state, remaining = (
                ("warning" if warned else "running"),
                hours.elapsed(max(now, clock.started_at), clock.due_at),
            )
    elif state == "met" and missed and clock.metric != "periodic_update":
        state, late_by = "met_late", hours.elapsed(missed[-1], max(missed[-1], clock.met_at or now))
    return ClockView(
        metric=clock.metric,
        label=_label(clock.metric),
        state=state,
        due_at=clock.due_at,
        remaining=remaining,
        late_by=late_by,
        paused_why=_why_held(clock, ticket),
        met_at=clock.met_at,
        started_at=clock.started_at,
        assumed=clock.target["assumed"] or clock.calendar in assumed_calendars(),
        calendar=clock.calendar,
        target_text=_target_text(clock),
        target=clock.target,
        warn_at=clock.warn_at,
        paused_at=clock.paused_at,
        missed=tuple(missed),
    )


def _why_held(clock: Clock, ticket: Ticket) -> str:
    """The status that holds the clock, or what is said instead of a time where an exception suspends it."""
    if clock.state == "paused":
        return str(catalogue().statuses.by_id[ticket.status_id].name)
    if clock.state == "suspended":
        labels = {row.code: row.label for row in exceptions()}
        return labels.get(clock.suspended_by, clock.suspended_by)
    return ""


def _label(metric: str) -> str:
    return current_vendor().terms.get(metric) or str(LABELS[metric])


def in_words(amount: int, unit: str) -> str:
    """An amount of one of the units, in the reader's language."""
    return str(UNIT_WORDS[unit] % amount)


def _target_text(clock: Clock) -> str:
    text = in_words(clock.target["amount"], clock.target["unit"])
    return f"{text}, {_('by phone')}" if clock.target["response_via"] == "phone" else text


def explain(ticket: Ticket, now: datetime) -> list[Explained]:
    """Every clock of one ticket with the intervals that were counted or not, and why.

    What is finished or met is explained by the process version that it was measured by.
    """
    lines = lines_of([ticket.pk])[ticket.pk]
    views = {view.metric: view for view in clock_views([ticket], now)[ticket.pk]}
    explained = []
    for clock in Clock.objects.filter(ticket=ticket).order_by("id"):
        by = yardstick_of(clock.version if ticket.is_finished or clock.state == "met" else 0)
        marks = marks_of_clock(clock, lines, by)
        target = core_target(clock.target, clock.calendar, marks[0].at, by)
        state = replay(target, marks, by.calendars[clock.calendar])
        line = timeline(state, target, by.calendars[clock.calendar], now)
        # A clock whose target no longer applies is not one that runs on: there is nothing to show.
        if clock.state != state.state:
            line = Timeline(target.work, (), ())
        view = views[clock.metric]
        explained.append(Explained(view, _sentence(view), worded(line, clock.calendar, by)))
    explained.sort(key=lambda item: _urgency(item.view))
    return explained


def worded(line: Timeline, calendar: str, by: Yardstick) -> Timeline:
    """The line with its reasons in words."""
    return replace(line, pieces=tuple(_told(piece, calendar, by) for piece in line.pieces))


def _told(part: Piece, calendar: str, by: Yardstick) -> Piece:
    """The interval with its reason in words: the status, the closed desk, and every dated day that it touches."""
    if part.kind == "paused":
        return part
    hours, last = by.calendars[calendar], part.ends_at - timedelta.resolution
    first_day, last_day = part.starts_at.astimezone(hours.tz).date(), last.astimezone(hours.tz).date()
    dated = [day for day in sorted({*hours.holidays, *hours.special}) if first_day <= day <= last_day]
    named = [_day_in_words(calendar, day, by, special=day in hours.special) for day in dated]
    if part.kind == "closed" and first_day not in dated:
        named.insert(0, _("outside opening hours"))
    return replace(part, why=", ".join(dict.fromkeys(named)))


def _day_in_words(calendar: str, day: date, by: Yardstick, *, special: bool) -> str:
    """A closed date by its name, a date with hours of its own as such."""
    if not special:
        return by.closed.get(calendar, {}).get(day) or _("holiday")
    name = by.special.get(calendar, {}).get(day)
    return _("special hours: %s") % name if name else _("special hours")


def _sentence(view: ClockView) -> str:
    """Why the clock stands where it stands, in one sentence."""
    where = _("around the clock") if view.calendar == "24x7" else _("on the calendar “%s”") % view.calendar
    start = _moment(view.started_at)
    target = _("%(target)s from %(start)s, counted %(where)s") % {
        "target": view.target_text,
        "start": start,
        "where": where,
    }
    if view.state == "suspended":
        return _("%(target)s, does not apply: %(why)s.") % {"target": view.target_text, "why": view.paused_why}
    if view.state == "paused":
        return _("%(target)s. It stands still: %(why)s.") % {"target": target, "why": view.paused_why}
    if view.met_at is not None:
        return _("%(target)s. Met on %(at)s.") % {"target": target, "at": _moment(view.met_at)}
    if view.due_at is not None:
        return _("%(target)s, is due on %(at)s.") % {"target": target, "at": _moment(view.due_at)}
    return _("%s. It no longer applies.") % target


def _moment(at: datetime) -> str:
    return date_format(at.astimezone(current_vendor().zone), "D j M Y, H:i")
