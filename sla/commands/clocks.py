"""Clocks: replayed from the log whenever a ticket changes, their timers rewritten, warnings and breaches recorded."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import F

from helpdesk.access import worker
from helpdesk.calendars import working_calendars
from sla.core.clock import ClockState, replay
from sla.events import ClockBreached, ClockWarned
from sla.models import Clock, SLATarget
from sla.queries.marks import lines_of, marks_of
from sla.queries.targets import calendar_code, core_target, measured, standard_policy, targets_of
from tickets.commands.change import Change, locked, write
from tickets.commands.rules import arm
from tickets.commands.timers import Pairs, rewrite_timers
from tickets.models import Ticket
from tickets.models.ticket import NEVER

AT_ONCE = 500
WRITTEN = (
    "state",
    "target",
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


def refresh(changes: Sequence[Change], *, now: datetime) -> None:
    """Replay every clock of these tickets and write what changed: rows, timers, and when each is due next."""
    tickets = {change.ticket.pk: change.ticket for change in changes}
    lines = lines_of(tickets)
    known: dict[int, dict[str, Clock]] = {pk: {} for pk in tickets}
    for clock in Clock.objects.filter(ticket_id__in=tickets):
        known[clock.ticket_id][clock.metric] = clock
    fresh: list[Clock] = []
    changed: list[Clock] = []
    wanted: dict[int, frozenset[tuple[str, datetime]]] = {}
    for change in changes:
        clocks = _replayed(change.ticket, lines[change.ticket.pk], known[change.ticket.pk])
        fresh.extend(clock for clock in clocks if clock.pk is None)
        changed.extend(clock for clock in clocks if clock.pk is not None and clock.is_changed)  # type: ignore[attr-defined]
        wanted[change.ticket.pk] = frozenset(timer for clock in clocks for timer in _timers(clock))
        due = min((clock.due_at for clock in clocks if clock.state == "running" and clock.due_at), default=NEVER)
        if due != change.ticket.next_due_at:
            change.set(next_due_at=due)
    Clock.objects.bulk_create(fresh)
    Clock.objects.bulk_update(changed, WRITTEN)
    rewrite_timers("clock", wanted, now=now)


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
    refresh(changes, now=now)
    write(changes)
    arm([change.ticket for change in changes], now=now)
    return ids[-1]


def _replayed(ticket: Ticket, lines: list[Any], known: Mapping[str, Clock]) -> list[Clock]:
    """The ticket's clocks as the log says they stand now; those without a target any more have ended."""
    clocks = []
    applying = {target.metric: target for target in targets_of(ticket)}
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
        clock.is_changed = before != {name: getattr(clock, name) for name in WRITTEN}  # type: ignore[attr-defined]
        clocks.append(clock)
    return clocks


def _stays_met(clock: Clock, lines: list[Any]) -> bool:
    """Whether a target that was met still is, by the figures it was measured with; reopening takes a resolution up."""
    if clock.state != "met":
        return False
    via, met_by = clock.target["response_via"], standard_policy().resolution_met_by
    marks = marks_of(clock.metric, lines, via=via, met_by=met_by)
    target = core_target(clock.target, clock.calendar, marks[0].at)
    return replay(target, marks, working_calendars()[clock.calendar]).met_at == clock.met_at


def _measure(clock: Clock, target: SLATarget, ticket: Ticket, lines: list[Any]) -> bool:
    """Replay one clock into its row; False if it has not begun."""
    marks = marks_of(clock.metric, lines, via=target.response_via, met_by=target.policy.resolution_met_by)
    if not marks:
        return False
    calendar = calendar_code(target, ticket)
    spec = measured(target)
    state = replay(core_target(spec, calendar, marks[0].at), marks, working_calendars()[calendar])
    _write(clock, state)
    clock.target, clock.calendar = spec, calendar
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
    breached, warned = [], []
    for change, timer in pairs:
        metric, _, step = timer.ref.partition(":")
        clock = clocks.get((timer.ticket_id, metric))
        if clock is None or (timer.ref, timer.due_at) not in _timers(clock):
            continue
        facts: dict[str, Any] = {"metric": metric, "due_at": timer.due_at.astimezone(UTC).isoformat()}
        if step == "warning":
            change.record("warning", ClockWarned(metric, timer.due_at), **facts)
            warned.append(clock.pk)
            continue
        change.record("breach", ClockBreached(metric, timer.due_at), **facts)
        if timer.due_at == clock.due_at:
            breached.append(clock.pk)
        else:  # a due time of the past: the answer came late, before the sweep
            Clock.objects.filter(pk=clock.pk).update(breached_at=timer.due_at)
    Clock.objects.filter(pk__in=breached).update(breached_at=F("due_at"))
    Clock.objects.filter(pk__in=warned).update(warned_at=F("warn_at"))
