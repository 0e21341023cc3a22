"""A played scenario as text to read, and as JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.simulator.events import Event
from portal.simulator.play import Outcome

# Lines of the log that an event of their own tells already, and events that their line tells better.
TOLD = ("status", "queue", "team", "severity", "assigned", "warning", "breach", "reminder", "work", "page")

TELLS_ITSELF = ("answer", "released", "accepted", "support_level", "team_called", "escalation_answered")


def as_json(outcome: Outcome) -> str:
    """The events in their order."""
    return json.dumps([event.written() for event in outcome.events], ensure_ascii=False, indent=1)


def as_text(outcome: Outcome) -> str:
    """One line per event: local time, UTC, kind, what, and the rule of the process that caused it."""
    several = len({name for name, _ in outcome.clocks} | {event.ticket for event in outcome.events}) > 1
    lines = [outcome.scenario.title or "Scenario", f"{outcome.vendor}, times of {outcome.zone.key}", ""]
    for event in shown(outcome):
        ticket = f"[{event.ticket}] " if several and event.ticket else ""
        rule = f"   <- {event.source}" if event.source is not None else ""
        when = f"{local(event.at, outcome.zone)}  {event.at:%H:%M}Z"
        lines.append(f"{when}  {event.kind:<10} {ticket}{what(event, outcome.zone)}{rule}")
    return "\n".join([*lines, *_clocks(outcome, several)]) + "\n"


def shown(outcome: Outcome) -> list[Event]:
    """The events that a reader needs: no line of the log whose event says the same."""
    return [
        event
        for event in outcome.events
        if event.kind not in ("explained", *TELLS_ITSELF)
        and not (event.kind == "entry" and event.facts["entry"] in TOLD)
    ]


def local(at: datetime, zone: ZoneInfo) -> str:
    """An instant on the vendor's wall clock."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def what(event: Event, zone: ZoneInfo) -> str:
    """What happened, in a few words."""
    tell = WORDS.get(event.kind, _facts)
    return tell({name: _plain(value, zone) for name, value in event.facts.items()})


def _plain(value: Any, zone: ZoneInfo) -> Any:
    return local(value, zone) if isinstance(value, datetime) else value


def _moved(facts: dict[str, Any]) -> str:
    reason = f" ({facts['reason']})" if facts.get("reason") else ""
    return f"{facts['old'] or '—'} → {facts['new']}{reason}, by {facts['actor']}"


def _due(facts: dict[str, Any]) -> str:
    return f"{facts['metric']} due {facts['due_at']}" if facts["due_at"] else f"{facts['metric']} {facts['state']}"


def _facts(facts: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items() if value not in ("", None))


WORDS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "entry": lambda facts: str(facts["what"]),
    "status": _moved,
    "queue": _moved,
    "team": _moved,
    "severity": _moved,
    "assigned": lambda facts: f"to {facts['to'] or 'nobody'}, by {facts['actor']}",
    "clock_due": _due,
    "warning": lambda facts: f"{facts['metric']}, near its end",
    "breach": lambda facts: f"{facts['metric']}, missed",
    "reminder": lambda facts: f"to {facts['audience']}",
    "delivery": lambda facts: f"{facts['channel']} to {facts['to']} ({facts['audience']}): {facts['event']}",
    "work": lambda facts: f"{facts['minutes']} minutes {facts['treatment']}, {facts['left']} left in {facts['period']}",
    "escalation": lambda facts: f"to {facts['title']} ({facts['to']}), by {facts['actor']}",
    "page": lambda facts: f"{facts['to']} by {facts['channels']}, level {facts['level']}, attempt {facts['attempt']}",
    "page_acknowledged": lambda facts: f"by {facts['actor']}",
    "refused": lambda facts: f"{facts['step']}: {facts['sentence']}",
}


def _clocks(outcome: Outcome, several: bool) -> Iterator[str]:
    """Each clock with its intervals."""
    for event in outcome.events:
        if event.kind != "explained":
            continue
        ticket = f"[{event.ticket}] " if several else ""
        counted = timedelta(seconds=event.facts["counted_seconds"])
        yield ""
        yield f"{ticket}{event.facts['metric']}, {event.facts['state']}, counted {_hours(counted)}"
        yield f"  {event.facts['sentence']}"
        for part in event.facts["intervals"]:
            starts_at, ends_at = (_read(part[name]) for name in ("starts_at", "ends_at"))
            length = _hours(ends_at - starts_at)
            yield (
                f"  {local(starts_at, outcome.zone)} – {local(ends_at, outcome.zone)}"
                f"  {part['kind']:<8} {length:>8}  {part['why']}".rstrip()
            )


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _hours(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours} h {minutes:02}"
