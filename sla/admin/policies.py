"""Policies with their targets, exceptions and agreements in the admin; clocks to read."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from helpdesk.admin.fields import Word, Words, Yaml
from helpdesk.admin.process import OrderedAdmin
from helpdesk.admin.tenant import RowsInline, TenantAdmin, ViewOnlyAdmin
from helpdesk.models import BusinessCalendar
from helpdesk.tenancy import current_vendor
from sla.models import Agreement, Clock, SLAException, SLAPolicy, SLATarget
from sla.models.policies import CHANGES, STANDARD
from sla.process.policies import ExceptionWhen
from tickets.models.process import METRICS
from tickets.process import CLOCK_WORDS, WhenSpec

WAYS = {"resolved": "The ticket is resolved", "workaround": "A workaround", "alternate_plan": "An alternate plan"}


def clock_words() -> list[tuple[str, str]]:
    """The clocks that a target can be counted on."""
    codes = list(BusinessCalendar.objects.order_by("position", "id").values_list("code", flat=True))
    return [(code, code) for code in [*codes, *CLOCK_WORDS]]


class TargetsInline(RowsInline):
    """Targets, one row each."""

    model = SLATarget
    ordering = ("position", "id")
    asked_as: ClassVar = {
        "clock": lambda **kwargs: Word("calendar", clock_words, **kwargs),
        "amount": partial(forms.IntegerField, min_value=1),
    }


@admin.register(SLAPolicy)
class PolicyAdmin(OrderedAdmin):
    """The standard policy and further ones, each with its targets."""

    group = "Severities and deadlines"
    list_display = ("name", "marks", "code", "warn_at_percent", "position")
    inlines = (TargetsInline,)
    asked_as: ClassVar = {
        "resolution_met_by": partial(Words, "way to meet a resolution", WAYS.items()),
        "restart_on": partial(Words, "change", CHANGES.items()),
        "when": partial(Yaml, dict, WhenSpec),
    }

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """The standard policy is for everybody, so it has no conditions."""
        hidden = ("when",) if _is_standard(obj) else ()
        return ("position", "retired", *hidden)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"resolution_met_by": ["resolved"], **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_standard(obj)


def _is_standard(obj: Any) -> bool:
    return obj is not None and obj.code == STANDARD


@admin.register(SLAException)
class ExceptionAdmin(OrderedAdmin):
    """When targets are suspended."""

    group = "Severities and deadlines"
    list_display = ("label", "marks", "code", "position")
    asked_as: ClassVar = {
        "when": partial(Yaml, dict, ExceptionWhen),
        "suspend": partial(Words, "metric", METRICS.items()),
    }


@admin.register(Agreement)
class AgreementAdmin(TenantAdmin):
    """What was agreed with companies. Open tickets are measured anew after an edit."""

    list_display = ("company", "policy", "valid_from", "valid_to", "covers_customer_solution")
    list_select_related = ("company", "policy")
    search_fields = ("company__name__icontains",)
    autocomplete_fields = ("company",)
    ordering = ("company__name", "-valid_from")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        current_vendor().touch_process()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        current_vendor().touch_process()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        current_vendor().touch_process()


@admin.register(Clock)
class ClockAdmin(ViewOnlyAdmin):
    """What is measured on each ticket."""

    group = "Tickets and their record"
    list_display = ("ticket", "metric", "state", "due_at", "met_at", "breached_at")
    list_filter = ("metric", "state")
    list_select_related = ("ticket",)
    list_per_page = 50
    search_fields = ("ticket__number__exact",)
    search_help_text = "Search by a ticket's number."
    ordering = ("-id",)
