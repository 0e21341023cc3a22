"""Releases of products, and the tickets that each one implements."""

from typing import ClassVar

from django.db import models

from helpdesk.tenancy import TenantModel
from tickets.models.process import Product
from tickets.models.ticket import Ticket


class Release(TenantModel):
    """A version of a product. Publishing it opens the requests again that it implements."""

    product = models.ForeignKey(Product, models.PROTECT, db_index=False, related_name="releases")
    version = models.CharField(max_length=80)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "product", "version"], name="version_of_this_product_is_there_already"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.name} {self.version}"


class ReleaseTicket(TenantModel):
    """One ticket on a release's list of what it implements."""

    release = models.ForeignKey(Release, models.CASCADE, db_index=False, related_name="items")
    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="releases")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "release", "ticket"], name="ticket_is_in_this_release_already"),
        ]
        indexes: ClassVar = [models.Index(fields=["vendor", "ticket"], name="release_of_ticket")]

    def __str__(self) -> str:
        return f"{self.release}: {self.ticket_id}"
