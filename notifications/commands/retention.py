"""Old mail: what nobody decided about is discarded, originals and stray mail are kept for a time only."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from notifications.models import IncomingMail, RawMail, StrayMail
from notifications.queries.policy import mail_policy

log = structlog.get_logger("mail")
AT_ONCE = 500
STRAYS_ARE_KEPT = timedelta(days=30)


@transaction.atomic
def discard_forgotten(*, now: datetime) -> int:
    """Discard the next suspended mails that have waited too long; returns how many, 0 when there is none left."""
    days = mail_policy().suspended_days
    old = IncomingMail.objects.filter(state="suspended", received_at__lt=now - timedelta(days=days))
    mails = list(old.order_by("received_at", "id").select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for mail in mails:
        mail.state, mail.outcome, mail.decided_at = "done", "rejected", now
        mail.trace = [*mail.trace, {"asked": "retention", "found": f"{days} days", "so": "rejected"}]
    IncomingMail.objects.bulk_update(mails, ["state", "outcome", "decided_at", "trace"])
    if mails:
        log.info("suspended mail discarded after its time", mails=len(mails))
    return len(mails)


@transaction.atomic
def empty_originals(*, now: datetime, after: int = 0) -> int | None:
    """Empty the next originals that are old enough; returns the mail to go on after, None at the end.

    Mails are walked in the order they came, and only as far as they are old: no column but the key is searched.
    """
    until = now - timedelta(days=mail_policy().keep_days)
    kept = RawMail.objects.filter(emptied_at__isnull=True, mail_id__gt=after).order_by("mail_id")
    page = list(kept.values_list("pk", "mail_id", "mail__received_at", "mail__state")[:AT_ONCE])
    old = [pk for pk, _mail, received_at, state in page if received_at < until and state == "done"]
    RawMail.objects.filter(pk__in=old).update(content=b"", emptied_at=now)
    if old:
        log.info("originals of old mail emptied", mails=len(old))
    if len(page) < AT_ONCE or page[-1][2] >= until:
        return None
    return int(page[-1][1])


def delete_strays(*, now: datetime) -> None:
    """Stray mail that nobody claimed in time. It belongs to no vendor."""
    StrayMail.objects.filter(received_at__lt=now - STRAYS_ARE_KEPT).delete()
