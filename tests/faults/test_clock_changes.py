"""The nights on which clocks change: what is due in the hour that is skipped or comes twice fires once, in true order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.access import Actor
from helpdesk.models import Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.faults.due import HOUR, punctual
from tests.people import acts, make_agent, make_contact, make_ticket
from tests.timelines.scene import sweep
from tickets.commands import reply
from tickets.models import Entry, Ticket, Timer
from tickets.queries.catalogue import catalogue

STEP, EVERY = timedelta(minutes=20), timedelta(minutes=5)  # between due times, between sweeps
AROUND = range(-6, 7)  # steps: two hours before the change and two after


@dataclass(frozen=True)
class Night:
    """One change of the clocks, written down: the product's own zones are what is being tested."""

    zone: str
    change: datetime  # UTC
    before: int  # hours ahead of UTC
    after: int

    @property
    def settled(self) -> datetime:
        """The local time from which the new offset is the only one: the end of the hour that is skipped or repeated."""
        return self.change.replace(tzinfo=None) + max(self.before, self.after) * HOUR

    def utc(self, wall: datetime) -> datetime:
        """A local time: one that is skipped moves on by the gap, one that comes twice means the first."""
        return (wall - (self.before if wall < self.settled else self.after) * HOUR).replace(tzinfo=UTC)


NIGHTS = [
    Night("Europe/Luxembourg", datetime(2026, 3, 29, 1, tzinfo=UTC), 1, 2),
    Night("Europe/Luxembourg", datetime(2026, 10, 25, 1, tzinfo=UTC), 2, 1),
    Night("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC), -4, -5),
    Night("America/New_York", datetime(2027, 3, 14, 7, tzinfo=UTC), -5, -4),
]


@pytest.fixture(params=NIGHTS, ids=lambda night: f"{night.zone} {night.change:%Y-%m-%d}")
def night(request: pytest.FixtureRequest, db: None) -> Iterator[Night]:
    vendor: Vendor = punctual(request.param.zone)
    with acting_for(vendor):
        yield request.param


def swept_through(night: Night) -> None:
    """The sweeps of that night, every few minutes."""
    now = night.change - 3 * HOUR
    while now <= night.change + 6 * HOUR:
        sweep(now)
        now += EVERY


def fired_once_in_order(expected: dict[int, datetime], **which: str) -> list[datetime]:
    """Each ticket has one such line, carried out by the first sweep after its due time, in the order of due times."""
    lines = list(Entry.objects.filter(ticket_id__in=expected, **which).order_by("id"))
    dues = [datetime.fromisoformat(line.meta["due_at"]) for line in lines]
    assert {line.ticket_id: due for line, due in zip(lines, dues, strict=True)} == expected
    assert len(lines) == len(expected)
    assert all(timedelta() < line.at - due <= EVERY for line, due in zip(lines, dues, strict=True))
    assert dues == sorted(dues)
    return dues


@pytest.fixture
def contact(night: Night) -> Contact:
    return make_contact()


def graded(contact: Contact, severity: str, now: datetime) -> Ticket:
    return make_ticket(contact, severity=catalogue().severities[severity], now=now)


def test_hours_around_the_clock(night: Night, contact: Contact) -> None:
    """Real time knows no change: due times are as far apart as ever, whatever the clocks on the wall show."""
    dues = [night.change + n * STEP for n in AROUND]
    expected = {graded(contact, "high", due - 4 * HOUR).pk: due for due in dues}
    swept_through(night)
    assert fired_once_in_order(expected, kind="breach", meta__metric="first_response") == dues
    fired_once_in_order(expected, kind="warning", meta__metric="resolution")
    walls = [due.astimezone(ZoneInfo(night.zone)) for due in dues]
    shown = [wall.replace(tzinfo=None) for wall in walls]
    if night.before > night.after:
        assert len(set(shown)) == len(shown) - 3, "three of them are shown with a time that was there an hour before"
        assert sum(wall.fold for wall in walls) == 3
    else:
        assert not [wall for wall in shown if night.settled - HOUR <= wall < night.settled]


def test_calendar_days(night: Night, contact: Contact) -> None:
    """The same time of the next day; of the skipped hour an hour later, of the repeated hour the first."""
    day_before = night.settled - 2 * HOUR - timedelta(days=1)
    walls = [day_before + n * STEP for n in range(10)]
    zone = timedelta(hours=night.before)
    expected = {
        graded(contact, "daily", (wall - zone).replace(tzinfo=UTC)).pk: night.utc(wall + timedelta(days=1))
        for wall in walls
    }
    if night.before < night.after:
        assert len(set(expected.values())) == 7, "what is moved out of the gap meets what is due there anyway"
    swept_through(night)
    fired_once_in_order(expected, kind="breach")


def test_business_hours_of_a_desk_that_works_that_night(night: Night, contact: Contact) -> None:
    """Two hours of work are two hours: the repeated hour is worked twice, the skipped one by nobody."""
    opens = night.utc(datetime.combine(night.settled.date(), datetime.min.time()))
    starts = [opens + n * STEP for n in range(10)]
    expected = {graded(contact, "nightly", start).pk: start + 2 * HOUR for start in starts}
    swept_through(night)
    fired_once_in_order(expected, kind="breach")


def test_reminders_and_closings(night: Night, contact: Contact) -> None:
    agent: Actor = acts(make_agent())
    dues = [night.change + n * STEP for n in AROUND]
    reminded = {make_ticket(contact, now=due - 3 * HOUR).pk: due for due in dues}
    closed = {graded(contact, "low", due - 6 * HOUR).pk: due for due in dues}
    for ticket_id, due in closed.items():
        waiting = catalogue().statuses["waiting"]
        reply(ticket_id=ticket_id, body="Which one?", status=waiting, actor=agent, now=due - 6 * HOUR)
    swept_through(night)
    fired_once_in_order(reminded, kind="reminder")
    fired_once_in_order(closed, kind="status", meta__new="solved")
    assert not Timer.objects.filter(state="pending", due_at__lt=night.change + 6 * HOUR).exists()
