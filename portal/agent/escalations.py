"""Escalations on the agent's ticket page: what was asked of whom, and the forms to ask, answer and end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.access import Actor
from portal.agent.strip import Step
from sla.models import Escalation
from sla.models.escalations import GIVEN_OUTCOMES, OUTCOMES, PATH_KINDS
from sla.queries.audiences import title_of
from sla.queries.escalations import escalations_of, offered
from tickets.models import Ticket
from tickets.queries.conversation import Item


def _words(label: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "class": "short"})
    return forms.CharField(label=label, required=False, max_length=10_000, widget=widget)


class EscalateForm(forms.Form):
    """Whom to ask, and why."""

    name = "escalate"
    kind = forms.ChoiceField(label=_("Ask"))
    reason = _words(_("Why"))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, *args: Any, ticket: Ticket, actor: Actor, asked: Sequence[Escalation], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="escalate-%s", **kwargs)
        self.steps = {step.kind: step for step in offered(ticket, actor, asked)}
        self.fields["kind"].choices = [
            (kind, f"{title_of(step)}: {PATH_KINDS[kind].lower()}, level {step.level}")
            for kind, step in self.steps.items()
        ]


class AnswerEscalationForm(forms.Form):
    """What whoever was asked says."""

    words = _words(_("The answer"))

    def __init__(self, *args: Any, escalation_id: int, **kwargs: Any) -> None:
        self.name = f"escalation-answer-{escalation_id}"
        super().__init__(*args, auto_id=f"{self.name}-%s", **kwargs)


class CloseEscalationForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("It is"), choices=[(code, OUTCOMES[code]) for code in GIVEN_OUTCOMES])
    words = _words(_("In words"))

    def __init__(self, *args: Any, escalation_id: int, **kwargs: Any) -> None:
        self.name = f"escalation-end-{escalation_id}"
        super().__init__(*args, auto_id=f"{self.name}-%s", **kwargs)


@dataclass(frozen=True)
class Asked:
    """One escalation with its words, and the forms of one that is open."""

    row: Escalation
    reason: str
    answer: AnswerEscalationForm
    end: CloseEscalationForm
    opened: str = ""

    @property
    def told(self) -> str:
        return ", ".join(person["name"] for person in self.row.told)


@dataclass(frozen=True)
class Panel:
    """Everything about escalation on one ticket; newest first."""

    asked: list[Asked]
    form: EscalateForm | None

    @property
    def is_there(self) -> bool:
        return bool(self.asked or (self.form and self.form.steps))


def escalation_panel(ticket: Ticket, actor: Actor, items: Sequence[Item], refused: Any) -> Panel:
    """The panel; `refused` is a form that was not accepted, shown again where it belongs. One query."""
    rows = escalations_of(ticket, actor)
    words = {item.seq: item.body for item in items if item.kind == "escalation"}
    name = getattr(refused, "name", "")
    asked = [_asked(row, words.get(row.seq, ""), refused, name) for row in reversed(rows)]
    if not actor.may_write:
        return Panel(asked, None)
    return Panel(asked, refused if name == EscalateForm.name else EscalateForm(ticket=ticket, actor=actor, asked=rows))


def escalation_steps(panel: Panel) -> Iterator[Step]:
    """What is escalated and waits for an answer, for the strip above the reply box."""
    for asked in panel.asked:
        if asked.row.is_open and asked.row.answered_at is None:
            who = asked.row.asked_by_name if asked.row.asked_by_id else gettext("A rule")
            title = gettext("%(who)s escalated it to %(title)s") % {"who": who, "title": asked.row.title}
            yield Step(title, gettext("No answer yet."), "warn", "megaphone")


def _asked(row: Escalation, reason: str, refused: Any, name: str) -> Asked:
    answer, end = AnswerEscalationForm(escalation_id=row.pk), CloseEscalationForm(escalation_id=row.pk)
    if name == answer.name:
        return Asked(row, reason, refused, end, "answer")
    if name == end.name:
        return Asked(row, reason, answer, refused, "end")
    return Asked(row, reason, answer, end)
