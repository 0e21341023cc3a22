"""What a vendor's portal shows: its menu, its intake form, its contact points."""

from typing import ClassVar

from django.db import models

from helpdesk.tenancy import TenantModel


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
