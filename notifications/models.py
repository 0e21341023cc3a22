"""Mailboxes, and the outbox: one row for each thing to send."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.models import Agent
from helpdesk.tenancy import TenantModel
from sla.models import Page
from sla.models.on_call import PAGE_CHANNELS
from tickets.models import Queue, Ticket, TicketType


class Mailbox(TenantModel):
    """An address of the vendor. Mail of a ticket is sent in the name of its queue's mailbox."""

    address = models.EmailField()
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    default_type = models.ForeignKey(TicketType, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "address"], name="mailbox_address_is_taken")]

    def __str__(self) -> str:
        return self.address


class Delivery(TenantModel):
    """One thing to send about one event: a mail to a person, or a page by SMS or webhook.

    It is sent at least once, always under the same `message_id`: the Message-ID of a mail, the idempotency key of
    a request.
    """

    STATES: ClassVar = {"queued": "Queued", "sent": "Sent", "failed": "Failed", "void": "Not needed any more"}

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, db_index=False, related_name="deliveries", help_text="Empty for test pages."
    )
    seq = models.PositiveIntegerField(help_text="The entry it is about.")
    event = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=list(PAGE_CHANNELS.items()), default="mail")
    audience = models.CharField(max_length=40, help_text="requester, queue_team, assignee or a role.")
    to_address = models.CharField(max_length=254, help_text="An e-mail address, a telephone number or a host.")
    to_name = models.CharField(max_length=120, blank=True)
    page = models.ForeignKey(Page, models.PROTECT, null=True, db_index=False, related_name="deliveries")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, db_index=False, related_name="+")
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
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.to_address}"
