"""Mail for tests: raw bytes as a person's program writes them, and their way through the real inbound path."""

from datetime import datetime
from email.message import EmailMessage
from itertools import count
from typing import Any
from uuid import uuid4

from helpdesk.tenancy import acting_for, current_vendor
from notifications.commands.receiving import receive, store
from notifications.models import Delivery, IncomingMail, Mailbox, MailPolicy
from notifications.queries.keys import token_for
from tests.people import NOW

_numbers = count(1)


def letter(
    *,
    sender: str = "somebody@elsewhere.example",
    to: str = "",
    subject: str = "The printer is on fire",
    body: str = "It burns.",
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: Any,
) -> bytes:
    """A mail as sent by a person. Headers by name with _ for -; None takes a header away."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<mail{next(_numbers)}@elsewhere.example>"
    message["Date"] = "Tue, 19 May 2026 10:00:00 +0200"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        if value is not None:
            message[name.replace("_", "-")] = value
    message.set_content(body)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def arrive(raw: bytes, *, now: datetime = NOW, mailbox: Mailbox | None = None) -> IncomingMail:
    """Store a mail for the current vendor and do what it asks."""
    mail = store(raw, way="command", now=now, mailbox=mailbox)
    return receive(mail.pk, now=now)


def arrive_at(vendor: Any, raw: bytes, *, now: datetime = NOW) -> IncomingMail:
    """The same, at this vendor."""
    with acting_for(vendor):
        return arrive(raw, now=now)


def mail_rules(**rules: Any) -> None:
    """Let the current vendor handle mail by these rules of its mail policy."""
    vendor = current_vendor()
    MailPolicy.objects.update_or_create(vendor=vendor, defaults=rules)
    vendor.process_stamp = uuid4()  # as an edit in the admin does
    vendor.save(update_fields=["process_stamp"])


def answer_to(delivery: Delivery, **parts: Any) -> bytes:
    """An answer to a mail of ours, as mail programs write it: its id in In-Reply-To and References."""
    return letter(**{"In_Reply_To": delivery.message_id, "References": delivery.message_id, **parts})


def token(ticket: Any, reader: str) -> str:
    """The reply token of a reader, such as c12."""
    return token_for(ticket.pk, reader)
