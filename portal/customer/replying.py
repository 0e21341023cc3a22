"""The reply box, and the small forms that stand under it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.access import Actor, allowed
from portal.customer.outlook import Effect
from portal.intake.fields import FilesField
from tickets.models import Status, Ticket
from tickets.permissions import check_status
from tickets.queries.catalogue import catalogue

RESTATEMENTS = [("identical", _("The same as before")), ("changed", _("Different from before"))]


class ReplyForm(forms.Form):
    """Words and files. `seen` is the last line that the writer has read, `key` names this form."""

    body = forms.CharField(
        label=_("Your answer"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write something first.")},
    )
    files = FilesField(label=_("Files"), required=False, allow_empty_file=True)
    restatement = forms.ChoiceField(
        label=_("How is the situation now?"), choices=RESTATEMENTS, widget=forms.RadioSelect, required=False
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, ticket: Ticket, effect: Effect | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs |= {"data-draft": draft_key(ticket), "placeholder": _("Write an answer")}
        if effect is None or not effect.needs_restatement:
            del self.fields["restatement"]
        else:
            words = _("Describe the situation as it is now")
            self.fields["body"].label = words
            self.fields["body"].widget.attrs["placeholder"] = words

    def seen_now(self, seq: int) -> None:
        """The next sending has seen everything up to this line."""
        self.data = self.data.copy()
        self.data["seen"] = seq


def draft_key(ticket: Ticket) -> str:
    """The name under which the browser keeps what is typed on this ticket."""
    return f"ticket-{ticket.number}"


class StatusForm(forms.Form):
    """One status that the customer may set, with what it asks for."""

    status = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, status: Status, **kwargs: Any) -> None:
        super().__init__(*args, prefix=None, auto_id=f"id_{status.code}_%s", **kwargs)
        self.target = status
        self.fields["status"].initial = status.code
        reasons = [
            (row["code"], row["name"]) for row in status.reasons if "customer" in row.get("set_by", ["customer"])
        ]
        if reasons:
            self.fields["reason"] = forms.ChoiceField(label=_("Reason"), choices=reasons)
            if len(reasons) == 1:
                self.fields["reason"].widget, self.fields["reason"].initial = forms.HiddenInput(), reasons[0][0]
        given = {code for code, _name in reasons}
        for fact in status.requires:
            if not given or not given <= set(fact.get("unless_reason", ())):
                self.fields[fact["key"]] = _fact_field(fact)

    @property
    def facts(self) -> dict[str, Any]:
        """Facts by key, without the words of a message."""
        kinds = {fact["key"]: fact.get("kind") for fact in self.target.requires}
        return {key: self.cleaned_data[key] for key, kind in kinds.items() if kind != "message" and key in self.fields}

    @property
    def message(self) -> str:
        """The message that the status asks for."""
        key = next((fact["key"] for fact in self.target.requires if fact.get("kind") == "message"), "")
        return str(self.cleaned_data.get(key, ""))


def _fact_field(fact: dict[str, Any]) -> forms.Field:
    optional = bool(fact.get("unless_reason"))
    if fact.get("kind") == "confirm":
        return forms.BooleanField(label=fact["label"], required=not optional)
    widget = forms.Textarea(attrs={"rows": 3, "class": "short"})
    return forms.CharField(label=fact["label"], required=not optional, max_length=10_000, widget=widget)


class EstimateForm(forms.Form):
    """The decision on the estimate that stood on the page."""

    estimate = forms.IntegerField(min_value=1, max_value=2**62)
    decision = forms.ChoiceField(choices=[("approve", ""), ("decline", "")])
    remark = forms.CharField(required=False, max_length=10_000)


def settable(ticket: Ticket, actor: Actor) -> list[Status]:
    """Statuses that this customer may put the ticket into now. What is finished is opened again by an answer."""
    if ticket.is_finished:
        return []
    return [
        status
        for status in catalogue().statuses.offered
        if status.pk != ticket.status_id
        and (ticket.turn == "customer" or status.category not in ("new", "open"))
        and allowed(check_status, actor, ticket, status)
    ]
