"""The sweeps of the mail room: what waits to be sent, what waits to be read; and its housekeeping."""

from datetime import datetime
from typing import Any

from celery import shared_task
from django.db import connection
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands import claim, send
from notifications.commands.receiving import claim_unread, receive
from notifications.commands.retention import delete_strays, discard_forgotten, empty_originals


@shared_task(name="notifications.sweep_deliveries")
def sweep_deliveries(**_ignored: Any) -> None:
    """Send what waits, over all vendors; each mail in its own transaction."""
    for vendor in _vendors("SELECT vendor_id FROM vendors_with_due_deliveries(%s)"):
        _send_all(vendor)


@shared_task(name="notifications.sweep_incoming")
def sweep_incoming(**_ignored: Any) -> None:
    """Read what was stored, over all vendors; each mail in its own transaction."""
    for vendor in _vendors("SELECT vendor_id FROM vendors_with_unread_mail(%s)"):
        _read_all(vendor)


def _vendors(asked: str) -> list[Vendor]:
    with connection.cursor() as cursor:
        cursor.execute(asked, [timezone.now()])
        vendor_ids = [row[0] for row in cursor.fetchall()]
    return list(Vendor.objects.filter(pk__in=vendor_ids))


def _read_all(vendor: Vendor) -> None:
    while True:
        with acting_for(vendor):
            ids = claim_unread(now=timezone.now())
        if not ids:
            return
        for mail_id in ids:
            with acting_for(vendor):
                receive(mail_id, now=timezone.now())


def _send_all(vendor: Vendor) -> None:
    while True:
        with acting_for(vendor):
            ids = claim(now=timezone.now())
        if not ids:
            return
        for delivery_id in ids:
            with acting_for(vendor):
                send(delivery_id, now=timezone.now())


@shared_task(name="notifications.tidy_mail")
def tidy_mail(**_ignored: Any) -> None:
    """Let go of mail that has been kept for its time, over all vendors; each batch in its own transaction."""
    now = timezone.now()
    delete_strays(now=now)
    for vendor in Vendor.objects.order_by("pk"):
        _tidy(vendor, now)


def _tidy(vendor: Vendor, now: datetime) -> None:
    found = 1
    while found:
        with acting_for(vendor):
            found = discard_forgotten(now=now)
    last: int | None = 0
    while last is not None:
        with acting_for(vendor):
            last = empty_originals(now=now, after=last)
