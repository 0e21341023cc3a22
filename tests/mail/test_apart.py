"""Mail that several vendors get: each has its own copy, and none learns anything of another."""

from typing import Any

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands.receiving import receive, store_for
from notifications.models import IncomingMail, Mailbox
from tests.people import NOW, make_contact, make_ticket
from tests.post import letter, token
from tickets.models import Entry, Ticket


def test_mail_for_two_vendors_is_two_mails_that_know_nothing_of_each_other(
    vendor: Vendor, other_vendor: Vendor
) -> None:
    """A token of the one is nothing to the other, whose ticket is a new one of a stranger."""
    with acting_for(vendor):
        Mailbox.objects.create(address="help@acme.example")
        customer = make_contact()
        ticket = make_ticket(customer)
        told = f"<{token(ticket, f'c{customer.pk}')}.1.ticket_created@acme.helpdesk.example>"
    with acting_for(other_vendor):
        Mailbox.objects.create(address="help@umbrella.example")
    boxes = ["help@acme.example", "help@umbrella.example"]
    raw = letter(sender=customer.email, to=", ".join(boxes), subject=f"[{ticket.number}]", In_Reply_To=told)

    kept = {one.vendor.slug: one for one in store_for(raw, way="lmtp", now=NOW, to=boxes)}

    seen: dict[str, Any] = {}
    for slug, one in kept.items():
        with acting_for(one.vendor):
            mail = receive(one.mail.pk, now=NOW)
            seen[slug] = (mail.outcome, mail.proof, Ticket.objects.count(), IncomingMail.objects.count())
    assert seen == {"acme": ("appended", "token", 1, 1), "umbrella": ("created", "", 1, 1)}
    with acting_for(vendor):
        assert Entry.objects.filter(ticket=ticket, kind="message").count() == 1
