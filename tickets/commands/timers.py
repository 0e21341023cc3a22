"""Timers: rewritten whenever a ticket changes, fired by sweeps, each effect once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from helpdesk.access import worker
from tickets.commands.change import Change, locked, settle
from tickets.models import Timer

Wanted = frozenset[tuple[str, datetime]]
Pairs = Sequence[tuple[Change, Timer]]


def rewrite_timers(kind: str, wanted: Mapping[int, Wanted], *, now: datetime) -> None:
    """Make the pending timers of this kind say what is wanted: {ticket id: {(ref, due_at)}}.

    A timer that is overdue and not wanted any more is left for the sweep, which finds it void;
    taking it away here could lose one that came due in this very moment.
    """
    missing = {(ticket_id, ref, due_at) for ticket_id, timers in wanted.items() for ref, due_at in timers}
    void = []
    for timer in Timer.objects.filter(ticket_id__in=wanted, kind=kind, state="pending"):
        key = (timer.ticket_id, timer.ref, timer.due_at)
        if key in missing:
            missing.discard(key)
        elif timer.due_at >= now:
            void.append(timer.pk)
    if void:
        Timer.objects.filter(pk__in=void).delete()
    if missing:
        Timer.objects.bulk_create(
            (
                Timer(ticket_id=ticket_id, kind=kind, ref=ref, due_at=due_at)
                for ticket_id, ref, due_at in sorted(missing)
            ),
            ignore_conflicts=True,
        )


@cache
def _handler(kind: str) -> Callable[[Pairs], None]:
    return import_string(settings.TIMER_HANDLERS[kind])  # type: ignore[no-any-return]


def fire_due(ticket_ids: Sequence[int], *, now: datetime) -> int:
    """Fire what is due before `now` on these tickets, in the order of the due times. Returns how many fired.

    Tickets that somebody holds are left for the next sweep. Timers are marked in the same transaction
    as their effects: a worker that dies loses nothing and doubles nothing.
    """
    fired = 0
    with transaction.atomic():
        changes: dict[int, Change] = {
            ticket.pk: Change(ticket=ticket, actor=worker(), now=now) for ticket in locked(ticket_ids, skip=True)
        }
        while round_ := _earliest_per_ticket(changes, now):
            Timer.objects.filter(pk__in=[timer.pk for timer in round_]).update(state="done", done_at=now)
            for kind in sorted({timer.kind for timer in round_}):
                _handler(kind)([(changes[timer.ticket_id], timer) for timer in round_ if timer.kind == kind])
            settle([changes[timer.ticket_id] for timer in round_])
            changes = {pk: Change(ticket=old.ticket, actor=worker(), now=now) for pk, old in changes.items()}
            fired += len(round_)
    return fired


def _earliest_per_ticket(changes: Mapping[int, Any], now: datetime) -> list[Timer]:
    due = Timer.objects.filter(ticket_id__in=changes, state="pending", due_at__lt=now)
    return list(due.order_by("ticket_id", "due_at", "id").distinct("ticket_id"))
