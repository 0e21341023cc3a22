"""Mail that waits for an agent: how much of it, why, and who sent it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from helpdesk.models import Agent, Contact
from helpdesk.remembered import remembered
from notifications.models import IncomingMail, Mailbox, RawMail

MOST_COUNTED = 100
MOST_LOOKED_AT = 1000  # newest suspended mails that the reasons are gathered from


@remembered
def receives_mail() -> bool:
    """Whether the vendor has a mailbox at all."""
    return Mailbox.objects.exists()


def waiting() -> QuerySet[IncomingMail]:
    """All suspended mail."""
    return IncomingMail.objects.filter(state="suspended")


def waiting_count() -> str:
    """How many wait, up to MOST_COUNTED; empty where none does."""
    found = len(waiting().values_list("pk")[:MOST_COUNTED])
    return f"{MOST_COUNTED - 1}+" if found >= MOST_COUNTED else str(found or "")


def waiting_reasons() -> list[str]:
    """The reasons that mail waits for, as the newest of it have them."""
    newest = waiting().order_by("-received_at", "-id").values_list("reason", flat=True)[:MOST_LOOKED_AT]
    return sorted({reason for reason in newest if reason})


def original_of(mail: IncomingMail) -> bytes | None:
    """The mail as it came; None once it is no longer kept."""
    content = RawMail.objects.filter(mail=mail).values_list("content", flat=True).first()
    return bytes(content) if content else None


# --- Senders ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sender:
    """Whom an address belongs to: a contact, one of the staff, or nobody known."""

    address: str
    contact: Contact | None = None
    is_staff: bool = False

    @property
    def is_contact(self) -> bool:
        """Whether tickets can be opened for the person as they are."""
        return self.contact is not None and self.contact.is_active and self.contact.company.is_active

    @property
    def can_ask(self) -> bool:
        """Whether a ticket can be for whoever sent it: a contact, or a stranger who becomes one."""
        is_stranger = self.contact is None and not self.is_staff
        return self.is_contact or (is_stranger and bool(self.address))


def senders_of(mails: Iterable[IncomingMail]) -> dict[str, Sender]:
    """The senders of these mails by address; two queries."""
    addresses = {mail.sender for mail in mails if mail.sender}
    contacts: dict[str, Any] = {
        contact.email: contact for contact in Contact.objects.filter(email__in=addresses).select_related("company")
    }
    staff = set(Agent.objects.filter(user__email__in=addresses, is_active=True).values_list("user__email", flat=True))
    return {address: Sender(address, contact=contacts.get(address), is_staff=address in staff) for address in addresses}
