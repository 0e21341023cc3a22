"""Fetching: one look at one account. What is at the server is written down, stored, and only then settled there.

The order is the whole point: a mail's place is known, its bytes are committed, the server is told, that is noted.
Whatever stops in between, the next look goes on from there: nothing is lost, and nothing is there twice.
"""

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import F, Min, Q, QuerySet

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands.receiving import store
from notifications.core.patience import rest_of_account, rest_of_mail
from notifications.models import Fetched, MailAccount
from notifications.ways.box import Box, Listing, Memory
from notifications.ways.line import BROKEN, CannotFetch, SignInRefused, Withheld
from notifications.ways.oauth import access_token, forget_token
from notifications.ways.opening import opened

log = structlog.get_logger("mail")

LEASE = timedelta(minutes=5)  # longer than any session lasts
BATCH = 50  # mails of one look
MOST_SETTLED = 500
ENOUGH = 120.0  # seconds after which a look begins no further mail
OVERLAP = timedelta(days=2)  # servers know days, and their own
TOO_LARGE_RESTS = timedelta(days=1)
REMEMBERED = timedelta(days=30)


def due_accounts(now: datetime) -> list[tuple[int, int]]:
    """Vendor and account of everything that is to be looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT vendor_id, account_id FROM mail_accounts_due(%s)", [now])
        return cursor.fetchall()


def fetch(vendor: Vendor, account_id: int, *, now: datetime) -> bool:
    """Look once, if nobody else does and it is time; whether more waits there."""
    account = _claimed(vendor, account_id, now)
    if account is None:
        return False
    try:
        more = _look(vendor, account, now)
    except CannotFetch as refusal:
        _failed(vendor, account, str(refusal), now)
        return False
    except Exception:
        log.exception("fetching failed", vendor=vendor.slug, account=account.pk)
        _failed(vendor, account, "Something went wrong here. The log of the workers says what.", now)
        return False
    pause = timedelta() if more else timedelta(seconds=account.every_seconds)
    changes = {"failures": 0, "last_error": "", "last_fetched_at": now, "next_fetch_at": now + pause}
    _released(vendor, account, **changes)
    return more


# --- The account -----------------------------------------------------------------------------------------


def _claimed(vendor: Vendor, account_id: int, now: datetime) -> MailAccount | None:
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    with acting_for(vendor):
        ours = MailAccount.objects.filter(free, pk=account_id, is_active=True, next_fetch_at__lte=now)
        if not ours.update(leased_until=now + LEASE):
            return None
        return MailAccount.objects.select_related("mailbox").get(pk=account_id)


def _released(vendor: Vendor, account: MailAccount, **changes: object) -> None:
    with acting_for(vendor):
        MailAccount.objects.filter(pk=account.pk).update(leased_until=None, **changes)


def _failed(vendor: Vendor, account: MailAccount, sentence: str, now: datetime) -> None:
    """The breaker: this account rests, longer each time; the others go on."""
    failures = account.failures + 1
    rest = rest_of_account(failures, random.random())  # noqa: S311 - no secret hangs on it
    log.warning("mail account failed", vendor=vendor.slug, account=account.pk, failures=failures, error=sentence)
    _released(vendor, account, failures=failures, last_error=sentence[:300], next_fetch_at=now + rest)


# --- One look --------------------------------------------------------------------------------------------


def _look(vendor: Vendor, account: MailAccount, now: datetime) -> bool:
    token = access_token(vendor, account, now)
    end = time.monotonic() + ENOUGH
    with acting_for(vendor):
        memory = _memory(account)
    try:
        with opened(account, token) as box:
            listing = box.listing(memory)
            with acting_for(vendor):
                _remember(account, listing, now)
                waiting = list(_waiting(account, now)[:BATCH])
            for row in waiting:
                if time.monotonic() > end:
                    break
                _take(vendor, account, box, row, now)
            _settle(vendor, account, box, now)
    except SignInRefused:
        forget_token(vendor, account)
        raise
    with acting_for(vendor):
        return _waiting(account, now).exists()


def _memory(account: MailAccount) -> Memory:
    """What was seen so far, and the day before which nothing can have been missed."""
    unread = account.fetched.filter(mail__isnull=True, settled_at__isnull=True).aggregate(first=Min("arrived_at"))
    moments = [moment for moment in (account.last_fetched_at, unread["first"]) if moment is not None]
    since = (min(moments) - OVERLAP).date() if moments else None
    return Memory(account.uid_validity, account.last_uid, since)


def _remember(account: MailAccount, listing: Listing, now: datetime) -> None:
    """Write down what is there before anything of it is fetched: from here on no mail is forgotten."""
    if listing.uid_validity != account.uid_validity:
        _begin_anew(account, listing, now)
    here = account.fetched.filter(uid_validity=listing.uid_validity)
    uids = [seen.uid for seen in listing.mails]
    known = set(here.filter(uid__in=uids).values_list("uid", flat=True))
    new = [
        Fetched(
            account=account,
            uid_validity=listing.uid_validity,
            uid=seen.uid,
            size=seen.size,
            arrived_at=seen.arrived_at,
            next_try_at=now,
        )
        for seen in listing.mails
        if seen.uid not in known
    ]
    Fetched.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    account.uid_validity, account.last_uid = listing.uid_validity, listing.last_uid
    account.save(update_fields=["uid_validity", "last_uid"])
    if account.last_fetched_at is None or account.last_fetched_at.date() != now.date():
        here.filter(settled_at__lt=now - REMEMBERED).exclude(uid__in=uids).delete()


def _begin_anew(account: MailAccount, listing: Listing, now: datetime) -> None:
    """The old numbers mean nothing any more; what is still to be fetched or marked is found again by the new ones."""
    old = account.fetched.exclude(uid_validity=listing.uid_validity)
    old.filter(mail__isnull=True, settled_at__isnull=True).delete()
    old.filter(settled_at__isnull=True).update(settled_at=now)


def _waiting(account: MailAccount, now: datetime) -> QuerySet[Fetched]:
    """What is to be fetched now; what failed before comes last."""
    return account.fetched.filter(mail__isnull=True, settled_at__isnull=True, next_try_at__lte=now).order_by(
        "attempts", "id"
    )


def _take(vendor: Vendor, account: MailAccount, box: Box, row: Fetched, now: datetime) -> None:
    """Fetch one mail and commit its bytes. A mail that cannot be had stays where it is, and holds up no other."""
    if row.size > settings.MAIL_MAX_BYTES:
        sentence = f"{row.size / 1e6:.0f} MB are more than {settings.MAIL_MAX_BYTES / 1e6:.0f} MB: it is not fetched."
        _leave(vendor, row, sentence, now + TOO_LARGE_RESTS)
        return
    try:
        raw = box.raw(row.uid)
    except Withheld as refusal:
        _leave(vendor, row, str(refusal), now + rest_of_mail(row.attempts + 1))
        return
    except BROKEN as error:
        # Perhaps it is this very mail that the server fails at: the next look begins with the others.
        _leave(vendor, row, f"The server broke off: {error}", now + rest_of_mail(row.attempts + 1))
        raise
    try:
        with acting_for(vendor):
            _keep(account, row, raw, now)
    except Exception:
        log.exception("mail could not be stored", vendor=vendor.slug, account=account.pk, uid=row.uid)
        sentence = "It could not be stored. The log of the workers says why."
        _leave(vendor, row, sentence, now + rest_of_mail(row.attempts + 1))


def _keep(account: MailAccount, row: Fetched, raw: bytes | None, now: datetime) -> None:
    if raw is None:
        row.settled_at, row.error = now, "It was taken away at the server before it was fetched."
    else:
        row.mail = store(raw, way=account.protocol, now=now, mailbox=account.mailbox, arrived_at=row.arrived_at)
        row.error = ""
    row.save(update_fields=["mail", "settled_at", "error"])


def _leave(vendor: Vendor, row: Fetched, sentence: str, next_try_at: datetime) -> None:
    log.error("mail stays at the server", vendor=vendor.slug, account=row.account_id, uid=row.uid, why=sentence)
    with acting_for(vendor):
        Fetched.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1, next_try_at=next_try_at, error=sentence[:300]
        )


def _settle(vendor: Vendor, account: MailAccount, box: Box, now: datetime) -> None:
    """Tell the server what is safe here, also what an earlier look did not come to tell, and note that it knows."""
    with acting_for(vendor):
        rows = account.fetched.filter(
            uid_validity=account.uid_validity or 0, mail__isnull=False, settled_at__isnull=True
        ).order_by("id")
        stored: Sequence[tuple[int, str]] = list(rows.values_list("pk", "uid")[:MOST_SETTLED])
    if not stored:
        return
    box.settle([uid for _, uid in stored])
    with acting_for(vendor):
        Fetched.objects.filter(pk__in=[pk for pk, _ in stored]).update(settled_at=now)
