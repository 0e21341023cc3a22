"""On call in the admin: schedules with a button that tries them out, rotations, overrides, telephones."""

from functools import partial
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from helpdesk.access import Refused
from helpdesk.admin.fields import Commas, Word, Words, Yaml
from helpdesk.admin.forms import RowForm
from helpdesk.admin.process import OrderedAdmin
from helpdesk.admin.tenant import RowsInline, TenantAdmin
from helpdesk.models import Agent, BusinessCalendar
from helpdesk.process.sections import ROUND_THE_CLOCK
from helpdesk.tenancy import current_vendor
from sla.commands import send_test_page
from sla.models import OnCallSchedule, Override, Pager, Rotation, Turn
from sla.models.on_call import PAGE_CHANNELS
from sla.process.on_call import TriggerSpec

GROUP = "On call"
Zone = partial(Word, "time zone", lambda: [(zone, zone) for zone in sorted(available_timezones())])


def calendars() -> list[tuple[str, str]]:
    """Codes of the vendor's calendars."""
    codes = BusinessCalendar.objects.order_by("position", "id").values_list("code", flat=True)
    return [(code, code) for code in codes]


def coverages() -> list[tuple[str, str]]:
    """The same, and the hours that never end."""
    return [(ROUND_THE_CLOCK, "24x7"), *calendars()]


@admin.register(OnCallSchedule)
class ScheduleAdmin(OrderedAdmin):
    """What pages whom, and how."""

    group = GROUP
    list_display = ("name", "marks", "code", "team", "page_when", "position")
    list_select_related = ("team",)
    change_form_template = "admin/on_call/schedule.html"
    asked_as: ClassVar = {
        "coverage": partial(Word, "calendar", coverages),
        "business_hours": partial(Word, "calendar", calendars),
        "channels": partial(Words, "channel", PAGE_CHANNELS.items()),
        "triggers": partial(Yaml, list, TriggerSpec),
        "audience": Commas,
        "repeat_minutes": partial(forms.IntegerField, min_value=1),
        "attempts": partial(forms.IntegerField, min_value=1),
    }

    def get_urls(self) -> list[Any]:
        """Besides the usual ones, the button's."""
        tried = require_POST(self.admin_site.admin_view(self.try_out))
        return [path("<path:object_id>/test/", tried, name="sla_oncallschedule_test"), *super().get_urls()]

    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Page whoever is on call, and show what becomes of it."""
        schedule = get_object_or_404(self.get_queryset(request), pk=object_id if object_id.isdecimal() else 0)
        try:
            page = send_test_page(schedule=schedule, now=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return redirect("admin:sla_oncallschedule_change", schedule.pk)
        messages.success(request, "The test page is on its way. Load this page again to see what became of it.")
        return redirect("admin:sla_page_change", page.pk)


class TurnsInline(RowsInline):
    """Who takes turns, in their order."""

    model = Turn
    ordering = ("position", "id")
    exclude = ()
    verbose_name = "turn"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "agent":
            kwargs["queryset"] = Agent.objects.filter(is_active=True).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RotationForm(RowForm):
    """A rotation that ends after it has begun."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            raise ValidationError({"ends_on": "The last hand-over comes after the first."})
        return cleaned


@admin.register(Rotation)
class RotationAdmin(TenantAdmin):
    """Who takes turns at which level."""

    group = GROUP
    form = RotationForm
    list_display = ("schedule", "level", "who", "starts_on", "hands_over", "days", "ends_on")
    list_select_related = ("schedule",)
    ordering = ("schedule__position", "level", "id")
    inlines = (TurnsInline,)
    asked_as: ClassVar = {"time_zone": Zone}
    fields = ("schedule", "level", "starts_on", "hands_over", "time_zone", "days", "ends_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("turns__agent")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"time_zone": current_vendor().time_zone, **super().get_changeform_initial_data(request)}

    @admin.display(description="in turn")
    def who(self, rotation: Rotation) -> str:
        """Their names, in their order."""
        turns = sorted(rotation.turns.all(), key=lambda turn: (turn.position, turn.pk))
        return ", ".join(turn.agent.name for turn in turns)


class OverrideForm(RowForm):
    """An override that ends after it has begun."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            raise ValidationError({"ends_at": "It ends after it has begun."})
        return cleaned


@admin.register(Override)
class OverrideAdmin(TenantAdmin):
    """Somebody else for a while."""

    group = GROUP
    form = OverrideForm
    list_display = ("schedule", "level", "agent", "starts_at", "ends_at")
    list_select_related = ("schedule", "agent")
    ordering = ("-starts_at", "-id")


@admin.register(Pager)
class PagerAdmin(TenantAdmin):
    """How people are reached."""

    group = GROUP
    list_display = ("agent", "phone", "email")
    list_select_related = ("agent",)
    ordering = ("agent__name", "id")
