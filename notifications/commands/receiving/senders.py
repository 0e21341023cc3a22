"""Who sent a mail, as far as that matters: a contact of the vendor, one of its staff, or a stranger.

The From line is a claim. It lets a contact write into tickets of the own company, never read; an agent acts by mail
with a token of the agent's own alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from helpdesk.models import Agent, Company, Contact
from notifications.commands.receiving.case import Case
from notifications.core.tokens import Token


@dataclass(frozen=True)
class Sender:
    """The contact or agent whose address the mail claims to come from; both may be there, or neither."""

    contact: Contact | None = None
    agent: Agent | None = None
    company: Company | None = None  # whose mail domain it is, where the person is not known


def sender_of(case: Case) -> Sender:
    """Look the address up among the vendor's people."""
    contact = contact_at(case.sender)
    agent = Agent.objects.filter(user__email=case.sender, is_active=True).select_related("user").first()
    company = None if contact or agent else company_at(case.sender)
    words = [contact and f"contact {contact.pk}", agent and f"agent {agent.pk}", company and f"company {company.pk}"]
    case.looked("sender", case.sender, ", ".join(word for word in words if word) or "stranger")
    return Sender(contact, agent, company)


def contact_at(address: str) -> Contact | None:
    """The contact with this address."""
    found = Contact.objects.filter(email=address, is_active=True, company__is_active=True)
    return found.select_related("company", "company__partner").first()


def company_at(address: str) -> Company | None:
    """The company whose people have addresses of this domain."""
    domain = address.rpartition("@")[2]
    return Company.objects.filter(mail_domains__contains=[domain], is_active=True).first()


def prove(case: Case, sender: Sender, tokens: Sequence[Token]) -> None:
    """Note in the case what speaks for the sender: a token that only this person got, or the own mail server."""
    readers = {token.reader for token in tokens}
    if sender.contact and f"c{sender.contact.pk}" in readers:
        case.proof = "token"
    elif server_says(case) == "pass":
        case.proof = "server"
    case.looked("proof", case.proof)


def server_says(case: Case) -> str:
    """What the mail servers that the operator trusts found out about the domain of the sender: pass, fail or less.

    The last of them wrote on top; what stands below may have come with the mail.
    """
    trusted = {name.lower() for name in settings.MAIL_AUTHENTICATION_SERVERS}
    return next((verdict.dmarc for verdict in case.letter.verdicts if verdict.server.lower() in trusted), "")
