"""Maintenance in the admin: the rows of the process, and single windows, which are planned and called off here."""

from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from helpdesk.access import Refused
from helpdesk.admin.fields import Word, Yaml
from helpdesk.admin.forms import RowForm
from helpdesk.admin.process import OrderedAdmin
from helpdesk.admin.tenant import TenantAdmin
from helpdesk.process.sections import DAYS
from portal.maintenance.commands import call_off, check_plan, plan_window
from portal.maintenance.process import NoticeSpec
from portal.maintenance.queries import rules_for_planning
from portal.models import MaintenanceWindow, PlannedWindow

GROUP = "Maintenance"
PLANNED_FACTS = ("rule", "title", "text", "starts_at", "ends_at", "affects_service", "reason")


def _weekdays() -> list[tuple[str, str]]:
    return [(day, day.capitalize()) for day in DAYS]


@admin.register(MaintenanceWindow)
class MaintenanceWindowAdmin(OrderedAdmin):
    """What the process says of maintenance."""

    group = GROUP
    list_display = ("code", "marks", "category", "recurrence", "starts", "ends", "kind", "affects_service", "position")
    asked_as: ClassVar = {
        "weekday": lambda **kwargs: Word("weekday", _weekdays, **kwargs),
        "notice": partial(Yaml, dict, NoticeSpec),
    }
    fieldsets: Any = (
        (None, {"fields": ("code", "category", "kind", "affects_service", "note")}),
        ("When", {"fields": ("recurrence", "weekday", "week_of_month", "starts", "ends")}),
        ("Windows planned one by one", {"fields": ("notice",)}),
        ("Sources", {"fields": ("retired", "assumed")}),
    )


class PlanForm(RowForm):
    """A window to plan; what the process does not allow is said here."""

    now: datetime

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"rule", "starts_at", "ends_at"} <= set(cleaned):
            facts = {name: cleaned[name] for name in ("starts_at", "ends_at", "affects_service")}
            try:
                check_plan(cleaned["rule"], **facts, reason=cleaned.get("reason", ""), now=self.now)
            except Refused as refusal:
                raise ValidationError(refusal.sentence) from refusal
        return cleaned


class CallOffForm(RowForm):
    """A planned window is fixed, since customers have read it; it can only be called off."""

    now: datetime
    call_off = forms.BooleanField(
        required=False, help_text="Customers read that it does not take place. For another time, plan a new window."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("call_off") and self.instance.called_off_at is not None:
            raise ValidationError("This window was called off already.")
        if cleaned.get("call_off") and self.instance.ends_at <= self.now:
            raise ValidationError("This window is over; there is nothing to call off.")
        return cleaned


@admin.register(PlannedWindow)
class PlannedWindowAdmin(TenantAdmin):
    """Single windows: planning one announces it in the customer portal."""

    group = GROUP
    may_delete = False
    exclude: Any = ()
    list_display = ("title", "rule", "starts_at", "ends_at", "affects_service", "announced_at", "called_off_at")
    list_select_related = ("rule",)
    ordering = ("-starts_at", "-id")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **{**kwargs, "form": CallOffForm if obj else PlanForm})
        form.now = timezone.now()
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return PLANNED_FACTS
        return (*self.get_readonly_fields(request, obj), "call_off")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        known = ("notice_due_at", "announced_at", "planned_by", "called_off_at", "called_off_by")
        return (*PLANNED_FACTS, *known) if obj is not None else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only rows of the process under which single windows are planned."""
        codes = [rule.code for rule in rules_for_planning()]
        offered = MaintenanceWindow.objects.filter(code__in=codes).order_by("position", "id")
        return super().formfield_for_foreignkey(db_field, request, **{**kwargs, "queryset": offered})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = request.user.email  # type: ignore[union-attr]
        if not change:
            facts = {name: form.cleaned_data[name] for name in PLANNED_FACTS}
            obj.pk = plan_window(**{**facts, "rule": facts["rule"].code}, by=by, now=form.now).pk
        elif form.cleaned_data.get("call_off"):
            call_off(window_id=obj.pk, by=by, now=form.now)
