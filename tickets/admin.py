"""The ticket room in the admin: queues, severities, statuses and rules to edit; tickets and their record to read."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from pydantic import ValidationError as ShapeError

from helpdesk.access import worker
from helpdesk.admin.fields import Lines, Word, Words, Yaml, keys_of
from helpdesk.admin.forms import RowForm
from helpdesk.admin.process import OneRowAdmin, OrderedAdmin
from helpdesk.admin.tenant import TenantAdmin, ViewOnlyAdmin
from helpdesk.models import Team
from helpdesk.models.people import LINES
from helpdesk.process.files import sections
from tickets.commands import publish_release
from tickets.models import (
    Cause,
    Checklist,
    Entry,
    Impact,
    Payload,
    Priority,
    Product,
    Queue,
    Release,
    ReleaseTicket,
    ReopenPolicy,
    Rule,
    Severity,
    SolutionScope,
    Status,
    SupportLevel,
    Ticket,
    TicketType,
    Timer,
    VoicemailLine,
)
from tickets.models.process import METRICS, OCCASIONS, RULE_KINDS
from tickets.process import AcceptanceSpec, FactSpec, QuestionSpec, ReasonSpec, RuleSection, StepSpec, WhenSpec

ACTORS = {"agent": "Agents", "customer": "Customers", "worker": "Rules and timers"}


def offered(model: Any) -> Callable[[], list[tuple[str, str]]]:
    """Codes and names of the vendor's rows of a model, as choices."""
    return lambda: [(row.code, str(row)) for row in model.objects.filter(retired=False).order_by("position", "id")]


def _word(noun: str, choices: Callable[[], list[tuple[str, str]]]) -> Callable[..., Word]:
    """A form field that takes one of these words."""
    return lambda **kwargs: Word(noun, choices, **kwargs)


@admin.register(Queue)
class QueueAdmin(OrderedAdmin):
    """Queues."""

    group = "Queues and routing"
    list_display = ("name", "marks", "code", "kind", "portal_visibility", "position")
    asked_as: ClassVar = {"teams": partial(Words, "team", offered(Team))}


@admin.register(TicketType)
class TypeAdmin(OrderedAdmin):
    """Ticket types; the first is what a mail becomes."""

    group = "Queues and routing"
    list_display = ("name", "marks", "code", "sla_applies", "position")
    asked_as: ClassVar = {
        "requires_answer": Lines,
        "answered_status": _word("status", offered(Status)),
        "released_status": _word("status", offered(Status)),
    }


@admin.register(Product)
class ProductAdmin(OrderedAdmin):
    """Products and the teams that know them."""

    group = "Queues and routing"
    list_display = ("name", "marks", "code", "team", "lifecycle", "position")
    list_select_related = ("team",)
    search_fields = ("name__icontains", "code")


@admin.register(Severity)
class SeverityAdmin(OrderedAdmin):
    """Severities, the worst first."""

    group = "Severities and deadlines"
    list_display = ("name", "marks", "code", "is_default", "is_major", "position")
    asked_as: ClassVar = {"examples": Lines}


class NamedAdmin(OrderedAdmin):
    """Rows that are a code and a name: the customer's own scales, scopes and causes."""

    group = "Severities and deadlines"
    list_display = ("name", "marks", "code", "position")


admin.site.register([Priority, Impact, SolutionScope, Cause], NamedAdmin)


@admin.register(Checklist)
class ChecklistAdmin(OrderedAdmin):
    """Steps that staff take on some tickets."""

    group = "Statuses and closing"
    list_display = ("name", "marks", "code", "position")
    asked_as: ClassVar = {"when": partial(Yaml, dict, WhenSpec), "items": partial(Yaml, list, StepSpec)}


@admin.register(VoicemailLine)
class VoicemailAdmin(OrderedAdmin):
    """Telephone lines whose messages are written down."""

    group = "Queues and routing"
    list_display = ("name", "marks", "code", "team", "position")
    list_select_related = ("team",)
    asked_as: ClassVar = {
        "questions": partial(Yaml, list, QuestionSpec),
        "severities": partial(Words, "severity", offered(Severity)),
    }


@admin.register(Status)
class StatusAdmin(OrderedAdmin):
    """Statuses; the first is what a new ticket has."""

    group = "Statuses and closing"
    list_display = ("name", "marks", "code", "category", "pauses_listed", "position")
    asked_as: ClassVar = {
        "pauses": partial(Words, "metric", METRICS.items()),
        "moves_to": partial(Words, "status", offered(Status)),
        "set_on": partial(Words, "occasion", OCCASIONS.items()),
        "set_by": partial(Words, "kind of actor", ACTORS.items()),
        "requires": partial(Yaml, list, FactSpec),
        "acceptance": partial(Yaml, dict, AcceptanceSpec),
        "reasons": partial(Yaml, list, ReasonSpec),
    }
    fieldsets: Any = (
        (None, {"fields": ("code", "name", "customer_name", "help", "category", "pauses", "retired")}),
        ("How it is entered", {"fields": ("set_on", "set_by", "moves_to")}),
        ("What it asks for", {"fields": ("requires", "reasons", "override_role", "takes_deadline", "message")}),
        ("Sources", {"fields": ("assumed",)}),
    )

    @admin.display(description="stops the clocks of")
    def pauses_listed(self, status: Status) -> str:
        """The clocks that stand still, in words."""
        return ", ".join(str(METRICS.get(metric, metric)) for metric in status.pauses)


@admin.register(SupportLevel)
class SupportLevelAdmin(OrderedAdmin):
    """Support levels, the lowest first."""

    group = "Queues and routing"
    list_display = ("name", "marks", "code", "summary_required", "queue", "status", "position")
    list_select_related = ("queue", "status")
    asked_as: ClassVar = {
        "code": partial(Word, "support level", LINES.items()),
        "taken_from": partial(Words, "support level", LINES.items()),
        "queue_by_channel": partial(Yaml, dict),
        "managed_by": partial(Words, "support level", LINES.items()),
    }


@admin.register(ReopenPolicy)
class ReopenPolicyAdmin(OneRowAdmin):
    """What a customer's reply to a finished ticket does."""

    group = "Statuses and closing"
    ordering = ("id",)
    list_display = ("__str__", "marks", "reply_to_resolved", "reply_to_closed", "window_days")


# Where the index page shows the rules of each kind, and what a new one starts from.
KINDS = {
    "routing": (
        "Routing rules",
        "Queues and routing",
        "trigger: on_create\nwhen: {queue: CODE}\nthen: {responsible_team: CODE}\n",
    ),
    "reminder": (
        "Reminders",
        "Queues and routing",
        "trigger: ticket_unassigned\namount: 1\nunit: business_hours\nclock: 24x7\naudience: [queue_team]\n",
    ),
    "auto_close": (
        "Closing rules",
        "Statuses and closing",
        "trigger: status_entered\nstatuses: [CODE]\namount: 5\nunit: business_days\nto_status: CODE\n",
    ),
    "escalation": (
        "Escalation rules",
        "Escalation",
        "trigger: target_breached\nmetric: resolution\naudience: [team_leads]\n",
    ),
    "notification": (
        "Notifications",
        "Mail",
        "event: public_message_by_agent\naudience: [requester]\n",
    ),
}


class RuleForm(RowForm):
    """A rule as the process file writes it; its trigger is read from there."""

    code = forms.CharField(
        max_length=40, required=False, help_text="Timers and the record name the rule by it. Empty for a notification."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            shown = {key: value for key, value in self.instance.spec.items() if key != "code"}
            self.initial["spec"] = shown
            self.fields.pop("code", None)
        kind = self.instance.kind or self.initial.get("kind")
        if kind in RULE_KINDS:
            keys = keys_of(_section(kind).spec, without=("code", "assumed"))
            self.fields["spec"].help_text = f"Written as in the process file. Keys: {keys}."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.instance.pk and not cleaned.get("code"):
            if cleaned.get("kind") == "notification":
                cleaned["code"] = self.instance.code = _free_number()
            elif "code" not in self.errors:
                raise ValidationError({"code": "Give the rule a code."})
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            _write(self.instance)


def _free_number() -> str:
    taken = set(Rule.objects.filter(kind="notification").values_list("code", flat=True))
    return next(code for code in (f"n{at:02}" for at in range(1, 1000)) if code not in taken)


def _section(kind: str) -> Any:
    return next(each for each in sections() if isinstance(each, RuleSection) and each.kind == kind)


def _write(rule: Rule) -> None:
    """Columns as loading a file would fill them. A spec of the wrong shape stays: the check says what is wrong."""
    section = _section(rule.kind)
    try:
        item = section.spec(**{**section.from_row(rule), "code": rule.code})
    except ShapeError:
        return
    for name, column in section.to_row(item).items():
        setattr(rule, name, column)


@admin.register(Rule)
class RuleAdmin(OrderedAdmin):
    """Rules of every kind."""

    form = RuleForm
    ordering = ("kind", "position", "id")
    list_display = ("code", "marks", "kind", "trigger", "position")
    list_filter = ("kind",)
    asked_as: ClassVar = {"spec": partial(Yaml, dict)}
    fields = ("kind", "code", "spec", "retired", "assumed")

    def entries(self, entry: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """One entry for each kind, under the heading where an administrator looks for it."""
        rules, new = reverse("admin:tickets_rule_changelist"), reverse("admin:tickets_rule_add")
        return [
            (
                group,
                {
                    **entry,
                    "name": name,
                    "object_name": f"{kind}-rules",
                    "admin_url": f"{rules}?kind__exact={kind}",
                    "add_url": f"{new}?kind={kind}",
                },
            )
            for kind, (name, group, _) in KINDS.items()
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        kind = request.GET.get("kind", "routing")
        return {"kind": kind, "spec": KINDS[kind][2]} if kind in RULE_KINDS else {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(("kind",) if obj is not None else ()))


# --- Releases ----------------------------------------------------------------------------------------------------


class ReleaseForm(RowForm):
    """A release and the numbers of the tickets that it implements."""

    tickets = Lines(required=False, help_text="Numbers of the tickets that it implements.")
    publish = forms.BooleanField(
        required=False, help_text="A worker opens the accepted requests on the list again. This cannot be taken back."
    )

    class Meta:
        labels: ClassVar = {"version": "Version"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            numbers = self.instance.items.order_by("ticket_id").values_list("ticket__number", flat=True)
            self.initial["tickets"] = list(numbers)

    def clean_tickets(self) -> list[Ticket]:
        numbers = dict.fromkeys(self.cleaned_data["tickets"])
        found = {ticket.number: ticket for ticket in Ticket.objects.filter(number__in=numbers)}
        if strange := [number for number in numbers if number not in found]:
            raise ValidationError(f"There is no ticket {', '.join(strange)}.")
        return list(found.values())


@admin.register(Release)
class ReleaseAdmin(TenantAdmin):
    """Releases of products, and the tickets that each one implements."""

    group = "Tickets and their record"
    form = ReleaseForm
    exclude = ()
    fields = ("product", "version", "tickets", "publish")
    list_display = ("__str__", "published_at")
    list_select_related = ("product",)
    ordering = ("-published_at", "-id")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What customers were told of stays."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.published_at is None)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("product", "version") if obj is not None and obj.published_at is not None else ()

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """The list as it was written; what is published is handed to the command, also what was added later."""
        super().save_related(request, form, formsets, change)
        release, listed = form.instance, form.cleaned_data["tickets"]
        release.items.exclude(ticket__in=listed).delete()
        ReleaseTicket.objects.bulk_create(
            [ReleaseTicket(release=release, ticket=ticket) for ticket in listed], ignore_conflicts=True
        )
        if form.cleaned_data["publish"] or release.published_at is not None:
            actor = request.actor or worker("administration")
            publish_release(product=release.product, version=release.version, actor=actor, now=timezone.now())


# --- To read ---------------------------------------------------------------------------------------------------


class RecordAdmin(ViewOnlyAdmin):
    """What commands and workers wrote."""

    group = "Tickets and their record"
    list_per_page = 50


@admin.register(Ticket)
class TicketAdmin(RecordAdmin):
    """Tickets as they stand."""

    list_display = ("number", "subject", "company", "status", "assignee", "updated_at")
    list_filter = ("is_finished", "queue", "severity")
    list_select_related = ("company", "status", "assignee")
    search_fields = ("number__startswith",)
    search_help_text = "Search by the beginning of the number."
    ordering = ("-updated_at", "-id")


@admin.register(Entry)
class EntryAdmin(RecordAdmin):
    """Lines of the log."""

    list_display = ("ticket", "seq", "at", "kind", "actor_kind", "visibility", "channel")
    list_filter = ("kind", "visibility")
    list_select_related = ("ticket",)
    search_fields = ("ticket__number__exact",)
    search_help_text = "Search by a ticket's number."
    ordering = ("-id",)


@admin.register(Payload)
class PayloadAdmin(RecordAdmin):
    """The words of the log's lines."""

    list_display = ("ticket", "seq")
    list_select_related = ("ticket",)
    search_fields = ("ticket__number__exact",)
    search_help_text = "Search by a ticket's number."
    ordering = ("-id",)


@admin.register(Timer)
class TimerAdmin(RecordAdmin):
    """What is due."""

    list_display = ("ticket", "kind", "ref", "due_at", "state", "done_at")
    list_filter = ("kind", "state")
    list_select_related = ("ticket",)
    search_fields = ("ticket__number__exact",)
    search_help_text = "Search by a ticket's number."
    ordering = ("-due_at", "-id")
