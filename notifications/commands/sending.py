"""Sending: the outbox is emptied row by row, at least once each, always under the same id."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from notifications.commands.outlets import note_failure, note_success, wait_for
from notifications.commands.undeliverable import is_undeliverable, mark_undeliverable
from notifications.core.backoff import spread, wait_after
from notifications.core.refusals import address_is_dead, enhanced, is_for_good
from notifications.models import Delivery, SendingAccount
from notifications.outbound.heads import mailbox_of
from notifications.outbound.mails import compose
from notifications.outbound.servers import Servers
from notifications.outbound.smtp import ServerTrouble
from notifications.pages import send_sms, send_webhook
from notifications.queries.policy import mail_policy
from notifications.webhooks import Undelivered
from tickets.commands import note_from_mail

log = structlog.get_logger("mail")
AT_ONCE = 50
LEASE = timedelta(minutes=5)
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
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
OF_THE_SERVER = (  # what smtplib raises before it comes to the mail itself
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPNotSupportedError,
    smtplib.SMTPSenderRefused,
)
GOING_DOWN = 421


def claim(*, now: datetime) -> list[int]:
    """Lease the next deliveries that are due; other workers skip the rows that this one holds."""
    with transaction.atomic():
        due = Delivery.objects.filter(state="queued", next_attempt_at__lte=now).order_by("next_attempt_at", "id")
        ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:AT_ONCE])
        Delivery.objects.filter(pk__in=ids).update(next_attempt_at=now + LEASE)
    return ids


def send(
    delivery_id: int, *, now: datetime, connection: BaseEmailBackend | None = None, servers: Servers | None = None
) -> bool:
    """Send one leased delivery. A worker that dies between sending and this mark sends it once more.

    `servers` keeps connections for the next one; `connection` is used instead of the server that it would leave by.
    """
    # Locked while it is being sent: a slow mail server may outlast the lease.
    mine = Delivery.objects.filter(pk=delivery_id, state="queued").select_for_update(skip_locked=True, of=("self",))
    delivery = mine.select_related(*COMPOSED_OF).first()
    if delivery is None or _is_needless(delivery):
        return False
    if delivery.channel == "mail" and (code := is_undeliverable(delivery.to_address)) is not None:
        _give_up(delivery, Failure("The address does not exist.", code=code), now)
        return False
    with _own(servers) as kept:
        by_server = delivery.channel == "mail" and connection is None
        account = kept.account_for(mailbox_of(delivery)) if by_server else None
        until = wait_for(account, now=now) if by_server else None
        if until is not None:
            _put_off(delivery, until)
            return False
        try:
            with transaction.atomic():  # what fails inside must leave a transaction that can still write the row
                _hand_over(delivery, now, connection, kept, account)
        except Exception as error:  # noqa: BLE001 - whatever it is, the row must say so and must not block the others
            kept.drop(account)
            _failed(delivery, error, account, now)
            return False
    if delivery.channel == "mail":
        note_success(account, now=now)
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", sent_at=now, error="", attempts=delivery.attempts + 1)
    return True


@contextmanager
def _own(servers: Servers | None) -> Iterator[Servers]:
    """The caller's connections, or some for this one mail."""
    if servers is not None:
        yield servers
        return
    with Servers() as own:
        yield own


def _hand_over(
    delivery: Delivery,
    now: datetime,
    connection: BaseEmailBackend | None,
    servers: Servers,
    account: SendingAccount | None,
) -> None:
    match delivery.channel:
        case "sms":
            send_sms(delivery, now)
        case "webhook":
            send_webhook(delivery, now)
        case _:
            mail = compose(delivery)
            mail.connection = connection or servers.connection(account)
            mail.send()


# --- What is not sent now, or not at all -----------------------------------------------------------------


def _is_needless(delivery: Delivery) -> bool:
    """Void what nobody needs any more, and answers to an address that has had enough of them for a day."""
    why = None
    if delivery.page is not None and delivery.page.state in ANSWERED:
        why = ""
    elif delivery.answers and _answered_enough(delivery):
        why = "cap"
        log.warning("too many answers to one address", delivery=delivery.pk, event_=delivery.event)
    if why is None:
        return False
    Delivery.objects.filter(pk=delivery.pk).update(state="void", error=why)
    return True


def _answered_enough(delivery: Delivery) -> bool:
    """Two machines that answer each other come to rest, though neither was recognised as one."""
    earlier = Delivery.objects.filter(
        to_address=delivery.to_address,
        created_at__gt=delivery.created_at - A_DAY,
        created_at__lte=delivery.created_at,
        answers=True,
        pk__lt=delivery.pk,
    ).exclude(state="void")
    most = mail_policy().most_answers_a_day
    return len(earlier.values_list("pk")[:most]) >= most


def _put_off(delivery: Delivery, until: datetime) -> None:
    """It waits for its server; that is no failed attempt."""
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=until + spread(delivery.pk, A_MINUTE))


# --- Failures --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Failure:
    """Why a delivery failed: in words, and with the server's code where it gave one."""

    sentence: str
    code: str = ""
    for_good: bool = False
    dead_address: bool = False

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        if isinstance(error, Undelivered):
            return cls(str(error), for_good=error.permanent)
        if _is_trouble(error):
            return cls(str(error) or type(error).__name__)
        refused = next(iter(_answers(error)), None)
        if refused is None:
            return cls(str(error))
        code, words = refused
        to_address = isinstance(error, smtplib.SMTPRecipientsRefused)
        for_good = all(is_for_good(number) for number, _ in _answers(error))
        return cls(
            f"{code} {words}",
            code=enhanced(words) or str(code),
            for_good=for_good,
            dead_address=to_address and for_good and address_is_dead(code, words),
        )


def _is_trouble(error: Exception) -> bool:
    """Whether it is the server that cannot be used, rather than this mail that is refused."""
    if isinstance(error, smtplib.SMTPException):  # smtplib's errors are OSErrors, all of them
        return isinstance(error, OF_THE_SERVER) or any(code == GOING_DOWN for code, _ in _answers(error))
    return isinstance(error, ServerTrouble | OSError)


def _answers(error: Exception) -> list[tuple[int, str]]:
    """The server's replies, as code and words."""
    said: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = [*error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        said = [(error.smtp_code, error.smtp_error)]
    return [(code, words.decode("utf-8", "replace") if isinstance(words, bytes) else words) for code, words in said]


def _failed(delivery: Delivery, error: Exception, account: SendingAccount | None, now: datetime) -> None:
    failure, attempts = Failure.of(error), delivery.attempts + 1
    wait = None if failure.for_good else wait_after(attempts, delivery.pk)
    log.warning(
        "not sent",
        channel=delivery.channel,
        delivery=delivery.pk,
        attempts=attempts,
        again=wait is not None,
        error=failure.sentence[:200],
    )
    if delivery.channel == "mail" and _is_trouble(error):
        note_failure(account, failure.sentence, now=now)
    if failure.dead_address:
        mark_undeliverable(address=delivery.to_address, code=failure.code, permanent=True, now=now)
    if wait is None:
        _give_up(delivery, failure, now, attempts=attempts)
        return
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=attempts, error=failure.sentence[:300], next_attempt_at=now + wait
    )


def _give_up(delivery: Delivery, failure: Failure, now: datetime, attempts: int | None = None) -> None:
    """It is not sent any more. What a customer does not get, staff read about in the ticket."""
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=delivery.attempts if attempts is None else attempts,
        error=failure.sentence[:300],
        state="failed",
        next_attempt_at=now,
    )
    if delivery.ticket_id is not None and delivery.channel == "mail":
        note_from_mail(
            ticket_id=delivery.ticket_id,
            kind="mail_failed",
            now=now,
            told=delivery.event,
            audience=delivery.audience,
            of=delivery.seq,
            code=failure.code,
        )
