"""Opening a ticket: every channel ends here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from helpdesk.access import Actor, Refused
from helpdesk.models import Contact, Vendor
from helpdesk.tenancy import current_vendor
from tickets.commands.change import Change, settle
from tickets.commands.files import NewFile, attach, check_files
from tickets.commands.sealing import seal
from tickets.commands.submissions import claim, made_before
from tickets.events import TicketOpened
from tickets.models import Impact, Priority, Product, Queue, Severity, SolutionScope, Ticket, TicketType
from tickets.permissions import check_grade, check_severity_known, check_work
from tickets.queries.catalogue import catalogue

LONGEST_SUBJECT = 250


@transaction.atomic
def open_ticket(
    *,
    requester: Contact,
    subject: str,
    body: str,
    actor: Actor,
    now: datetime,
    channel: str = "portal",
    type: TicketType | None = None,
    queue: Queue | None = None,
    severity: Severity | None = None,
    priority: Priority | None = None,
    impact: Impact | None = None,
    product: Product | None = None,
    product_version: str = "",
    solution_scope: SolutionScope | None = None,
    external_reference: str = "",
    language: str = "",
    mailbox: str = "",
    fields: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    files: Sequence[NewFile] = (),
    follows: Ticket | None = None,
    split_from: Ticket | None = None,
    claims: Ticket | None = None,
    flags: Sequence[str] = (),
    key: UUID | None = None,
) -> Ticket:
    """Open a ticket for `requester` at `now`; clocks count from then.

    `key` names the form that was sent: the same key a second time gives the ticket that the first made. `claims` is a
    ticket that this one says it belongs to without proof; staff see it, customers do not.
    """
    if key is not None and (made := made_before(key)) is not None:
        return made
    if not actor.is_customer:
        check_work(actor)
    elif requester.pk != actor.id:
        raise Refused("Tickets are filed under your own name.")
    if severity is not None:
        check_severity_known(severity)
        check_grade(actor, channel=channel)
    check_files(files)
    subject = " ".join(subject.replace("\0", " ").split())[:LONGEST_SUBJECT]
    if not subject or not body.strip():
        raise Refused("A ticket needs a subject and a description.")

    known = catalogue()
    chosen_type = type or known.types.offered[0]
    ticket = Ticket(
        number=_next_number(current_vendor(), now),
        subject=subject,
        company=requester.company,
        requester=requester,
        channel=channel,
        mailbox=mailbox.lower(),
        language=language or requester.language or current_vendor().default_language,
        type=chosen_type,
        queue=chosen_type.handover_queue or queue or known.default_queue,
        severity=severity or known.default_severity,
        severity_confirmed_at=now if actor.is_agent and severity is not None else None,
        priority=priority,
        impact=impact,
        product=product,
        product_version=product_version,
        solution_scope=solution_scope,
        external_reference=external_reference,
        responsible_team=requester.company.responsible_team,
        status=known.first_status,
        status_since=now,
        turn_since=now,
        flags=list(flags),
        fields=dict(fields or {}),
        last_customer_at=now,
        last_word_at=now,
        follows=follows,
        created_at=now,
        updated_at=now,
    )
    ticket.save(force_insert=True)
    change = Change(ticket=ticket, actor=actor, now=now)
    change.record(
        "opened",
        TicketOpened(),
        public=True,
        channel=channel,
        body=body,
        data={"subject": subject},
        type=chosen_type.code,
        queue=ticket.queue.code,
        severity=ticket.severity.code,
        status=ticket.status.code,
        requester=requester.pk,
        team=ticket.responsible_team.code if ticket.responsible_team else "",
    )
    attach(change, files)
    for name, value in (secrets or {}).items():
        seal(change, name, value)
    if follows is not None:
        change.record("follows", public=True, of=follows.number)
    if split_from is not None:
        change.record("split_from", public=True, of=split_from.number)
    if claims is not None:
        change.record("possible_reply", of=claims.number)
    if key is not None and not claim(key, ticket, now):
        raise Refused("This form was sent already.")
    settle([change])
    return ticket


def _next_number(vendor: Vendor, now: datetime) -> str:
    """The vendor's next number. The counter's row stays locked until the ticket is committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_ticketcounter (vendor_id, last) VALUES (%s, %s)"
            " ON CONFLICT (vendor_id) DO UPDATE SET last = tickets_ticketcounter.last + 1 RETURNING last",
            [vendor.pk, vendor.first_number],
        )
        number = cursor.fetchone()[0]
    return vendor.number_format.format(n=number, year=now.astimezone(vendor.zone).year)
