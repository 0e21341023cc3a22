"""Where a scenario is played: a vendor of its own inside a transaction, its people, its tickets, the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation

from helpdesk.access import Actor, Refused
from helpdesk.models import ProcessVersion, Team, Vendor
from helpdesk.process.files import write
from helpdesk.process.section import Parsed
from helpdesk.process.spec import unknown
from helpdesk.remembered import forget
from helpdesk.tenancy import acting_for
from portal.simulator.events import Event
from portal.simulator.moments import instant
from portal.simulator.people import Cast, PeopleSpec, make_cast
from tickets.models import Ticket

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Stage:
    """One play.

    `fruitless` are scheduled rules that found nothing to do and wait for something to happen; `happened` are
    events that leave no line in a log.
    """

    vendor: Vendor
    process: Parsed
    cast: Cast
    now: datetime = LONG_AGO
    tickets: dict[str, int] = field(default_factory=dict)
    fruitless: set[str] = field(default_factory=set)
    happened: list[Event] = field(default_factory=list)
    watches_maintenance: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return self.vendor.zone

    def ticket_id(self, name: str) -> int:
        """The ticket that the scenario calls so."""
        if name not in self.tickets:
            raise Refused(unknown("ticket", name, self.tickets))
        return self.tickets[name]

    def name_of(self, ticket_id: int) -> str:
        """What the scenario calls a ticket; one that came up by itself is named by its number."""
        names = (name for name, pk in self.tickets.items() if pk == ticket_id)
        name = next(names, None)
        if name is None:
            name = str(Ticket.objects.values_list("number", flat=True).get(pk=ticket_id))
            self.tickets[name] = ticket_id
        return name


@dataclass(frozen=True)
class Turn:
    """What an action is played with: the ticket's name, who acts where the step says it, and when."""

    stage: Stage
    ticket: str
    by: str
    now: datetime

    @property
    def ticket_id(self) -> int:
        return self.stage.ticket_id(self.ticket)

    @property
    def staff(self) -> Actor:
        """Who acts for the vendor: the first agent, unless the step names somebody."""
        return self.stage.cast.actor(self.by or next(iter(self.stage.cast.agents)))

    @property
    def customer(self) -> Actor:
        """Who acts for the customer: who asked, unless the step names somebody."""
        if self.by:
            return self.stage.cast.actor(self.by)
        return Ticket.objects.select_related("requester").get(pk=self.ticket_id).requester.actor

    def moment(self, written: str) -> datetime | None:
        """A time that the action names, if it does."""
        return instant(written, self.stage.zone) if written else None


@contextmanager
def staged(process: Parsed, people: PeopleSpec, text: str) -> Iterator[Stage]:
    """Make a vendor with this process and these people; at the end nothing of it has been.

    The slug is fresh and the host name empty, so that no row of a real vendor is read, locked or waited for.
    """
    slug = f"simulation-{uuid4().hex[:16]}"
    own = process["vendor"].model_copy(update={"slug": slug, "portal_host": ""})
    with transaction.atomic():
        vendor = Vendor.objects.create(slug=slug, name=own.name)
        try:
            with acting_for(vendor), timezone.override(own.time_zone), translation.override("en"):
                write(vendor, process | {"vendor": own})
                ProcessVersion.objects.create(number=1, text=text, applied_at=LONG_AGO, applied_by="simulator")
                Vendor.objects.filter(pk=vendor.pk).update(measured_stamp=vendor.process_stamp)
                teams = list(Team.objects.filter(retired=False).order_by("position").values_list("code", flat=True))
                cast = make_cast(people.everybody(teams), f"{slug}.example")
                yield Stage(vendor, process, cast)
        finally:
            transaction.set_rollback(True)
            forget(vendor.pk)
