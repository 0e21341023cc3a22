"""From a row of the outbox to a mail: what it says, in whose name, and which thread it belongs to."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from helpdesk.access import Actor
from helpdesk.models import Contact, Vendor
from helpdesk.moments import moment, read_in
from helpdesk.tenancy import current_vendor
from notifications.addresses import ticket_url
from notifications.models import Delivery, Mailbox
from notifications.pages import compose_page
from sla.models import Escalation
from sla.queries import Promise, promises
from tickets.models import Entry, Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import Item, conversation

# A member of staff, whoever it is: mails to staff may hold internal lines.
STAFF = Actor(kind="agent", id=None, name="")
NEAR = 20  # lines; one change writes fewer


def compose(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail of one delivery. Composing it again gives the same Message-ID and the same words."""
    vendor, ticket = current_vendor(), delivery.ticket
    if delivery.page_id is not None:
        sender = _sender(vendor, ticket.queue_id if ticket else None)
        return compose_page(delivery, sender, _address(delivery.to_name, delivery.to_address))
    assert ticket is not None, "only test pages are about no ticket"
    contact = _contact(delivery, ticket)
    to_customer = contact is not None
    reader = contact.actor if contact is not None else STAFF  # a customer never gets an internal line
    language = (contact.language or vendor.default_language) if contact is not None else "en"
    with translation.override(language), read_in(_own_zone(contact)):
        line = Entry.objects.get(ticket=ticket, seq=delivery.seq)
        said = _said(ticket, delivery.event, line, reader)
        context = {
            "vendor": vendor,
            "ticket": ticket,
            "delivery": delivery,
            "to_customer": to_customer,
            "status": catalogue().statuses.by_id[ticket.status_id],
            "severity": catalogue().severities.by_id[ticket.severity_id],
            "messages": [item for item in said if item.has_words or (item.seq == line.seq and item.body)],
            "answer": next((item.meta["answer"] for item in said if item.kind == "answer"), ""),
            "promises": _promises(ticket, delivery) if to_customer else [],
            "solution": _solution(ticket),
            "due_at": _due_at(line),
            "escalation": _escalation(ticket, line),
            "url": ticket_url(vendor, ticket.number, for_agents=not to_customer),
        }
        subject = render_to_string("email/subject.txt", context)
        body = render_to_string("email/body.txt", context)
        html = render_to_string("email/body.html", context)
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=body,
        from_email=_sender(vendor, ticket.queue_id),
        to=[_address(delivery.to_name, delivery.to_address)],
        headers={
            "Message-ID": delivery.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "References": f"<{ticket.pk}.thread@{delivery.message_id.rpartition('@')[2]}",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _promises(ticket: Ticket, delivery: Delivery) -> list[Promise]:
    """What a receipt says that the customer may count on."""
    if delivery.event != "ticket_created":
        return []
    return [found for found in promises(ticket, delivery.created_at) if found.state in ("open", "suspended")]


def _own_zone(contact: Contact | None) -> ZoneInfo | None:
    """The time zone of the customer's person, if it was said; mails to staff keep to the vendor's."""
    return contact.user.zone if contact is not None and contact.user is not None else None


def _said(ticket: Ticket, event: str, line: Entry, reader: Actor) -> list[Item]:
    """The lines that belong to the event: those of the same moment, whether they stand before or after its own."""
    if event == "ticket_created" and reader.is_customer:
        return []
    near = conversation(ticket, reader, after=max(0, line.seq - NEAR))
    return [item for item in near if item.at == line.at]


def _contact(delivery: Delivery, ticket: Ticket) -> Contact | None:
    """The customer's person whom the mail is for; None for staff."""
    kind, _, pk = delivery.audience.partition(":")
    if kind == "contact":
        return Contact.objects.get(pk=int(pk))
    return ticket.requester if kind == "requester" else None


def _escalation(ticket: Ticket, line: Entry) -> Escalation | None:
    """The escalation that the line begins, answers or ends."""
    if not line.kind.startswith("escalation"):
        return None
    return Escalation.objects.filter(ticket=ticket, seq=line.meta.get("of", line.seq)).first()


def _solution(ticket: Any) -> str:
    """The text that the ticket's status required, such as a solution."""
    status = catalogue().statuses.by_id[ticket.status_id]
    texts = [ticket.facts.get(fact["key"]) for fact in status.requires if fact.get("kind", "text") == "text"]
    return "\n\n".join(str(text) for text in texts if text) if status.is_final else ""


def _due_at(line: Entry) -> str:
    due = line.meta.get("target_due_at") or line.meta.get("due_at")  # a warning's own due time is not the target's
    if not due:
        return ""
    return moment(datetime.fromisoformat(due), "D j M Y, H:i")


def _sender(vendor: Vendor, queue_id: int | None) -> str:
    boxes = list(Mailbox.objects.order_by("position", "id"))
    own = next((box for box in boxes if box.queue_id and box.queue_id == queue_id), boxes[0] if boxes else None)
    return _address(vendor.agent_label, own.address if own else settings.DEFAULT_FROM_EMAIL)


def _address(name: str, address: str) -> str:
    plain = "".join(character for character in name if character.isprintable() and character not in '"\\<>')
    return f'"{plain}" <{address}>' if plain else address
