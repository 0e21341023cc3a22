"""Where mail is fetched from: accounts to edit and to try out, and how the last look there went."""

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from helpdesk.admin.forms import RowForm
from helpdesk.admin.tenant import TenantAdmin
from helpdesk.sealed import sealed
from notifications import https
from notifications.models import Fetched, MailAccount
from notifications.reach import Unreachable
from notifications.ways.line import CannotFetch, check_line
from notifications.ways.trial import try_out

# What makes the folder another one: what was known of the mails in the old one means nothing there.
PLACE = {"protocol", "host", "port", "username", "folder"}
MOST_SHOWN = 20
# What could not be fetched.
LEFT = Q(settled_at__isnull=True, mail__isnull=True) & ~Q(error="")
STAYS = "Kept sealed and never shown again. Empty: it stays as it is."


def _secret(label: str, most: int, help_text: str = STAYS) -> forms.CharField:
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, required=False, max_length=most, strip=False, widget=widget, help_text=help_text
    )


class AccountForm(RowForm):
    """A server that may be connected to, and secrets that go in and never come out again."""

    secret = _secret("Password", 500)
    client_secret = _secret("Client secret", 2000)
    refresh_token = _secret("Refresh token", 8000, f"{STAYS} Without one, the client signs in by its own secret.")

    SEALED: ClassVar = {
        "secret": "sealed_secret",
        "client_secret": "sealed_client_secret",
        "refresh_token": "sealed_refresh_token",
    }

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        for name, value in list(facts.items()):
            if isinstance(value, str) and not value.isprintable():
                self.add_error(name, "It holds a character that cannot be seen.")
        for name, sentence in list(self._mistakes(facts)):
            self.add_error(name, sentence)
        return facts

    def save(self, commit: bool = True) -> Any:
        for name, column in self.SEALED.items():
            if self.cleaned_data.get(name):
                setattr(self.instance, column, sealed(self.cleaned_data[name]))
        return super().save(commit=commit)

    def _mistakes(self, facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
        if "host" in facts and "security" in facts:
            try:
                check_line(facts["host"], facts["security"])
            except Unreachable as refusal:
                yield "host", str(refusal)
        if facts.get("afterwards") == "move" and facts.get("protocol") == "pop3":
            yield "afterwards", "POP3 knows no folders: leave the mail there, or delete it."
        elif facts.get("afterwards") == "move" and facts.get("move_to") in ("", facts.get("folder")):
            yield "move_to", "Name another folder."
        if facts.get("auth") == "oauth2":
            yield from self._mistakes_of_oauth(facts)
        elif not self._has(facts, "secret"):
            yield "secret", "Enter the password."

    def _mistakes_of_oauth(self, facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
        try:
            https.checked(facts.get("token_url") or "", trusted=settings.MAIL_HOSTS)
        except Unreachable as refusal:
            yield "token_url", str(refusal)
        if not facts.get("client_id"):
            yield "client_id", "Enter the client id."
        if not self._has(facts, "refresh_token") and not self._has(facts, "client_secret"):
            yield "refresh_token", "Enter a refresh token or a client secret."

    def _has(self, facts: dict[str, Any], name: str) -> bool:
        return bool(facts.get(name) or getattr(self.instance, self.SEALED[name]))


@admin.register(MailAccount)
class MailAccountAdmin(TenantAdmin):
    """Mail accounts, one for each mailbox."""

    group = "Mail"
    form = AccountForm
    change_form_template = "admin/mail/account.html"
    list_display = ("mailbox", "host", "protocol", "is_active", "last_fetched_at", "next_fetch_at", "state")
    list_select_related = ("mailbox",)
    ordering = ("mailbox__address", "id")
    readonly_fields = ("last_fetched_at", "next_fetch_at", "failures", "last_error", "left")
    fieldsets = (
        (None, {"fields": ("mailbox", "is_active")}),
        ("Server", {"fields": ("protocol", "host", "port", "security")}),
        ("Sign in", {"fields": ("username", "auth", "secret")}),
        ("OAuth 2.0", {"fields": ("token_url", "client_id", "client_secret", "refresh_token", "scope")}),
        ("Mail", {"fields": ("folder", "afterwards", "move_to", "every_seconds")}),
        ("The last look", {"fields": ("last_fetched_at", "next_fetch_at", "failures", "last_error", "left")}),
    )
    asked_as: ClassVar = {
        "token_url": partial(
            forms.URLField,
            max_length=500,
            assume_scheme="https",
            widget=forms.URLInput(attrs={"class": "vURLField"}),
        ),
        "every_seconds": partial(forms.IntegerField, min_value=5),
    }

    def get_urls(self) -> list[Any]:
        """Besides the usual ones, the button's."""
        tried = require_POST(self.admin_site.admin_view(self.try_out))
        return [path("<path:object_id>/test/", tried, name="notifications_mailaccount_test"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With whether there is mail that could not be fetched."""
        rows = super().get_queryset(request)
        return rows.annotate(leaves_mail=Exists(Fetched.objects.filter(LEFT, account=OuterRef("pk"))))

    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Sign in at the server and say how it went."""
        rows = self.get_queryset(request)
        account = get_object_or_404(rows, pk=object_id if object_id.isdecimal() else 0)
        try:
            messages.success(request, try_out(request.vendor, account, now=timezone.now()))  # type: ignore[attr-defined]
        except CannotFetch as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:notifications_mailaccount_change", account.pk)

    def save_model(self, request: HttpRequest, obj: MailAccount, form: Any, change: bool) -> None:
        """Whatever was changed, it is tried at once."""
        now = timezone.now()
        if PLACE & set(form.changed_data):
            obj.forget(now)
        obj.try_again(now)
        super().save_model(request, obj, form, change)
        if PLACE & set(form.changed_data):
            obj.fetched.all().delete()

    @admin.display(description="state")
    def state(self, account: MailAccount) -> str:
        """Whether it works."""
        if account.failures:
            return account.last_error
        if account.leaves_mail:  # type: ignore[attr-defined]
            return "Works, but some mail stays at the server"
        return "Works" if account.last_fetched_at else "Not looked at yet"

    @admin.display(description="left at the server")
    def left(self, account: MailAccount) -> str:
        """Mails that could not be fetched, and why."""
        rows = Fetched.objects.filter(LEFT, account=account)
        told = [(f"Mail {row.uid}: {row.error}",) for row in rows.order_by("id")[:MOST_SHOWN]]
        return format_html_join(mark_safe("<br>"), "{}", told) or "None"
