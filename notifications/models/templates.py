"""The vendor's own words in mails, in place of the built-in ones."""

from typing import ClassVar

from django.db import models

from helpdesk.tenancy import TenantModel


class MailTemplate(TenantModel):
    """What a mail about an event says to customers or to staff, in one language; for one status, or for any."""

    AUDIENCES: ClassVar = {"customer": "Customers", "staff": "Staff"}

    event = models.CharField(max_length=40)
    audience = models.CharField(max_length=10, choices=list(AUDIENCES.items()))
    language = models.CharField(max_length=8)
    status = models.CharField(max_length=40, blank=True, help_text="Only where the ticket has this status.")
    subject = models.CharField(
        max_length=200,
        blank=True,
        help_text="What stands after the number. Empty: the ticket's first subject, so that mails stay one thread.",
    )
    text = models.TextField(help_text="Paragraphs, with an empty line between them.")
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "event", "audience", "language", "status"], name="mail_template_exists_already"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.audience}, {self.language}"
