"""Clocks: replayed from the log whenever a ticket changes, their timers rewritten, warnings and breaches recorded."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import F

from helpdesk.access import worker
from helpdesk.bulk import update_rows
from sla.core.clock import ClockState, replay
from sla.events import ClockBreached, ClocksRemeasured, ClockWarned
from sla.models import Clock
from sla.queries.marks import lines_of, marks_of_clock
from sla.queries.targets import Applying, calendar_code, core_target, measured, policy_of, targets_of
from sla.queries.yardstick import version_now, yardstick
from tickets.commands.change import Change, locked, write
from tickets.commands.rules import arm
from tickets.commands.timers import Pairs, rewrite_timers
from tickets.events import StatusChanged
from tickets.models import Ticket
from tickets.models.ticket import NEVER

AT_ONCE = 500
WRITTEN = (
    "state",
    "suspended_by",
    "target",
    "version",
    "calendar",
    "started_at",
    "due_at",
    "warn_at",
    "met_at",
    "paused_at",
    "missed",
    "breached_at",
    "spent_seconds",
)
# What says how a clock is measured, and so when it is due.
MEASURE = ("target", "calendar", "due_at", "suspended_by")


def refresh(changes: Sequence[Change], *, now: datetime, cause_of: Callable[[Change], str]) -> None:
    """Replay every clock of these tickets and write what changed: rows, timers, and when each is due next.

    `cause_of` tells what made running clocks count otherwise, such as another severity, or ""; where it moved one,
    the log says so. Finished tickets keep the figures that they were measured by, except in the change that finishes
    or reopens them.
    """
    measured_now = [change for change in changes if not change.ticket.is_finished or change.events(StatusChanged)]
    tickets = {change.ticket.pk: change.ticket for change in measured_now}
    lines = lines_of(tickets)
    known: dict[int, dict[str, Clock]] = {pk: {} for pk in tickets}
    for clock in Clock.objects.filter(ticket_id__in=tickets):
        known[clock.ticket_id][clock.metric] = clock
    fresh: list[Clock] = []
    changed: list[Clock] = []
    wanted: dict[int, frozenset[tuple[str, datetime]]] = {}
    for change in measured_now:
        clocks = _replayed(change.ticket, lines[change.ticket.pk], known[change.ticket.pk])
        fresh.extend(clock for clock in clocks if clock.pk is None)
        changed.extend(clock for clock in clocks if clock.pk is not None and clock.is_changed)  # type: ignore[attr-defined]
        wanted[change.ticket.pk] = frozenset(timer for clock in clocks for timer in _timers(clock))
        due = min((clock.due_at for clock in clocks if clock.state == "running" and clock.due_at), default=NEVER)
        if due != change.ticket.next_due_at:
            change.set(next_due_at=due)
        moved = [clock.metric for clock in clocks if clock.is_moved]  # type: ignore[attr-defined]
        if moved and (cause := cause_of(change)):
            record_remeasuring(change, cause, moved)
    Clock.objects.bulk_create(fresh)
    update_rows(changed, WRITTEN)
    rewrite_timers("clock", wanted, now=now)


def record_remeasuring(change: Change, cause: str, metrics: Sequence[str] = (), *, spent: str = "keep") -> None:
    """Say in the log that clocks count otherwise from here on, and whether the time spent before still counts."""
    policy = policy_of(change.ticket).code
    facts: dict[str, Any] = {
        "cause": cause,
        "spent": spent,
        "policy": policy,
        "version": version_now(),
        "metrics": sorted(metrics),
    }
    change.record("remeasured", ClocksRemeasured(cause), actor=worker(), **facts)


def remeasure(*, after: int, now: datetime) -> int | None:
    """Measure the next unfinished tickets by the process as it is now: their clocks and their delays.

    Returns the id of the last ticket of the batch, or None when there is none after `after`. Finished
    tickets keep the figures that they were measured by.
    """
    unfinished = Ticket.objects.unfinished().filter(pk__gt=after).order_by("pk")
    ids = list(unfinished.values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        return None
    changes = [Change(ticket=ticket, actor=worker(), now=now) for ticket in locked(ids)]
    refresh(changes, now=now, cause_of=lambda _: "process")
    write(changes)
    arm([change.ticket for change in changes], now=now)
    return ids[-1]


def _replayed(ticket: Ticket, lines: list[Any], known: Mapping[str, Clock]) -> list[Clock]:
    """The ticket's clocks as the log says they stand now; those without a target any more have ended."""
    clocks = []
    applying = {found.target.metric: found for found in targets_of(ticket)}
    for metric in sorted({*applying, *known}):
        clock = known.get(metric) or Clock(ticket=ticket, metric=metric)
        before = {name: getattr(clock, name) for name in WRITTEN} if clock.pk else {}
        if _stays_met(clock, lines):
            pass
        elif metric in applying:
            started = _measure(clock, applying[metric], ticket, lines)
            if not started:
                continue
        else:
            clock.state, clock.due_at, clock.warn_at, clock.paused_at = "ended", None, None, None
        now = {name: getattr(clock, name) for name in WRITTEN}
        clock.is_changed = before != now  # type: ignore[attr-defined]
        clock.is_moved = bool(before) and any(before[name] != now[name] for name in MEASURE)  # type: ignore[attr-defined]
        clocks.append(clock)
    return clocks


def _stays_met(clock: Clock, lines: list[Any]) -> bool:
    """Whether a target that was met still is, by the figures it was measured with; reopening takes a resolution up."""
    if clock.state != "met":
        return False
    marks = marks_of_clock(clock, lines, yardstick())
    target = core_target(clock.target, clock.calendar, marks[0].at, yardstick())
    return replay(target, marks, yardstick().calendars[clock.calendar]).met_at == clock.met_at


def _measure(clock: Clock, applying: Applying, ticket: Ticket, lines: list[Any]) -> bool:
    """Replay one clock into its row; False if it has not begun."""
    target, by = applying.target, yardstick()
    clock.target, clock.calendar = measured(target), calendar_code(target, ticket)
    marks = marks_of_clock(clock, lines, by)
    if not marks:
        return False
    hours = by.calendars[clock.calendar]
    state = replay(core_target(clock.target, clock.calendar, marks[0].at, by), marks, hours)
    clock.version, clock.suspended_by = version_now(), ""
    _write(clock, state)
    if applying.suspended_by is not None and state.state in ("running", "paused"):
        clock.suspended_by = applying.suspended_by.code
        clock.state, clock.due_at, clock.warn_at, clock.paused_at = "suspended", None, None, None
        clock.missed, clock.breached_at = [], None
    return True


def _write(clock: Clock, state: ClockState) -> None:
    clock.state = state.state
    clock.started_at = state.started_at  # type: ignore[assignment]
    clock.due_at, clock.warn_at = state.due_at, state.warn_at
    clock.met_at, clock.paused_at = state.met_at, state.paused_at
    clock.spent_seconds = int(state.spent.total_seconds())
    clock.missed = [at.astimezone(UTC).isoformat() for at in state.missed]
    still_true = clock.breached_at is not None and (
        clock.breached_at.astimezone(UTC).isoformat() in clock.missed or clock.breached_at == clock.due_at
    )
    clock.breached_at = clock.breached_at if still_true else None


def _timers(clock: Clock) -> list[tuple[str, datetime]]:
    """When this clock warns and breaches, those of the past included: a late answer is still a breach."""
    timers = [(f"{clock.metric}:breach", datetime.fromisoformat(at)) for at in clock.missed]
    if clock.state == "running" and clock.due_at is not None:
        timers.append((f"{clock.metric}:breach", clock.due_at))
        if clock.warn_at is not None:
            timers.append((f"{clock.metric}:warning", clock.warn_at))
    return timers


def fire_clocks(pairs: Pairs) -> None:
    """Record the warnings and breaches that have come due, for a whole batch of tickets."""
    clocks = {
        (clock.ticket_id, clock.metric): clock
        for clock in Clock.objects.filter(ticket_id__in=[change.ticket.pk for change, _ in pairs])
    }
    breached, past, warned = [], [], []
    for change, timer in pairs:
        metric, _, step = timer.ref.partition(":")
        clock = clocks.get((timer.ticket_id, metric))
        if clock is None or (timer.ref, timer.due_at) not in _timers(clock):
            continue
        facts: dict[str, Any] = {"metric": metric, "due_at": timer.due_at.astimezone(UTC).isoformat()}
        if step == "warning" and clock.due_at is not None:
            # Where sweeps stood still past the due time itself, the breach follows at once: nobody is told "soon".
            event = ClockWarned(metric, timer.due_at) if clock.due_at >= change.now else None
            change.record("warning", event, target_due_at=clock.due_at.astimezone(UTC).isoformat(), **facts)
            warned.append(clock.pk)
            continue
        change.record("breach", ClockBreached(metric, timer.due_at), **facts)
        if timer.due_at == clock.due_at:
            breached.append(clock.pk)
        else:  # a due time of the past: the answer came late, before the sweep
            clock.breached_at = timer.due_at
            past.append(clock)
    Clock.objects.filter(pk__in=breached).update(breached_at=F("due_at"))
    update_rows(past, ["breached_at"])
    Clock.objects.filter(pk__in=warned).update(warned_at=F("warn_at"))
