"""What the customer may count on, in plain words: only what the vendor's document gives, never an assumed figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.moments import moment
from sla.queries.views import ClockView, clock_views
from tickets.models import Ticket

STATES = {
    "running": "open",
    "warning": "open",
    "late": "late",
    "paused": "waiting",
    "met": "kept",
    "met_late": "kept_late",
}
SENTENCES = {
    "open": {
        "first_response": _("We answer by %s."),
        "periodic_update": _("You hear from us again by %s."),
        "resolution": _("We aim to solve this by %s."),
    },
    "late": {
        "first_response": _("We wanted to answer by %s and are late. We are sorry; it is next on our desk."),
        "periodic_update": _("You should have heard from us by %s. We are sorry; it is next on our desk."),
        "resolution": _("We wanted to solve this by %s and have not yet. We are sorry and keep at it."),
    },
    "waiting": {
        "first_response": _("The time for our answer stands still for now."),
        "periodic_update": _("The time for our next word to you stands still for now."),
        "resolution": _("The time for a solution stands still for now and goes on when we do."),
    },
    "kept": {
        "first_response": _("We answered on %s, in time."),
        "resolution": _("You had a solution or a workaround on %s, in time."),
    },
    "kept_late": {
        "first_response": _("We answered on %s, later than we wanted to. We are sorry."),
        "resolution": _("You had a solution or a workaround on %s, later than we wanted to. We are sorry."),
    },
}
BRIEF = {
    "open": {
        "first_response": _("Answer by %s"),
        "periodic_update": _("Next word from us by %s"),
        "resolution": _("Solution aimed at by %s"),
    },
    "late": {
        "first_response": _("We are late: answer was due %s"),
        "periodic_update": _("We are late: word from us was due %s"),
        "resolution": _("We are late: solution was aimed at by %s"),
    },
}
SHORT = "D j M, H:i"


@dataclass(frozen=True)
class Promise:
    """One clock in a sentence for the customer. `state`: open, late, waiting, suspended, kept or kept_late."""

    metric: str
    state: str
    due_at: datetime | None
    sentence: str
    brief: str


def promise(ticket: Ticket, now: datetime) -> Promise | None:
    """The next thing that the customer may count on."""
    return next((found for found in promises(ticket, now) if found.state == "open"), None)


def promises(ticket: Ticket, now: datetime) -> list[Promise]:
    """Everything that was promised about this ticket, what comes next first."""
    return promised(clock_views([ticket], now)[ticket.pk])


def promised(views: Iterable[ClockView]) -> list[Promise]:
    """The same of clocks that were read already, for lists."""
    told = (view for view in views if not view.assumed or view.state == "suspended")
    return [found for view in told if (found := _promise(view)) is not None]


def _promise(view: ClockView) -> Promise | None:
    if view.state == "suspended":  # what the process says in place of a time
        return Promise(view.metric, "suspended", None, f"{view.label}: {view.paused_why}.", "")
    state = STATES.get(view.state, "")
    sentence = SENTENCES.get(state, {}).get(view.metric)
    if sentence is None:
        return None
    if state == "waiting":
        return Promise(view.metric, state, None, str(sentence), "")
    at = view.met_at or view.due_at
    assert at is not None, "a clock that runs is due, and one that was met was met once"
    brief = BRIEF.get(state, {}).get(view.metric, "")
    due_at = view.due_at if brief else None
    return Promise(
        view.metric, state, due_at, str(sentence % moment(at)), str(brief % moment(at, SHORT)) if brief else ""
    )
