"""The floor's rows in the admin: the vendor itself, teams and regions."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html

from helpdesk.admin import versions
from helpdesk.admin.beginning import administration_of
from helpdesk.admin.fields import Commas, Lines, Word, Words, Yaml, Zone
from helpdesk.admin.forms import RowForm
from helpdesk.admin.process import OneRowAdmin, OrderedAdmin
from helpdesk.admin.tenant import RowsInline, TenantAdmin
from helpdesk.models import TeamMembership, Vendor
from helpdesk.process.sections import LanguagesSpec, ReferenceSpec

MAY_SET_SEVERITY = {
    "customer": "Customers",
    "customer_online": "Customers in the portal only; staff confirm it",
    "agent": "Agents",
}


class MembersInline(RowsInline):
    """The agents of a team."""

    model = TeamMembership
    verbose_name = "member"
    verbose_name_plural = "members"


class TeamAdmin(OrderedAdmin):
    """Teams with their members."""

    group = "People"
    list_display = ("name", "marks", "code", "kind", "calendar", "position")
    list_select_related = ("calendar",)
    inlines = (MembersInline,)
    asked_as: ClassVar = {
        "kind": partial(Word, "kind of team", [("internal", "Internal"), ("supplier", "Supplier")]),
        "competences": Lines,
    }


class RegionAdmin(OrderedAdmin):
    """Regions."""

    group = "Queues and routing"
    list_display = ("code", "marks", "countries_listed", "position")
    asked_as: ClassVar = {"countries": Commas, "assumed_countries": Commas}

    @admin.display(description="countries")
    def countries_listed(self, region: Any) -> str:
        """All of them, the assumed ones too."""
        return ", ".join([*region.countries, *region.assumed_countries])


class VendorForm(RowForm):
    """The vendor's row."""

    def clean_domain(self) -> str:
        domain = str(self.cleaned_data["domain"]).lower()
        if domain and Vendor.objects.filter(domain=domain).exclude(pk=self.instance.pk).exists():
            raise ValidationError("This is another vendor's host name.")
        return domain


class VendorAdmin(OneRowAdmin):
    """At a vendor's address that vendor's own row; at the platform's all of them, and new ones.

    Where a vendor is found (slug, host name) is the platform's business, as is whether it is served at all.
    """

    group = "Process file"
    form = VendorForm
    ordering = ("name", "id")
    list_display = ("name", "address", "domain", "is_active")
    search_fields = ("name__icontains", "slug")
    actions = None
    asked_as: ClassVar = {
        "time_zone": Zone,
        "portal_languages": Commas,
        "ticket_languages": partial(Yaml, dict, LanguagesSpec),
        "terms": partial(Yaml, dict),
        "severity_selectable_by": partial(Words, "selector", MAY_SET_SEVERITY.items()),
        "references": partial(Yaml, list, ReferenceSpec),
    }
    fieldsets: Any = (
        (None, {"fields": ("name", "slug", "domain", "agent_label", "about_text", "accent")}),
        ("Time and languages", {"fields": ("time_zone", "default_language", "portal_languages", "ticket_languages")}),
        ("Words and numbers", {"fields": ("terms", "number_format", "first_number")}),
        ("Rights of customers", {"fields": ("registration_policy", "severity_selectable_by")}),
        ("Sources", {"fields": ("references", "assumed")}),
    )

    def is_here(self, request: HttpRequest) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.vendor is None

    def entries(self, entry: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [("Platform", entry)] if entry["add_url"] else super().entries(entry)

    def vendor_of(self, request: HttpRequest) -> Vendor:
        if request.vendor is not None:
            return super().vendor_of(request)
        return get_object_or_404(Vendor, pk=request.resolver_match.kwargs["object_id"])  # type: ignore[union-attr]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows if request.vendor is None else rows.filter(pk=request.vendor.pk)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if request.vendor is not None:
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("name", "slug", "domain", "is_active", "address")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("slug", "domain") if request.vendor is not None else ("slug", "address")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A new vendor begins with a process, the smallest one or one from a file."""
        return versions.new_vendor(self, request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return TenantAdmin.changelist_view(self, request, extra_context)

    @admin.display(description="administration")
    def address(self, vendor: Vendor) -> str:
        """Where the vendor's own rows are."""
        return format_html('<a href="{0}">{0}</a>', administration_of(vendor.slug))
