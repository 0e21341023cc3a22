"""What a vendor's portal shows: its menu, its intake form, its contact points, its maintenance."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from helpdesk.tenancy import TenantModel
from tickets.models.process import ProcessRow

BY_AGREEMENT = "by_agreement"
RECURRENCES = {
    "daily": "Every day",
    "weekly": "Every week",
    "monthly": "Every month",
    BY_AGREEMENT: "Planned one by one",
}
WINDOW_KINDS = {"planned": "Planned", "emergency": "Emergency"}


class PortalMenuItem(TenantModel):
    """One entry of the customer portal's menu, in the vendor's order and words."""

    page = models.CharField(max_length=30, help_text="Which page it opens.")
    label = models.CharField(max_length=60)
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "page"], name="menu_page_is_listed_already")]

    def __str__(self) -> str:
        return self.label


class FormField(TenantModel):
    """One field of the vendor's intake form."""

    key = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, default="text")
    required = models.BooleanField(default=False)
    required_when = models.JSONField(default=dict, blank=True, help_text="severity: codes; unless_flag: flag.")
    default = models.CharField(max_length=120, blank=True)
    choices = models.JSONField(default=list, blank=True)
    empty_label = models.CharField(max_length=80, blank=True)
    help = models.CharField(max_length=300, blank=True)
    group = models.CharField(max_length=60, blank=True)
    secret = models.BooleanField(default=False, help_text="Stored encrypted, apart from the record.")
    paste_images = models.BooleanField(default=False)
    drag_and_drop = models.BooleanField(default=False)
    filled_by = models.CharField(max_length=12, blank=True, help_text="system: not asked, shown filled in.")
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "key"], name="form_field_is_listed_already")]

    def __str__(self) -> str:
        return self.label


class ContactPoint(TenantModel):
    """A way to reach the vendor."""

    channel = models.CharField(max_length=12)
    label = models.CharField(max_length=80)
    address = models.CharField(max_length=254, blank=True)
    number = models.CharField(max_length=40, blank=True)
    number_by_country = models.JSONField(default=dict, blank=True)
    option = models.CharField(max_length=10, blank=True)
    hours = models.CharField(max_length=40, blank=True, help_text="A calendar's code or 24x7.")
    severities = models.JSONField(default=list, blank=True)
    primary = models.BooleanField(default=False)
    after_hours = models.BooleanField(default=False)
    place = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return self.label


class MaintenanceWindow(ProcessRow):
    """A time for maintenance that comes back, or what holds for windows that are planned one by one."""

    category = models.CharField(max_length=60, help_text="The part of the service, in the words of its customers.")
    recurrence = models.CharField(max_length=20, choices=list(RECURRENCES.items()))
    weekday = models.CharField(max_length=3, blank=True, help_text="mon to sun.")
    week_of_month = models.SmallIntegerField(
        null=True, blank=True, help_text="The first to fourth such day of the month is 1 to 4, the last is -1."
    )
    starts = models.TimeField(null=True, blank=True, help_text="Local time of the vendor.")
    ends = models.TimeField(null=True, blank=True, help_text="If not after the start, on the next day.")
    kind = models.CharField(max_length=12, choices=list(WINDOW_KINDS.items()), default="planned")
    affects_service = models.BooleanField(default=False, help_text="The service may be slow or away meanwhile.")
    notice = models.JSONField(
        default=dict, blank=True, help_text="How long before the start windows planned one by one are announced."
    )
    note = models.CharField(max_length=300, blank=True, help_text="A remark for customers.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "code"], name="window_code_is_taken")]

    def __str__(self) -> str:
        return f"{self.category}: {self.code}"


class PlannedWindow(TenantModel):
    """One maintenance window that was planned by hand. Customers read it from the moment it is saved."""

    rule = models.ForeignKey(MaintenanceWindow, models.PROTECT, related_name="planned")
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True, help_text="What customers should know.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    affects_service = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True, help_text="For staff: why an emergency, or why at that time.")
    notice_due_at = models.DateTimeField(null=True, help_text="The last moment to tell customers.")
    announced_at = models.DateTimeField()
    planned_by = models.CharField(max_length=254)
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="window_ends_after_it_starts")
        ]
        indexes: ClassVar = [models.Index(fields=["vendor", "ends_at"], name="planned_window_ends")]

    def __str__(self) -> str:
        return self.title
