"""Which servers mail leaves by: accounts to edit and to try out, and the addresses that could not be reached."""

import smtplib
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

from helpdesk.admin.forms import RowForm
from helpdesk.admin.tenant import TenantAdmin
from helpdesk.sealed import sealed
from helpdesk.tenancy import current_vendor
from notifications.models import Mailbox, SendingAccount, SendingState, UndeliverableAddress
from notifications.outbound.heads import address
from notifications.outbound.smtp import EmailBackend, Server, ServerTrouble
from notifications.reach import Unreachable, check_host, is_trusted

STAYS = "Kept sealed and never shown again. Empty: it stays as it is."


class AccountForm(RowForm):
    """A server that may be connected to, and secrets that go in and never come out again."""

    password = forms.CharField(
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=STAYS,
    )
    dkim_key = forms.CharField(
        label="DKIM private key",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=f"An RSA key, as PEM. {STAYS}",
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        for name in ("host", "username", "password", "dkim_domain", "dkim_selector"):
            if not str(facts.get(name) or "").isprintable():
                self.add_error(name, "It holds a character that cannot be seen.")
        self._check_server(facts)
        self._check_secrets(facts)
        return facts

    def clean_dkim_key(self) -> str:
        key = str(self.cleaned_data["dkim_key"]).strip()
        if key:
            try:
                parse_pem_private_key(key.encode())
            except (UnparsableKeyError, ValueError, UnicodeError):
                raise forms.ValidationError("This is no RSA private key in PEM form.") from None
        return key

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("password"):
            self.instance.sealed_password = sealed(self.cleaned_data["password"])
        if self.cleaned_data.get("dkim_key"):
            self.instance.sealed_dkim_key = sealed(self.cleaned_data["dkim_key"])
        return super().save(commit=commit)

    def _check_server(self, facts: dict[str, Any]) -> None:
        host = facts.get("host", "")
        if facts.get("security") == "none" and not is_trusted(host, settings.MAIL_HOSTS):
            self.add_error("security", f"Nobody vouches for {host}: without encryption, others can read along.")
        try:
            check_host(host, trusted=settings.MAIL_HOSTS)
        except Unreachable as refusal:
            self.add_error("host", str(refusal))

    def _check_secrets(self, facts: dict[str, Any]) -> None:
        kept = self.instance.sealed_password
        if facts.get("username") and not facts.get("password") and not kept:
            self.add_error("password", "Enter the password.")
        if kept and not facts.get("password") and {"host", "port", "security"} & set(self.changed_data):
            # Else whoever may edit this could have the password sent to a server of the own.
            self.add_error("password", "The server is another one: enter the password again.")
        named = bool(facts.get("dkim_domain")), bool(facts.get("dkim_selector"))
        if any(named) and not (all(named) and (facts.get("dkim_key") or self.instance.sealed_dkim_key)):
            self.add_error("dkim_domain", "To sign, give the domain, the selector and the key.")


@admin.register(SendingAccount)
class SendingAccountAdmin(TenantAdmin):
    """The servers that mailboxes send by."""

    group = "Mail"
    form = AccountForm
    change_form_template = "admin/sending/account.html"
    list_display = ("sends_for", "host", "security", "username", "hourly_cap", "state")
    list_select_related = ("mailbox",)
    ordering = ("mailbox__address", "id")
    readonly_fields = ("state",)
    fieldsets = (
        (None, {"fields": ("mailbox",)}),
        ("Server", {"fields": ("host", "port", "security", "username", "password", "hourly_cap", "state")}),
        ("Signature of the domain", {"fields": ("dkim_domain", "dkim_selector", "dkim_key")}),
    )

    def get_urls(self) -> list[Any]:
        """Besides the usual ones, the button's."""
        tried = require_POST(self.admin_site.admin_view(self.try_out))
        return [path("<path:object_id>/test/", tried, name="notifications_sendingaccount_test"), *super().get_urls()]

    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send a mail to whoever asks, and say how it went."""
        rows = self.get_queryset(request).select_related("mailbox")
        account = get_object_or_404(rows, pk=object_id if object_id.isdecimal() else 0)
        to = str(request.user.email)  # type: ignore[union-attr]
        try:
            EmailBackend(Server.of(account)).send_messages([_test_mail(account, to)])
        except ServerTrouble as trouble:
            messages.error(request, str(trouble))
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = next(iter(refusal.recipients.values()))
            messages.error(request, f"{account.host} does not take mail to {to}: {code} {_said(words)}")
        except smtplib.SMTPResponseException as refusal:
            words = _said(refusal.smtp_error)
            messages.error(request, f"{account.host} refused the mail: {refusal.smtp_code} {words}")
        except (OSError, smtplib.SMTPException) as broken:
            messages.error(request, f"{account.host} broke off: {str(broken) or type(broken).__name__}")
        else:
            SendingState.objects.filter(account=account).update(failures=0, open_until=None, last_error="")
            messages.success(request, f"{account.host} took the mail. It should reach {to} in a moment.")
        return redirect("admin:notifications_sendingaccount_change", account.pk)

    def save_model(self, request: HttpRequest, obj: SendingAccount, form: Any, change: bool) -> None:
        """Whatever was changed, it is used again at once."""
        super().save_model(request, obj, form, change)
        SendingState.objects.filter(account=obj).update(failures=0, open_until=None, last_error="")

    @admin.display(description="mailbox", ordering="mailbox__address")
    def sends_for(self, account: SendingAccount) -> str:
        """Which mailbox sends by it."""
        return str(account.mailbox) if account.mailbox else "all others"

    @admin.display(description="state")
    def state(self, account: SendingAccount) -> str:
        """Whether it is used, and what went wrong last."""
        state = SendingState.objects.filter(account=account, failures__gt=0).first()
        if state is None:
            return "in use"
        rests = "resting, then tried again" if state.open_until else "in use"
        return f"{rests}; failed {state.failures} times in a row: {state.last_error}"


@admin.register(UndeliverableAddress)
class UndeliverableAddressAdmin(TenantAdmin):
    """Addresses that servers refused. Delete a row to write there again."""

    group = "Mail"
    may_add = may_change = False
    list_display = ("address", "permanent", "code", "since")
    list_filter = ("permanent",)
    search_fields = ("address__startswith",)
    search_help_text = "Search by the beginning of an address."
    ordering = ("-since", "-id")


def _test_mail(account: SendingAccount, to: str) -> EmailMessage:
    box = account.mailbox or Mailbox.objects.order_by("position", "id").first()
    sender = box.address if box else settings.DEFAULT_FROM_EMAIL
    vendor = current_vendor()
    return EmailMessage(
        subject="A test of your mail server",
        body=f"This mail was sent by {account.host} in the name of {sender}. If you can read it, sending works.\n",
        from_email=sender,
        to=[to],
        headers={
            "From": address(vendor.agent_label, sender),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def _said(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())[:200]
