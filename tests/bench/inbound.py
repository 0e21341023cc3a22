"""Mail in: from stored bytes to a ticket, one worker, against reading the same bytes and one INSERT."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import Any

from tests.bench.names import VENDOR
from tests.bench.table import Measured, medians, seconds

EACH = 100  # mails of one round
_numbers = count(1)


def inbound() -> list[Measured]:
    """New tickets, and answers into tickets: store, read in the child process, decide, one command, commit each."""
    from django.utils import timezone

    from helpdesk.models import Vendor
    from helpdesk.tenancy import acting_for
    from notifications.commands.receiving import receive, store
    from notifications.models import Mailbox
    from tests.bench.database import customer_of_load
    from tickets.models import Ticket

    vendor = Vendor.objects.get(slug=VENDOR)
    with acting_for(vendor):
        box = Mailbox.objects.order_by("position").first()
        sender = customer_of_load().email
        numbers = list(Ticket.objects.filter(requester__email=sender).values_list("number", flat=True)[:EACH])
        _lift_the_cap()

    def new() -> list[bytes]:
        return [_mail(sender, box.address, "The export stops") for _ in range(EACH)]

    def answers() -> list[bytes]:
        return [_mail(sender, box.address, f"Re: [{number}] The export stops") for number in numbers]

    def ours(mails: list[bytes]) -> float:
        def act() -> None:
            for raw in mails:
                with acting_for(vendor):
                    stored = store(raw, way="command", now=timezone.now(), mailbox=box)
                with acting_for(vendor):
                    outcomes.add(receive(stored.pk, now=timezone.now()).outcome)

        outcomes: set[str] = set()
        taken = seconds(act)
        assert outcomes <= {"created", "appended"}, outcomes
        return taken

    def bare(mails: list[bytes]) -> float:
        return seconds(lambda: [_read_and_insert(vendor, raw) for raw in mails])

    limit = "email.message_from_bytes, its text, and one INSERT of the bytes, committed"
    rows = []
    for what, mails in (("mails that open tickets", new), ("mails that answer in tickets", answers)):
        pair = medians(lambda mails=mails: ours(mails()), lambda mails=mails: bare(mails()), rounds=3)  # type: ignore[misc]
        rows.append(Measured(f"{EACH} {what}", *pair, limit))
    return rows


def _mail(sender: str, to: str, subject: str) -> bytes:
    number = next(_numbers)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Customer <{sender}>", to, subject
    mail["Message-ID"] = f"<bench{number}.{id(mail)}@load.example>"
    mail["Date"] = "Tue, 19 May 2026 10:00:00 +0200"
    mail.set_content(f"It stopped again, for the time number {number}.\n\n-- \nThe customer\n")
    mail.add_alternative(f"<p>It stopped again, for the time number {number}.</p>", subtype="html")
    return mail.as_bytes()


def _read_and_insert(vendor: Any, raw: bytes) -> None:
    from django.db import connection, transaction

    from helpdesk.tenancy import acting_for

    parsed = message_from_bytes(raw, policy=policy.default)
    body = parsed.get_body(("plain",))
    assert body is not None
    assert body.get_content()
    with acting_for(vendor), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_straymail (way, envelope_from, envelope_to, received_at, fingerprint, reason, content)"
            " VALUES ('command', '', '', now(), md5(random()::text), 'bench', %s)",
            [raw],
        )


def _lift_the_cap() -> None:
    from uuid import uuid4

    from helpdesk.tenancy import current_vendor
    from notifications.models import MailPolicy

    vendor = current_vendor()
    MailPolicy.objects.update_or_create(vendor=vendor, defaults={"most_a_day": 1_000_000})
    vendor.process_stamp = uuid4()
    vendor.save(update_fields=["process_stamp"])
