"""The demo people of one vendor, and the platform's administrator."""

from dataclasses import dataclass
from typing import Any

from helpdesk.models import Agent, Company, Contact, Team, TeamMembership, User, Vendor

STAFF = (("agent", "Alex Agent", "agent"), ("lead", "Lee Lead", "team_lead"), ("admin", "Ada Admin", "vendor_admin"))
CUSTOMERS = (("customer", "Kim Customer"), ("colleague", "Chris Colleague"))


@dataclass(frozen=True)
class Cast:
    """Who plays in a vendor's demo tickets."""

    contacts: dict[str, Contact]
    agents: dict[str, Agent]


def is_seeded(vendor: Vendor) -> bool:
    """Whether this vendor has its demo people already."""
    return Contact.objects.filter(email=address("customer", vendor)).exists()


def address(who: str, vendor: Vendor) -> str:
    return f"{who}@{vendor.slug}.example"


def make_people(vendor: Vendor, companies: list[dict[str, Any]], password: str) -> Cast:
    """Two contacts of the first company, one of each other company, and three agents in every team."""
    made = [Company.objects.create(**facts) for facts in companies or [{"name": "Example Customer"}]]
    contacts = {
        who: Contact.objects.create(
            company=made[0],
            user=make_user(address(who, vendor), name, password),
            name=name,
            email=address(who, vendor),
            is_company_admin=who == "customer",
            language=vendor.default_language,
        )
        for who, name in CUSTOMERS
    }
    for number, company in enumerate(made[1:], 2):
        email = address(f"customer{number}", vendor)
        contacts[company.name] = Contact.objects.create(
            company=company, name=f"Contact of {company.name}", email=email, language=vendor.default_language
        )
    return Cast(contacts, {who: _make_agent(who, name, role, vendor, password) for who, name, role in STAFF})


def _make_agent(who: str, name: str, role: str, vendor: Vendor, password: str) -> Agent:
    agent = Agent.objects.create(user=make_user(address(who, vendor), name, password), name=name, role=role)
    teams = Team.objects.filter(retired=False) if role != "vendor_admin" else Team.objects.none()
    TeamMembership.objects.bulk_create(TeamMembership(team=team, agent=agent) for team in teams)
    return agent


def make_user(email: str, name: str, password: str, **fields: Any) -> User:
    """The login of a demo person; one that is there already keeps its password."""
    return User.objects.filter(email=email).first() or User.objects.create_user(email, password, name=name, **fields)
