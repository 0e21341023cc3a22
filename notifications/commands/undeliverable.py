"""Addresses that cannot be written to: marked when a server or a bounce says so."""

from datetime import datetime

from notifications.models import UndeliverableAddress


def mark_undeliverable(*, address: str, code: str, permanent: bool, now: datetime) -> None:
    """Note that an address was refused. That it does not exist stays true until somebody clears the mark."""
    row, made = UndeliverableAddress.objects.get_or_create(
        address=address.lower()[:254], defaults={"permanent": permanent, "since": now, "code": code[:20]}
    )
    if not made and permanent and not row.permanent:
        row.permanent, row.since, row.code = True, now, code[:20]
        row.save(update_fields=["permanent", "since", "code"])


def is_undeliverable(address: str) -> str | None:
    """The code with which the address was refused for good; None where it can be written to."""
    found = UndeliverableAddress.objects.filter(address=address.lower(), permanent=True)
    return found.values_list("code", flat=True).first()
