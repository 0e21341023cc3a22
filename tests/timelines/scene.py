"""A vendor's real process on a stage: its people, instants as the timelines write them, and the worker's sweeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from django.db import connection, transaction

from helpdesk.access import Actor, worker
from helpdesk.models import BusinessCalendar, Contact, Holiday, Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from sla.models import Clock
from tests.people import acts, make_agent, make_company, make_contact
from tickets.commands import open_ticket, reply
from tickets.commands.timers import fire_due
from tickets.models import Entry, Ticket
from tickets.queries.catalogue import Catalogue, catalogue

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
# Written down, not looked up: the product's own zones are what is being tested.
OFFSETS = {"CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}


def at(text: str) -> datetime:
    """An instant as the timelines write it: "Fri 2026-04-24 16:52 CEST"."""
    weekday, day, wall, zone = text.split()
    local = datetime.fromisoformat(f"{day}T{wall}").replace(tzinfo=timezone(timedelta(hours=OFFSETS[zone])))
    assert f"{local:%a}" == weekday, f"{text} is a {local:%A}"
    return local.astimezone(UTC)


class Scene:
    """One vendor with one customer and one agent who is in every team."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.contact: Contact = make_contact(make_company("Customer"), name="Contact of the customer")
        self.agent: Actor = acts(make_agent(name="Agent"))

    @property
    def known(self) -> Catalogue:
        return catalogue()

    def based_in(self, country: str) -> None:
        """Where the customer's company is."""
        self.contact.company.country = country
        self.contact.company.save()

    def opens(self, now: datetime, *, severity: str = "", type: str = "", queue: str = "", **facts: Any) -> Ticket:
        """The customer opens a ticket in the portal."""
        chosen = {
            "severity": self.known.severities[severity] if severity else None,
            "type": self.known.types[type] if type else None,
            "queue": self.known.queues[queue] if queue else None,
        }
        facts = {"subject": "It does not work", "body": "Since this morning.", "actor": self.contact.actor, **facts}
        return open_ticket(requester=self.contact, now=now, **chosen, **facts)

    def mails(self, now: datetime, *, mailbox: str, **facts: Any) -> Ticket:
        """The customer's mail is received; the worker files it with the facts that it read."""
        return self.opens(now, actor=worker(), channel="email", mailbox=mailbox, **facts)

    def agent_says(self, ticket: Ticket, now: datetime, *, status: str = "", **facts: Any) -> None:
        """The agent answers in public, and may set a status with it."""
        chosen = self.known.statuses[status] if status else None
        reply(ticket_id=ticket.pk, body="Words of the agent.", actor=self.agent, now=now, status=chosen, **facts)

    def customer_says(self, ticket: Ticket, now: datetime, **facts: Any) -> None:
        reply(ticket_id=ticket.pk, body="Words of the customer.", actor=self.contact.actor, now=now, **facts)

    def close_on(self, calendar: str, day: str) -> None:
        """An administrator adds a holiday."""
        row = BusinessCalendar.objects.get(code=calendar)
        Holiday.objects.create(calendar=row, date=day, name="Closed")
        self.vendor.touch_process()

    def close_on_optional_dates(self, calendar: str) -> None:
        """An administrator switches the optional closed dates on."""
        BusinessCalendar.objects.filter(code=calendar).update(use_optional=True)
        self.vendor.touch_process()


@contextmanager
def staged(slug: str) -> Iterator[Scene]:
    """The vendor's door, open; the process is the file that ships."""
    vendor = Vendor.objects.get(slug=slug)
    with acting_for(vendor):
        yield Scene(vendor)


@contextmanager
def supposing() -> Iterator[None]:
    """What would happen; afterwards it has not."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sweep(now: datetime) -> int:
    """What the worker does at `now`: the tickets that the database says are due, fired."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ticket_id FROM due_tickets(%s, %s)", [now, 1000])
        return fire_due([row[0] for row in cursor.fetchall()], now=now)


def fresh(ticket: Ticket) -> Ticket:
    """The ticket as it stands now."""
    return Ticket.objects.select_related("status", "queue", "severity", "responsible_team").get(pk=ticket.pk)


def status_of(ticket: Ticket) -> str:
    return str(fresh(ticket).status.code)


def clock(ticket: Ticket, metric: str) -> Clock:
    return Clock.objects.get(ticket=ticket, metric=metric)


def told(ticket: Ticket, now: datetime) -> set[tuple[str, str]]:
    """Which mails were put into the outbox at this instant: (event, audience)."""
    return set(Delivery.objects.filter(ticket=ticket, created_at=now).values_list("event", "audience"))


def recorded(ticket: Ticket, kind: str) -> list[Entry]:
    """The lines of this kind in the ticket's log."""
    return list(Entry.objects.filter(ticket=ticket, kind=kind).order_by("seq"))


def instants(ticket: Ticket, kind: str, metric: str) -> list[datetime]:
    """The due times of the warnings or breaches in the log."""
    lines = [line.meta for line in recorded(ticket, kind)]
    return [datetime.fromisoformat(meta["due_at"]) for meta in lines if meta["metric"] == metric]


def assert_due(ticket: Ticket, metric: str, due_at: datetime) -> None:
    """The clock says this instant; nothing is late at it; a minute later, if nobody acts, one breach is recorded."""
    assert clock(ticket, metric).due_at == due_at
    _assert_recorded_after(ticket, "breach", metric, due_at)
    with supposing():
        sweep(due_at + MINUTE)
        assert clock(ticket, metric).breached_at == due_at


def assert_warns(ticket: Ticket, metric: str, warn_at: datetime) -> None:
    """The same for the warning."""
    assert clock(ticket, metric).warn_at == warn_at
    _assert_recorded_after(ticket, "warning", metric, warn_at)


def _assert_recorded_after(ticket: Ticket, kind: str, metric: str, instant: datetime) -> None:
    before = instants(ticket, kind, metric)
    with supposing():
        sweep(instant)
        assert instants(ticket, kind, metric) == before
        sweep(instant + MINUTE)
        sweep(instant + 2 * MINUTE)
        assert instants(ticket, kind, metric) == [*before, instant]


def assert_nothing_was_late(ticket: Ticket, now: datetime) -> None:
    """By `now`, with every sweep run, no breach is in the log."""
    sweep(now)
    assert recorded(ticket, "breach") == []
