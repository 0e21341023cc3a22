"""Telling the sender of a suspended mail why, once a day at most, and never a machine."""

from datetime import timedelta
from hashlib import sha256

from helpdesk.tenancy import current_vendor
from helpdesk.wake import wake_after_commit
from notifications.commands.receiving.case import Case
from notifications.models import Delivery
from notifications.outbound.heads import domain_of

PAUSE = timedelta(days=1)


def tell_sender(case: Case, reason: str) -> None:
    """Queue the answer. It holds nothing of what the mail said: nobody knows yet who wrote it."""
    recent = Delivery.objects.filter(to_address=case.sender, created_at__gt=case.now - PAUSE, event="mail_suspended")
    if case.letter.machine is not None or recent.exists():
        case.looked("tell_sender", reason, "not_again")
        return
    vendor, mail = current_vendor(), case.mail
    mark = sha256(f"{vendor.pk} {mail.pk} {case.sender}".encode()).hexdigest()[:16]
    Delivery.objects.create(
        mail=mail,
        seq=0,
        event="mail_suspended",
        audience="sender",
        to_address=case.sender,
        message_id=f"<s{mail.pk}.{mark}@{domain_of(vendor)}>",
        next_attempt_at=case.now,
        created_at=case.now,
    )
    wake_after_commit("notifications.sweep_deliveries")
    case.looked("tell_sender", reason, "queued")
