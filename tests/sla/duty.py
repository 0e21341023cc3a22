"""An on-call schedule for the invented vendor, its rota, and people to be on it. Call inside the vendor's door."""

from datetime import date, datetime, time
from typing import Any

from helpdesk.models import Agent, Team
from helpdesk.tenancy import current_vendor
from sla.models import OnCallSchedule, Page, Pager, Rotation, Turn
from tests.people import make_agent
from tickets.models import Entry, Ticket


def make_schedule(**facts: Any) -> OnCallSchedule:
    """Pages the desk about every ticket of severity high, at any hour, by mail."""
    facts = {
        "code": "duty",
        "name": "Duty",
        "team": Team.objects.get(code="desk"),
        "triggers": [
            {"occasion": "opened", "when": {"severity": "high"}},
            {"occasion": "severity_set", "when": {"severity": "high"}},
        ],
        "channels": ["mail"],
        "repeat_minutes": 10,
        "attempts": 2,
        "audience": ["team_leads"],
        **facts,
    }
    schedule = OnCallSchedule.objects.create(**facts)
    current_vendor().touch_process()
    return schedule


def put_on_call(schedule: OnCallSchedule, *agents: Agent, level: int = 1, **facts: Any) -> Rotation:
    """A rotation of weeks that has long begun."""
    facts = {"starts_on": date(2026, 1, 5), "hands_over": time(9), "time_zone": "Europe/Berlin", **facts}
    rotation = Rotation.objects.create(schedule=schedule, level=level, **facts)
    for position, agent in enumerate(agents):
        Turn.objects.create(rotation=rotation, agent=agent, position=position)
    return rotation


def make_engineer(name: str, *, phone: str = "", teams: tuple[str, ...] = ("desk",)) -> Agent:
    """An agent with a telephone."""
    agent = make_agent(name=name, teams=teams)
    if phone:
        Pager.objects.create(agent=agent, phone=phone)
    return agent


def steps(ticket: Ticket) -> list[tuple[datetime, int, int, list[int]]]:
    """Who was paged when, by the log: (instant, level, attempt, agents)."""
    lines = Entry.objects.filter(ticket=ticket, kind="page").order_by("seq")
    return [(line.at, line.meta["level"], line.meta["attempt"], line.meta["agents"]) for line in lines]


def page_of(ticket: Ticket) -> Page:
    return Page.objects.get(ticket=ticket)
