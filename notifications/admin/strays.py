"""Stray mail in the platform's admin: what is for no vendor, and giving it to the one whose it is."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from helpdesk.admin.tenant import TenantAdmin
from helpdesk.models import Vendor
from notifications.commands.receiving import give_stray
from notifications.core.envelope import HEAD, headers
from notifications.mime.charsets import decoded
from notifications.mime.headers import words
from notifications.models import StrayMail

SHOWN = (b"from", b"to", b"cc", b"subject", b"date", b"message-id")


class GivingForm(forms.ModelForm):
    """Whose mail it is."""

    vendor = forms.ModelChoiceField(
        Vendor.objects.filter(is_active=True).order_by("name"),
        label="Give it to",
        help_text="It is then read as if it had come to the vendor's first mailbox.",
    )

    class Meta:
        model = StrayMail
        fields: ClassVar[list[str]] = []


@admin.register(StrayMail)
class StrayMailAdmin(TenantAdmin):
    """Mail to addresses that no vendor has; kept for thirty days."""

    group = "Platform"
    form = GivingForm
    may_add = False
    exclude = ()
    list_display = ("received_at", "envelope_from", "envelope_to", "way")
    list_display_links = ("received_at",)
    list_filter = ("way",)
    list_per_page = 50
    search_fields = ("envelope_from__startswith", "envelope_to__startswith")
    search_help_text = "Search by the beginning of an address."
    ordering = ("-received_at", "-id")
    fields = ("received_at", "way", "envelope_from", "envelope_to", "head", "vendor")
    readonly_fields = ("received_at", "way", "envelope_from", "envelope_to", "head")

    def entries(self, entry: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return super().entries({**entry, "name": "Stray mail"})

    def is_here(self, request: HttpRequest) -> bool:
        return request.vendor is None

    def get_queryset(self, request: HttpRequest) -> Any:
        """A list does not read the mails themselves."""
        return super().get_queryset(request).defer("content")

    @admin.display(description="what it says")
    def head(self, stray: StrayMail) -> str:
        """The lines of its head that tell whose it may be."""
        top = bytes(stray.content[:HEAD]).replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")[0]
        lines = [f"{name.decode('ascii').title()}: {_readable(value)}" for name, value in headers(top) if name in SHOWN]
        return format_html_join(mark_safe("<br>"), "{}", [(line,) for line in lines]) or "Its head cannot be read."

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Once it is given away there is nothing to go on with."""
        return super().render_change_form(request, {**context, "show_save_and_continue": False}, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing of the row itself is edited."""
        give_stray(stray_id=obj.pk, vendor=form.cleaned_data["vendor"], now=timezone.now())

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        messages.success(request, "The mail is the vendor's now, and is read in a moment.")
        return redirect("admin:notifications_straymail_changelist")


def _readable(value: bytes) -> str:
    return words(decoded(value[:300]))
