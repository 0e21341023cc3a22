"""Taking a mail in: its bytes are safe in the database before anything is made of them.

Every way in ends here: IMAP, POP3, LMTP, providers, the command line. The caller tells its server that it has
the mail only after the transaction is committed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from helpdesk.wake import wake_after_commit
from notifications.core.envelope import fingerprint, recipients, without_tag
from notifications.models import IncomingMail, Mailbox, RawMail, StrayMail

log = structlog.get_logger("mail")
FURTHEST = timedelta(days=7)  # a server's word on when a mail arrived counts no further back
OWNERS = "SELECT asked, owner FROM unnest(%s::text[]) asked, vendors_of_mailbox(asked) owner"


@dataclass(frozen=True)
class Stored:
    """One vendor's copy of a mail; `repeated` says that the vendor had it already."""

    vendor: Vendor
    mail: IncomingMail
    repeated: bool


def store(
    raw: bytes,
    *,
    way: str,
    now: datetime,
    mailbox: Mailbox | None = None,
    envelope_from: str = "",
    arrived_at: datetime | None = None,
) -> IncomingMail:
    """Keep a mail for the current vendor; the same mail again is the row that is there.

    `arrived_at` is when the mailbox's own server got it: what is promised counts from then.
    """
    received_at = min(now, max(arrived_at, now - FURTHEST)) if arrived_at else now
    return _kept(raw, way, mailbox, envelope_from, received_at, read_at=now)[0]


def store_for(
    raw: bytes,
    *,
    way: str,
    now: datetime,
    to: Iterable[str] = (),
    envelope_from: str = "",
    read_at: datetime | None = None,
) -> list[Stored]:
    """Keep a mail for every vendor that one of the addresses belongs to; what is for nobody is kept as stray mail.

    `to` are the recipients that the sender's server named; without any, those in the headers. `read_at` puts off
    the worker, for a caller who reads the mail itself.
    """
    addresses = [address.strip("<> ").lower() for address in to] or recipients(raw)
    owners = owners_of(addresses)
    if not owners:
        _keep_stray(raw, way, now, addresses, envelope_from)
    kept = []
    for vendor in Vendor.objects.filter(pk__in=owners).order_by("pk"):
        with acting_for(vendor):
            boxes = {box.address.lower(): box for box in Mailbox.objects.all()}
            mailbox = next(boxes[address] for address in owners[vendor.pk] if address in boxes)
            mail, is_new = _kept(raw, way, mailbox, envelope_from, now, read_at=read_at or now)
        kept.append(Stored(vendor, mail, repeated=not is_new))
    return kept


def owners_of(addresses: Sequence[str]) -> dict[int, list[str]]:
    """The vendors that have a mailbox among the addresses, each with those mailboxes in the order given.

    `name+tag@domain` reaches the mailbox `name@domain`.
    """
    asked = list(dict.fromkeys(form for address in addresses for form in (address, without_tag(address))))
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, [asked])
        rows = cursor.fetchall()
    owners: dict[int, list[str]] = {}
    for address, vendor_id in sorted(rows, key=lambda row: asked.index(row[0])):
        owners.setdefault(vendor_id, []).append(address)
    return owners


@transaction.atomic
def _kept(
    raw: bytes, way: str, mailbox: Mailbox | None, envelope_from: str, received_at: datetime, *, read_at: datetime
) -> tuple[IncomingMail, bool]:
    mark = fingerprint(raw)
    mail = IncomingMail(
        mailbox=mailbox,
        way=way,
        envelope_from=_address(envelope_from),
        received_at=received_at,
        size=len(raw),
        fingerprint=mark,
        next_attempt_at=read_at,
    )
    IncomingMail.objects.bulk_create([mail], ignore_conflicts=True)
    there = IncomingMail.objects.get(fingerprint=mark)
    is_new = not RawMail.objects.filter(mail=there).exists()
    if is_new:
        RawMail.objects.create(mail=there, content=raw)
        wake_after_commit("notifications.sweep_incoming")
    return there, is_new


def _keep_stray(raw: bytes, way: str, now: datetime, to: Sequence[str], envelope_from: str) -> None:
    log.warning("mail for no mailbox of ours", way=way, size=len(raw))
    StrayMail.objects.get_or_create(
        fingerprint=fingerprint(raw),
        defaults={
            "way": way,
            "envelope_from": _address(envelope_from),
            "envelope_to": (to[0] if to else "")[:254],
            "received_at": now,
            "reason": "no_mailbox",
            "content": raw,
        },
    )


def _address(text: str) -> str:
    return text.strip("<> ").lower().replace("\0", "")[:254]
