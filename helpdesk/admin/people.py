"""People in the admin: companies and their contacts, agents and their teams; logins at the platform's address."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from helpdesk.admin.fields import Word
from helpdesk.admin.forms import RowForm
from helpdesk.admin.logins import invite, login_for
from helpdesk.admin.tenant import RowsInline, TenantAdmin, ViewOnlyAdmin
from helpdesk.models import Agent, Contact, Region, TeamMembership


def region_codes() -> list[tuple[str, str]]:
    """The vendor's regions as choices."""
    return [(row.code, row.code) for row in Region.objects.order_by("position", "id")]


class ContactForm(RowForm):
    """A contact, and whether it gets a login."""

    make_login = forms.BooleanField(
        required=False,
        label="Make a login",
        help_text="The person gets a mail to set a password and then signs in with the e-mail address above.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id:
            self.fields["make_login"].label = "Send the mail to set a password again"
            self.fields["make_login"].help_text = ""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("make_login") and self.instance.user_id is None and "email" in cleaned:
            taken = Contact.objects.filter(user__email=cleaned["email"]).exclude(pk=self.instance.pk).first()
            if taken is not None:
                raise ValidationError({"email": f"{taken} signs in with this address already."})
        return cleaned


class _Invites:
    """Contacts with a new login get their mail; so do those who are sent it again."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not form.cleaned_data.get("make_login"):
            super().save_model(request, obj, form, change)  # type: ignore[misc]
            return
        obj.user = obj.user or login_for(obj.email)
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        invite(request, obj.user.email)
        messages.info(request, f"A mail to set a password is on its way to {obj.user.email}.")


class ContactsInline(RowsInline):
    """The contacts of a company."""

    model = Contact
    fields = ("name", "email", "phone", "sees_company", "is_active")
    # The record of tickets names its writers by their row.
    may_delete = False
    show_change_link = True

    class form(RowForm):  # noqa: N801 - the admin's own name for it
        def clean_email(self) -> str:
            return str(self.cleaned_data["email"]).lower()


class CompanyAdmin(TenantAdmin):
    """Companies with their contacts."""

    list_display = ("name", "kind", "country", "sales_region", "responsible_team", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("responsible_team",)
    search_fields = ("name__icontains",)
    ordering = ("name", "id")
    inlines = (ContactsInline,)
    autocomplete_fields = ("partner",)
    asked_as: ClassVar = {"sales_region": lambda **kwargs: Word("region", region_codes, **kwargs)}


class ContactAdmin(_Invites, TenantAdmin):
    """Contacts, with or without a login."""

    form = ContactForm
    list_display = ("name", "email", "company", "login", "is_active")
    list_filter = ("is_active", "sees_company")
    list_select_related = ("company", "user")
    search_fields = ("name__icontains", "email__startswith")
    ordering = ("name", "id")
    autocomplete_fields = ("company",)
    readonly_fields = ("login",)
    fields = (
        "company",
        "name",
        "email",
        "phone",
        "sees_company",
        "is_company_admin",
        "language",
        "is_active",
        "login",
        "make_login",
    )
    # The record of tickets names its writers by their row.
    may_delete = False

    @admin.display(description="login", empty_value="none")
    def login(self, contact: Contact) -> str | None:
        """The address the person signs in with; it stays when the contact's address changes."""
        return contact.user.email if contact.user else None


class AgentForm(RowForm):
    """An agent; a new one is named by the address of its login."""

    email = forms.EmailField(help_text="The person signs in with it. A login is made if there is none.")
    make_login = forms.BooleanField(
        required=False, initial=True, label="Send a mail to set a password", help_text="Also makes a new password."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["email"]
            self.fields["make_login"].initial = False

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if Agent.objects.filter(user__email=email).exists():
            raise ValidationError("This person is an agent already.")
        return email

    def _post_clean(self) -> None:
        if self.cleaned_data.get("email") and not self.errors:
            self.instance.user = login_for(self.cleaned_data["email"])
        super()._post_clean()  # type: ignore[misc]


class TeamsInline(RowsInline):
    """The teams of an agent."""

    model = TeamMembership
    verbose_name_plural = "teams"


class AgentAdmin(_Invites, TenantAdmin):
    """The vendor's staff."""

    form = AgentForm
    list_display = ("name", "login", "role", "is_active")
    list_filter = ("role", "is_active")
    list_select_related = ("user",)
    search_fields = ("name__icontains",)
    ordering = ("name", "id")
    inlines = (TeamsInline,)
    # The record of tickets names its writers by their row.
    may_delete = False

    @admin.display(description="login")
    def login(self, agent: Agent) -> str:
        """The address the person signs in with."""
        return agent.user.email

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("email" if obj is None else "login", "name", "role", "is_active", "make_login")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("login",)


class TokenAdmin(ViewOnlyAdmin):
    """Tokens for the REST API: to see and to revoke. `manage.py api_token` makes them."""

    list_display = ("start", "name", "user", "created_at", "expires_at", "last_used_on", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__email__startswith", "start__startswith")
    ordering = ("-created_at", "-id")
    exclude = ("digest",)
    actions = ("revoke",)

    @admin.action(description="Revoke the selected tokens")
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        """They stop working at once; the rows stay, to say when that was."""
        count = queryset.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
        messages.info(request, f"Revoked: {count}.")


class UserForm(RowForm):
    """A login and whether it administers the installation."""

    asked_by: Any = None

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        keeps = cleaned.get("is_active") and cleaned.get("is_platform_admin")
        if self.asked_by is not None and self.instance.pk == self.asked_by.pk and not keeps:
            raise ValidationError("You cannot take your own rights away; another administrator can.")
        return cleaned


class UserAdmin(TenantAdmin):
    """Logins, for platform administrators only. Nobody deletes one: people of vendors hang on it."""

    group = "Platform"
    form = UserForm
    fields = ("email", "name", "is_active", "is_platform_admin")
    list_display = ("email", "name", "is_platform_admin", "is_active", "last_login")
    list_filter = ("is_platform_admin", "is_active")
    search_fields = ("email__startswith", "name__icontains")
    ordering = ("email",)
    may_delete = False

    def is_here(self, request: HttpRequest) -> bool:
        return request.vendor is None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.asked_by = request.user  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
            invite(request, obj.email)
            messages.info(request, f"A mail to set a password is on its way to {obj.email}.")
        super().save_model(request, obj, form, change)
