"""The vendor: the tenant whose written process one installation runs beside others'."""

import uuid
import zoneinfo
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from helpdesk.tenancy import TenantModel, current_vendor_or_none

REGISTRATION = {"invite_only": "By invitation", "self_register": "People sign up themselves"}


class Vendor(models.Model):
    """A company that supports its products here. Everything else about its process hangs on this row."""

    slug = models.SlugField(max_length=40, unique=True, help_text="First part of the portal's address.")
    name = models.CharField(max_length=80)
    domain = models.CharField(
        max_length=253,
        blank=True,
        help_text="The vendor's own host name for its portal, for example support.vendor.example.",
    )
    time_zone = models.CharField(max_length=60, default="UTC")
    default_language = models.CharField(max_length=8, default="en")
    portal_languages = models.JSONField(default=list, blank=True)
    ticket_languages = models.JSONField(
        default=dict,
        blank=True,
        help_text="Standard language, those accepted without guarantee, language of answers.",
    )
    agent_label = models.CharField(max_length=80, default="Support", help_text="How customers see the staff.")
    terms = models.JSONField(
        default=dict, blank=True, help_text="The vendor's own words for ticket, number, severity, customer …"
    )
    number_format = models.CharField(
        max_length=40,
        default="{n}",
        help_text="{n} is the running number ({n:05} pads it), {year} the year in the vendor's time zone.",
    )
    first_number = models.PositiveIntegerField(default=1001)
    registration_policy = models.CharField(max_length=20, choices=list(REGISTRATION.items()), default="invite_only")
    severity_selectable_by = models.JSONField(
        default=list,
        blank=True,
        help_text="customer, customer_online, agent: who may set a ticket's severity.",
    )
    about_text = models.TextField(blank=True)
    references = models.JSONField(default=list, blank=True, help_text="Documents that the process points to.")
    accent = models.CharField(
        max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9a-f]{6}$", "Write a colour as #1a2b3c.")]
    )
    assumed = models.JSONField(default=list, blank=True)
    process_stamp = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="Changes whenever the process does; caches hang on it."
    )
    measured_stamp = models.UUIDField(
        null=True, editable=False, help_text="The version of the process by which running clocks were measured last."
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["domain"], name="vendor_domain_is_taken", condition=~models.Q(domain="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def term(self, word: str) -> str:
        """The vendor's own word for one of the product's, for example "case" for "ticket"."""
        return str(self.terms.get(word, word))

    def touch_process(self) -> None:
        """Forget what was remembered of this vendor's process, in every process of the installation."""
        self.process_stamp = uuid.uuid4()
        self.save(update_fields=["process_stamp"])
        acting = current_vendor_or_none()
        if acting is not None and acting.pk == self.pk:
            acting.process_stamp = self.process_stamp


class ProcessVersion(TenantModel):
    """One version of a vendor's process file as it was applied; what `rollback_process` goes back to."""

    number = models.PositiveIntegerField()
    text = models.TextField()
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "number"], name="process_version_number_is_taken"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"
