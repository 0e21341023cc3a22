"""Included time in the admin: what is included to edit; work and estimates to read."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin

from helpdesk.admin.fields import Yaml
from helpdesk.admin.process import OrderedAdmin
from helpdesk.admin.tenant import ViewOnlyAdmin
from sla.models import Entitlement, Estimate, WorkLog
from sla.process.budgets import WorkWhen


@admin.register(Entitlement)
class EntitlementAdmin(OrderedAdmin):
    """The time that agreements include."""

    group = "Severities and deadlines"
    list_display = ("__str__", "marks", "code", "on_exhausted", "position")
    asked_as: ClassVar = {"exempt": partial(Yaml, dict, WorkWhen), "outside": partial(Yaml, dict, WorkWhen)}


class OfTickets(ViewOnlyAdmin):
    """Rows of tickets that commands wrote."""

    group = "Tickets and their record"
    list_per_page = 50
    search_fields: Any = ("ticket__number__exact", "ticket__company__name__icontains")
    search_help_text = "Search by a ticket's number or by the company."
    ordering = ("-id",)


@admin.register(WorkLog)
class WorkLogAdmin(OfTickets):
    """Work by company and month: what was included, what is charged."""

    list_display = ("company", "period", "treatment", "minutes", "ticket", "agent", "at")
    list_filter = ("treatment", "period")
    list_select_related = ("company", "ticket", "agent")


@admin.register(Estimate)
class EstimateAdmin(OfTickets):
    """Estimates and what customers said to them."""

    list_display = ("ticket", "status", "minutes", "amount", "currency", "valid_until", "decided_by")
    list_filter = ("status",)
    list_select_related = ("ticket", "decided_by")
