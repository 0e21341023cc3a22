"""Sending: the outbox is emptied row by row, at least once each, always under the same Message-ID."""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from notifications.core import wait_after
from notifications.mails import compose
from notifications.models import Delivery

log = structlog.get_logger("mail")
AT_ONCE = 50
LEASE = timedelta(minutes=5)


def claim(*, now: datetime) -> list[int]:
    """Lease the next deliveries that are due; other workers skip the rows that this one holds."""
    with transaction.atomic():
        due = Delivery.objects.filter(state="queued", next_attempt_at__lte=now).order_by("next_attempt_at", "id")
        ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:AT_ONCE])
        Delivery.objects.filter(pk__in=ids).update(next_attempt_at=now + LEASE)
    return ids


def send(delivery_id: int, *, now: datetime, connection: BaseEmailBackend | None = None) -> bool:
    """Send one leased delivery. A worker that dies between sending and this mark sends it once more."""
    # Locked while it is being sent: a slow mail server may outlast the lease.
    mine = Delivery.objects.filter(pk=delivery_id, state="queued").select_for_update(skip_locked=True, of=("self",))
    delivery = mine.select_related("ticket__requester__company").first()
    if delivery is None:
        return False
    try:
        with transaction.atomic():  # what fails inside must leave a transaction that can still write the row
            mail = compose(delivery)
            mail.connection = connection or get_connection()
            mail.send()
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must say so and must not block the others
        _failed(delivery, error, now)
        return False
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", sent_at=now, error="", attempts=delivery.attempts + 1)
    return True


def _failed(delivery: Delivery, error: Exception, now: datetime) -> None:
    attempts = delivery.attempts + 1
    wait = None if _is_permanent(error) else wait_after(attempts)
    log.warning(
        "mail not sent",
        delivery=delivery.pk,
        attempts=attempts,
        again=wait is not None,
        error=str(error)[:200],
    )
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=attempts,
        error=str(error)[:300],
        state="failed" if wait is None else "queued",
        next_attempt_at=now + (wait or timedelta()),
    )


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600
