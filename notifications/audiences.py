"""From an audience of the process file to the people it means for one ticket."""

from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.models import Agent, Team
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue


@dataclass(frozen=True)
class Recipient:
    """One address and the word of the process that led to it."""

    address: str
    name: str
    audience: str

    @property
    def is_customer(self) -> bool:
        return self.audience == "requester"


def recipients(words: Iterable[str], ticket: Ticket) -> list[Recipient]:
    """Who is meant, each address once, in the order of the words."""
    found: dict[str, Recipient] = {}
    for word in words:
        for person in _people(word, ticket):
            found.setdefault(person.address, person)
    return list(found.values())


def _people(word: str, ticket: Ticket) -> list[Recipient]:
    known = catalogue()
    if word == "requester":
        contact = ticket.requester
        return [Recipient(contact.email, contact.name, word)] if contact.is_active else []
    if word == "assignee":
        return _agents(word, pk=ticket.assignee_id) if ticket.assignee_id else _team(word, _queue_teams(ticket))
    if word == "queue_team":
        return _team(word, _queue_teams(ticket))
    if word == "responsible_team":
        team = known.teams.by_id.get(ticket.responsible_team_id or 0)
        return _team(word, [team.code] if team else _queue_teams(ticket))
    if word == "team_leads":
        return _agents(word, role="team_lead", memberships__team__code__in=_queue_teams(ticket)) or _agents(
            word, role="team_lead"
        )
    return _team(word, [word.removeprefix("team:")])


def _queue_teams(ticket: Ticket) -> list[str]:
    return list(catalogue().queues.by_id[ticket.queue_id].teams)


def _team(word: str, codes: list[str]) -> list[Recipient]:
    """The team's own address if it has one, and its members."""
    teams: list[Team] = [catalogue().teams[code] for code in codes]
    own = [Recipient(team.email, team.name, word) for team in teams if team.email]
    return own + _agents(word, memberships__team__code__in=codes)


def _agents(word: str, **which: object) -> list[Recipient]:
    agents = Agent.objects.filter(is_active=True, user__is_active=True, **which).order_by("id").distinct()
    return [Recipient(email, name, word) for email, name in agents.values_list("user__email", "name")]
