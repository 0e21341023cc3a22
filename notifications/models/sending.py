"""The servers that mail leaves by, how they are doing, and the addresses that they could not reach."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from helpdesk.sealed import opened
from helpdesk.tenancy import TenantModel
from notifications.models.mailboxes import Mailbox

PORTS = {"tls": 465, "starttls": 587, "none": 25}


class SendingAccount(TenantModel):
    """The server by which a mailbox sends; without one, mail leaves by the installation's own. Secrets are sealed."""

    SECURITIES: ClassVar = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "None"}

    mailbox = models.ForeignKey(
        Mailbox,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: every mailbox that has no account of its own.",
    )
    host = models.CharField("server", max_length=253)
    port = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(65535)],
        help_text="Empty: the usual one.",
    )
    security = models.CharField(
        "encryption",
        max_length=10,
        choices=list(SECURITIES.items()),
        default="starttls",
        help_text="None only for servers that the operator of this installation names.",
    )
    username = models.CharField("user name", max_length=254, blank=True)
    sealed_password = models.TextField(blank=True, editable=False)
    hourly_cap = models.PositiveIntegerField(
        "mails an hour",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="What is more waits. Empty: as many as there are.",
    )
    dkim_domain = models.CharField(
        "DKIM domain", max_length=253, blank=True, help_text="Signs what is sent, where the server does not."
    )
    dkim_selector = models.CharField("DKIM selector", max_length=63, blank=True)
    sealed_dkim_key = models.TextField(blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "mailbox"], name="mailbox_has_an_account_already", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.username} at {self.host}" if self.username else self.host

    @property
    def at_port(self) -> int:
        """The port that is connected to."""
        return self.port or PORTS[self.security]

    @property
    def password(self) -> str:
        return opened(self.sealed_password) if self.sealed_password else ""

    @property
    def dkim_key(self) -> str:
        return opened(self.sealed_dkim_key) if self.sealed_dkim_key else ""


class SendingState(TenantModel):
    """How a server is doing: its breaker, and what was sent by it this hour. `account` is empty for the installation's.

    There is no row as long as nothing was ever wrong and nothing is counted.
    """

    account = models.ForeignKey(SendingAccount, models.CASCADE, null=True, db_index=False, related_name="+")
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, help_text="Nothing is tried before then.")
    last_error = models.CharField(max_length=300, blank=True)
    hour = models.DateTimeField(null=True)
    sent = models.PositiveIntegerField(default=0, help_text="In that hour.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "account"], name="one_state_per_server", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return "resting" if self.open_until else "in use"


class UndeliverableAddress(TenantModel):
    """An address that a server refused. One that does not exist is not written to until somebody clears the mark."""

    address = models.CharField(max_length=254, help_text="Lower case.")
    permanent = models.BooleanField(help_text="The address does not exist.")
    since = models.DateTimeField()
    code = models.CharField(max_length=20, blank=True, help_text="What the server answered last.")

    class Meta:
        verbose_name_plural = "undeliverable addresses"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "address"], name="address_is_marked_already"),
            models.CheckConstraint(condition=Q(address=Lower("address")), name="marked_address_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.address
