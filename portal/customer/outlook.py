"""What happens next with a ticket, in the customer's words; and what an answer to it would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from helpdesk.access import Actor
from helpdesk.moments import moment
from sla.queries import promises
from tickets.commands.verbs import waits_for_agreement
from tickets.models import Ticket, Timer
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import Item

SOLVED = "solved_by_customer"


@dataclass(frozen=True)
class Outlook:
    """One sentence that stands first on the page, what goes with it, and how it is drawn."""

    title: str
    details: tuple[str, ...] = ()
    icon: str = "clock"
    tone: str = "accent"


@dataclass(frozen=True)
class Effect:
    """What an answer to a finished ticket does: `kind` is reopen, append or follow_up."""

    kind: str
    needs_restatement: bool = False


def outlook(ticket: Ticket, items: Sequence[Item], actor: Actor, now: datetime) -> Outlook:
    """What the reader may count on next, from the ticket and its conversation."""
    status = catalogue().statuses.by_id[ticket.status_id]
    if status.is_final:
        kept = (each.sentence for each in promises(ticket, now))
        return Outlook(_("This is finished."), (_finished(ticket, now), *kept), "circle-check", "good")
    if said_solved(items):
        return Outlook(_("You told us that this is solved. We close it."), icon="circle-check", tone="good")
    if _held_by_customer(items):
        title = _("This is on hold because you asked for it.")
        return Outlook(title, (_("Write below when you want to go on."), *_closing(ticket)), "circle-pause", "neutral")
    if ticket.turn == "customer":
        return _waits_for_customer(ticket, actor, now)
    told = promises(ticket, now)
    if status.category == "pending_supplier":
        title = _("We wait for a third party and go on as soon as it has answered.")
        return Outlook(title, tuple(each.sentence for each in told), "truck", "neutral")
    first = next((each for each in told if each.state in ("late", "open")), None)
    title, icon = (first.sentence, "clock") if first is not None else _at_work(ticket)
    others = tuple(each.sentence for each in told if each is not first)
    tone = "warn" if first is not None and first.state == "late" else "accent"
    return Outlook(title, (*others, _("You get an e-mail when we write.")), icon, tone)


def _at_work(ticket: Ticket) -> tuple[str, str]:
    """What is going on where no time is promised."""
    if ticket.last_agent_at is not None:
        return _("We are working on this."), "wrench"
    if catalogue().severities.by_id[ticket.severity_id].best_effort:
        return _("We answer as soon as possible."), "inbox"
    return _("We have this and look at it next."), "inbox"


def _waits_for_customer(ticket: Ticket, actor: Actor, now: datetime) -> Outlook:
    if waits_for_agreement(ticket):
        title = _("We think this is solved. Do you agree?")
        advice = _("Accept it below, or write what is still missing.")
    elif ticket.confirmation_requested_at is not None:
        title = _("We think this is solved. Is it?")
        advice = _("Tell us below whether it works for you.")
    elif "estimate_offered" in catalogue().statuses.by_id[ticket.status_id].set_on:
        title, advice = _("You have an estimate to decide on."), _("We go on when it is approved.")
    elif ticket.requester_id == actor.id:
        title, advice = _("We wait for your answer."), _("Write it below; we go on as soon as we have it.")
    else:
        title = _("We wait for an answer from %s.") % ticket.requester.name
        advice = _("You can give it as well; write it below.")
    told = (each.sentence for each in promises(ticket, now) if each.state in ("late", "open", "waiting", "suspended"))
    return Outlook(title, (advice, *_closing(ticket), *told), "message-square-reply", "warn")


def _closing(ticket: Ticket) -> tuple[str, ...]:
    """When the ticket is closed for want of an answer, if a closing rule runs on it."""
    timers = Timer.objects.filter(ticket=ticket, kind="rule", state="pending").exclude(ref__endswith=":remind")
    closes_at = timers.order_by("due_at").values_list("due_at", flat=True).first()
    return (_("We close this on %s if we do not hear from you.") % moment(closes_at),) if closes_at else ()


def said_solved(items: Sequence[Item]) -> bool:
    """Whether the customer said that it is solved and nobody has spoken since."""
    return next((item.kind for item in reversed(items) if item.has_words or item.kind == SOLVED), "") == SOLVED


def _held_by_customer(items: Sequence[Item]) -> bool:
    """Whether the customer itself put the ticket into the waiting status that it has."""
    last = next((item for item in reversed(items) if item.kind == "status"), None)
    if last is None or last.side != "customer":
        return False
    status = catalogue().statuses.get(last.meta["new"])
    return status is not None and status.waits_for_customer


def reply_effect(ticket: Ticket, now: datetime) -> Effect | None:
    """What a reply does to a finished ticket, as the vendor's reopen policy says; None while it is open."""
    status, policy = catalogue().statuses.by_id[ticket.status_id], catalogue().reopen
    if not status.is_final:
        return None
    answer = policy.reply_to_resolved if status.category == "resolved" else policy.reply_to_closed
    if answer == "append":
        return Effect("append")
    late = (
        policy.window_days is not None
        and ticket.finished_at is not None
        and now > ticket.finished_at + timedelta(days=policy.window_days)
    )
    if answer != "reopen" or late:
        return Effect("follow_up")
    return Effect("reopen", needs_restatement=policy.restatement_required)


def _finished(ticket: Ticket, now: datetime) -> str:
    effect = reply_effect(ticket, now)
    return {
        "reopen": _("If it is not solved after all, an answer below opens it again."),
        "append": _("You can still add something below; it stays finished."),
        "follow_up": _("If something is left to do, an answer below opens a new one that is linked to this."),
    }[effect.kind if effect else "reopen"]
