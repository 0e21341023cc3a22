"""Who is on call: from rotations and overrides to people, at an instant and for the weeks to come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from helpdesk.calendars import ALWAYS, working_calendars
from helpdesk.models import Agent, TeamMembership
from helpdesk.remembered import remembered
from sla.core import rota as core
from sla.core.chain import EVERYBODY
from sla.models import OnCallSchedule, Override, Page, Rotation, Turn

Levels = dict[int, tuple[int, ...]]
Interval = tuple[datetime, datetime]


@remembered
def schedules() -> tuple[OnCallSchedule, ...]:
    """The vendor's schedules in the order of its process."""
    rows = OnCallSchedule.objects.filter(retired=False).select_related("team")
    return tuple(rows.order_by("position", "id"))


def pages_at(schedule: OnCallSchedule, at: datetime) -> bool:
    """Whether this schedule pages anybody at this instant."""
    hours = working_calendars()
    if not hours[schedule.coverage].is_open(at):
        return False
    return schedule.page_when == "always" or not hours[schedule.business_hours].is_open(at)


def people_on_call(schedule: OnCallSchedule, at: datetime) -> Levels:
    """The ids of those to page by level, the first level first; the whole team where no rotation covers the instant."""
    found = core.on_call(rotas([schedule], at, at)[schedule.pk], at)
    return found or _everybody(schedule)


def _everybody(schedule: OnCallSchedule) -> Levels:
    members = _active(Agent.objects.filter(memberships__team=schedule.team_id)).order_by("id").distinct()
    ids = tuple(members.values_list("pk", flat=True))
    return {EVERYBODY: ids} if ids else {}


def _active(agents: Any) -> Any:
    return agents.filter(is_active=True, user__is_active=True)


def rotas(of: Iterable[OnCallSchedule], start: datetime, end: datetime) -> dict[int, core.Rota]:
    """The rota of each schedule, by its id, as far as it matters between two instants. Three queries.

    The turn of somebody who has left is nobody's.
    """
    ids = [schedule.pk for schedule in of]
    turns = Turn.objects.order_by("position", "id").select_related("agent__user")
    rotations: dict[int, list[core.Rotation]] = {pk: [] for pk in ids}
    rows = Rotation.objects.filter(schedule_id__in=ids).prefetch_related(Prefetch("turns", turns)).order_by("id")
    for row in rows:
        rotations[row.schedule_id].append(_rotation(row))
    overrides: dict[int, list[core.Override]] = {pk: [] for pk in ids}
    replaced = Override.objects.filter(schedule_id__in=ids, ends_at__gt=start, starts_at__lte=end)
    for row in replaced.select_related("agent__user").order_by("id"):
        overrides[row.schedule_id].append(core.Override(row.level, _present(row.agent), row.starts_at, row.ends_at))
    return {pk: core.Rota(tuple(rotations[pk]), tuple(overrides[pk])) for pk in ids}


def _rotation(row: Rotation) -> core.Rotation:
    return core.Rotation(
        level=row.level,
        agents=tuple(_present(turn.agent) for turn in row.turns.all()),
        starts_on=row.starts_on,
        hands_over=row.hands_over,
        days=row.days,
        tz=ZoneInfo(row.time_zone),
        ends_on=row.ends_on,
    )


def _present(agent: Agent) -> int | None:
    return agent.pk if agent.is_active and agent.user.is_active else None


# --- What people look at -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """A shift with its person."""

    level: int
    agent: Agent
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Outlook:
    """One schedule: who is on call now, the shifts to come, and the times that nobody covers."""

    schedule: OnCallSchedule
    now: tuple[tuple[int, tuple[Agent, ...]], ...]
    everybody: tuple[Agent, ...]
    shifts: tuple[Slot, ...]
    gaps: tuple[Interval, ...]
    pages_now: bool

    @property
    def is_gap_now(self) -> bool:
        return not self.now


def outlooks(now: datetime, until: datetime) -> list[Outlook]:
    """Every schedule of the vendor from now on; as many queries however many schedules and shifts there are."""
    known = schedules()
    found = rotas(known, now, until)
    members = _members({schedule.team_id for schedule in known})
    levels = {pk: core.on_call(rota, now) for pk, rota in found.items()}
    shifts = {pk: core.shifts(rota, now, until) for pk, rota in found.items()}
    wanted = {agent for each in levels.values() for agents in each.values() for agent in agents}
    wanted |= {shift.agent for each in shifts.values() for shift in each}
    people = Agent.objects.in_bulk(wanted)
    return [
        Outlook(
            schedule=schedule,
            now=tuple((level, tuple(people[who] for who in agents)) for level, agents in levels[schedule.pk].items()),
            everybody=tuple(members[schedule.team_id]),
            shifts=tuple(Slot(s.level, people[s.agent], s.starts_at, s.ends_at) for s in shifts[schedule.pk]),
            gaps=tuple(_within(core.gaps(found[schedule.pk], now, until), schedule.coverage)),
            pages_now=pages_at(schedule, now),
        )
        for schedule in known
    ]


def _members(team_ids: set[int]) -> dict[int, list[Agent]]:
    found: dict[int, list[Agent]] = {pk: [] for pk in team_ids}
    rows = TeamMembership.objects.filter(team_id__in=team_ids, agent__is_active=True, agent__user__is_active=True)
    for row in rows.select_related("agent").order_by("agent_id"):
        found[row.team_id].append(row.agent)
    return found


def _within(gaps: Sequence[Interval], coverage: str) -> list[Interval]:
    """What of these times the schedule covers at all."""
    if coverage == ALWAYS:
        return list(gaps)
    calendar = working_calendars()[coverage]
    return [(opens_at, closes_at) for start, end in gaps for opens_at, closes_at, _ in calendar.windows(start, end)]


def open_pages() -> list[Page]:
    """The pages that nobody has acknowledged yet, the newest first."""
    rows = Page.objects.filter(state="open").select_related("schedule", "ticket")
    return list(rows.order_by("-opened_at", "-id")[:50])


def pages_of(ticket_id: int) -> list[Page]:
    """The pages about a ticket that matter now: open ones, and those that somebody has acknowledged."""
    rows = (
        Page.objects.filter(ticket_id=ticket_id)
        .exclude(state="cancelled")
        .select_related("schedule", "acknowledged_by")
    )
    return list(rows.order_by("-opened_at", "-id")[:10])
