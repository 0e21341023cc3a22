"""From the lines of a ticket's log to the marks of a clock."""

from collections.abc import Iterable, Iterator
from typing import Any

from sla.core.clock import Mark
from tickets.models import Entry, Status
from tickets.queries.catalogue import catalogue

KINDS = ("opened", "message", "call", "status", "facts")


def lines_of(ticket_ids: Iterable[int]) -> dict[int, list[Any]]:
    """The lines that can matter to a clock, in order, by ticket: one query for the whole batch."""
    lines: dict[int, list[Any]] = {ticket_id: [] for ticket_id in ticket_ids}
    rows = Entry.objects.filter(ticket_id__in=lines, kind__in=KINDS).order_by("ticket_id", "seq")
    for row in rows.only("ticket_id", "seq", "at", "kind", "actor_kind", "visibility", "meta"):
        lines[row.ticket_id].append(row)
    return lines


def marks_of(metric: str, lines: Iterable[Entry], *, via: str, met_by: Iterable[str]) -> list[Mark]:
    """The marks of one metric. `via` is "phone" where only a call is a response; `met_by` as the policy says."""
    reader = {
        "first_response": _first_response,
        "periodic_update": _periodic_update,
        "resolution": _resolution,
    }
    return list(reader[metric](list(lines), via, frozenset(met_by)))


def _first_response(lines: list[Entry], via: str, _: frozenset[str]) -> Iterator[Mark]:
    for line in lines:
        if line.kind == "opened":
            yield Mark(line.at, "start")
            yield from _initial_pause(line, "first_response")
        elif _is_response(line, via):
            yield Mark(line.at, "meet", "answered")
            return  # there is only one first response: reopening does not ask for another
        elif line.kind == "status":
            yield from _status_marks(line, "first_response", finish="stop")


def _periodic_update(lines: list[Entry], via: str, _: frozenset[str]) -> Iterator[Mark]:
    started = False
    for line in lines:
        if _is_response(line, "any" if started else via):
            yield Mark(line.at, "restart" if started else "start")
            started = True
        elif line.kind == "status" and started:
            yield from _status_marks(line, "periodic_update", finish="stop")


def _resolution(lines: list[Entry], _: str, met_by: frozenset[str]) -> Iterator[Mark]:
    for line in lines:
        if line.kind == "opened":
            yield Mark(line.at, "start")
            yield from _initial_pause(line, "resolution")
        elif line.kind == "status":
            yield from _status_marks(line, "resolution", finish="meet")
        elif line.kind == "facts" and met_by & set(line.meta["keys"]):
            yield Mark(line.at, "meet", ", ".join(sorted(met_by & set(line.meta["keys"]))))


def _is_response(line: Entry, via: str) -> bool:
    """A public word of an agent, or a call; automatic messages never count."""
    if line.actor_kind != "agent":
        return False
    if line.kind == "call":
        return True
    return line.kind == "message" and via != "phone" and line.visibility == "public" and not line.meta.get("automatic")


def _status_marks(line: Entry, metric: str, *, finish: Any) -> Iterator[Mark]:
    old, new = _status(line.meta["old"]), _status(line.meta["new"])
    if new.is_final and not old.is_final:
        yield Mark(line.at, finish, new.name)
        return
    if old.is_final and not new.is_final:
        yield Mark(line.at, "go")
    if metric in old.pauses and metric not in new.pauses:
        yield Mark(line.at, "resume")
    if metric in new.pauses and not new.is_final:
        yield Mark(line.at, "pause", new.name)


def _initial_pause(line: Entry, metric: str) -> Iterator[Mark]:
    status = _status(line.meta["status"])
    if metric in status.pauses:
        yield Mark(line.at, "pause", status.name)


def _status(code: str) -> Status:
    return catalogue().statuses[code]
