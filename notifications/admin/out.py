"""Sending in the admin: mailboxes and gateways to edit, the outbox and what became of pages to read."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from helpdesk.admin.forms import RowForm
from helpdesk.admin.process import OrderedAdmin
from helpdesk.admin.tenant import TenantAdmin, ViewOnlyAdmin
from helpdesk.sealed import sealed
from notifications.models import Delivery, Mailbox
from notifications.webhooks import Undelivered, checked
from sla.models import Gateway, Page


@admin.register(Mailbox)
class MailboxAdmin(OrderedAdmin):
    """Addresses and the queues that they stand for."""

    group = "Mail"
    list_display = ("address", "marks", "queue", "default_type", "plus_addressing", "position")
    list_select_related = ("queue", "default_type")


@admin.register(Delivery)
class DeliveryAdmin(ViewOnlyAdmin):
    """What was sent, and what waits."""

    group = "Mail"
    list_display = ("to_address", "channel", "event", "ticket", "state", "attempts", "created_at", "sent_at")
    list_filter = ("state", "channel", "event")
    list_select_related = ("ticket",)
    list_per_page = 50
    search_fields = ("ticket__number__exact", "to_address__startswith")
    search_help_text = "Search by a ticket's number or by the beginning of an address."
    ordering = ("-id",)


class GatewayForm(RowForm):
    """An address that may be posted to, and a secret that goes in and never comes out again."""

    secret = forms.CharField(
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text="Signs what is sent. Kept sealed and never shown again. Empty: it stays as it is.",
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            checked(url)
        except Undelivered as refusal:
            raise ValidationError(str(refusal)) from refusal
        return url

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("secret"):
            self.instance.sealed_secret = sealed(self.cleaned_data["secret"])
        return super().save(commit=commit)


@admin.register(Gateway)
class GatewayAdmin(TenantAdmin):
    """Where SMS and webhooks of pages go."""

    group = "On call"
    form = GatewayForm
    list_display = ("channel", "url", "has_secret")
    ordering = ("channel", "id")
    fields = ("channel", "url", "secret")
    asked_as: ClassVar = {
        "url": partial(
            forms.URLField,
            max_length=500,
            assume_scheme="https",
            widget=forms.URLInput(attrs={"class": "vURLField"}),
        )
    }

    @admin.display(description="signed", boolean=True)
    def has_secret(self, gateway: Gateway) -> bool:
        """Whether requests are signed."""
        return bool(gateway.sealed_secret)


@admin.register(Page)
class PageAdmin(ViewOnlyAdmin):
    """Pages, and what became of each delivery."""

    group = "On call"
    list_display = ("schedule", "ticket", "cause", "state", "opened_at", "acknowledged_by", "acknowledged_at")
    list_filter = ("state", "cause")
    list_select_related = ("schedule", "ticket", "acknowledged_by")
    list_per_page = 50
    ordering = ("-id",)
    fields = (
        "schedule",
        "ticket",
        "cause",
        "state",
        "opened_at",
        "step",
        "level",
        "next_at",
        "ended_at",
        "acknowledged_by",
        "acknowledged_at",
        "sent",
    )

    @admin.display(description="deliveries", empty_value="none")
    def sent(self, page: Page) -> str:
        """Each delivery of the page: to whom, how, and how it went."""
        rows = page.deliveries.order_by("id")[:200]
        return format_html_join(mark_safe("<br>"), "{}", [(_told(row),) for row in rows])


def _told(row: Delivery) -> str:
    way = f"{row.get_channel_display()} to {row.to_name or row.to_address}"
    if row.sent_at is not None:
        return f"{way}: sent {_moment(row.sent_at)}"
    if row.error:
        again = f"; next attempt {_moment(row.next_attempt_at)}" if row.state == "queued" else ""
        return f"{way}: {row.get_state_display().lower()}, {row.error}{again}"
    return f"{way}: {row.get_state_display().lower()}"


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "D j M, H:i:s")
