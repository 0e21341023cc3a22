"""From an audience of the process file to the people it means for one ticket."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from helpdesk.models import Agent
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue


@dataclass(frozen=True)
class Recipient:
    """One address and the word of the process that led to it."""

    address: str
    name: str
    audience: str


@dataclass
class Roster:
    """Finds recipients for a batch of tickets; each group of staff is looked up once."""

    _staff: dict[tuple[Any, ...], list[tuple[str, str]]] = field(default_factory=dict)

    def recipients(self, words: Iterable[str], ticket: Ticket) -> list[Recipient]:
        """Who is meant, each address once, in the order of the words."""
        found: dict[str, Recipient] = {}
        for word in words:
            for address, name in self._people(word, ticket):
                found.setdefault(address, Recipient(address, name, word))
        return list(found.values())

    def _people(self, word: str, ticket: Ticket) -> list[tuple[str, str]]:
        known = catalogue()
        queue_teams = tuple(known.queues.by_id[ticket.queue_id].teams)
        match word:
            case "requester":
                contact = ticket.requester
                return [(contact.email, contact.name)] if contact.is_active else []
            case "assignee" if ticket.assignee_id is not None:
                return self._agents(pk=ticket.assignee_id)
            case "assignee" | "queue_team":
                return self._teams(queue_teams)
            case "responsible_team":
                team = known.teams.by_id.get(ticket.responsible_team_id or 0)
                return self._teams((team.code,) if team else queue_teams)
            case "team_leads":
                leads = self._agents(role="team_lead", memberships__team__code__in=queue_teams)
                return leads or self._agents(role="team_lead")
        return self._teams((word.removeprefix("team:"),))

    def _teams(self, codes: tuple[str, ...]) -> list[tuple[str, str]]:
        """The teams' own addresses where they have one, and their members."""
        teams = [catalogue().teams[code] for code in codes]
        own = [(team.email, team.name) for team in teams if team.email]
        return own + self._agents(memberships__team__code__in=codes)

    def _agents(self, **which: Any) -> list[tuple[str, str]]:
        key = tuple(which.items())
        if key not in self._staff:
            agents = Agent.objects.filter(is_active=True, user__is_active=True, **which).order_by("id").distinct()
            self._staff[key] = list(agents.values_list("user__email", "name"))
        return self._staff[key]
