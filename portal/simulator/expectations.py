"""What a scenario expects to happen, or never to happen, and the difference to what did."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, create_model, model_validator

from helpdesk.process.spec import Spec, one_of, unknown
from portal.simulator.events import KINDS, Event
from portal.simulator.moments import Moment, MomentOrNone, instant

Kind = one_of("kind of event", KINDS)
EVERY_KIND = ("ticket", "rule", "source")
CONTAINED = ("what", "sentence")  # words: a part of them is enough
MOST_SHOWN = 3


class _Expected(Spec):
    """What every expectation may say. `at` and `*_at` are compared to the minute."""

    kind: Kind | None = None  # type: ignore[valid-type]
    never: Kind | None = None  # type: ignore[valid-type]
    at: Moment = ""
    before: Moment = Field("", description="Only what happens earlier counts.")
    times: int | None = Field(None, ge=1, description="Exactly so often; otherwise at least once.")
    ticket: str = ""
    rule: str | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> "_Expected":
        if (self.kind is None) == (self.never is None):
            raise ValueError("say kind or never, one of them")
        if self.never is not None and self.times is not None:
            raise ValueError("what never happens is not counted")
        word = str(self.kind or self.never)
        for name in self.model_fields_set - set(_Expected.model_fields):
            if name not in KINDS[word]:
                raise ValueError(unknown(f"fact of {word}", name, [*KINDS[word], *EVERY_KIND]))
        return self


def _field(name: str) -> Any:
    if name.endswith("_at"):
        return (MomentOrNone, None)
    if name in ("seq", "counted_seconds", "level", "attempt", "minutes", "left"):
        return (int | None, None)
    return (bool | None, None) if name == "public" else (str | None, None)


_FACTS = {name: _field(name) for facts in KINDS.values() for name in facts if name != "intervals"}
Expectation: Any = create_model("Expectation", __base__=_Expected, **_FACTS)  # type: ignore[call-overload]


def unmet(expected: Sequence[Any], events: Sequence[Event], zone: ZoneInfo) -> list[str]:
    """A sentence for each expectation that the events do not meet."""
    return [
        f"expect[{index}]: {sentence}"
        for index, item in enumerate(expected)
        if (sentence := _difference(item, events, zone))
    ]


def moments_of(expected: Iterable[Any], zone: ZoneInfo) -> list[datetime]:
    """The instants that expectations name."""
    written = (getattr(item, name) for item in expected for name in ("at", "before", "due_at"))
    return [instant(text, zone) for text in written if text]


def _difference(item: Any, events: Sequence[Event], zone: ZoneInfo) -> str:
    word = item.kind or item.never
    alike = [event for event in events if event.kind == word]
    if item.before:
        alike = [event for event in alike if event.at < instant(item.before, zone)]
    found = [event for event in alike if _matches(item, event, zone)]
    if item.never:
        return f"{_wanted(item)} should never happen, but did: {_shown(found, zone)}" if found else ""
    if found and item.times in (None, len(found)):
        return ""
    if found:
        return f"{_wanted(item)} should happen {item.times} times, not {len(found)}: {_shown(found, zone)}"
    nearest = sorted(alike, key=_distance(item, zone))[:MOST_SHOWN]
    return (
        f"{_wanted(item)} did not happen; {f'there was: {_shown(nearest, zone)}' if nearest else f'no {word} at all'}"
    )


def _matches(item: Any, event: Event, zone: ZoneInfo) -> bool:
    if item.at and _minute(event.at) != _minute(instant(item.at, zone)):
        return False
    if item.ticket and item.ticket != event.ticket:
        return False
    if item.rule is not None and item.rule != (event.source.rule if event.source else ""):
        return False
    if item.source is not None and item.source != (str(event.source) if event.source else ""):
        return False
    return all(
        _same(name, getattr(item, name), event.facts.get(name), zone) for name in item.model_fields_set & set(_FACTS)
    )


def _same(name: str, wanted: Any, found: Any, zone: ZoneInfo) -> bool:
    if wanted is None or found is None:
        return wanted is found
    if name.endswith("_at"):
        return _minute(found) == _minute(instant(wanted, zone))
    return wanted in found if name in CONTAINED else wanted == found


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _distance(item: Any, zone: ZoneInfo) -> Callable[[Event], tuple[int, float]]:
    """How far an event of the same kind is from what was expected: in its facts, then in time."""
    at = instant(item.at, zone) if item.at else None

    def distance(event: Event) -> tuple[int, float]:
        names = item.model_fields_set & set(_FACTS)
        wrong = sum(not _same(name, getattr(item, name), event.facts.get(name), zone) for name in names)
        return wrong, abs((event.at - at).total_seconds()) if at else 0.0

    return distance


def _wanted(item: Any) -> str:
    facts = item.model_dump(exclude_unset=True, exclude={"kind", "never", "times"})
    return f"{item.kind or item.never} ({', '.join(f'{name}: {value}' for name, value in facts.items())})"


def _shown(events: Sequence[Event], zone: ZoneInfo) -> str:
    return "; ".join(_one(event, zone) for event in events[:MOST_SHOWN])


def _one(event: Event, zone: ZoneInfo) -> str:
    facts = {name: _local(value, zone) for name, value in event.facts.items() if name not in ("seq", "intervals")}
    if event.source is not None:
        facts["rule"] = event.source.rule
    return f"{_local(event.at, zone)} {event.kind} ({', '.join(f'{name}: {value}' for name, value in facts.items())})"


def _local(value: Any, zone: ZoneInfo) -> Any:
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M%z") if isinstance(value, datetime) else value
