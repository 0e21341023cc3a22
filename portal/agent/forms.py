"""What agents fill in on a ticket. Forms check shape and keep what was typed; commands decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from helpdesk.access import Actor, allowed
from helpdesk.models import Agent
from portal.intake.fields import FilesField, explained
from sla.models import OnCallSchedule
from sla.queries.on_call import schedules
from tickets.models import Queue, Severity, Status, Ticket
from tickets.permissions import asked_facts, check_status
from tickets.queries.catalogue import catalogue

MODES = [("reply", _("Reply")), ("note", _("Internal note")), ("call", _("Call"))]
LOCAL = "%Y-%m-%dT%H:%M"


class LocalDateTimeField(forms.DateTimeField):
    """A date and time in the vendor's zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
    input_formats = [LOCAL, f"{LOCAL}:%S"]


def draft_key(ticket: Ticket) -> str:
    """The name under which the browser keeps what is typed on this ticket."""
    return f"ticket-{ticket.number}"


def choosable(ticket: Ticket, actor: Actor) -> list[Status]:
    """The statuses that this agent may put the ticket into now."""
    return [
        row
        for row in catalogue().statuses.offered
        if row.pk != ticket.status_id and allowed(check_status, actor, ticket, row)
    ]


@dataclass(frozen=True)
class Asked:
    """A field that some statuses ask for, and the condition under which scripts show it."""

    bound: forms.BoundField
    show_when: str


class StatusFields(forms.Form):
    """A status and whatever it requires: a reason, facts, a deadline. Fields that two statuses share stand once."""

    selector = "status"

    def __init__(self, *args: Any, ticket: Ticket, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        self.statuses = {row.code: row for row in choosable(ticket, actor)}
        self._shown_for: dict[str, list[str]] = {}
        for row in self.statuses.values():
            self._ask_for(row)

    def _ask_for(self, row: Status) -> None:
        if row.reasons:
            choices = [("", "—"), *((given["code"], given["name"]) for given in row.reasons if _is_ours(given))]
            field = forms.ChoiceField(label=_("Reason for “%s”") % row.name, choices=choices, required=False)
            self._add(f"reason-{row.code}", field, row)
        for fact in asked_facts(self.ticket, row):
            if fact.get("kind") not in ("message", "accepted"):
                self._add(f"fact-{fact['key']}", _fact_field(fact, row, self.ticket), row)
        if row.takes_deadline:
            self._add("deadline_at", LocalDateTimeField(label=_("Deadline"), required=False), row)

    def _add(self, name: str, field: forms.Field, row: Status) -> None:
        self.fields.setdefault(name, field)
        self._shown_for.setdefault(name, []).append(row.code)

    @property
    def asked(self) -> Iterator[Asked]:
        """The fields that statuses ask for, in the order of the statuses."""
        for name, codes in self._shown_for.items():
            yield Asked(self[name], f"{self.selector}={'|'.join(codes)}")

    @property
    def asking(self) -> str:
        """The condition under which any of them is shown."""
        codes = dict.fromkeys(code for found in self._shown_for.values() for code in found)
        return f"{self.selector}={'|'.join(codes)}" if codes else ""

    @property
    def chosen(self) -> Status | None:
        return self.statuses.get(self.cleaned_data.get(self.selector, ""))

    def seen_now(self, seq: int) -> None:
        """The next sending has seen everything up to this line."""
        self.data = self.data.copy()
        self.data["seen"] = seq

    def requirements(self) -> dict[str, Any]:
        """Reason, facts and deadline of the chosen status, as commands take them."""
        status = self.chosen
        if status is None:
            return {}
        cleaned = self.cleaned_data
        asked = [fact["key"] for fact in asked_facts(self.ticket, status) if f"fact-{fact['key']}" in self.fields]
        return {
            "status": status,
            "reason": cleaned.get(f"reason-{status.code}", ""),
            "facts": {key: cleaned[f"fact-{key}"] for key in asked if cleaned.get(f"fact-{key}")},
            "deadline_at": cleaned.get("deadline_at") if status.takes_deadline else None,
        }


def _is_ours(reason: dict[str, Any]) -> bool:
    """Whether staff may give this reason."""
    return "agent" in (reason.get("set_by") or ("agent",))


def _fact_field(fact: dict[str, Any], row: Status, ticket: Ticket) -> forms.Field:
    known = ticket.facts.get(fact["key"])
    exempt = [reason["name"] for reason in row.reasons if reason["code"] in fact.get("unless_reason", ())]
    note = _("Not needed for: %s") % ", ".join(exempt) if exempt else ""
    if fact.get("kind") == "confirm":
        return forms.BooleanField(label=fact["label"], required=False, initial=bool(known), help_text=note)
    widget = forms.Textarea(attrs={"rows": 2, "class": "short"})
    return forms.CharField(
        label=fact["label"], required=False, max_length=10_000, widget=widget, initial=known, help_text=note
    )


class Composer(StatusFields):
    """A reply, a note or a call; a reply may set a status in the same step."""

    selector = "then"

    mode = forms.ChoiceField(choices=MODES, widget=forms.RadioSelect)
    body = forms.CharField(
        label=_("Text"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": _("Write")}),
        error_messages={"required": _("Write something first.")},
    )
    files = FilesField(label=_("Files"), required=False, allow_empty_file=True)
    then = forms.ChoiceField(label=_("then"), required=False)
    ask_confirmation = forms.BooleanField(label=_("Ask whether it is solved"), required=False)
    customer_spoke = forms.BooleanField(label=_("The customer answered; we go on"), required=False, initial=True)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="say-%s", **kwargs)
        self.fields["body"].widget.attrs["data-draft"] = draft_key(self.ticket)
        choices = [(row.code, row.name) for row in self.statuses.values()]
        self.fields["then"].choices = [("", self._by_itself), *choices]
        if self.ticket.is_finished or not catalogue().rules_of("auto_close", "confirmation_requested"):
            del self.fields["ask_confirmation"]
        if not self.ticket.waits_for_customer:
            del self.fields["customer_spoke"]

    @property
    def _by_itself(self) -> str:
        """What becomes of the status if none is chosen."""
        if self.ticket.status.category == "new":
            brought = (row for row in catalogue().statuses.offered if "agent_reply" in row.set_on)
            if (status := next(brought, None)) is not None:
                return _("“%s”, as with any answer") % status.name
        return str(_("keep the status"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("mode") == "call" and cleaned.get("files"):
            self.add_error("files", _("A call takes no files. Send them with a reply or a note."))
        return cleaned


class StatusForm(StatusFields):
    """Another status, with what it requires and, where it asks for one, a message to the customer."""

    name = "status"
    status = forms.ChoiceField(label=_("Status"))
    message = forms.CharField(
        label=_("Message to the customer"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="status-%s", **kwargs)
        self.fields["status"].choices = [(row.code, row.name) for row in self.statuses.values()]
        talking = [
            row.code for row in self.statuses.values() if any(fact.get("kind") == "message" for fact in row.requires)
        ]
        if talking:
            self._shown_for["message"] = talking
        else:
            del self.fields["message"]


class AssignForm(forms.Form):
    """Who has the ticket; those who work its queue stand first."""

    name = "assign"
    agent = forms.ChoiceField(label=_("Give it to"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="assign-%s", **kwargs)
        self.agents = {str(agent.pk): agent for agent in _working_agents()}
        near = [a for a in self.agents.values() if set(a.team_codes) & set(ticket.queue.teams)]
        far = [a for a in self.agents.values() if a not in near]
        groups = [(ticket.queue.name, _choices(near)), (_("Other teams") if near else _("Staff"), _choices(far))]
        self.fields["agent"].choices = [("", _("Nobody")), *(group for group in groups if group[1])]
        self.initial.setdefault("agent", ticket.assignee_id or "")

    @property
    def chosen(self) -> Agent | None:
        return self.agents.get(self.cleaned_data["agent"])


def _working_agents() -> list[Any]:
    codes = ArrayAgg("memberships__team__code", filter=Q(memberships__isnull=False), default=[])
    working = Agent.objects.filter(is_active=True).exclude(role="read_only")
    return list(working.annotate(team_codes=codes).order_by("name", "id"))


def _choices(agents: Sequence[Agent]) -> list[tuple[str, str]]:
    return [(str(agent.pk), agent.name) for agent in agents]


class MoveForm(forms.Form):
    """Another queue, and why."""

    name = "move"
    queue = forms.ChoiceField(label=_("Queue"))
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="move-%s", **kwargs)
        self.queues: dict[str, Queue] = {
            row.code: row for row in catalogue().queues.offered if not row.is_template and row.pk != ticket.queue_id
        }
        self.fields["queue"].choices = [(row.code, row.name) for row in self.queues.values()]

    @property
    def chosen(self) -> Queue:
        return self.queues[self.cleaned_data["queue"]]


class PageForm(forms.Form):
    """Whom to page about the ticket: a schedule of people on call."""

    name = "page"
    schedule = forms.ChoiceField(label=_("Who is on call for"))

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="page-%s", **kwargs)
        self.schedules = {row.code: row for row in schedules()}
        self.fields["schedule"].choices = [(row.code, row.name) for row in self.schedules.values()]

    @property
    def chosen(self) -> OnCallSchedule:
        return self.schedules[self.cleaned_data["schedule"]]


class SeverityForm(forms.Form):
    """A severity with its definition, and why it changes."""

    name = "severity"
    severity = forms.ChoiceField(label=_("Severity"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="severity-%s", **kwargs)
        rows = catalogue().severities.offered
        self.fields["severity"].choices = [(row.code, explained(_graded(row), row.definition)) for row in rows]
        self.initial.setdefault("severity", ticket.severity.code)

    @property
    def chosen(self) -> Severity:
        return catalogue().severities[self.cleaned_data["severity"]]


def _graded(row: Severity) -> str:
    """The name, and that the document does not give it where it does not."""
    return format_html("{} ({})", row.name, _("placeholder")) if row.assumed else row.name


class AnswerForm(forms.Form):
    """The answer to a request, and the words that tell it."""

    name = "answer"
    answer = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Message to the customer"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write the answer in words too: the customer reads them.")},
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="answer-%s", **kwargs)
        self.fields["answer"].choices = [(word, word) for word in ticket.type.requires_answer]
        self.initial.setdefault("answer", ticket.answer)


class VersionForm(forms.Form):
    """The prepared message that tells the customer the version."""

    name = "version"
    body = forms.CharField(
        label=_("Message to the customer"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write something first.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="version-%s", **kwargs)


class WorkForm(forms.Form):
    """Minutes of work, and what was done."""

    name = "work"
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=24 * 60)
    note = forms.CharField(label=_("What was done"), required=False, max_length=500)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="work-%s", **kwargs)


class EstimateForm(forms.Form):
    """What the work takes, in minutes or money or both, and until when the customer may approve it."""

    name = "estimate"
    words = forms.CharField(
        label=_("Message to the customer"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write what the estimate is for: the customer decides by it.")},
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, required=False)
    amount = forms.DecimalField(label=_("Amount"), max_digits=12, decimal_places=2, required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False)
    valid_until = forms.DateField(label=_("Valid until"), widget=forms.DateInput(attrs={"type": "date"}))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, auto_id="estimate-%s", **kwargs)
        self.initial.setdefault("currency", currency)


class OutsideForm(forms.Form):
    """The message that goes with marking a ticket as outside the agreement."""

    name = "outside"
    words = forms.CharField(
        label=_("Message to the customer"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write to the customer why this is outside the agreement.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="outside-%s", **kwargs)


class ArrangementForm(forms.Form):
    """Until when the ticket is kept open, and what was agreed."""

    name = "arrangement"
    until = LocalDateTimeField(label=_("Keep it open until"))
    words = forms.CharField(label=_("What was agreed"), required=False, max_length=500)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="arrangement-%s", **kwargs)
        self.initial.setdefault("until", ticket.arrangement_until)


class SplitForm(forms.Form):
    """The other matter that this ticket holds."""

    name = "split"
    subject = forms.CharField(label=_("Subject"), max_length=250)
    body = forms.CharField(label=_("Description"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="split-%s", **kwargs)


class ClassifyForm(forms.Form):
    """What the ticket turned out to be: type, product, scope, cause. Only what the vendor's process knows is asked."""

    name = "classify"
    ASKED = {
        "type": ("types", _("Type")),
        "product": ("products", _("Product")),
        "solution_scope": ("solution_scopes", _("Solution scope")),
        "cause": ("causes", _("Cause")),
    }

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="classify-%s", **kwargs)
        for name, (rows, label) in self.ASKED.items():
            offered = getattr(catalogue(), rows).offered
            now = getattr(ticket, name)
            if len(offered) > (name == "type"):
                blank = [] if name == "type" else [("", "—")]
                kept = [(now.code, now.name)] if now is not None and now not in offered else []
                choices = [*blank, *kept, *((row.code, row.name) for row in offered)]
                self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=not blank)
                self.initial.setdefault(name, now.code if now else "")
        if "product" in self.fields:
            self.fields["product_version"] = forms.CharField(label=_("Version"), max_length=80, required=False)
            self.initial.setdefault("product_version", ticket.product_version)
        self.fields["reason"] = forms.CharField(label=_("Why"), required=False, max_length=300)

    @property
    def values(self) -> dict[str, Any]:
        """What the command takes."""
        sent = self.cleaned_data
        rows = {
            name: getattr(catalogue(), rows)[sent[name]] if sent[name] else None
            for name, (rows, _label) in self.ASKED.items()
            if name in sent
        }
        return rows | {name: sent[name] for name in ("product_version",) if name in sent}
