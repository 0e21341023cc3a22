"""One raw mail through the real inbound path."""

import json
import sys
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from helpdesk.tenancy import acting_for
from notifications.commands.receiving import Stored, receive, store_for

OURS = timedelta(minutes=5)  # until then, workers leave the mail to this command


class Command(BaseCommand):
    """Reads a mail from standard input, stores it, does what it asks, and prints one line of JSON."""

    requires_system_checks = ()  # a mail should not wait for pages to be imported
    help = (
        "Take in one raw mail from standard input. Prints {outcome, ticket, reason}; "
        "exit 0 whenever the mail is safely stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", help="the address that it came to; without it, those in its headers")
        parser.add_argument("--from", dest="envelope_from", default="", help="the sender that the mail server was told")

    def handle(self, *args: Any, **options: Any) -> None:
        raw, now = sys.stdin.buffer.read(), timezone.now()
        to = [options["mailbox"]] if options["mailbox"] else []
        kept = store_for(raw, way="command", now=now, to=to, envelope_from=options["envelope_from"], read_at=now + OURS)
        answers = [_answer(stored) for stored in kept]
        nobody = {"outcome": "suspended", "ticket": None, "reason": "no_mailbox"}
        self.stdout.write(json.dumps(answers[0] if answers else nobody))


def _answer(stored: Stored) -> dict[str, Any]:
    with acting_for(stored.vendor):
        mail = receive(stored.mail.pk, now=timezone.now())
        ticket = mail.ticket.number if mail.ticket else None
    if stored.repeated:
        return {"outcome": "ignored", "ticket": ticket, "reason": "duplicate"}
    return {"outcome": mail.outcome or "suspended", "ticket": ticket, "reason": mail.reason or None}
