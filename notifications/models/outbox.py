"""The outbox: one row for each thing to send."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.models import Agent, Contact
from helpdesk.tenancy import TenantModel
from notifications.models.incoming import IncomingMail
from sla.models import Page
from sla.models.on_call import PAGE_CHANNELS
from tickets.models import Ticket


class Delivery(TenantModel):
    """One thing to send about one event: a mail to a person, or a page by SMS or webhook.

    It is sent at least once, always under the same `message_id`: the Message-ID of a mail, the idempotency key of
    a request.
    """

    STATES: ClassVar = {"queued": "Queued", "sent": "Sent", "failed": "Failed", "void": "Not needed any more"}

    ticket = models.ForeignKey(
        Ticket,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="deliveries",
        help_text="Empty for test pages and for answers to mail that became no ticket.",
    )
    mail = models.ForeignKey(
        IncomingMail, models.PROTECT, null=True, db_index=False, related_name="+", help_text="What it answers."
    )
    seq = models.PositiveIntegerField(help_text="The entry it is about.")
    event = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=list(PAGE_CHANNELS.items()), default="mail")
    audience = models.CharField(max_length=40, help_text="requester, participants, queue_team, assignee or a role.")
    to_address = models.CharField(max_length=254, help_text="An e-mail address, a telephone number or a host.")
    to_name = models.CharField(max_length=120, blank=True)
    page = models.ForeignKey(Page, models.PROTECT, null=True, db_index=False, related_name="deliveries")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, db_index=False, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, db_index=False, related_name="+")
    answers = models.BooleanField(default=False, help_text="Caused by a mail alone; so many a day to one address.")
    message_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="queued")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "ticket", "seq", "event", "to_address"], name="delivery_exists_already"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_attempt_at", "vendor"], name="delivery_queued", condition=Q(state="queued")),
            models.Index(fields=["vendor", "page"], name="delivery_of_page", condition=Q(page__isnull=False)),
            models.Index(fields=["vendor", "to_address", "created_at"], name="delivery_to_address"),
            models.Index(fields=["vendor", "message_id"], name="delivery_by_message_id"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.to_address}"
