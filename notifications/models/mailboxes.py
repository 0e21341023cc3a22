"""The vendor's addresses, and how it handles mail."""

from typing import ClassVar

from django.db import models

from helpdesk.tenancy import TenantModel
from tickets.models import Queue, TicketType


class Mailbox(TenantModel):
    """An address of the vendor. Mail of a ticket is sent in the name of its queue's mailbox."""

    address = models.EmailField()
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    default_type = models.ForeignKey(TicketType, models.PROTECT, null=True, blank=True, related_name="+")
    plus_addressing = models.BooleanField(
        default=False, help_text="The mail server delivers name+anything@… here too; answers then carry their token."
    )
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "address"], name="mailbox_address_is_taken")]

    def __str__(self) -> str:
        return self.address


class MailPolicy(TenantModel):
    """How the vendor handles mail that arrives. One row per vendor; the defaults are those of the vocabulary."""

    PLACES: ClassVar = {"to": "To, Cc is not enough", "any": "To or Cc"}
    MATCHES: ClassVar = {
        "call_number_or_headers": "By our own mails, by what it answers, or by the number in the subject",
        "subject_token": "By the token in the subject alone",
    }
    ACTIONS: ClassVar = {
        "new_ticket": "Open a new ticket",
        "suspend": "Suspend it",
        "suspend_and_notify": "Suspend it and tell the sender why",
    }
    STRANGERS: ClassVar = {
        "create_and_flag": "Open a ticket and flag the contact as unknown",
        "suspend": "Suspend it",
        "suspend_and_notify": "Suspend it and tell the sender why",
    }
    FACTS: ClassVar = {
        "severity": "Severity",
        "product": "Product",
        "software_release": "Product version",
    }
    AUTOREPLIES: ClassVar = {"use_online_form_for_severity_1": "For the gravest severity, use the form in the portal"}
    PARTICIPANTS: ClassVar = {"none": "Nobody", "company": "People of the customer's own company"}

    require_in = models.CharField(max_length=10, choices=list(PLACES.items()), default="any")
    cc_only_action = models.CharField(max_length=20, choices=list(ACTIONS.items()), default="suspend_and_notify")
    thread_match = models.CharField(max_length=30, choices=list(MATCHES.items()), default="call_number_or_headers")
    subject_token = models.CharField(
        max_length=60, default="[{number}]", help_text="How the number stands in the subject of every mail."
    )
    no_token_action = models.CharField(max_length=20, choices=list(ACTIONS.items()), default="new_ticket")
    token_mismatch_action = models.CharField(
        max_length=20,
        choices=list(ACTIONS.items()),
        default="suspend_and_notify",
        help_text="When the sender has no part in the ticket that the mail names.",
    )
    reply_marker = models.CharField(max_length=120, blank=True, help_text="Answers are read above this line only.")
    below_marker_action = models.CharField(max_length=20, choices=list(ACTIONS.items()), default="suspend_and_notify")
    strip_signature = models.BooleanField(default=False)
    drop_signature_images = models.BooleanField(default=False)
    unknown_sender_action = models.CharField(max_length=20, choices=list(STRANGERS.items()), default="create_and_flag")
    agreement_ended_action = models.CharField(
        max_length=20,
        choices=list(ACTIONS.items()),
        default="new_ticket",
        help_text="Mail from people of a company whose agreement has ended.",
    )
    parse_fields = models.JSONField(default=list, blank=True, help_text="Facts that are read from the text.")
    one_report_per_email = models.BooleanField(default=False, help_text="Receipts ask for one report per mail.")
    after_hours_autoreply = models.CharField(max_length=40, choices=list(AUTOREPLIES.items()), blank=True)
    participants_from_cc = models.CharField(max_length=10, choices=list(PARTICIPANTS.items()), default="none")
    most_a_day = models.PositiveIntegerField(
        default=50, help_text="Mails taken from one address in 24 hours; what is more is suspended."
    )
    most_answers_a_day = models.PositiveIntegerField(
        default=30, help_text="Automatic mails to one address in 24 hours that it has not asked an agent for."
    )
    keep_days = models.PositiveIntegerField(
        default=365, help_text="Days after which the original of a mail that was decided is no longer kept."
    )
    suspended_days = models.PositiveIntegerField(
        default=30, help_text="Days after which a suspended mail that nobody decided about is discarded."
    )
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name_plural = "mail policies"
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor"], name="one_mail_policy_per_vendor")]

    def __str__(self) -> str:
        return "Mail policy"
