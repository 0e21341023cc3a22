"""Mail that arrived: its bytes as they came, what was decided about it, and why."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from helpdesk.models import Agent
from helpdesk.tenancy import TenantModel
from notifications.models.mailboxes import Mailbox
from tickets.models import Ticket

WAYS = {
    "imap": "IMAP",
    "pop3": "POP3",
    "lmtp": "Local mail server",
    "webhook": "Provider",
    "command": "Command line",
}


class IncomingMail(TenantModel):
    """One mail, stored before anything is made of it. It is never deleted; its bytes may be, when they grow old.

    `outcome` is what became of it: `created` and `appended` lead to a ticket, `suspended` waits for an agent,
    `ignored` is a duplicate or a machine's word that needs no answer, `rejected` was thrown away by an agent.
    """

    STATES: ClassVar = {"new": "To be read", "done": "Done", "suspended": "Suspended"}
    OUTCOMES: ClassVar = {
        "": "Not decided",
        "created": "Ticket opened",
        "appended": "Added to a ticket",
        "suspended": "Suspended",
        "ignored": "Ignored",
        "rejected": "Discarded",
    }

    PROOFS: ClassVar = {
        "": "Nobody vouches for the sender",
        "token": "Answers a mail that only this person got",
        "server": "The vendor's own mail server vouches for the sender",
    }

    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, db_index=False, related_name="+")
    way = models.CharField(max_length=10, choices=list(WAYS.items()))
    envelope_from = models.CharField(max_length=254, blank=True)
    received_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    fingerprint = models.CharField(max_length=64, help_text="Of all that stays the same on any way the mail takes.")
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="new")
    outcome = models.CharField(max_length=10, choices=list(OUTCOMES.items()), blank=True)
    reason = models.CharField(max_length=40, blank=True, help_text="A code; notifications.queries.reasons words it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()

    # Known once it was read.
    message_id = models.CharField(max_length=250, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Of its words and files, as they were read.")
    sender = models.CharField(max_length=254, blank=True, help_text="Lower case; what the mail claims.")
    sender_name = models.CharField(max_length=120, blank=True)
    proof = models.CharField(max_length=10, choices=list(PROOFS.items()), blank=True)
    subject = models.CharField(max_length=250, blank=True)
    machine = models.CharField(max_length=20, blank=True)
    rest = models.TextField(blank=True, help_text="Quotation and signature, folded away.")
    trace = models.JSONField(default=list, help_text="What was asked, found and decided, in order.")

    # What became of it.
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, db_index=False, related_name="mails")
    seq = models.PositiveIntegerField(null=True, help_text="The entry that it became.")
    claims = models.ForeignKey(
        Ticket, models.PROTECT, null=True, db_index=False, related_name="+", help_text="Which ticket it may belong to."
    )
    decided_by = models.ForeignKey(Agent, models.PROTECT, null=True, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "fingerprint"], name="mail_came_already"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_attempt_at", "vendor"], name="mail_to_be_read", condition=Q(state="new")),
            models.Index(
                fields=["vendor", "-received_at", "-id"], name="mail_suspended", condition=Q(state="suspended")
            ),
            models.Index(fields=["vendor", "sender", "received_at"], name="mail_of_sender"),
            models.Index(fields=["vendor", "message_id"], name="mail_by_message_id", condition=~Q(message_id="")),
            models.Index(fields=["vendor", "ticket", "seq"], name="mail_of_entry", condition=Q(ticket__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject or f"Mail {self.pk}"


class RawMail(TenantModel):
    """The bytes of a mail, as they came. Emptied when they are older than the vendor keeps them."""

    mail = models.ForeignKey(IncomingMail, models.PROTECT, db_index=False, related_name="+")
    content = models.BinaryField()
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "mail"], name="one_raw_mail_per_mail")]
        indexes: ClassVar = [
            models.Index(fields=["vendor", "mail"], name="raw_mail_kept", condition=Q(emptied_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"Bytes of mail {self.mail_id}"


class BlockedSender(TenantModel):
    """An address whose mail an agent does not want to see again: it is kept and ignored."""

    address = models.EmailField(help_text="Lower case.")
    blocked_by = models.ForeignKey(Agent, models.PROTECT, null=True, db_index=False, related_name="+")
    blocked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "address"], name="sender_is_blocked_already"),
            models.CheckConstraint(condition=Q(address=Lower("address")), name="blocked_address_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.address


class StrayMail(models.Model):
    """Mail that is for no vendor of this installation, kept until somebody says whose it is. Belongs to no vendor."""

    way = models.CharField(max_length=10, choices=list(WAYS.items()))
    envelope_from = models.CharField(max_length=254, blank=True)
    envelope_to = models.CharField(max_length=254, blank=True)
    received_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=40)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"Mail to {self.envelope_to or 'nobody'}"
