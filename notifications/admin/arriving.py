"""How the vendor handles mail that arrives, what arrived, and whom nobody wants to hear from again."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from helpdesk.admin.fields import Words
from helpdesk.admin.forms import RowForm
from helpdesk.admin.process import OneRowAdmin
from helpdesk.admin.tenant import TenantAdmin, ViewOnlyAdmin
from notifications.models import BlockedSender, IncomingMail, MailPolicy


@admin.register(MailPolicy)
class MailPolicyAdmin(OneRowAdmin):
    """The conventions of the vendor's mail; one row."""

    group = "Mail"
    ordering = ("id",)
    list_display = ("__str__", "marks", "thread_match", "unknown_sender_action")
    asked_as: ClassVar = {"parse_fields": partial(Words, "fact", MailPolicy.FACTS.items())}


@admin.register(IncomingMail)
class IncomingMailAdmin(ViewOnlyAdmin):
    """What arrived and what became of it."""

    group = "Mail"
    list_display = ("received_at", "sender", "subject", "way", "outcome", "reason", "ticket")
    list_filter = ("state", "outcome", "way")
    list_select_related = ("ticket",)
    list_per_page = 50
    search_fields = ("sender__startswith", "ticket__number__exact")
    search_help_text = "Search by the beginning of an address or by a ticket's number."
    ordering = ("-id",)


class BlockedSenderForm(RowForm):
    """An address in lower case."""

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()


@admin.register(BlockedSender)
class BlockedSenderAdmin(TenantAdmin):
    """Addresses whose mail is kept and ignored."""

    group = "Mail"
    form = BlockedSenderForm
    list_display = ("address", "blocked_at", "blocked_by")
    list_select_related = ("blocked_by",)
    search_fields = ("address__startswith",)
    ordering = ("address",)
    fields = ("address",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            actor: Any = getattr(request, "actor", None)
            obj.blocked_at, obj.blocked_by_id = timezone.now(), actor.id if actor and actor.is_agent else None
        super().save_model(request, obj, form, change)
