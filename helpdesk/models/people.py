"""People: one login per e-mail for the installation, and what that person is at each vendor."""

import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from helpdesk.access import Actor
from helpdesk.models.calendars import BusinessCalendar
from helpdesk.tenancy import TenantModel

LINES = {"l1": "Level 1", "l2": "Level 2", "l3": "Level 3"}


class UserManager(BaseUserManager["User"]):
    """Makes users with a lower-case e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A login identity. It says nothing about what the person may do at a vendor."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(
        max_length=60, blank=True, help_text="The person's own; pages then show its times as well. Empty: not said."
    )
    is_active = models.BooleanField(default=True)
    is_platform_admin = models.BooleanField(default=False, help_text="Creates vendors; configures every one of them.")
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo | None:
        """The person's own time zone, None where none was said or the system no longer knows it."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone) if self.time_zone else None
        except zoneinfo.ZoneInfoNotFoundError:
            return None

    @property
    def is_staff(self) -> bool:
        """What Django admin asks; who may enter a vendor's admin is decided by `helpdesk.admin`."""
        return self.is_platform_admin


class Team(TenantModel):
    """Agents who share queues, a calendar and competences."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, blank=True, help_text="internal or supplier; empty for a support team.")
    support_level = models.CharField(max_length=2, blank=True, choices=list(LINES.items()))
    calendar = models.ForeignKey(
        BusinessCalendar, models.PROTECT, null=True, blank=True, help_text="Empty: no own hours."
    )
    round_the_clock = models.BooleanField(default=False, help_text="Works at any hour; written `calendar: 24x7`.")
    head_role = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True, help_text="Notices to the team go here as well as to its members.")
    competences = models.JSONField(default=list, blank=True, help_text="Names of products.")
    position = models.PositiveIntegerField(default=0)
    retired = models.BooleanField(default=False)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="team_code_is_taken")]

    def __str__(self) -> str:
        return self.name


class Region(TenantModel):
    """A named set of countries that routing rules ask about."""

    code = models.CharField(max_length=40)
    countries = models.JSONField(default=list, help_text="Two-letter country codes.")
    assumed_countries = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="region_code_is_taken")]

    def __str__(self) -> str:
        return self.code


class Company(TenantModel):
    """An organisation whose contacts ask for support."""

    KINDS: ClassVar = {
        "customer": "Customer",
        "partner": "Partner",
        "end_customer": "End customer",
        "unknown": "Not known yet",
    }

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=list(KINDS.items()), default="customer")
    country = models.CharField(max_length=2, blank=True, help_text="Two-letter code.")
    sales_region = models.CharField(
        max_length=40, blank=True, help_text="Code of a region; beats the country where the two disagree."
    )
    responsible_team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True)
    calendar = models.ForeignKey(
        BusinessCalendar,
        models.PROTECT,
        null=True,
        blank=True,
        help_text="Agreed support hours; empty: the vendor's.",
    )
    partner = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        help_text="The partner that holds this company's agreement.",
    )
    agreement_kind = models.CharField(
        max_length=10, default="direct", choices=[("direct", "Direct"), ("partner", "Through a partner")]
    )
    acceptance_required = models.BooleanField(
        default=False, help_text="A solution counts as such only once this customer has accepted it."
    )
    contract_number = models.CharField(max_length=60, blank=True)
    account_manager = models.CharField(
        max_length=120, blank=True, help_text="Name or title; who is asked where the process escalates to it."
    )
    account_manager_email = models.EmailField(blank=True)
    account_manager_phone = models.CharField(max_length=40, blank=True)
    mail_domains = models.JSONField(
        default=list, blank=True, help_text="What stands after the @ in its people's addresses, in lower case."
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "companies"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "name"], name="company_name_is_taken")]

    def __str__(self) -> str:
        return self.name


class Contact(TenantModel):
    """A customer's person: files and follows tickets, with or without a login."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="contacts")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField(help_text="Lower case.")
    phone = models.CharField(max_length=40, blank=True)
    sees_company = models.BooleanField(default=True, help_text="May read the tickets of the whole company.")
    is_company_admin = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "email"], name="contact_email_is_taken"),
            models.UniqueConstraint(fields=["vendor", "user"], name="user_is_a_contact_already"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="contact_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.company})"

    @property
    def actor(self) -> Actor:
        return Actor(
            kind="contact",
            id=self.pk,
            name=self.name,
            user_id=self.user_id,
            company_id=self.company_id,
            sees_company=self.sees_company,
        )


class Agent(TenantModel):
    """A vendor's member of staff."""

    ROLES: ClassVar = {
        "agent": "Agent",
        "team_lead": "Team lead",
        "vendor_admin": "Vendor administrator",
        "read_only": "Read only",
    }

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=list(ROLES.items()), default="agent")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "user"], name="user_is_an_agent_already")]

    def __str__(self) -> str:
        return self.name

    def actor_in(self, team_codes: frozenset[str]) -> Actor:
        """This agent as an actor who belongs to the teams with these codes."""
        return Actor(kind="agent", id=self.pk, name=self.name, role=self.role, user_id=self.user_id, teams=team_codes)


class TeamMembership(TenantModel):
    """An agent's place in a team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="memberships")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "team", "agent"], name="agent_is_in_this_team_already"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.team}"
