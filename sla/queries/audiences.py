"""From an audience of the process file to the people it means for one ticket."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from helpdesk.models import Agent, Company, Contact
from helpdesk.remembered import remembered
from sla.models import EscalationStep
from tickets.models import Participant, Ticket
from tickets.queries.catalogue import catalogue


class Person(NamedTuple):
    """An address and whose it is. `contact_id` or `agent_id` where it is a person's own, neither for a role or team."""

    address: str
    name: str
    contact_id: int | None = None
    agent_id: int | None = None


People = list[Person]


@dataclass(frozen=True)
class Recipient:
    """One address and the word of the process that led to it."""

    address: str
    name: str
    audience: str
    contact_id: int | None = None
    agent_id: int | None = None

    @classmethod
    def of(cls, person: Person, audience: str) -> "Recipient":
        return cls(person.address, person.name, audience, person.contact_id, person.agent_id)


@dataclass
class Roster:
    """Finds recipients for a batch of tickets; each group of staff is looked up once."""

    _staff: dict[tuple[Any, ...], People] = field(default_factory=dict)

    def recipients(self, words: Iterable[str | Recipient], ticket: Ticket) -> list[Recipient]:
        """Who is meant, each address once, in the order of the words; people who were found before stay."""
        found: dict[str, Recipient] = {}
        for word in words:
            if isinstance(word, Recipient):
                found.setdefault(word.address, word)
                continue
            kind, _, code = word.partition(":")
            for person in FINDERS[kind](self, ticket, code):
                found.setdefault(person.address, Recipient.of(person, word))
        return list(found.values())

    def requester(self, ticket: Ticket, _: str) -> People:
        return _reachable(ticket.requester, ticket)

    def participants(self, ticket: Ticket, _: str) -> People:
        """Whoever was copied in."""
        rows = Participant.objects.filter(ticket=ticket).select_related("contact__company").order_by("id")
        return [person for row in rows for person in _reachable(row.contact)]

    def assignee(self, ticket: Ticket, _: str) -> People:
        if ticket.assignee_id is None:
            return self.queue_team(ticket, "")
        return self.agents(pk=ticket.assignee_id)

    def queue_team(self, ticket: Ticket, _: str) -> People:
        return self.teams(_teams_of_queue(ticket))

    def responsible_team(self, ticket: Ticket, _: str) -> People:
        team = catalogue().teams.by_id.get(ticket.responsible_team_id or 0)
        return self.teams((team.code,) if team else _teams_of_queue(ticket))

    def level_team(self, ticket: Ticket, _: str) -> People:
        """The teams of the ticket's support level: those that work the queue, or else all of them."""
        level, of_queue = ticket.support_level, _teams_of_queue(ticket)
        of_level = tuple(team.code for team in catalogue().teams.offered if level and team.support_level == level)
        return self.teams(tuple(code for code in of_level if code in of_queue) or of_level or of_queue)

    def team_leads(self, ticket: Ticket, _: str) -> People:
        leads = self.agents(role="team_lead", memberships__team__code__in=_teams_of_queue(ticket))
        return leads or self.agents(role="team_lead")

    def team(self, _: Ticket, code: str) -> People:
        return self.teams((code,))

    def administrators(self, _: Ticket, __: str) -> People:
        return self.agents(role="vendor_admin")

    def contact(self, _: Ticket, pk: str) -> People:
        found = Contact.objects.filter(pk=int(pk)).select_related("company")
        return [person for contact in found for person in _reachable(contact)]

    def agent(self, _: Ticket, pk: str) -> People:
        return self.agents(pk=int(pk))

    def role(self, ticket: Ticket, code: str) -> People:
        """Whoever fills a role: as the escalation path says, or else the team that it leads, or else administrators."""
        return self._filling(ticket, code) or self.administrators(ticket, "")

    def of_step(self, ticket: Ticket, step: EscalationStep) -> People:
        """Whoever a step of the path asks on this ticket."""
        own = own_contact(step, ticket.company) or self._leading(step.role)
        return own or self.role(ticket, step.fallback_role)

    def _filling(self, ticket: Ticket, code: str) -> People:
        of_path = (own_contact(step, ticket.company) for step in escalation_path() if code and step.role == code)
        return next((found for found in of_path if found), []) or self._leading(code)

    def _leading(self, code: str) -> People:
        teams = tuple(team.code for team in catalogue().teams.offered if code and team.head_role == code)
        return self.teams(teams) if teams else []

    def teams(self, codes: tuple[str, ...]) -> People:
        """The teams' own addresses where they have one, and their members."""
        teams = [catalogue().teams[code] for code in codes]
        own = [Person(team.email, team.name) for team in teams if team.email]
        return own + self.agents(memberships__team__code__in=codes)

    def agents(self, **which: Any) -> People:
        key = tuple(which.items())
        if key not in self._staff:
            agents = Agent.objects.filter(is_active=True, user__is_active=True, **which).order_by("id").distinct()
            rows = agents.values_list("user__email", "name", "pk")
            self._staff[key] = [Person(address, name, agent_id=pk) for address, name, pk in rows]
        return self._staff[key]


@remembered
def escalation_path() -> tuple[EscalationStep, ...]:
    """The steps of the vendor's path, in its order."""
    return tuple(EscalationStep.objects.order_by("position", "id"))


def own_contact(step: EscalationStep, company: Company) -> People:
    """The address that the step itself gives for this company, if it gives one."""
    if step.contact_from == "company":
        name = company.account_manager or title_of(step)
        return [Person(company.account_manager_email, name)] if company.account_manager_email else []
    return [Person(step.email, title_of(step))] if step.email else []


def title_of(step: EscalationStep) -> str:
    """What whoever is asked is called; a step that names nobody is called as the one that it falls back to."""
    if step.title or step.role:
        return step.title or _spoken(step.role)
    other = next((row for row in escalation_path() if row.role == step.fallback_role), None)
    return title_of(other) if other is not None else _spoken(step.fallback_role)


def _spoken(role: str) -> str:
    return role.replace("_", " ").replace("-", " ").capitalize()


def _reachable(contact: Contact, ticket: Ticket | None = None) -> People:
    """The contact, unless it has left or is a partner's customer: those are never written to."""
    own = ticket is not None and ticket.company_id == contact.company_id
    company = ticket.company if ticket is not None and own else contact.company
    if not contact.is_active or company.kind == "end_customer":
        return []
    return [Person(contact.email, contact.name, contact_id=contact.pk)]


def _teams_of_queue(ticket: Ticket) -> tuple[str, ...]:
    return tuple(catalogue().queues.by_id[ticket.queue_id].teams)


FINDERS: Mapping[str, Callable[[Roster, Ticket, str], People]] = {
    "requester": Roster.requester,
    "participants": Roster.participants,
    "assignee": Roster.assignee,
    "queue_team": Roster.queue_team,
    "responsible_team": Roster.responsible_team,
    "level_team": Roster.level_team,
    "team_leads": Roster.team_leads,
    "team": Roster.team,
    "administrators": Roster.administrators,
    "role": Roster.role,
    "contact": Roster.contact,
    "agent": Roster.agent,
}
