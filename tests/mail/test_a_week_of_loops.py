"""A simulated week in which machines answer machines: what is sent stays bounded, and no ticket is harmed."""

from collections import Counter
from datetime import timedelta
from email.utils import parseaddr

from django.core import mail as sent
from django.core.mail import get_connection

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands import claim, send
from notifications.models import Delivery, IncomingMail, Mailbox
from tests.people import NOW, acts, make_agent, make_company, make_contact
from tests.post import arrive, letter
from tickets.commands import reply
from tickets.models import Entry, Ticket

HOUR = timedelta(hours=1)
WEEK = 7 * 24
DESKS = {"help@acme.example": "acme", "desk@umbrella.example": "umbrella"}
AWAY, GONE, CHATTY = "away@customer.example", "gone@customer.example", "robot@customer.example"


class World:
    """Two vendors who are each other's customers, and three addresses where nobody reads what comes.

    `away` is on vacation and says so by the standard; `robot` answers everything with a new mail that nothing marks as a
    machine's; `gone` does not exist any more, so that its server sends it back.
    """

    def __init__(self) -> None:
        self.vendors = {slug: Vendor.objects.get(slug=slug) for slug in DESKS.values()}
        self.sent: Counter[str] = Counter()
        self.arrived: Counter[str] = Counter()
        for address, slug in DESKS.items():
            with acting_for(self.vendors[slug]):
                Mailbox.objects.create(address=address)
                company = make_company("The others")
                for person in (*(one for one in DESKS if one != address), AWAY, GONE, CHATTY):
                    make_contact(company, login=False, email=person, name=person)

    def play(self, hours: int) -> None:
        for hour in range(hours):
            self.now = NOW + hour * HOUR
            for slug in self.vendors:
                for message in self._outgoing(slug):
                    self._delivered(slug, message)

    def _outgoing(self, slug: str) -> list:
        sent.outbox = []
        connection = get_connection("django.core.mail.backends.locmem.EmailBackend")
        with acting_for(self.vendors[slug]):
            for delivery in claim(now=self.now):
                send(delivery, now=self.now, connection=connection)
        return sent.outbox

    def _delivered(self, slug: str, message) -> None:
        to = parseaddr(message.recipients()[0])[1]
        desk = next(address for address, name in DESKS.items() if name == slug)
        self.sent[to] += 1
        raw = message.message()
        if to in DESKS:
            self._arrive(DESKS[to], raw.as_bytes())
        elif to == AWAY:
            answered = {"In_Reply_To": raw["Message-ID"], "Auto_Submitted": "auto-replied"}
            self._arrive(slug, letter(sender=to, to=desk, subject="I am away", **answered))
        elif to == CHATTY:
            self._arrive(
                slug, letter(sender=to, to=desk, subject=f"Thank you {self.sent[to]}", body=f"No {self.sent[to]}")
            )
        elif to == GONE:
            bounce = {"Return_Path": "<>", "X_Failed_Recipients": to, "In_Reply_To": raw["Message-ID"]}
            self._arrive(
                slug, letter(sender="mailer-daemon@customer.example", to=desk, subject="Undelivered", **bounce)
            )

    def _arrive(self, slug: str, raw: bytes) -> None:
        with acting_for(self.vendors[slug]):
            mail = arrive(raw, now=self.now)
            self.arrived[f"{mail.outcome} {mail.reason}".strip()] += 1


def test_two_desks_a_vacation_a_robot_and_a_mailer_daemon_end_in_silence(db):
    world = World()
    world.now = NOW
    for address, slug in DESKS.items():
        for person in (*(one for one in DESKS if one != address), AWAY, GONE, CHATTY):
            world._arrive(slug, letter(sender=person, to=address, subject=f"A matter of {person}"))
        with acting_for(world.vendors[slug]):
            agent = make_agent()
            for ticket in Ticket.objects.all():
                reply(ticket_id=ticket.pk, body="We look at it.", actor=acts(agent), now=NOW)
    world.play(WEEK)

    a_day = 30  # automatic mails to one address, as the default policy says
    assert world.sent[AWAY] <= 4 + 2
    assert world.sent[GONE] <= 4 + 2
    assert world.sent[CHATTY] <= len(DESKS) * (a_day * 7 + 2)
    for desk in DESKS:
        assert world.sent[desk] <= 4
    for slug, vendor in world.vendors.items():
        with acting_for(vendor):
            assert Ticket.objects.filter(requester__email=AWAY).count() == 1
            assert Ticket.objects.filter(requester__email=GONE).count() == 1
            lines = Entry.objects.filter(
                ticket__requester__email__in=(AWAY, GONE), kind="message", actor_kind="contact"
            )
            assert not lines.exists(), "no machine speaks in a customer's name"
            assert Entry.objects.filter(ticket__requester__email=GONE, kind="bounce").exists()
            assert IncomingMail.objects.filter(state="new").count() == 0
            assert Delivery.objects.filter(state="queued", next_attempt_at__lte=world.now).count() == 0
            assert slug
    last_day = _of_the_last_day(world)
    assert len(last_day) <= len(DESKS) * 2 * a_day, "it dies down"


def _of_the_last_day(world: World) -> list[Delivery]:
    rows = []
    for vendor in world.vendors.values():
        with acting_for(vendor):
            rows += Delivery.objects.filter(sent_at__gt=world.now - 24 * HOUR)
    return rows
