"""What would have become of past tickets under the process in force here, without touching them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sla.core.clock import replay
from sla.models import Clock
from sla.queries.marks import lines_of, marks_of
from sla.queries.targets import Applying, calendar_code, core_target, measured, targets_of
from sla.queries.yardstick import yardstick
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

AT_ONCE = 500
OUTCOMES = ("met", "breached", "running", "suspended", "unmeasured")


@dataclass(frozen=True)
class Outcome:
    """How one clock of one ticket ended or stands: one of OUTCOMES, its missed due times, when it warned (UTC)."""

    result: str
    due_at: datetime | None = None
    breached_at: tuple[datetime, ...] = ()
    warned_at: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A clock that would have ended otherwise."""

    ticket: str
    severity: str
    metric: str
    was: str
    would_be: str
    breached_at: tuple[datetime, ...]
    warned_at: tuple[datetime, ...]


@dataclass
class Report:
    """How often each metric came out how, as it was and as it would have been, and what differs."""

    since: datetime
    tickets: int = 0
    was: dict[str, dict[str, int]] = field(default_factory=dict)
    would_be: dict[str, dict[str, int]] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def written(self) -> dict[str, Any]:
        """The report as plain data; instants are ISO 8601 in UTC."""
        return _plain(asdict(self))


Outcomes = dict[str, Outcome]


def recorded(since: datetime, now: datetime) -> Iterator[dict[int, Outcomes]]:
    """What the clocks of tickets opened since then came to, in batches: {ticket id: {metric: outcome}}."""
    for tickets in _batches(since):
        found: dict[int, Outcomes] = {ticket.pk: {} for ticket in tickets}
        for clock in Clock.objects.filter(ticket_id__in=found):
            found[clock.ticket_id][clock.metric] = _recorded(clock, now)
        yield found


def recomputed(since: datetime, now: datetime) -> Iterator[tuple[list[Ticket], dict[int, Outcomes]]]:
    """The same by the process in force here, replayed from the log."""
    for tickets in _batches(since):
        lines = lines_of(ticket.pk for ticket in tickets)
        yield tickets, {ticket.pk: dict(_recomputed(ticket, lines[ticket.pk], now)) for ticket in tickets}


def _batches(since: datetime) -> Iterator[list[Ticket]]:
    last = 0
    rows = Ticket.objects.filter(created_at__gte=since).order_by("pk")
    rows = rows.select_related("company", "type", "queue", "severity", "product", "solution_scope", "cause")
    while tickets := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield tickets
        last = tickets[-1].pk


def _recorded(clock: Clock, now: datetime) -> Outcome:
    breached = [datetime.fromisoformat(at) for at in clock.missed]
    if clock.state == "running" and clock.due_at is not None and clock.due_at < now:
        breached.append(clock.due_at)
    return Outcome(_result(clock.state, breached), clock.due_at, tuple(breached))


def _recomputed(ticket: Ticket, lines: list[Any], now: datetime) -> Iterator[tuple[str, Outcome]]:
    for applying in targets_of(ticket):
        outcome = _replayed(applying, ticket, lines, now)
        if outcome is not None:
            yield applying.target.metric, outcome


def _replayed(applying: Applying, ticket: Ticket, lines: list[Any], now: datetime) -> Outcome | None:
    by, spec, calendar = yardstick(), measured(applying.target), calendar_code(applying.target, ticket)
    metric = applying.target.metric
    marks = marks_of(metric, lines, via=spec["response_via"], met_by=spec["met_by"], statuses=by.status)
    if not marks:
        return None
    if applying.suspended_by is not None:
        return Outcome("suspended")
    hours, target = by.calendars[calendar], core_target(spec, calendar, marks[0].at, by)
    state = replay(target, marks, hours)
    breached = _passed(state.missed, state.due_at, now)
    warned: tuple[datetime, ...] = ()
    if target.warn is not None:  # the same marks against the warning's amount miss it where it would have warned
        early = replay(replace(target, work=target.warn, warn=None), marks, hours)
        warned = _passed(early.missed, early.due_at, now)
    return Outcome(_result(state.state, list(breached)), state.due_at, breached, warned)


def _passed(missed: tuple[datetime, ...], due_at: datetime | None, now: datetime) -> tuple[datetime, ...]:
    late = due_at is not None and due_at < now and due_at not in missed
    return (*missed, due_at) if late and due_at is not None else missed


def _result(state: str, breached: list[datetime]) -> str:
    if state == "suspended":
        return "suspended"
    if breached:
        return "breached"
    return "running" if state in ("running", "paused") else "met" if state == "met" else "unmeasured"


def compared(report: Report, tickets: list[Ticket], was: dict[int, Outcomes], then: dict[int, Outcomes]) -> None:
    """Add a batch to the report."""
    severities = catalogue().severities.by_id
    for ticket in tickets:
        report.tickets += 1
        before, after = was.get(ticket.pk, {}), then[ticket.pk]
        for metric in sorted({*before, *after}):
            old, new = before.get(metric, Outcome("unmeasured")), after.get(metric, Outcome("unmeasured"))
            _count(report.was, metric, old.result)
            _count(report.would_be, metric, new.result)
            report.warnings[metric] = report.warnings.get(metric, 0) + len(new.warned_at)
            if old.result != new.result:
                name = severities[ticket.severity_id].name
                report.differences.append(
                    Difference(ticket.number, name, metric, old.result, new.result, new.breached_at, new.warned_at)
                )


def _count(table: dict[str, dict[str, int]], metric: str, result: str) -> None:
    row = table.setdefault(metric, dict.fromkeys(OUTCOMES, 0))
    row[result] += 1


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
