"""The sweeps of the mail room: what is to be fetched, what waits to be read and to be sent; and its housekeeping."""

from datetime import datetime
from typing import Any

from celery import shared_task
from django.db import connection
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from helpdesk.wake import wake_after_commit
from notifications.commands import claim, send
from notifications.commands.receiving import claim_unread, receive
from notifications.commands.retention import delete_strays, discard_forgotten, empty_originals
from notifications.outbound.servers import Servers
from notifications.ways.fetching import due_accounts, fetch


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


@shared_task(name="notifications.fetch_mail")
def fetch_mail(**_ignored: Any) -> None:
    """Ask for a look at every mail account whose time has come; each is a task of its own, so that none waits long."""
    for vendor_id, account_id in due_accounts(timezone.now()):
        fetch_account.apply_async((vendor_id, account_id), expires=60, ignore_result=True)


@shared_task(name="notifications.fetch_account")
def fetch_account(vendor_id: int, account_id: int, **_ignored: Any) -> None:
    """One look at one account; where more waits, the others get their turn first."""
    if fetch(Vendor.objects.get(pk=vendor_id), account_id, now=timezone.now()):
        wake_after_commit("notifications.fetch_mail")


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
    with Servers() as servers:  # one connection serves them all
        while True:
            with acting_for(vendor):
                ids = claim(now=timezone.now())
            if not ids:
                return
            for delivery_id in ids:
                with acting_for(vendor):
                    send(delivery_id, now=timezone.now(), servers=servers)


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
