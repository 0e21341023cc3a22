"""The vendor's own words in mails: to edit, to look at, and to send to oneself."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from helpdesk.admin.fields import Word
from helpdesk.admin.process import OrderedAdmin
from notifications.core.filling import PLACEHOLDERS
from notifications.models import Mailbox, MailTemplate
from notifications.outbound.heads import address
from notifications.outbound.samples import sample_of
from notifications.outbound.servers import Servers
from notifications.process import TOLD_OF

# A page of its own, which can do nothing: mails are styled in their tags.
SHOWN = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def events() -> list[tuple[str, str]]:
    """What mails are about."""
    return [(event, event.replace("_", " ")) for event in TOLD_OF]


@admin.register(MailTemplate)
class MailTemplateAdmin(OrderedAdmin):
    """Mail templates; without one, the built-in words are used."""

    group = "Mail"
    change_form_template = "admin/sending/template.html"
    list_display = ("event", "marks", "audience", "language", "status", "position")
    readonly_fields = ("placeholders",)
    asked_as: ClassVar = {
        "event": partial(Word, "event", events),
        "text": partial(forms.CharField, widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"})),
    }

    def get_urls(self) -> list[Any]:
        """Besides the usual ones, those of the two buttons."""
        shown = require_safe(self.admin_site.admin_view(self.preview))
        tried = require_POST(self.admin_site.admin_view(self.try_out))
        return [
            path("<path:object_id>/preview/", shown, name="notifications_mailtemplate_preview"),
            path("<path:object_id>/test/", tried, name="notifications_mailtemplate_test"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The mail's HTML with a ticket that does not exist."""
        [(html, _)] = sample_of(self._find(request, object_id)).alternatives
        response = HttpResponse(html)
        response["Content-Security-Policy"] = SHOWN
        return response

    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the same to whoever asks."""
        template, to = self._find(request, object_id), str(request.user.email)  # type: ignore[union-attr]
        box = Mailbox.objects.order_by("position", "id").first()
        try:
            mail = sample_of(template)
            mail.to = [to]
            if box is not None:
                mail.from_email = box.address
                mail.extra_headers["From"] = address(template.vendor.agent_label, box.address)
            with Servers() as servers:
                mail.connection = servers.connection(servers.account_for(box))
                mail.send()
        except Exception as error:  # noqa: BLE001 - whatever it is, the person reads it
            messages.error(request, f"The mail was not sent: {error}")
        else:
            messages.success(request, f"A test is on its way to {to}.")
        return redirect("admin:notifications_mailtemplate_change", template.pk)

    def _find(self, request: HttpRequest, object_id: str) -> MailTemplate:
        rows = self.get_queryset(request).select_related("vendor")
        return get_object_or_404(rows, pk=object_id if object_id.isdecimal() else 0)

    @admin.display(description="placeholders")
    def placeholders(self, template: MailTemplate) -> str:
        """Those that may stand in a template."""
        named = [(f"{{{name}}}", meaning) for name, meaning in PLACEHOLDERS.items()]
        return format_html_join(mark_safe("<br>"), "<code>{}</code> {}", named)
