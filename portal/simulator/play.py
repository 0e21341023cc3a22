"""Playing a scenario: step by step, with the workers' sweeps in between, and nothing of it left."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from helpdesk.access import Refused
from helpdesk.process.files import parse
from helpdesk.process.spec import Problem, unknown
from portal.agent.clocks import Told, told
from portal.simulator.agenda import due_next
from portal.simulator.events import Event, iso
from portal.simulator.expectations import moments_of, unmet
from portal.simulator.moments import instant, later
from portal.simulator.scenario import Scenario, ScenarioInvalid, Step, check
from portal.simulator.stage import Stage, Turn, staged
from portal.simulator.timeline import Watch
from sla.queries import Explained, explain
from tickets.models import Ticket

FIRST = "ticket"
AT_MOST = "30d"  # how long it goes on after its last word
MOST_SWEEPS = 1000


@dataclass
class Outcome:
    """What happened, as it was expected or not. `clocks` are the tickets' clocks as they stand at the end."""

    scenario: Scenario
    vendor: str
    zone: ZoneInfo
    events: list[Event] = field(default_factory=list)
    clocks: list[tuple[str, Told]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def simulate(scenario: Scenario, process_text: str) -> Outcome:
    """Play a scenario on a process, which need not be loaded. Nothing is kept, nothing is sent.

    Raises ProcessInvalid or ScenarioInvalid, with sentences. Call it outside every vendor's door.
    """
    process = parse(process_text)
    check(scenario, process)
    with staged(process, scenario.people, process_text) as stage:
        outcome = Outcome(scenario, process["vendor"].name, stage.zone)
        watch = Watch(stage)
        starts = list(_starts(scenario, stage.zone))
        for index, at in enumerate(starts):
            outcome.events += _pass_time(stage, watch, at)
            stage.now = at
            outcome.events += _play_step(index, scenario, stage, outcome.differences)
            outcome.events += watch.new_events()
        outcome.events += _pass_time(stage, watch, _end(scenario, starts, stage.zone))
        stage.now = instant(scenario.until, stage.zone) if scenario.until else stage.now
        outcome.events += _explained(stage, outcome)
    outcome.differences += unmet(scenario.expect, outcome.events, outcome.zone)
    return outcome


def _starts(scenario: Scenario, zone: ZoneInfo) -> Iterator[datetime]:
    """When each step happens."""
    before: datetime | None = None
    for index, step in enumerate(scenario.steps):
        if step.after and before is None:
            raise ScenarioInvalid([Problem(f"steps[{index}].after", "the first step needs a time: at")])
        at = later(before, step.after, zone) if step.after and before else instant(step.at, zone)
        if before is not None and at < before:
            raise ScenarioInvalid([Problem(f"steps[{index}].at", "this is earlier than the step before it")])
        before = at
        yield at


def _end(scenario: Scenario, starts: list[datetime], zone: ZoneInfo) -> datetime:
    if scenario.until:
        return instant(scenario.until, zone)
    last = max([*starts, *moments_of(scenario.expect, zone)])
    return later(last, AT_MOST, zone)


def _play_step(index: int, scenario: Scenario, stage: Stage, differences: list[str]) -> Iterator[Event]:
    """Play one step; what is refused is told, and compared with what the step says of it."""
    step = scenario.steps[index]
    lost = {each.ticket or FIRST for each in scenario.steps[:index] if each.action.opens} - set(stage.tickets)
    name = _ticket_of(step, f"steps[{index}].ticket", stage, lost)
    try:
        _act(step, name, stage, lost)
    except Refused as refusal:
        yield Event(stage.now, "refused", name, facts={"step": f"steps[{index}]", "sentence": refusal.sentence})
        if not step.refused:
            differences.append(f"steps[{index}]: refused: {refusal.sentence}")
        elif isinstance(step.refused, str) and step.refused not in refusal.sentence:
            differences.append(f"steps[{index}]: refused with other words than '{step.refused}': {refusal.sentence}")
        return
    stage.fruitless.clear()
    if step.refused:
        differences.append(f"steps[{index}]: this should have been refused")


def _act(step: Step, name: str, stage: Stage, lost: set[str]) -> None:
    if name in lost and step.action.needs_ticket:
        raise Refused("This ticket was not opened.")
    with transaction.atomic():
        step.action.play(Turn(stage, name, step.by, stage.now))


def _ticket_of(step: Step, path: str, stage: Stage, lost: set[str]) -> str:
    """The name of the ticket that a step is about: the first, unless it says another; `lost` were not opened."""
    if step.action.opens:
        name = step.ticket or ("" if stage.tickets else FIRST)
        if not name or name in stage.tickets:
            raise ScenarioInvalid([Problem(path, "give this ticket a name of its own")])
        return name
    name = step.ticket or next(iter([*stage.tickets, *sorted(lost)]), "")
    if step.action.needs_ticket and name not in stage.tickets and name not in lost:
        sentence = unknown("ticket", name, stage.tickets) if stage.tickets else "no ticket is open yet"
        raise ScenarioInvalid([Problem(path, sentence)])
    return name


def _pass_time(stage: Stage, watch: Watch, until: datetime) -> Iterator[Event]:
    """Let the workers do what comes due up to `until`, in its order."""
    for _ in range(MOST_SWEEPS):
        coming = due_next(stage)
        if coming is None or coming[0] > until:
            break
        stage.now, part = coming
        part.sweep(stage)
        yield from watch.new_events()
    else:
        raise ScenarioInvalid([Problem("until", f"more than {MOST_SWEEPS} things come due; end it earlier")])


def _explained(stage: Stage, outcome: Outcome) -> Iterator[Event]:
    """Every clock with the intervals that were counted or not, and why."""
    for name, pk in stage.tickets.items():
        for clock in explain(Ticket.objects.select_related("company").get(pk=pk), stage.now):
            outcome.clocks.append((name, told(clock, stage.now)))
            yield Event(stage.now, "explained", name, facts=_facts(clock))


def _facts(clock: Explained) -> dict[str, object]:
    return {
        "metric": clock.view.metric,
        "state": clock.view.state,
        "sentence": clock.sentence,
        "counted_seconds": int(clock.counted.total_seconds()),
        "intervals": [
            {"starts_at": iso(part.starts_at), "ends_at": iso(part.ends_at), "kind": part.kind, "why": part.why}
            for part in clock.intervals
        ],
    }
