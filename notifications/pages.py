"""Pages: who gets one by which channel, and what it says: as a mail, as an SMS, as JSON."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format

from helpdesk.models import Agent
from helpdesk.sealed import opened
from helpdesk.tenancy import current_vendor
from helpdesk.wake import wake_after_commit
from notifications.addresses import at_vendor, ticket_url
from notifications.models import Delivery
from notifications.outbound.heads import Content, domain_of, id_of, mail_of
from notifications.queries.policy import mail_policy
from notifications.webhooks import Undelivered, post
from sla.events import Paged
from sla.models import Gateway, Page, Pager
from sla.queries.page_links import link_token
from tickets.commands.change import Change
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

SMS_SUBJECT = 60  # characters; the link is what matters


# --- Into the outbox -------------------------------------------------------------------------------------


def page_deliveries(change: Change) -> Iterator[Delivery]:
    """What a change pages: a mail and an SMS to each person, a webhook once."""
    for line in change.lines:
        if isinstance(line.event, Paged):
            yield from _deliveries(line.event, change.now, change.ticket, line.seq or 0)


def queue_test(event: Paged, now: datetime) -> None:
    """The deliveries of a test page, which is about no ticket."""
    Delivery.objects.bulk_create(_deliveries(event, now))
    wake_after_commit("notifications.sweep_deliveries")


def _deliveries(event: Paged, now: datetime, ticket: Ticket | None = None, seq: int = 0) -> Iterator[Delivery]:
    vendor = current_vendor()
    people = list(Agent.objects.filter(pk__in=event.agents).select_related("user").order_by("pk"))
    pagers = {pager.agent_id: pager for pager in Pager.objects.filter(agent__in=people)}
    phones = {pk: pager.phone for pk, pager in pagers.items() if pager.phone}
    mails = {agent.pk: agent.user.email for agent in people}
    mails |= {pk: pager.email for pk, pager in pagers.items() if pager.email}

    def delivery(channel: str, to: str, agent: Agent | None = None) -> Delivery:
        named = f"{channel}-{agent.pk}" if agent else channel
        own_id = f"<{event.page_id}.{seq}.page.{named}@{domain_of(vendor)}>"
        if ticket is not None and agent is not None and channel == "mail":  # it can be answered
            own_id = id_of(ticket, f"a{agent.pk}", seq, "page")
        return Delivery(
            ticket=ticket,
            seq=seq,
            event="page",
            channel=channel,
            audience="on_call",
            to_address=to,
            to_name=agent.name if agent else "",
            page_id=event.page_id,
            agent=agent,
            message_id=own_id,
            next_attempt_at=now,
            created_at=now,
        )

    if "webhook" in event.channels:
        yield delivery("webhook", "webhook")
    for agent in people:
        by_sms = "sms" in event.channels and agent.pk in phones
        if by_sms:
            yield delivery("sms", phones[agent.pk], agent)
        # Whoever no other channel reaches is mailed, so that nobody on call is left out.
        if "mail" in event.channels or not (by_sms or "webhook" in event.channels):
            yield delivery("mail", mails[agent.pk], agent)


# --- What it says ----------------------------------------------------------------------------------------


def compose_page(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail of a page: what is wrong, and the link that says that one has it."""
    with translation.override("en"), timezone.override(current_vendor().zone):
        context = _context(delivery)
        subject = render_to_string("email/page_subject.txt", context)
        body = render_to_string("email/page.txt", context)
        html = render_to_string("email/page.html", context)
    return mail_of(delivery, Content(subject, body, html), {"X-Priority": "1", "Importance": "high"})


def _context(delivery: Delivery) -> dict[str, Any]:
    vendor, page, ticket = current_vendor(), _page(delivery), delivery.ticket
    return {
        "vendor": vendor,
        "page": page,
        "schedule": page.schedule,
        "ticket": ticket,
        "severity": catalogue().severities.by_id[ticket.severity_id] if ticket else None,
        "again": delivery.created_at > page.opened_at,
        "opened_at": date_format(timezone.localtime(page.opened_at, vendor.zone), "D j M Y, H:i"),
        "ticket_url": ticket_url(vendor, ticket.number, for_agents=True) if ticket else "",
        "acknowledge_url": acknowledge_url(page.pk, delivery.agent_id),
        "token": mail_policy().subject_token.format(number=ticket.number) if ticket else "",
    }


def _page(delivery: Delivery) -> Page:
    assert delivery.page is not None, "a page's delivery belongs to a page"
    return delivery.page


def acknowledge_url(page_id: int, agent_id: int | None) -> str:
    """The link of one person; empty where the page goes to nobody in particular."""
    return at_vendor(current_vendor(), f"pages/{link_token(page_id, agent_id)}/") if agent_id else ""


def send_sms(delivery: Delivery, now: datetime) -> None:
    """Hand the page to the vendor's SMS gateway."""
    text = _sms(delivery)
    _post(delivery, {"type": "sms", "to": delivery.to_address, "text": text}, now)


def _sms(delivery: Delivery) -> str:
    told = _context(delivery)
    ticket = told["ticket"]
    what = f"{told['severity']} {ticket.number}: {ticket.subject[:SMS_SUBJECT]}" if ticket else "This is a test."
    return f"{told['schedule']}. {what} Acknowledge: {told['acknowledge_url']}"


def send_webhook(delivery: Delivery, now: datetime) -> None:
    """Tell the vendor's own system: codes, names, and a link for each person who is paged."""
    told = _context(delivery)
    page, ticket = told["page"], told["ticket"]
    people = Agent.objects.filter(pk__in=page.agents).order_by("pk")
    content = {
        "type": "page",
        "vendor": told["vendor"].slug,
        "page": page.pk,
        "test": ticket is None,
        "schedule": page.schedule.code,
        "cause": page.cause,
        "opened_at": page.opened_at.isoformat(),
        "again": told["again"],
        "paged": [{"name": who.name, "acknowledge_url": acknowledge_url(page.pk, who.pk)} for who in people],
        "ticket": None,
    }
    if ticket is not None:
        content["ticket"] = {
            "number": ticket.number,
            "subject": ticket.subject,
            "severity": told["severity"].code,
            "url": told["ticket_url"],
        }
    _post(delivery, content, now)


def _post(delivery: Delivery, content: dict[str, Any], now: datetime) -> None:
    gateway = Gateway.objects.filter(channel=delivery.channel).first()
    if gateway is None:
        raise Undelivered("The gateway was taken away.", permanent=True)
    secret = opened(gateway.sealed_secret) if gateway.sealed_secret else ""
    post(gateway.url, content, secret=secret, key=delivery.message_id.strip("<>"), now=now)
