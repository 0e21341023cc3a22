"""From the lines of a ticket's log to the marks of a clock."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sla.core.clock import Mark
from sla.models import Clock
from sla.queries.yardstick import StatusFacts, Yardstick
from tickets.models import Entry

KINDS = ("opened", "message", "call", "status", "facts", "remeasured")
WHAT_COUNTS = ("ticket_id", "seq", "at", "kind", "actor_kind", "visibility", "meta")
StatusOf = Callable[[str], StatusFacts]


def lines_of(ticket_ids: Iterable[int]) -> dict[int, list[Any]]:
    """The lines that can matter to a clock, in order, by ticket: one query for the whole batch."""
    lines: dict[int, list[Any]] = {ticket_id: [] for ticket_id in ticket_ids}
    rows = Entry.objects.filter(ticket_id__in=lines, kind__in=KINDS).order_by("ticket_id", "seq")
    # Rows, not models: a replay of all tickets reads hundreds of thousands.
    for row in rows.values_list(*WHAT_COUNTS, named=True):
        lines[row.ticket_id].append(row)
    return lines


def marks_of(metric: str, lines: Iterable[Entry], *, via: str, met_by: Iterable[str], statuses: StatusOf) -> list[Mark]:
    """The marks of one metric. `via` is "phone" where only a call is a response; `met_by` as the policy says.

    `statuses` finds a status by its code, in the process that the clock is measured with.
    """
    readers = {
        "first_response": lambda: _first_response(lines, via, statuses),
        "periodic_update": lambda: _periodic_update(lines, via, statuses),
        "resolution": lambda: _resolution(lines, frozenset(met_by), statuses),
    }
    return list(readers[metric]())


def marks_of_clock(clock: Clock, lines: Iterable[Entry], by: Yardstick) -> list[Mark]:
    """The marks of one clock, read as its measured target says."""
    spec = clock.target
    return marks_of(clock.metric, lines, via=spec["response_via"], met_by=spec["met_by"], statuses=by.status)


def _first_response(lines: Iterable[Entry], via: str, statuses: StatusOf) -> Iterator[Mark]:
    for line in lines:
        if line.kind == "opened":
            yield Mark(line.at, "start")
            yield from _initial_pause(line, "first_response", statuses)
        elif _is_response(line, via):
            yield Mark(line.at, "meet", "answered")
            return  # there is only one first response: reopening does not ask for another
        elif line.kind == "status":
            yield from _status_marks(line, "first_response", statuses, finish="stop")
        else:
            yield from _restarts(line)


def _periodic_update(lines: Iterable[Entry], via: str, statuses: StatusOf) -> Iterator[Mark]:
    started = False
    for line in lines:
        if _is_response(line, "any" if started else via):
            yield Mark(line.at, "restart" if started else "start")
            started = True
        elif line.kind == "status" and started:
            yield from _status_marks(line, "periodic_update", statuses, finish="stop")
        elif started:
            yield from _restarts(line)


def _resolution(lines: Iterable[Entry], met_by: frozenset[str], statuses: StatusOf) -> Iterator[Mark]:
    for line in lines:
        if line.kind == "opened":
            yield Mark(line.at, "start")
            yield from _initial_pause(line, "resolution", statuses)
        elif line.kind == "status":
            yield from _status_marks(line, "resolution", statuses, finish="meet")
        elif line.kind == "facts" and met_by & set(line.meta["keys"]):
            yield Mark(line.at, "meet", ", ".join(sorted(met_by & set(line.meta["keys"]))))
        else:
            yield from _restarts(line)


def _is_response(line: Entry, via: str) -> bool:
    """A public word of an agent, or a call; automatic messages never count."""
    if line.actor_kind != "agent":
        return False
    if line.kind == "call":
        return True
    return line.kind == "message" and via != "phone" and line.visibility == "public" and not line.meta.get("automatic")


def _restarts(line: Entry) -> Iterator[Mark]:
    """Time that was spent before a change counts no more, where the policy says so."""
    if line.kind == "remeasured" and line.meta["spent"] == "restart":
        yield Mark(line.at, "restart", line.meta["cause"])


def _status_marks(line: Entry, metric: str, statuses: StatusOf, *, finish: Any) -> Iterator[Mark]:
    old, new = statuses(line.meta["old"]), statuses(line.meta["new"])
    if new.is_final and not old.is_final:
        yield Mark(line.at, finish, new.name)
        return
    if old.is_final and not new.is_final:
        yield Mark(line.at, "go")
    if metric in old.pauses and metric not in new.pauses:
        yield Mark(line.at, "resume")
    if metric in new.pauses and not new.is_final:
        yield Mark(line.at, "pause", new.name)


def _initial_pause(line: Entry, metric: str, statuses: StatusOf) -> Iterator[Mark]:
    status = statuses(line.meta["status"])
    if metric in status.pauses:
        yield Mark(line.at, "pause", status.name)
