"""What rules and policies may ask about a ticket."""

from tickets.core.conditions import Facts
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue


def facts_of(ticket: Ticket) -> Facts:
    """The facts of the ticket as it stands now."""
    company = ticket.company
    regions = frozenset({company.sales_region}) if company.sales_region else catalogue().regions_of(company.country)
    return Facts(
        channel=ticket.channel,
        mailbox=ticket.mailbox,
        queue=ticket.queue.code,
        type=ticket.type.code,
        severity=ticket.severity.code,
        company_regions=regions,
        agreement_kind=company.agreement_kind,
        subject=ticket.subject,
        flags=frozenset(ticket.flags),
        is_major=ticket.severity.is_major,
    )
