"""Sending: the outbox is emptied row by row, at least once each, always under the same id."""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from notifications.core.backoff import wait_after
from notifications.models import Delivery
from notifications.outbound.mails import compose
from notifications.pages import send_sms, send_webhook
from notifications.webhooks import Undelivered

log = structlog.get_logger("mail")
AT_ONCE = 50
LEASE = timedelta(minutes=5)
COMPOSED_OF = (
    "ticket__company",
    "ticket__requester__company",
    "ticket__requester__user",
    "contact__company",
    "contact__user",
    "page__schedule",
    "mail",
)
ANSWERED = ("acknowledged", "cancelled")  # states of a page that nobody needs to hear of any more


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
    delivery = mine.select_related(*COMPOSED_OF).first()
    if delivery is None:
        return False
    if delivery.page is not None and delivery.page.state in ANSWERED:
        Delivery.objects.filter(pk=delivery.pk).update(state="void")
        return False
    try:
        with transaction.atomic():  # what fails inside must leave a transaction that can still write the row
            _hand_over(delivery, now, connection)
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must say so and must not block the others
        _failed(delivery, error, now)
        return False
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", sent_at=now, error="", attempts=delivery.attempts + 1)
    return True


def _hand_over(delivery: Delivery, now: datetime, connection: BaseEmailBackend | None) -> None:
    match delivery.channel:
        case "sms":
            send_sms(delivery, now)
        case "webhook":
            send_webhook(delivery, now)
        case _:
            mail = compose(delivery)
            mail.connection = connection or get_connection()
            mail.send()


def _failed(delivery: Delivery, error: Exception, now: datetime) -> None:
    attempts = delivery.attempts + 1
    wait = None if _is_permanent(error) else wait_after(attempts)
    log.warning(
        "not sent",
        channel=delivery.channel,
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
    if isinstance(error, Undelivered):
        return error.permanent
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600
