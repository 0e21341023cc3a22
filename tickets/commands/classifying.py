"""Classifying: what a ticket turns out to be about, once somebody has looked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from helpdesk.access import Actor, Refused
from tickets.commands.change import Change, changing
from tickets.commands.verbs import put_in_queue
from tickets.events import Classified
from tickets.models import Ticket
from tickets.permissions import check_work

CODED = ("type", "product", "solution_scope", "cause")
PLAIN = ("product_version", "language")


def classify(
    *,
    ticket_id: int,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    reason: str = "",
    seen: int | None = None,
) -> Ticket:
    """Give a ticket another type, product, solution scope or cause (rows, or None), version or language (text).

    `values` names only what changes. A type that is handed over moves the ticket to its queue. Targets that
    depend on any of it are measured anew, from the ticket's creation.
    """
    check_work(actor)
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        fresh = {name: value for name, value in values.items() if getattr(change.ticket, name) != value}
        for name in ("type", "product", "solution_scope", "cause"):
            if getattr(fresh.get(name), "retired", False):
                raise Refused(f"“{fresh[name].name}” is no longer in use. Choose another one.")
        if fresh:
            _classify(change, fresh, reason.strip())
        return change.ticket


def _classify(change: Change, fresh: Mapping[str, Any], reason: str) -> None:
    ticket = change.ticket
    codes: dict[str, Any] = {
        name: [_code(getattr(ticket, name)), _code(fresh[name])] for name in CODED if name in fresh
    }
    words = {name: str(fresh[name]) for name in PLAIN if name in fresh}
    change.set(**fresh)
    change.record(
        "classified",
        Classified(tuple(fresh)),
        public="type" in fresh,
        data=words | ({"reason": reason} if reason else {}),
        **codes,
    )
    if "type" in fresh and ticket.type.handover_queue is not None:
        put_in_queue(change, ticket.type.handover_queue, reason=reason)


def _code(row: Any) -> str:
    return row.code if row is not None else ""
