"""What a mail about a ticket says: gathered for one reader, in the reader's language and time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.access import Actor
from helpdesk.calendars import default_code, resolve, working_calendars
from helpdesk.models import Contact
from helpdesk.moments import moment
from helpdesk.tenancy import current_vendor
from notifications.addresses import ticket_url
from notifications.core.threads import one_line
from notifications.models import Delivery, MailPolicy, MailTemplate
from notifications.outbound.files import fitting
from notifications.queries.policy import mail_policy
from notifications.queries.templates import template_for
from sla.models import Escalation
from sla.queries import Promise, promises
from tickets.models import Entry, Payload, Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import Item, conversation

# A member of staff, whoever it is: mails to staff may hold internal lines.
STAFF = Actor(kind="agent", id=None, name="")
SPELT_OUT = "D j M Y, H:i"
NEAR = 20  # lines; one change writes fewer
MOST_REPEATED = 30  # earlier messages
LONGEST_REPEATED = 20_000  # characters of them together


@dataclass
class Reading:
    """A delivery as its reader sees it. `contact` is the customer's person; without one the reader is staff."""

    delivery: Delivery
    ticket: Ticket
    line: Entry
    contact: Contact | None
    policy: MailPolicy = field(default_factory=mail_policy)

    @property
    def to_customer(self) -> bool:
        return self.contact is not None

    @property
    def is_receipt(self) -> bool:
        return self.to_customer and self.delivery.event == "ticket_created"

    @property
    def is_neutral(self) -> bool:
        """Whether nothing of what the sender wrote may stand in it: nobody has vouched for the address yet.

        Otherwise anybody could have us mail any words to anybody. What an agent wrote, an agent has looked at.
        """
        unknown = self.contact is not None and self.contact.company.kind == "unknown"
        return unknown and self.line.actor_kind != "agent"

    @property
    def reader(self) -> Actor:
        """A customer never gets an internal line."""
        return self.contact.actor if self.contact is not None else STAFF

    @property
    def language(self) -> str:
        return (self.contact.language or current_vendor().default_language) if self.contact is not None else "en"

    @property
    def zone(self) -> ZoneInfo | None:
        """The time zone of the customer's person, if it was said; mails to staff keep to the vendor's."""
        return self.contact.user.zone if self.contact is not None and self.contact.user is not None else None

    def context(self) -> dict[str, Any]:
        """Everything that the templates name."""
        ticket, delivery, policy, line = self.ticket, self.delivery, self.policy, self.line
        said = self._said()
        shown = [item for item in said if item.has_words or (item.seq == line.seq and item.body)]
        files = [file for item in shown for file in item.files] if self.to_customer else []
        along = fitting(files)
        is_answerable = self.to_customer and bool(policy.reply_marker)
        return {
            "vendor": current_vendor(),
            "ticket": ticket,
            "delivery": delivery,
            "policy": policy,
            "to_customer": self.to_customer,
            "is_receipt": self.is_receipt,
            "is_neutral": self.is_neutral,
            "token": policy.subject_token.format(number=ticket.number),
            "subject": "" if self.is_neutral else first_subject(ticket),
            "status": catalogue().statuses.by_id[ticket.status_id],
            "severity": catalogue().severities.by_id[ticket.severity_id],
            "messages": shown,
            "files": along,
            "files_left": [file for file in files if file not in along],
            "marker": one_line(policy.reply_marker) if self.to_customer else "",
            "earlier": self._earlier() if is_answerable and not self.is_neutral else [],
            "answer": next((item.meta["answer"] for item in said if item.kind == "answer"), ""),
            "promises": self._promises() if self.to_customer else [],
            "out_of_hours": self._is_out_of_hours(),
            "solution": "" if self.is_neutral else _solution(ticket),
            "due_at": _due_at(line),
            "escalation": _escalation(ticket, line),
            "url": self._url(),
        }

    def own_words(self, context: dict[str, Any]) -> MailTemplate | None:
        """The vendor's template for this mail, if it has one."""
        entered = self.line.meta["new"] if self.line.kind == "status" else context["status"].code
        audience = "customer" if self.to_customer else "staff"
        return template_for(self.delivery.event, audience, self.language, entered)

    def values(self, context: dict[str, Any]) -> dict[str, str]:
        """What a template's placeholders stand for; of what a stranger wrote, nothing."""
        ticket, vendor = self.ticket, current_vendor()
        shown = {
            "number": ticket.number,
            "status": context["status"].public_name if self.to_customer else context["status"].name,
            "severity": context["severity"].name,
            "vendor": vendor.name,
            "desk": vendor.agent_label,
            "promises": " ".join(promise.sentence for promise in context["promises"]),
            "due_at": context["due_at"],
            "url": context["url"],
            "solution": context["solution"],
            "message": "\n\n".join(f"{item.author}:\n{item.body}" for item in context["messages"]),
        }
        if self.is_neutral:
            return shown
        return {
            **shown,
            "subject": ticket.subject,
            "requester": ticket.requester.name,
            "company": ticket.company.name,
        }

    def _said(self) -> list[Item]:
        """The lines that belong to the event: those of the same moment, before or after its own."""
        if self.is_receipt or self.is_neutral:
            return []
        near = conversation(self.ticket, self.reader, after=max(0, self.line.seq - NEAR))
        return [item for item in near if item.at == self.line.at]

    def _earlier(self) -> list[tuple[Item, str]]:
        """The messages before this one and when they were said, the newest first, as far as there is room for them."""
        if self.is_receipt:
            return []
        said = [item for item in conversation(self.ticket, self.reader) if item.has_words]
        before = [item for item in said if item.at < self.line.at]
        kept, room = [], LONGEST_REPEATED
        for item in reversed(before[-MOST_REPEATED:]):
            room -= len(item.body)
            if room < 0:
                break
            kept.append((item, moment(item.at, SPELT_OUT)))
        return kept

    def _promises(self) -> list[Promise]:
        """What a receipt says that the customer may count on."""
        if self.delivery.event != "ticket_created":
            return []
        found = promises(self.ticket, self.delivery.created_at)
        return [one for one in found if one.state in ("open", "suspended")]

    def _is_out_of_hours(self) -> bool:
        """Whether a receipt answers a mail that came while the desk was closed, and the vendor has a word for that."""
        if not (self.is_receipt and self.policy.after_hours_autoreply and self.line.channel == "email"):
            return False
        code = resolve(default_code(), team_id=None, company=self.ticket.company)
        return not working_calendars()[code].is_open(self.line.at)

    def _url(self) -> str:
        """The ticket's page; nothing for somebody who was copied in and may not read it there."""
        if self.delivery.audience == "participants":
            visible = Ticket.objects.visible_to(self.reader).filter(pk=self.ticket.pk)
            if not visible.exists():
                return ""
        return ticket_url(current_vendor(), self.ticket.number, for_agents=not self.to_customer)


def reading_of(delivery: Delivery) -> Reading:
    """The delivery with its reader."""
    ticket = delivery.ticket
    assert ticket is not None, "only test pages and answers to suspended mail are about no ticket"
    line = Entry.objects.get(ticket=ticket, seq=delivery.seq)
    return Reading(delivery, ticket, line, _contact(delivery, ticket))


def first_subject(ticket: Ticket) -> str:
    """The subject that the ticket was opened with: the mails keep it, so that they stay one thread."""
    data = Payload.objects.filter(ticket=ticket, seq=1).values_list("data", flat=True).first() or {}
    return str(data.get("subject") or ticket.subject)


def _contact(delivery: Delivery, ticket: Ticket) -> Contact | None:
    """The customer's person whom the mail is for; None for staff."""
    if delivery.contact is not None:
        return delivery.contact
    return ticket.requester if delivery.audience == "requester" else None


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
    return moment(datetime.fromisoformat(due), SPELT_OUT)
