"""The head of a mail: in whose name, to whom, in which thread, and how other machines shall take it.

Whatever somebody typed is put on one line here before it becomes part of a header.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from helpdesk.models import Vendor
from helpdesk.tenancy import current_vendor
from notifications.core.threads import legal_id, one_line, references, thread_index
from notifications.core.tokens import entry_of, message_id
from notifications.models import Delivery, IncomingMail, Mailbox
from notifications.outbound.files import put_in
from notifications.queries.keys import token_for
from tickets.models import Attachment, Ticket

MOST_RECEIVED = 500  # mails of one person on one ticket
LOOP = "X-Helpdesk-Loop"  # by this a reader knows a mail of ours that comes back


LONGEST_LINE = 998  # RFC 5322


class OutgoingMail(EmailMultiAlternatives):
    """A mail whose ids stand on the line of their header: where they are folded, some programs lose the thread."""

    def message(self, *args: Any, **kwargs: Any) -> Any:
        made = super().message(*args, **kwargs)
        made.policy = made.policy.clone(max_line_length=LONGEST_LINE)
        return made


@dataclass(frozen=True)
class Content:
    """What a mail says. `own_words` is True where a person of ours wrote it, `answers` where it answers one mail."""

    subject: str
    text: str
    html: str
    topic: str = ""
    own_words: bool = False
    answers: bool = False
    hides_name: bool = False
    files: tuple[Attachment, ...] = ()


def mail_of(delivery: Delivery, content: Content, extra: Mapping[str, str] | None = None) -> EmailMultiAlternatives:
    """The mail: the same head and the same words each time it is made."""
    box = mailbox_of(delivery)
    sender = box.address if box else settings.DEFAULT_FROM_EMAIL
    reply_to = _reply_address(delivery, box) if box else sender
    mail = OutgoingMail(
        subject=one_line(content.subject),
        body=content.text,
        from_email=reply_to,  # the envelope: what bounces comes back to where its token says which mail it was
        to=[address("" if content.hides_name else delivery.to_name, delivery.to_address)],
        headers={
            "From": address(current_vendor().agent_label, sender),
            "Reply-To": reply_to,
            "Date": format_datetime(delivery.created_at),
            "Message-ID": delivery.message_id,
            **_thread(delivery, content),
            **_manners(content),
            **(extra or {}),
        },
    )
    if content.html:
        mail.attach_alternative(content.html, "text/html")
    put_in(mail, content.files)
    return mail


def _manners(content: Content) -> dict[str, str]:
    """What keeps machines from answering.

    What a person of ours wrote is not automatic, and some servers drop what says that it is; so RFC 3834's word
    stands only on what the helpdesk says by itself. Vacation notices are kept away from all of it by Microsoft's
    word, and what comes back of our own is known by its mark. No List-… and no Precedence header: this is no bulk.
    """
    told = {"X-Auto-Response-Suppress": "All", LOOP: current_vendor().slug}
    if not content.own_words:
        told["Auto-Submitted"] = "auto-replied" if content.answers else "auto-generated"
    return told


# --- Names and addresses ---------------------------------------------------------------------------------


def address(name: str, where: str) -> str:
    """An address with a name that cannot break out of its quotes."""
    plain = "".join(sign for sign in name if sign.isprintable() and sign not in '"\\<>').strip()
    return f'"{plain}" <{where}>' if plain else where


def mailbox_of(delivery: Delivery) -> Mailbox | None:
    """The mailbox in whose name it is sent: the one that it answers from, its queue's, or the vendor's first."""
    boxes = list(Mailbox.objects.order_by("position", "id"))
    ticket = delivery.ticket
    asked = delivery.mail.mailbox_id if delivery.mail else None
    own = (box for box in boxes if box.pk == asked or (ticket and box.queue_id and box.queue_id == ticket.queue_id))
    return next(own, boxes[0] if boxes else None)


def _reply_address(delivery: Delivery, box: Mailbox) -> str:
    named = entry_of(delivery.message_id)
    if not box.plus_addressing or named is None:
        return box.address
    local, _, domain = box.address.rpartition("@")
    return f"{local}+{named[0]}@{domain}"


# --- The thread ------------------------------------------------------------------------------------------


def id_of(ticket: Ticket, reader: str, seq: int, event: str) -> str:
    """The Message-ID of the mail that tells this reader of this entry."""
    return message_id(token_for(ticket.pk, reader), seq, event, domain_of(current_vendor()))


def domain_of(vendor: Vendor) -> str:
    """What stands after the @ in the vendor's Message-IDs."""
    return vendor.domain or f"{vendor.slug}.helpdesk.example"


def _thread(delivery: Delivery, content: Content) -> dict[str, str]:
    ticket = delivery.ticket
    if ticket is None:
        answered = legal_id(delivery.mail.message_id) if delivery.mail else ""
        return {"In-Reply-To": answered, "References": answered} if answered else {}
    root = f"<{ticket.pk}.thread@{delivery.message_id.rstrip('>').rpartition('@')[2]}>"
    own = [one for one in _received(delivery) if legal_id(one)]
    return {
        "In-Reply-To": legal_id(own[-1]) if own else root,
        "References": references([root, *own]),
        "Thread-Topic": one_line(content.topic or content.subject),
        "Thread-Index": thread_index(root, ticket.created_at, delivery.created_at),
    }


def _received(delivery: Delivery) -> list[str]:
    """The ids of the reader's own mails on this ticket, as far as they came before; nobody else's are told."""
    mails = IncomingMail.objects.filter(ticket=delivery.ticket, seq__lte=delivery.seq, sender=delivery.to_address)
    ids = list(mails.order_by("seq", "pk").values_list("message_id", flat=True)[:MOST_RECEIVED])
    return [*ids[:1], *ids[-1:]]
