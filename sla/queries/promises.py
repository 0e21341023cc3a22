"""What the customer may count on, in plain words: only what the vendor's document gives, never an assumed figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.moments import moment
from sla.queries.views import ClockView, clock_views
from tickets.models import Ticket


@dataclass(frozen=True)
class Promise:
    """One clock in a sentence for the customer. `state`: open, late, waiting, kept or kept_late."""

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
    return [found for view in views if not view.assumed and (found := _promise(view)) is not None]


def _promise(view: ClockView) -> Promise | None:
    match view.state:
        case "running" | "warning" if view.due_at is not None:
            return Promise(view.metric, "open", view.due_at, _open(view, view.due_at), _open_brief(view, view.due_at))
        case "late" if view.due_at is not None:
            return Promise(view.metric, "late", view.due_at, _late(view, view.due_at), _late_brief(view, view.due_at))
        case "paused":
            return Promise(view.metric, "waiting", None, _waiting(view), "")
        case "met" if view.met_at is not None:
            sentence = _kept(view, view.met_at)
            return Promise(view.metric, "kept", None, sentence, "") if sentence else None
        case "met_late" if view.met_at is not None:
            sentence = _kept_late(view, view.met_at)
            return Promise(view.metric, "kept_late", None, sentence, "") if sentence else None
    return None


def _open(view: ClockView, due_at: datetime) -> str:
    words = {
        "first_response": _("We answer by %s."),
        "periodic_update": _("You hear from us again by %s."),
        "resolution": _("We aim to solve this by %s."),
    }
    return words[view.metric] % moment(due_at)


def _open_brief(view: ClockView, due_at: datetime) -> str:
    words = {
        "first_response": _("Answer by %s"),
        "periodic_update": _("Next word from us by %s"),
        "resolution": _("Solution aimed at by %s"),
    }
    return words[view.metric] % moment(due_at, "D j M, H:i")


def _late(view: ClockView, due_at: datetime) -> str:
    words = {
        "first_response": _("We wanted to answer by %s and are late. We are sorry; it is next on our desk."),
        "periodic_update": _("You should have heard from us by %s. We are sorry; it is next on our desk."),
        "resolution": _("We wanted to solve this by %s and have not yet. We are sorry and keep at it."),
    }
    return words[view.metric] % moment(due_at)


def _late_brief(view: ClockView, due_at: datetime) -> str:
    words = {
        "first_response": _("We are late: answer was due %s"),
        "periodic_update": _("We are late: word from us was due %s"),
        "resolution": _("We are late: solution was aimed at by %s"),
    }
    return words[view.metric] % moment(due_at, "D j M, H:i")


def _waiting(view: ClockView) -> str:
    words = {
        "first_response": _("The time for our answer stands still for now."),
        "periodic_update": _("The time for our next word to you stands still for now."),
        "resolution": _("The time for a solution stands still for now and goes on when we do."),
    }
    return words[view.metric]


def _kept(view: ClockView, met_at: datetime) -> str:
    words = {
        "first_response": _("We answered on %s, in time."),
        "resolution": _("You had a solution or a workaround on %s, in time."),
    }
    return words[view.metric] % moment(met_at) if view.metric in words else ""


def _kept_late(view: ClockView, met_at: datetime) -> str:
    words = {
        "first_response": _("We answered on %s, later than we wanted to. We are sorry."),
        "resolution": _("You had a solution or a workaround on %s, later than we wanted to. We are sorry."),
    }
    return words[view.metric] % moment(met_at) if view.metric in words else ""
