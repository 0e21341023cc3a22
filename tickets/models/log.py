"""The log: entries that never change, the words they carry, and the files that came with them."""

from typing import ClassVar

from django.db import models

from helpdesk.tenancy import TenantModel
from tickets.models.ticket import CHANNELS, Ticket


class Entry(TenantModel):
    """One line of a ticket's log. Rows are made by the SQL function `append_entries` alone.

    `meta` holds codes, never free text; the words are in the payload. `at` never goes back within a
    ticket. `hash` covers the line and the previous line's hash.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="entries")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    visibility = models.CharField(max_length=10, choices=[("public", "Public"), ("internal", "Internal")])
    channel = models.CharField(max_length=12, choices=list(CHANNELS.items()), blank=True)
    meta = models.JSONField(default=dict)
    payload_hash = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "ticket", "seq"], name="entry_seq_is_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq} {self.kind}"


class Payload(TenantModel):
    """The words of an entry. Erasing a person's words empties this row; the chain still verifies."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="+")
    seq = models.PositiveIntegerField()
    salt = models.CharField(max_length=36)
    body = models.TextField()
    data = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "ticket", "seq"], name="payload_seq_is_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq}"


class LogHead(TenantModel):
    """The last line of each ticket's chain, kept by `append_entries`, so that a cut-off tail is noticed."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="+")
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "ticket"], name="one_log_head_per_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.seq}"


class Attachment(TenantModel):
    """A file that came with an entry. The bytes are on disk under `file`; only authorised views hand them out."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="attachments")
    seq = models.PositiveIntegerField(help_text="The entry it came with.")
    name = models.CharField(max_length=250)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["vendor", "ticket", "seq"], name="attachment_of_entry")]

    def __str__(self) -> str:
        return self.name


class Secret(TenantModel):
    """A form field's value that must not be in the record: encrypted, shown on request, erasable."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, db_index=False, related_name="secrets")
    key = models.CharField(max_length=40)
    ciphertext = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "ticket", "key"], name="one_secret_per_field")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.key}"
