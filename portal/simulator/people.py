"""The people of a scenario: those that it names, or one customer, one agent in every team, one in each, a lead."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from helpdesk.access import Actor
from helpdesk.models import Agent, BusinessCalendar, Company, Contact, Team, TeamMembership, User
from helpdesk.process.spec import Problem, Ref, Spec, one_of, repeated
from sla.models import Agreement, OnCallSchedule, Override, SLAPolicy

EVERY_TEAM = "all"
ALWAYS = (datetime(1980, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))  # as far as a scenario may go


class CompanySpec(Spec):
    """A customer's company."""

    name: str = Field(min_length=1, max_length=160)
    kind: one_of("kind of company", Company.KINDS) = "customer"  # type: ignore[valid-type]
    country: str = Field("", pattern=r"^([A-Z]{2})?$", description="Two capital letters.")
    sales_region: str = ""
    agreement_kind: one_of("kind of agreement", ("direct", "partner")) = "direct"  # type: ignore[valid-type]
    calendar: Annotated[str, Ref("calendars")] = ""
    responsible_team: Annotated[str, Ref("teams")] = ""
    contract_number: str = ""
    acceptance_required: bool = False
    policy: Annotated[str, Ref("sla_policies")] = Field("", description="What its agreement says; default: as for all.")
    covers_customer_solution: bool = Field(False, description="Its agreement covers what was made for it alone.")


class ContactSpec(Spec):
    """A person of a company; the name is what steps call it by."""

    name: str = Field(min_length=1, max_length=120)
    company: Annotated[str, Ref("companies")] = Field("", description="Default: the first company.")
    sees_company: bool = True
    language: str = ""


class AgentSpec(Spec):
    """A member of staff; the name is what steps call it by."""

    name: str = Field(min_length=1, max_length=120)
    role: one_of("role", Agent.ROLES) = "agent"  # type: ignore[valid-type]
    teams: Annotated[list[str], Ref("teams", also=(EVERY_TEAM,))] = []


class DutySpec(Spec):
    """Who is on call; where nobody is named, it is the whole team of the schedule."""

    schedule: Annotated[str, Ref("on_call")]
    agent: Annotated[str, Ref("agents")]
    level: int = Field(1, ge=1)


class PeopleSpec(Spec):
    """Who is there. Each list that is left out has its default."""

    companies: list[CompanySpec] = [CompanySpec(name="Customer")]
    contacts: list[ContactSpec] = []
    agents: list[AgentSpec] = []
    on_call: list[DutySpec] = []

    def everybody(self, teams: list[str]) -> "PeopleSpec":
        """With those who are there by default: a customer, an agent in every team, a lead, one agent of each team."""
        contacts = self.contacts or [ContactSpec(name="customer")]
        agents = self.agents or [
            AgentSpec(name="agent", teams=[EVERY_TEAM]),
            AgentSpec(name="lead", role="team_lead"),
            *(AgentSpec(name=f"agent of {code}", teams=[code]) for code in teams),
        ]
        return self.model_copy(update={"contacts": contacts, "agents": agents})

    def problems(self) -> list[Problem]:
        """Names that occur twice, and lists that hold nobody."""
        found = [] if self.companies else [Problem("people.companies", "name at least one company")]
        names = [("companies", [row.name for row in self.companies])]
        names += [("contacts", [row.name for row in self.contacts]), ("agents", [row.name for row in self.agents])]
        for key, given in names:
            again = repeated(_local(name) for name in given)
            found += [Problem(f"people.{key}[{at}].name", f"'{given[at]}' is there already") for at in again]
        for index, row in enumerate(self.agents):
            if row.name in {contact.name for contact in self.contacts}:
                found.append(Problem(f"people.agents[{index}].name", f"'{row.name}' is a contact already"))
        return found


@dataclass
class Cast:
    """The rows of the people, by the names that the scenario gives them."""

    domain: str
    contacts: dict[str, Contact] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """This person as an actor."""
        if name in self.contacts:
            return self.contacts[name].actor
        agent = self.agents[name]
        return agent.actor_in(frozenset(agent.memberships.values_list("team__code", flat=True)))

    def name_of(self, kind: str, pk: int | None) -> str:
        """What the scenario calls somebody who acts; a worker has no name."""
        rows: dict[str, Any] = {"contact": self.contacts, "agent": self.agents}.get(kind, {})
        return next((name for name, row in rows.items() if row.pk == pk), kind)


def make_cast(people: PeopleSpec, domain: str) -> Cast:
    """Make everybody. `domain` keeps their addresses apart from those of all other people of the installation."""
    cast = Cast(domain)
    teams = {team.code: team for team in Team.objects.filter(retired=False)}
    calendars = {row.code: row for row in BusinessCalendar.objects.all()}
    companies = {row.name: _company(row, teams, calendars) for row in people.companies}
    for row in people.contacts:
        cast.contacts[row.name] = Contact.objects.create(
            company=companies[row.company or people.companies[0].name],
            name=row.name,
            email=_address(row.name, domain),
            sees_company=row.sees_company,
            language=row.language,
        )
    for row in people.agents:
        user = User.objects.create(email=_address(row.name, domain), name=row.name)
        agent = cast.agents[row.name] = Agent.objects.create(user=user, name=row.name, role=row.role)
        members = teams.values() if EVERY_TEAM in row.teams else (teams[code] for code in row.teams)
        TeamMembership.objects.bulk_create(TeamMembership(team=team, agent=agent) for team in members)
    schedules = {schedule.code: schedule for schedule in OnCallSchedule.objects.all()}
    for duty in people.on_call:
        schedule, agent = schedules[duty.schedule], cast.agents[duty.agent]
        Override.objects.create(
            schedule=schedule, level=duty.level, agent=agent, starts_at=ALWAYS[0], ends_at=ALWAYS[1]
        )
    return cast


def _company(row: CompanySpec, teams: dict[str, Team], calendars: dict[str, BusinessCalendar]) -> Company:
    plain = row.model_dump(exclude={"calendar", "responsible_team", "policy", "covers_customer_solution"})
    company = Company.objects.create(
        calendar=calendars.get(row.calendar), responsible_team=teams.get(row.responsible_team), **plain
    )
    if row.policy or row.covers_customer_solution:
        Agreement.objects.create(
            company=company,
            policy=SLAPolicy.objects.filter(code=row.policy).first(),
            valid_from=ALWAYS[0].date(),
            covers_customer_solution=row.covers_customer_solution,
        )
    return company


def _address(name: str, domain: str) -> str:
    return f"{_local(name)}@{domain}"


def _local(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
