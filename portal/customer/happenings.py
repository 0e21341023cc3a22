"""Public events of a ticket as small lines in plain words."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.customer.terms import term
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import Item


def happening(item: Item) -> tuple[str, str] | None:
    """An icon and a sentence for an event; None for one that says nothing to a customer."""
    teller = TELLERS.get(item.kind)
    return teller(item) if teller is not None else None


def _status(item: Item) -> tuple[str, str] | None:
    known = catalogue().statuses
    old, new = known.get(item.meta["old"]), known.get(item.meta["new"])
    if new is None or (old is not None and old.public_name == new.public_name):
        return None
    icon = "circle-check" if new.is_final else "circle-dot"
    reason = next((row["name"] for row in new.reasons if row["code"] == item.meta.get("reason")), "")
    return icon, _("Status: %s") % (f"{new.public_name} ({reason})" if reason else new.public_name)


def _severity(item: Item) -> tuple[str, str] | None:
    severity = catalogue().severities.get(item.meta["new"])
    if severity is None or item.meta["old"] == item.meta["new"]:
        return None
    reason = item.data.get("reason", "")
    words = f"{capfirst(term('severity'))}: {severity.name}"
    return "signal-high", f"{words}: {reason}" if reason else words


def _classified(item: Item) -> tuple[str, str] | None:
    new = catalogue().types.get(item.meta.get("type", ["", ""])[1])
    return ("tags", _("Now handled as: %s") % new.name) if new is not None else None


def _answer(item: Item) -> tuple[str, str]:
    return "scale", _("Answer: %s") % item.meta["answer"]


def _released(item: Item) -> tuple[str, str] | None:
    release = item.data.get("release")
    return ("package-check", _("%s is released") % release) if release else None


def _exhausted(item: Item) -> tuple[str, str]:
    return "timer-off", _("The included time of the month is used up")


def _offered(item: Item) -> tuple[str, str]:
    return "receipt-text", _("%s offered an estimate") % item.author


def _decided(item: Item) -> tuple[str, str]:
    approved = item.kind == "estimate_approved"
    if item.is_own:
        return ("check", _("You approved the estimate")) if approved else ("x", _("You declined the estimate"))
    words = _("%s approved the estimate") if approved else _("%s declined the estimate")
    return ("check" if approved else "x"), words % item.author


def _expired(item: Item) -> tuple[str, str]:
    return "receipt-text", _("The estimate ended without a decision")


def _arrangement(item: Item) -> tuple[str, str]:
    until = localtime(datetime.fromisoformat(item.meta["until"]))
    words = _("Agreed to keep this open until %s") % date_format(until, "D j F, H:i")
    return "handshake", f"{words}: {item.data['words']}" if item.data.get("words") else words


def _confirmation(item: Item) -> tuple[str, str]:
    return "message-circle-question-mark", _("%s asked whether this is solved") % item.author


def _solved(item: Item) -> tuple[str, str]:
    words = _("You told us that this is solved") if item.is_own else _("%s told us that this is solved") % item.author
    return "check", words


def _accepted(item: Item) -> tuple[str, str]:
    return "check-check", _("You agreed to closing this") if item.is_own else _(
        "%s agreed to closing this"
    ) % item.author


def _follows(item: Item) -> tuple[str, str]:
    return "link", _("Follows on from %s") % item.meta["of"]


def _followed_by(item: Item) -> tuple[str, str]:
    return "link", _("Goes on in %s") % item.meta["by"]


def _split_from(item: Item) -> tuple[str, str]:
    return "split", _("Another matter of %s") % item.meta["of"]


def _split_off(item: Item) -> tuple[str, str]:
    return "split", _("Another matter has its own number: %s") % item.meta["by"]


def _restatement(item: Item) -> tuple[str, str]:
    return "message-circle-question-mark", _("We asked whether the situation is the same as before")


def _escalation(item: Item) -> tuple[str, str]:
    title = item.data.get("title", "")
    words = _("You escalated this to %s") % title if item.is_own else _("Escalated to %s") % title
    return "megaphone", f"{words}: “{item.body}”"


def _escalation_answer(item: Item) -> tuple[str, str]:
    return "message-square-reply", _("Answer to the escalation: “%s”") % item.body


def _escalation_end(item: Item) -> tuple[str, str] | None:
    if not item.body:
        return None  # raised to the next level, which has a line of its own
    return "circle-check", _("The escalation has ended: “%s”") % item.body


TELLERS: Mapping[str, Callable[[Item], tuple[str, str] | None]] = {
    "status": _status,
    "severity": _severity,
    "classified": _classified,
    "answer": _answer,
    "released": _released,
    "budget_exhausted": _exhausted,
    "estimate_offered": _offered,
    "estimate_approved": _decided,
    "estimate_declined": _decided,
    "estimate_expired": _expired,
    "arrangement": _arrangement,
    "confirmation": _confirmation,
    "solved_by_customer": _solved,
    "accepted": _accepted,
    "escalation": _escalation,
    "escalation_answered": _escalation_answer,
    "escalation_closed": _escalation_end,
    "follows": _follows,
    "followed_by": _followed_by,
    "split_from": _split_from,
    "split_off": _split_off,
    "restatement_asked": _restatement,
}
