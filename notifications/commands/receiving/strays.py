"""Stray mail that turns out to be a vendor's."""

from datetime import datetime

from django.db import transaction

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands.receiving.storing import store
from notifications.models import IncomingMail, Mailbox, StrayMail


@transaction.atomic
def give_stray(*, stray_id: int, vendor: Vendor, now: datetime) -> IncomingMail | None:
    """Hand the mail over: kept for the vendor as if it had come to its first mailbox. None if it is gone by now."""
    stray = StrayMail.objects.select_for_update().filter(pk=stray_id).first()
    if stray is None:
        return None
    with acting_for(vendor):
        mail = store(
            bytes(stray.content),
            way=stray.way,
            now=now,
            mailbox=Mailbox.objects.order_by("position", "id").first(),
            envelope_from=stray.envelope_from,
        )
    stray.delete()
    return mail
