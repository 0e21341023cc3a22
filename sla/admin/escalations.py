"""Escalation in the admin: the path to edit, what was asked along it to read."""

from functools import partial
from typing import ClassVar

from django.contrib import admin

from helpdesk.admin.fields import Word
from helpdesk.admin.process import OrderedAdmin
from helpdesk.admin.tenant import ViewOnlyAdmin
from helpdesk.models import BusinessCalendar, Team
from sla.models import Escalation, EscalationStep
from sla.process.escalations import ANY_TIME


def hours() -> list[tuple[str, str]]:
    """When somebody can be reached: at any time, or in a calendar's hours."""
    codes = BusinessCalendar.objects.order_by("position", "id").values_list("code", flat=True)
    return [(ANY_TIME, "At any time"), *((code, code) for code in codes)]


def roles() -> list[tuple[str, str]]:
    """Roles that steps have, or that lead a team."""
    of_steps = EscalationStep.objects.exclude(role="").order_by("position").values_list("role", flat=True)
    of_teams = Team.objects.exclude(head_role="").order_by("position").values_list("head_role", flat=True)
    return [(role, role) for role in dict.fromkeys([*of_steps, *of_teams])]


@admin.register(EscalationStep)
class EscalationStepAdmin(OrderedAdmin):
    """The path: who is asked first, and who next."""

    group = "Escalation"
    list_display = ("__str__", "marks", "title", "queue_kind", "reached", "position")
    asked_as: ClassVar = {
        "available": partial(Word, "time", hours),
        "fallback_role": partial(Word, "role", roles),
    }

    @admin.display(description="reached")
    def reached(self, step: EscalationStep) -> str:
        """Where a step's mail goes; a gap where the process names nobody."""
        if step.is_gap and step.fallback_role:
            return f"gap: falls back to {step.fallback_role}"
        if step.contact_from == "company":
            return "the company's account manager"
        return step.email or "head of the team"


@admin.register(Escalation)
class EscalationAdmin(ViewOnlyAdmin):
    """What was asked, of whom, and how it ended."""

    group = "Tickets and their record"
    list_display = ("ticket", "title", "asked_by_name", "asked_at", "answered_at", "outcome")
    list_filter = ("kind", "outcome", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("ticket",)
    list_per_page = 50
    search_fields = ("ticket__number__exact",)
    search_help_text = "Search by a ticket's number."
    ordering: ClassVar = ("-id",)
