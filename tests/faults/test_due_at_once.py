"""Ten thousand timers that come due in the same instant, and everybody sweeps: each effect happens once."""

import json
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from sla.models import Clock
from tests.faults.due import HOUR, copied, punctual
from tests.faults.processes import beat, until, worker
from tests.people import acts, make_agent, make_contact, make_ticket
from tickets.commands import reply
from tickets.models import Entry, Ticket, Timer
from tickets.queries.catalogue import catalogue

LATE, SILENT, UNGRADED = 3000, 2000, 2000  # tickets; a late one has two timers


def crowd(due_at: datetime) -> None:
    """Tickets of three kinds, all of whose timers are due at this instant, or hours later."""
    known, contact, agent = catalogue(), make_contact(), acts(make_agent(teams=()))
    late = make_ticket(contact, severity=known.severities["high"], now=due_at - 4 * HOUR)
    silent = make_ticket(contact, severity=known.severities["low"], now=due_at - 6 * HOUR)
    waiting = known.statuses["waiting"]
    reply(ticket_id=silent.pk, body="Which one?", status=waiting, actor=agent, now=due_at - 6 * HOUR)
    ungraded = make_ticket(contact, now=due_at - 3 * HOUR)
    for ticket, number in ((late, LATE), (silent, SILENT), (ungraded, UNGRADED)):
        copied(ticket, number - 1)


def once(kind: str, number: int, **meta: Any) -> None:
    """That many tickets have a line of this kind, and none has two."""
    lines = Entry.objects.filter(kind=kind, **{f"meta__{name}": value for name, value in meta.items()})
    assert (lines.count(), lines.values("ticket").distinct().count()) == (number, number), kind


def test_ten_thousand_timers_of_one_instant_under_four_workers_and_two_beats(committed, broker, var):
    vendor, due_at = punctual(), timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    Vendor.objects.exclude(pk=vendor.pk).update(is_active=False)
    with acting_for(vendor):
        crowd(due_at)
        assert Timer.objects.filter(state="pending", due_at=due_at).count() == 10_000
        assert not Timer.objects.filter(state="pending", due_at__lt=due_at).exists()

    def done() -> bool:
        with acting_for(vendor):
            left = Timer.objects.filter(state="pending", due_at=due_at).exists()
            return not left and not Delivery.objects.filter(state="queued").exists()

    places = [var / name for name in ("one", "two", "three", "four")]
    with ExitStack() as running:
        for place in places:
            running.enter_context(worker(place, broker))
        for place in places[:2]:
            running.enter_context(beat(place, broker))
        until(done, each=0.25, patience=240)

    with acting_for(vendor):
        assert Timer.objects.filter(state="done").count() == 10_000
        once("breach", LATE, metric="first_response", due_at=due_at.isoformat())
        once("warning", LATE, metric="resolution", due_at=due_at.isoformat())
        once("status", SILENT, new="solved", due_at=due_at.isoformat())
        once("reminder", UNGRADED, rule="triage", due_at=due_at.isoformat())
        assert Entry.objects.filter(kind__in=("breach", "warning", "reminder")).count() == 2 * LATE + UNGRADED
        assert Entry.objects.filter(kind="message", actor_kind="worker").count() == SILENT, "the words of the closing"
        assert Ticket.objects.filter(is_finished=True).count() == SILENT
        assert (
            Clock.objects.filter(breached_at=due_at).count() == Clock.objects.filter(warned_at=due_at).count() == LATE
        )
        assert set(Delivery.objects.values_list("event", "state", "attempts")) == {("ticket_closed", "sent", 1)}
        assert Delivery.objects.count() == Delivery.objects.values("ticket").distinct().count() == SILENT
    call_command("verify_log", vendor=vendor.slug)  # fails if a line does not verify
    logs = [(place / "worker.log").read_text() for place in places]
    assert [log for log in logs if "deadlock" in log or "failed" in log or "Traceback" in log] == []
    assert sum(bool(fired_in(log)) for log in logs) > 1, "more than one of them did the work"
    assert sum(fired_in(log) for log in logs) == 10_000


def fired_in(log: str) -> int:
    """How many timers the worker that wrote this log says it fired."""
    lines = [line for line in log.splitlines() if '"timers fired"' in line]
    return sum(json.loads(line[line.index("{") :])["fired"] for line in lines)
