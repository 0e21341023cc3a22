"""Tokens with which programs act as a person at one vendor."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.models.people import User
from helpdesk.tenancy import TenantManager, TenantModel, TenantQuerySet


class APITokenQuerySet(TenantQuerySet):
    """Filters that read aloud."""

    def valid(self, now: datetime) -> "APITokenQuerySet":
        """Neither revoked nor expired."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), revoked_at__isnull=True)


class APIToken(TenantModel):
    """One token of one person. Only its hash is kept, so nobody can read it again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, blank=True, help_text="What it is for.")
    start = models.CharField(max_length=12, help_text="Its first characters, to tell it from others.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the token.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    objects = TenantManager.from_queryset(APITokenQuerySet)()  # type: ignore[misc]

    class Meta:
        verbose_name = "API token"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "digest"], name="token_exists_already")]

    def __str__(self) -> str:
        return f"{self.start}…"
