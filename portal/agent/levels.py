"""The support level of a ticket: where it has been, who manages it, and where this agent may hand it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.access import Actor, Refused, allowed
from helpdesk.models import Team
from portal.agent.strip import Step
from tickets.commands.levels import queue_with
from tickets.models import SupportLevel, Ticket
from tickets.permissions import check_hand_over, check_manages_level
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import Item


@dataclass(frozen=True)
class Stay:
    """One line of the level history."""

    level: str
    at: datetime
    by: str
    summary: str


def level_name(code: str) -> str:
    """The vendor's word for a level."""
    level = catalogue().levels.get(code)
    return level.name if level is not None else code.upper()


def stays(items: Sequence[Item]) -> list[Stay]:
    """Where the ticket has been, oldest first, from its conversation."""
    found = [item for item in items if item.kind == "support_level"]
    return [Stay(level_name(item.meta["new"]), item.at, item.author, item.body) for item in found]


def level_steps(ticket: Ticket, items: Sequence[Item], actor: Actor) -> Iterator[Step]:
    """What whoever opens the ticket has to know about its level: the summary, and whose it is."""
    if ticket.is_finished or not ticket.support_level:
        return
    handed = [stay for stay in stays(items) if stay.summary]
    if handed:
        last = handed[-1]
        title = _("%(by)s handed it over to %(level)s") % {"by": last.by, "level": last.level}
        yield Step(title, last.summary, "info", "layers")
    try:
        check_manages_level(actor, ticket)
    except Refused as warning:
        yield Step(_("Not your level"), warning.sentence, "warn", "triangle-alert")


class LevelForm(forms.Form):
    """Another support level, and what was done so far."""

    name = "level"
    level = forms.ChoiceField(label=gettext_lazy("Hand over to"))
    summary = forms.CharField(
        label=gettext_lazy("What was found, tried and ruled out"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )

    def __init__(self, *args: object, ticket: Ticket, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, auto_id="level-%s", **kwargs)
        self.levels: dict[str, SupportLevel] = {
            row.code: row for row in catalogue().levels.offered if allowed(check_hand_over, actor, ticket, row)
        }
        self.fields["level"].choices = [(row.code, _proposed(row, ticket)) for row in self.levels.values()]

    @property
    def chosen(self) -> SupportLevel:
        return self.levels[self.cleaned_data["level"]]


def _proposed(level: SupportLevel, ticket: Ticket) -> str:
    """A level with the queue that comes with it."""
    queue = queue_with(level, ticket)
    return level.name if queue is None or queue.pk == ticket.queue_id else f"{level.name}: {queue.name}"


class CallInForm(forms.Form):
    """A team that is asked to help, and what for."""

    name = "call_in"
    team = forms.ChoiceField(label=gettext_lazy("Team"))
    reason = forms.CharField(label=gettext_lazy("What for"), required=False, max_length=1000)

    def __init__(self, *args: object, ticket: Ticket, **kwargs: object) -> None:
        super().__init__(*args, auto_id="call_in-%s", **kwargs)
        self.teams: dict[str, Team] = {row.code: row for row in catalogue().teams.offered if row.kind != "supplier"}
        self.fields["team"].choices = [(row.code, row.name) for row in self.teams.values()]

    @property
    def chosen(self) -> Team:
        return self.teams[self.cleaned_data["team"]]
