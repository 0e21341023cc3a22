"""Sweeps of due timers and scheduled rules. The rows are the truth; a lost message costs one sweep."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import structlog
from celery import shared_task
from django.db import connection
from django.utils import timezone

from helpdesk.celery import VendorTask
from helpdesk.heartbeat import beat
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from tickets.commands.rules import run_scheduled_rules
from tickets.commands.timers import fire_due

log = structlog.get_logger("sweep")
AT_ONCE = 500
MOST_AT_A_LOOK = 5000


@shared_task(name="tickets.sweep_timers")
def sweep_timers(**_ignored: Any) -> None:
    """Fire every timer that is due, over all vendors, until a look finds nothing more that can be fired."""
    now = timezone.now()
    beat("timers", now)
    while sum(fire_for_vendor(vendor_id, ticket_ids, now) for vendor_id, ticket_ids in _next_due(now)):
        pass


def _next_due(now: datetime) -> Iterator[tuple[int, list[int]]]:
    """The tickets that have been due longest, by vendor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT vendor_id, ticket_id FROM due_tickets(%s, %s)", [now, MOST_AT_A_LOOK])
        due = sorted(cursor.fetchall(), key=lambda row: row[0])
    for vendor_id, rows in groupby(due, key=lambda row: row[0]):
        yield vendor_id, [ticket_id for _, ticket_id in rows]


def fire_for_vendor(vendor_id: int, ticket_ids: list[int], now: datetime) -> int:
    """Fire one vendor's timers in batches, each its own transaction; a bad batch holds up no other.

    Returns how many fired.
    """
    vendor, total = Vendor.objects.get(pk=vendor_id), 0
    for start in range(0, len(ticket_ids), AT_ONCE):
        batch = ticket_ids[start : start + AT_ONCE]
        try:
            with acting_for(vendor):
                fired = fire_due(batch, now=now)
        except Exception:
            log.exception("a batch of timers failed", vendor=vendor.slug, tickets=batch[:20])
            total += _one_by_one(vendor, batch, now)
        else:
            total += fired
            if fired:  # otherwise another worker was here first
                log.info("timers fired", vendor=vendor.slug, fired=fired)
    return total


def _one_by_one(vendor: Vendor, ticket_ids: list[int], now: datetime) -> int:
    """After a failed batch: the tickets that can be handled are, the one that cannot is named in the log."""
    if len(ticket_ids) == 1:
        return 0
    fired = 0
    for ticket_id in ticket_ids:
        try:
            with acting_for(vendor):
                fired += fire_due([ticket_id], now=now)
        except Exception:
            log.exception("timers of a ticket failed", vendor=vendor.slug, ticket_id=ticket_id)
    return fired


@shared_task(name="tickets.sweep_scheduled_rules")
def sweep_scheduled_rules(**_ignored: Any) -> None:
    """Start the scheduled rules of every vendor where one is due."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT vendor_id FROM vendors_with_due_rules(%s)", [now])
        vendor_ids = [row[0] for row in cursor.fetchall()]
    for vendor_id in vendor_ids:
        run_rules_of_vendor.delay(vendor_id)


@shared_task(name="tickets.run_rules_of_vendor", base=VendorTask)
def run_rules_of_vendor(vendor_id: int, **_ignored: Any) -> None:
    """Run one vendor's scheduled rules; a vendor with a full inbox holds up no other."""
    touched = run_scheduled_rules(now=timezone.now())
    log.info("scheduled rules ran", vendor_id=vendor_id, touched=touched)
