"""Severities as customers read them: what each means, and what is promised for it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.calendars import ALWAYS
from helpdesk.remembered import remembered
from helpdesk.tenancy import current_vendor
from portal.intake.flags import words_that_raise
from sla.models import SLATarget
from sla.queries.views import LABELS, in_words
from tickets.models import Severity
from tickets.queries.catalogue import catalogue


@dataclass(frozen=True)
class Figure:
    """One target in words. An assumed one is a placeholder and is promised to nobody."""

    label: str
    text: str
    note: str
    assumed: bool


@dataclass(frozen=True)
class Level:
    """A severity, how grave it is among the others (1 is the gravest), and its targets."""

    severity: Severity
    rank: int
    figures: list[Figure]


@remembered
def _targets() -> dict[int, list[SLATarget]]:
    found: dict[int, list[SLATarget]] = {}
    for target in SLATarget.objects.filter(policy__retired=False).order_by("position", "id"):
        found.setdefault(target.severity_id, []).append(target)
    return found


def levels() -> list[Level]:
    """The severities that customers meet, the gravest first; one that means "not graded yet" is left out."""
    shown = [severity for severity in catalogue().severities.offered if not severity.is_unassigned]
    return [
        Level(severity, rank, [_figure(target) for target in _targets().get(severity.pk, ())])
        for rank, severity in enumerate(shown, start=1)
    ]


def rank_of(severity: Severity) -> int:
    """The place of a severity among the others, for its drawing."""
    return list(catalogue().severities).index(severity.code) + 1


def _figure(target: SLATarget) -> Figure:
    label = current_vendor().terms.get(target.metric) or str(LABELS[target.metric])
    return Figure(
        label=label, text=in_words(target.amount, target.unit), note=_note(target), assumed=bool(target.assumed)
    )


def _note(target: SLATarget) -> str:
    notes = []
    if target.clock == ALWAYS or target.unit in ("elapsed_hours", "calendar_days"):
        notes.append(_("day and night"))
    if target.response_via == "phone":
        notes.append(_("by phone"))
    if target.flag:
        words = ", ".join(words_that_raise(target.flag)) or target.flag
        notes.append(_("with %s in the subject") % words)
    return ", ".join(notes)
