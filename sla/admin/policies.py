"""Service levels in the admin: the policy with its targets; clocks to read."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from helpdesk.admin.fields import Word, Words
from helpdesk.admin.process import OneRowAdmin
from helpdesk.admin.tenant import RowsInline, ViewOnlyAdmin
from helpdesk.models import BusinessCalendar
from sla.models import Clock, SLAPolicy, SLATarget
from tickets.process import CLOCK_WORDS

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
class PolicyAdmin(OneRowAdmin):
    """The standard policy and its targets."""

    group = "Severities and deadlines"
    list_display = ("name", "marks", "warn_at_percent")
    exclude: Any = ("position", "retired")
    inlines = (TargetsInline,)
    asked_as: ClassVar = {"resolution_met_by": partial(Words, "way to meet a resolution", WAYS.items())}


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
