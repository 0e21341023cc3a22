"""Timers: rewritten whenever a ticket changes, fired by sweeps, each effect once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
        # Another sweep may have been here since the ids were read: what it has done is not locked again.
        still_due = list(_due(ticket_ids, now).values_list("ticket_id", flat=True).distinct())
        tickets = {ticket.pk: ticket for ticket in locked(still_due, skip=True)}
        while earliest := _earliest_per_ticket(tickets, now):
            Timer.objects.filter(pk__in=[timer.pk for timer in earliest]).update(state="done", done_at=now)
            pairs = [(Change(ticket=tickets[timer.ticket_id], actor=worker(), now=now), timer) for timer in earliest]
            for kind in sorted({timer.kind for timer in earliest}):
                _handler(kind)([(change, timer) for change, timer in pairs if timer.kind == kind])
            settle([change for change, _ in pairs])
            fired += len(earliest)
    return fired


def _due(ticket_ids: Iterable[int], now: datetime) -> Any:
    return Timer.objects.filter(ticket_id__in=ticket_ids, state="pending", due_at__lt=now)


def _earliest_per_ticket(ticket_ids: Iterable[int], now: datetime) -> list[Timer]:
    return list(_due(ticket_ids, now).order_by("ticket_id", "due_at", "id").distinct("ticket_id"))
