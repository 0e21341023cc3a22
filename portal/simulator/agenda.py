"""What comes due by itself, and the engine's own sweeps that see to it, for the stage's vendor only.

A sweep does what was due strictly before its own moment, so each instant is swept one second after it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from helpdesk.models import Vendor
from helpdesk.worktime import DAY
from portal.maintenance.queries import A_WHILE, occurrences
from portal.simulator.events import Event
from portal.simulator.sources import Source
from portal.simulator.stage import Stage
from sla.tasks import remeasure_vendor
from tickets.commands.rules import run_scheduled_rules
from tickets.commands.timers import fire_due
from tickets.models import Rule, Ticket, Timer
from tickets.queries.catalogue import catalogue

SECOND = timedelta(seconds=1)


class Part(Protocol):
    """One sort of thing that comes due."""

    def next_due(self, stage: Stage) -> datetime | None:
        """When the next one is due; None while none is."""

    def sweep(self, stage: Stage) -> None:
        """Do what was due before the stage's now."""


class Timers:
    """Clocks, reminders, closing rules: whatever has a timer."""

    def next_due(self, stage: Stage) -> datetime | None:
        pending = Timer.objects.filter(state="pending").order_by("due_at")
        return pending.values_list("due_at", flat=True).first()

    def sweep(self, stage: Stage) -> None:
        due = Timer.objects.filter(state="pending", due_at__lt=stage.now)
        if fire_due(sorted(set(due.values_list("ticket_id", flat=True))), now=stage.now):
            stage.fruitless.clear()


class ScheduledRules:
    """Rules that run on a schedule, while an unfinished ticket is in the queue that they empty.

    A turn at which a rule finds nothing to do is not repeated until something else has happened.
    """

    def next_due(self, stage: Stage) -> datetime | None:
        waiting = set(Ticket.objects.unfinished().values_list("queue__code", flat=True).distinct())
        turns = [_turn(rule, stage.now) for rule in self._rules(stage) if rule.spec["when"]["queue"] in waiting]
        return min(turns, default=None)

    def sweep(self, stage: Stage) -> None:
        had_their_turn = {rule.code for rule in self._rules(stage) if _turn(rule, stage.now - SECOND) < stage.now}
        if run_scheduled_rules(now=stage.now):
            stage.fruitless.clear()
        else:
            stage.fruitless |= had_their_turn

    def _rules(self, stage: Stage) -> list[Rule]:
        rules = catalogue().rules_of("routing", "scheduled")
        return [rule for rule in rules if rule.code not in stage.fruitless]


def _turn(rule: Rule, now: datetime) -> datetime:
    """The next turn of a scheduled rule that has not been swept at `now`."""
    seconds = rule.spec["interval_minutes"] * 60
    since = now - SECOND
    return since + timedelta(seconds=seconds - since.timestamp() % seconds)


class ChangedProcess:
    """Running clocks after an edit of the process."""

    def next_due(self, stage: Stage) -> datetime | None:
        vendor = Vendor.objects.get(pk=stage.vendor.pk)
        return stage.now if vendor.measured_stamp != vendor.process_stamp else None

    def sweep(self, stage: Stage) -> None:
        remeasure_vendor(Vendor.objects.get(pk=stage.vendor.pk), stage.now)


class Maintenance:
    """Starts and ends of maintenance, for whoever watches them; nothing is done at them."""

    def next_due(self, stage: Stage) -> datetime | None:
        if not stage.watches_maintenance:
            return None
        since = stage.now - SECOND
        for ahead in (DAY, A_WHILE):  # mostly there is one within a day, and a long look ahead takes long
            coming = occurrences(since, since + ahead)
            instants = [at for each in coming for at in (each.starts_at, each.ends_at) if since < at <= since + ahead]
            if instants:
                return min(instants)
        return None

    def sweep(self, stage: Stage) -> None:
        at = stage.now - SECOND
        for each in occurrences(at - SECOND, stage.now):
            source = Source("maintenance_windows", each.code)
            if each.starts_at == at:
                facts = {"ends_at": each.ends_at}
                stage.happened.append(Event(at, "maintenance_starts", source=source, facts=facts))
            if each.ends_at == at:
                facts = {"starts_at": each.starts_at}
                stage.happened.append(Event(at, "maintenance_ends", source=source, facts=facts))


# Of what is due at the same instant, the first is seen to first; maintenance is told at the instant itself.
AGENDA: Sequence[Part] = (Maintenance(), Timers(), ScheduledRules(), ChangedProcess())


def due_next(stage: Stage) -> tuple[datetime, Any] | None:
    """The moment of the next sweep, and the part that it is for."""
    found = [(due_at, place) for place, part in enumerate(AGENDA) if (due_at := part.next_due(stage)) is not None]
    if not found:
        return None
    due_at, place = min(found)
    return max(due_at + SECOND, stage.now), AGENDA[place]
