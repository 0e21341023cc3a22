"""Where a mailbox's mail is fetched from, and which mails there are known."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.sealed import opened
from helpdesk.tenancy import TenantModel
from notifications.models.incoming import IncomingMail
from notifications.models.mailboxes import Mailbox

PORTS = {("imap", True): 993, ("imap", False): 143, ("pop3", True): 995, ("pop3", False): 110}


class MailAccount(TenantModel):
    """How a mailbox is reached at its server, and how the last look there went. Its secrets are kept sealed.

    `uid_validity` and `last_uid` are the memory of an IMAP folder: what stands above `last_uid` is new, as long as
    the server says that its numbers still mean the same.
    """

    PROTOCOLS: ClassVar = {"imap": "IMAP", "pop3": "POP3"}
    SECURITIES: ClassVar = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "None"}
    WAYS_TO_SIGN_IN: ClassVar = {"password": "Password", "oauth2": "OAuth 2.0"}
    AFTERWARDS: ClassVar = {
        "flag": "Leave it there, marked as read",
        "move": "Move it to another folder",
        "delete": "Delete it at the server",
    }

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, db_index=False, related_name="+")
    is_active = models.BooleanField("fetch", default=True, help_text="Look for new mail.")
    protocol = models.CharField(max_length=10, choices=list(PROTOCOLS.items()), default="imap")
    host = models.CharField("server", max_length=253)
    port = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: the usual one.")
    security = models.CharField(
        "encryption",
        max_length=10,
        choices=list(SECURITIES.items()),
        default="tls",
        help_text="None only for servers that the operator of this installation names.",
    )
    username = models.CharField("user name", max_length=254)
    auth = models.CharField("sign in with", max_length=10, choices=list(WAYS_TO_SIGN_IN.items()), default="password")
    sealed_secret = models.TextField(blank=True, editable=False)

    token_url = models.URLField("token address", max_length=500, blank=True, help_text="Where access tokens are given.")
    client_id = models.CharField(max_length=250, blank=True)
    sealed_client_secret = models.TextField(blank=True, editable=False)
    sealed_refresh_token = models.TextField(blank=True, editable=False)
    scope = models.CharField(max_length=500, blank=True, help_text="With spaces between several.")
    sealed_access_token = models.TextField(blank=True, editable=False)
    access_expires_at = models.DateTimeField(null=True, editable=False)

    folder = models.CharField(max_length=250, default="INBOX", help_text="IMAP only.")
    afterwards = models.CharField(
        "then",
        max_length=10,
        choices=list(AFTERWARDS.items()),
        default="flag",
        help_text="What happens to a mail at the server once it is safe here. POP3 leaves or deletes.",
    )
    move_to = models.CharField("folder for read mail", max_length=250, blank=True)
    every_seconds = models.PositiveIntegerField("seconds between looks", default=30)

    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    last_fetched_at = models.DateTimeField("last look", null=True, editable=False)
    next_fetch_at = models.DateTimeField("next look", editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "mailbox"], name="mailbox_is_fetched_already"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_fetch_at", "vendor"], name="account_to_look_at", condition=Q(is_active=True)),
        ]

    def __str__(self) -> str:
        return f"{self.username} at {self.host}"

    @property
    def at_port(self) -> int:
        """The port that is connected to."""
        return self.port or PORTS[self.protocol, self.security == "tls"]

    @property
    def secret(self) -> str:
        """The password."""
        return opened(self.sealed_secret) if self.sealed_secret else ""

    def forget(self, now: datetime) -> None:
        """The folder is another one from now on: what was known of the old one means nothing there."""
        self.uid_validity, self.last_uid, self.last_fetched_at = None, 0, None
        self.sealed_access_token, self.access_expires_at = "", None
        self.try_again(now)

    def try_again(self, now: datetime) -> None:
        """Look at once, whatever failed before."""
        self.failures, self.last_error, self.next_fetch_at = 0, "", now


class Fetched(TenantModel):
    """One mail at the server: written down when it is seen, given its `mail` when that is stored, settled when the
    server was told so.

    `uid` is the IMAP number or the POP3 id. A mail that could not be fetched stays where it is and is tried again.
    """

    account = models.ForeignKey(MailAccount, models.CASCADE, db_index=False, related_name="fetched")
    uid_validity = models.BigIntegerField(default=0)
    uid = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(default=0)
    arrived_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(IncomingMail, models.PROTECT, null=True, db_index=False, related_name="+")
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "fetched"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "account", "uid_validity", "uid"], name="mail_is_known_at_the_server"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["vendor", "account", "attempts", "id"],
                name="fetched_unsettled",
                condition=Q(settled_at__isnull=True),
            ),
            models.Index(fields=["vendor", "mail"], name="fetched_of_mail", condition=Q(mail__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.uid} of {self.account_id}"
