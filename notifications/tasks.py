"""The sweep of the outbox."""

from typing import Any

from celery import shared_task
from django.db import connection
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands import claim, send


@shared_task(name="notifications.sweep_deliveries")
def sweep_deliveries(**_ignored: Any) -> None:
    """Send what waits, over all vendors; each mail in its own transaction."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT vendor_id FROM vendors_with_due_deliveries(%s)", [now])
        vendor_ids = [row[0] for row in cursor.fetchall()]
    for vendor in Vendor.objects.filter(pk__in=vendor_ids):
        _send_all(vendor)


def _send_all(vendor: Vendor) -> None:
    while True:
        with acting_for(vendor):
            ids = claim(now=timezone.now())
        if not ids:
            return
        for delivery_id in ids:
            with acting_for(vendor):
                send(delivery_id, now=timezone.now())
