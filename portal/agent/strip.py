"""The strip above the reply box: what the vendor's process expects next on this ticket."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.moments import moment
from helpdesk.tenancy import current_vendor
from portal.agent.clocks import RUNNING, Told
from portal.templatetags.words import duration
from tickets.commands.rules import closing_timers
from tickets.models import Release, Ticket
from tickets.queries.conversation import Item


@dataclass(frozen=True)
class Step:
    """One thing that is expected; `offers` names what can be done about it in one click."""

    title: str
    text: str = ""
    tone: str = "neutral"
    icon: str = "info"
    offers: str = ""


def strip(
    ticket: Ticket, items: Sequence[Item], clocks: Sequence[Told], now: datetime, release: Release | None = None
) -> list[Step]:
    """What is expected next, the most urgent first. `release` has what the ticket asks for."""
    steps = [*_said_solved(ticket, items), *_phone(ticket, items), *_severity(ticket), *_request(ticket, release)]
    return [
        *steps,
        *_answer(ticket, clocks),
        *_closing(ticket, now),
        *_confirmation(ticket),
        *_arrangement(ticket, now),
    ]


def _phone(ticket: Ticket, items: Sequence[Item]) -> Iterator[Step]:
    """A ticket that was opened on the phone, or has a call logged, has been spoken about."""
    if ticket.severity.phone_call_required and not ticket.is_finished and not any(i.channel == "phone" for i in items):
        text = _("%s asks for a call. Log it here when you have spoken.") % ticket.severity.name
        yield Step(_("Phone call outstanding"), text, "warn", "phone")


def _severity(ticket: Ticket) -> Iterator[Step]:
    if ticket.is_finished or not ticket.type.sla_applies:
        return
    if ticket.severity.is_unassigned:
        yield Step(_("Severity not set"), _("No target runs until somebody grades it."), "warn", "signal-high")
    elif ticket.severity_confirmed_at is None and _customers_grade():
        yield Step(
            _("Severity not confirmed"),
            _("The customer chose %s.") % ticket.severity.name,
            "info",
            "signal-high",
            "confirm",
        )


def _request(ticket: Ticket, release: Release | None) -> Iterator[Step]:
    """A request needs an answer; one that is released needs to be told of."""
    if ticket.is_finished:
        return
    if ticket.type.requires_answer and not ticket.answer:
        answers = _(" or ").join(ticket.type.requires_answer)
        yield Step(_("Answer outstanding"), _("It can be closed once it is answered: %s.") % answers, "info", "scale")
    elif release is not None and ticket.answer == ticket.type.yes:
        yield Step(_("%s has it") % release, _("Tell the customer the version."), "good", "package-check", "version")


def _customers_grade() -> bool:
    return bool({"customer", "customer_online"} & set(current_vendor().severity_selectable_by))


def _answer(ticket: Ticket, clocks: Sequence[Told]) -> Iterator[Step]:
    """The response or update that is due next."""
    for clock in clocks:
        view = clock.view
        if view.metric == "resolution" or view.state not in RUNNING or view.due_at is None:
            continue
        left = duration(clock.chip.left, clock.chip.day_minutes)
        if view.state == "late":
            text = _("It was due on %s.") % _moment(view.due_at)
            yield Step(_("%(what)s late by %(time)s") % {"what": view.label, "time": left}, text, "bad", "clock-alert")
        else:
            title = _("%(what)s due %(at)s") % {"what": view.label, "at": _moment(view.due_at)}
            tone = "warn" if view.state == "warning" else "neutral"
            yield Step(title, _("%s of working time left.") % left, tone, "clock")
        return


def _closing(ticket: Ticket, now: datetime) -> Iterator[Step]:
    due = min((at for ref, at in closing_timers(ticket) if not ref.endswith(":remind")), default=None)
    if due is None:
        return
    if due > now:
        yield Step(_("Closes on %s unless the customer answers") % _moment(due), icon="timer-off")
    else:
        yield Step(_("Closes in a moment: the customer has not answered"), icon="timer-off")


def _confirmation(ticket: Ticket) -> Iterator[Step]:
    if ticket.confirmation_requested_at is not None and not ticket.is_finished:
        asked = _moment(ticket.confirmation_requested_at)
        yield Step(_("The customer was asked on %s whether it is solved") % asked, icon="message-circle-question-mark")


def _said_solved(ticket: Ticket, items: Sequence[Item]) -> Iterator[Step]:
    spoke = [item for item in items if item.side == "customer" and item.is_public]
    if not ticket.is_finished and spoke and spoke[-1].kind == "solved_by_customer":
        yield Step(
            _("The customer says that it is solved"), _("Close it, or ask if something is left."), "good", "close"
        )


def _arrangement(ticket: Ticket, now: datetime) -> Iterator[Step]:
    if ticket.arrangement_until is not None and ticket.arrangement_until > now and not ticket.is_finished:
        yield Step(_("Kept open until %s, as agreed") % _moment(ticket.arrangement_until), icon="handshake")


def _moment(at: datetime) -> str:
    return moment(at, "D j M, H:i")
