"""What staff go through on this ticket: the steps of its checklists, and messages on telephone lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from tickets.core.conditions import holds
from tickets.models import Checklist, Ticket, VoicemailLine
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import Item
from tickets.queries.facts import facts_of


@dataclass(frozen=True)
class Step:
    """One step, and the line of the log in which it was taken."""

    code: str
    label: str
    taken: Item | None


@dataclass(frozen=True)
class Steps:
    """A checklist on this ticket."""

    checklist: Checklist
    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(step.taken is not None for step in self.steps)


def checklists_of(ticket: Ticket, items: Iterable[Item]) -> list[Steps]:
    """The checklists for this ticket, and those on which a step was taken already."""
    taken = {(item.meta["checklist"], item.meta["step"]): item for item in items if item.kind == "step"}
    begun = {checklist for checklist, _ in taken}
    rows = catalogue().checklists.offered
    facts = facts_of(ticket) if rows else None
    offered = [row for row in rows if row.code in begun or holds(row.when, facts)]  # type: ignore[arg-type]
    return [
        Steps(row, [Step(item["code"], item["label"], taken.get((row.code, item["code"]))) for item in row.items])
        for row in offered
    ]


class VoicemailForm(forms.Form):
    """A message that the customer left on one of the vendor's lines."""

    line = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, line: VoicemailLine, **kwargs: Any) -> None:
        self.name = f"voicemail-{line.code}"
        super().__init__(*args, auto_id=f"{self.name}-%s", **kwargs)
        self.target = line
        self.fields["line"].initial = line.code
        for question in line.questions:
            self.fields[question["key"]] = forms.CharField(label=question["label"], max_length=2000)

    @property
    def answers(self) -> dict[str, str]:
        """What was said, by question."""
        return {question["key"]: self.cleaned_data[question["key"]] for question in self.target.questions}


def voicemail_forms(refused: Any) -> list[VoicemailForm]:
    """One form for each line; the one that was not accepted as it was sent."""
    return [
        refused if getattr(refused, "name", "") == f"voicemail-{line.code}" else VoicemailForm(line=line)
        for line in catalogue().voicemail_lines.offered
    ]
