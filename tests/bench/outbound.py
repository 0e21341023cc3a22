"""Mail out: what waits in the outbox is composed and handed to a real SMTP server on loopback."""

import smtplib
from typing import Any

from tests.bench.names import VENDOR
from tests.bench.table import Measured, medians, seconds

MAILS = 300


def outbound() -> Measured:
    """Send so many mails: lease, compose, hand over, mark; against smtplib handing over the same bytes.

    The limit is one connection and one `sendmail` for each mail; it composes nothing and remembers nothing.
    """
    from django.conf import settings

    from helpdesk.models import Vendor
    from helpdesk.tenancy import acting_for
    from notifications.models import Delivery, SendingAccount
    from notifications.tasks import _send_all
    from tests.notifications.sink import sink

    vendor = Vendor.objects.get(slug=VENDOR)
    settings.MAIL_HOSTS = ["127.0.0.1"]
    with sink() as (taken, port):
        with acting_for(vendor):
            Delivery.objects.filter(state="queued").update(state="void")
            account = SendingAccount.objects.create(host="127.0.0.1", port=port, security="none")
            ids = _queued(vendor)

        def ours() -> float:
            with acting_for(vendor):
                Delivery.objects.filter(pk__in=ids).update(state="queued", next_attempt_at="2020-01-01T00:00Z")
            taken.taken.clear()
            time = seconds(lambda: _send_all(vendor))
            assert len(taken.taken) == MAILS
            return time

        def bare() -> float:
            mails = list(zip(taken.envelopes[-MAILS:], list(taken.taken), strict=True))
            return seconds(lambda: _hand_over(port, mails))

        try:
            pair = medians(ours, bare, rounds=3)
        finally:
            with acting_for(vendor):
                Delivery.objects.filter(pk__in=ids).delete()
                account.delete()
    print(f"mail out: {MAILS / pair[0]:.0f} a second with one worker, the limit {MAILS / pair[1]:.0f}")
    return Measured(
        f"sending {MAILS} mails", *pair, "smtplib, one connection, the same bytes, nothing composed or marked"
    )


def _queued(vendor: Any) -> list[int]:
    from django.utils import timezone

    from notifications.models import Delivery
    from notifications.outbound.heads import id_of
    from tickets.models import Ticket

    now = timezone.now()
    tickets = Ticket.objects.filter(number__startswith="LOAD-").select_related("requester").order_by("id")[:MAILS]
    rows = Delivery.objects.bulk_create(
        Delivery(
            ticket=ticket,
            seq=1,
            event="bench",
            audience="requester",
            to_address=ticket.requester.email,
            to_name=ticket.requester.name,
            contact=ticket.requester,
            message_id=id_of(ticket, f"c{ticket.requester_id}", 1, "bench"),
            next_attempt_at=now,
            created_at=now,
        )
        for ticket in tickets
    )
    assert len(rows) == MAILS
    return [row.pk for row in rows]


def _hand_over(port: int, mails: list[tuple[tuple[str, list[str]], bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as line:
        for (sender, recipients), raw in mails:
            line.sendmail(sender, recipients, raw)
