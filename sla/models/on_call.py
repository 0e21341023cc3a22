"""On call: which schedule pages whom about what, whose turn it is, how people are reached, and each page."""

from datetime import time
from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from helpdesk.models import Agent, Team
from helpdesk.tenancy import TenantModel
from sla.core.chain import EVERYBODY
from tickets.models import Ticket
from tickets.models.process import ProcessRow

PAGE_WHEN = {"always": "At any hour", "outside_business_hours": "Outside business hours"}
PAGE_CHANNELS = {"mail": "Mail", "sms": "SMS", "webhook": "Webhook"}
OCCASIONS = {"opened": "A ticket is opened", "severity_set": "An agent sets the severity"}
CAUSES = {**OCCASIONS, "called": "Called by an agent", "test": "Test"}


class OnCallSchedule(ProcessRow):
    """What pages the people on call of a team, how, how often, and who is told if nobody answers."""

    name = models.CharField(max_length=120)
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="+", help_text="All of them are paged where no rotation covers the time."
    )
    coverage = models.CharField(max_length=40, default="24x7", help_text="24x7, or the calendar within which it pages.")
    page_when = models.CharField(max_length=30, choices=list(PAGE_WHEN.items()), default="always")
    business_hours = models.CharField(
        max_length=40, blank=True, help_text="The calendar outside which it pages; only for “outside business hours”."
    )
    triggers = models.JSONField(default=list, help_text="On which occasion, under which conditions.")
    channels = models.JSONField(default=list, help_text="mail, sms, webhook.")
    repeat_minutes = models.PositiveIntegerField(default=10, validators=[MinValueValidator(1)])
    attempts = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1)], help_text="Pages at each level before the next one is paged."
    )
    audience = models.JSONField(default=list, blank=True, help_text="Who is told when nobody has acknowledged.")

    class Meta:
        verbose_name = "on-call schedule"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="schedule_code_is_taken")]


class Rotation(TenantModel):
    """People who take turns at one level of a schedule."""

    schedule = models.ForeignKey(OnCallSchedule, models.PROTECT, related_name="rotations")
    level = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1)], help_text="1 is paged first, 2 when nobody of 1 acknowledges …"
    )
    starts_on = models.DateField(help_text="The first hand-over; with turns of 7 days, all are on its weekday.")
    ends_on = models.DateField(null=True, blank=True, help_text="The last hand-over. Empty: goes on.")
    hands_over = models.TimeField(default=time(9), help_text="Local time of the hand-over.")
    days = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1)], help_text="Length of a turn in days."
    )
    time_zone = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__gt=EVERYBODY), name="rotation_has_a_level"),
            models.CheckConstraint(condition=Q(days__gt=0), name="rotation_turn_has_a_length"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="rotation_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule}, level {self.level}, from {self.starts_on}"


class Turn(TenantModel):
    """An agent's place in a rotation."""

    rotation = models.ForeignKey(Rotation, models.CASCADE, related_name="turns")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["vendor", "rotation", "position"], name="turn_of_rotation")]

    def __str__(self) -> str:
        return str(self.agent)


class Override(TenantModel):
    """Somebody else is on call for a while. Where two overlap, the one that began last counts."""

    schedule = models.ForeignKey(OnCallSchedule, models.PROTECT, related_name="overrides")
    level = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__gt=EVERYBODY), name="override_has_a_level"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="override_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} on {self.schedule}, level {self.level}"


class Pager(TenantModel):
    """How an agent is reached by pages, where it is not the login's address alone."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="pagers")
    phone = models.CharField(
        max_length=16,
        blank=True,
        validators=[RegexValidator(r"^\+[1-9]\d{6,14}$", "Write the number with its country, as +46701740605.")],
        help_text="For SMS: with the country, digits only, as +46701740605.",
    )
    email = models.EmailField(blank=True, help_text="Pages by mail go here. Empty: the login's address.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "agent"], name="agent_has_a_pager_already")]

    def __str__(self) -> str:
        return f"{self.agent}: {self.phone or self.email}"


class Gateway(TenantModel):
    """Where pages go that are no mail: a web address of the vendor's choice. Its secret is kept sealed."""

    CHANNELS: ClassVar = {"sms": "SMS gateway", "webhook": "Webhook"}

    channel = models.CharField(max_length=10, choices=list(CHANNELS.items()))
    url = models.URLField(max_length=500, verbose_name="address")
    sealed_secret = models.TextField(blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "channel"], name="channel_has_a_gateway_already")
        ]

    def __str__(self) -> str:
        return self.get_channel_display()


class Page(TenantModel):
    """One call for help to whoever is on call: sent again, and to the next level, until somebody acknowledges it."""

    STATES: ClassVar = {
        "open": "Open",
        "acknowledged": "Acknowledged",
        "exhausted": "Nobody acknowledged",
        "cancelled": "Cancelled",
    }

    schedule = models.ForeignKey(OnCallSchedule, models.PROTECT, related_name="pages")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, db_index=False, related_name="pages")
    cause = models.CharField(max_length=20, choices=list(CAUSES.items()))
    level = models.PositiveSmallIntegerField(help_text="The level paged last; 0 is the whole team.")
    attempt = models.PositiveSmallIntegerField(default=1, help_text="How often this level was paged.")
    step = models.PositiveSmallIntegerField(default=1, help_text="How often anybody was paged.")
    agents = models.JSONField(default=list, help_text="Ids of the agents who were paged last.")
    state = models.CharField(max_length=12, choices=list(STATES.items()), default="open")
    opened_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, help_text="When it goes on if nobody acknowledges.")
    ended_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    is_over = models.BooleanField(
        default=False, help_text="The ticket was finished since: when it is open again, it may page again."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "ticket", "schedule"], name="page_is_open_already", condition=Q(state="open")
            ),
            models.CheckConstraint(
                condition=Q(state="acknowledged", acknowledged_by__isnull=False, acknowledged_at__isnull=False)
                | (~Q(state="acknowledged") & Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)),
                name="page_says_who_acknowledged_it",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["vendor", "-opened_at"], name="page_open", condition=Q(state="open")),
            models.Index(fields=["vendor", "ticket"], name="page_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule}, {self.opened_at:%Y-%m-%d %H:%M}"
