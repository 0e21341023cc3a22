"""People and tickets for tests. Call inside `acting_for(vendor)`."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from helpdesk.models import Agent, Company, Contact, Team, TeamMembership, User
from tickets.commands import open_ticket
from tickets.models import Ticket

NOW = datetime(2026, 5, 19, 8, 0, tzinfo=UTC)  # a Tuesday, ten o'clock in Berlin
PASSWORD = "a-good-long-password"

_numbers = count(1)


def make_user(email: str | None = None, **fields: Any) -> User:
    """A login identity; its password is not set, tests sign in by force."""
    user = User(email=email or f"person{next(_numbers)}@people.example", **fields)
    user.set_unusable_password()
    user.save()
    return user


def make_company(name: str | None = None, **fields: Any) -> Company:
    return Company.objects.create(name=name or f"Company {next(_numbers)}", **fields)


def make_contact(company: Company | None = None, *, login: bool = True, **fields: Any) -> Contact:
    """A contact with a login of its own."""
    number = next(_numbers)
    email = fields.pop("email", f"contact{number}@customer.example")
    user = make_user(email) if login else None
    name = fields.pop("name", f"Contact {number}")
    return Contact.objects.create(company=company or make_company(), user=user, email=email, name=name, **fields)


def make_agent(role: str = "agent", *, teams: tuple[str, ...] | None = None, **fields: Any) -> Agent:
    """An agent in the teams with these codes, or in every team."""
    name = fields.pop("name", f"Agent {next(_numbers)}")
    agent = Agent.objects.create(user=make_user(), name=name, role=role, **fields)
    chosen = Team.objects.all() if teams is None else Team.objects.filter(code__in=teams)
    TeamMembership.objects.bulk_create(TeamMembership(team=team, agent=agent) for team in chosen)
    return agent


def acts(agent: Agent) -> Any:
    """The agent as an actor."""
    return agent.actor_in(frozenset(agent.memberships.values_list("team__code", flat=True)))


def make_ticket(requester: Contact | None = None, *, now: datetime = NOW, **facts: Any) -> Ticket:
    """A ticket from the portal, opened through the real command."""
    contact = requester or make_contact()
    facts = {"subject": "The printer is on fire", "body": "It burns.", **facts}
    return open_ticket(requester=contact, actor=facts.pop("actor", contact.actor), now=now, **facts)
