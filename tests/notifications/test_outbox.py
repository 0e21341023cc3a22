"""Who is told of what: from what happened to a ticket to rows of the outbox."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.access import Actor
from helpdesk.models import Contact, Team, Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from notifications.outbound.mails import compose
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import assign, change_status, note, reply, take
from tickets.commands.timers import fire_due
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def acting() -> Iterator[Any]:
    """Opens the doors of real vendors, as a test names them."""
    entered: list[Any] = []

    def act(slug: str) -> None:
        door = acting_for(Vendor.objects.get(slug=slug))
        door.__enter__()
        entered.append(door)

    yield act
    for door in entered:
        door.__exit__(None, None, None)


def told(ticket: Ticket, at: Any) -> list[tuple[str, str]]:
    """What was queued at this instant: (event, audience), in order."""
    return list(Delivery.objects.filter(ticket=ticket, created_at=at).order_by("id").values_list("event", "audience"))


def set_to(ticket: Ticket, code: str, actor: Actor, now: Any, **facts: Any) -> None:
    change_status(ticket_id=ticket.pk, status=catalogue().statuses[code], actor=actor, now=now, **facts)


# --- One mail per change and person --------------------------------------------------------------------------


@pytest.mark.usefixtures("door")
def test_a_receipt_waits_in_the_outbox_as_soon_as_the_ticket_exists() -> None:
    contact = make_contact()
    ticket = make_ticket(contact)
    [row] = Delivery.objects.all()
    assert (row.event, row.audience, row.to_address, row.to_name) == (
        "ticket_created",
        "requester",
        contact.email,
        contact.name,
    )
    assert (row.state, row.next_attempt_at, row.seq) == ("queued", NOW, 1)
    assert ticket.number in compose(row).subject


@pytest.mark.usefixtures("door")
def test_a_reply_that_solves_is_one_mail_about_the_end_with_all_the_words() -> None:
    ticket, agent = make_ticket(), acts(make_agent())
    reply(
        ticket_id=ticket.pk,
        body="It was the fuse.",
        actor=agent,
        now=NOW + MINUTE,
        status=catalogue().statuses["solved"],
    )
    assert told(ticket, NOW + MINUTE) == [("ticket_closed", "requester")]
    body = compose(Delivery.objects.latest("id")).body
    assert "It was the fuse." in body
    assert "Solved. Reply to reopen." in body
    assert body.count("It was the fuse.") == 1


def test_somebody_in_two_audiences_gets_one_mail(acting: Any) -> None:
    """The assignee of a LuxCloud ticket is in the queue's team as well."""
    acting("luxcloud")
    agent, contact = make_agent(teams=("l1",)), make_contact()
    ticket = make_ticket(contact)
    take(ticket_id=ticket.pk, actor=acts(agent), now=NOW)
    set_to(ticket, "resolved", acts(agent), NOW, reason="solved", message="There.")
    reply(ticket_id=ticket.pk, body="No", actor=contact.actor, now=NOW + DAY, restatement="identical")
    addresses = list(Delivery.objects.filter(created_at=NOW + DAY).values_list("to_address", "event"))
    assert sorted(addresses) == sorted([(agent.user.email, "ticket_reopened"), (contact.email, "ticket_updated")])


@pytest.mark.usefixtures("door")
def test_two_changes_are_two_mails_with_ids_of_their_own() -> None:
    ticket, agent = make_ticket(), acts(make_agent())
    for word in ("One", "Two"):
        reply(ticket_id=ticket.pk, body=word, actor=agent, now=NOW + MINUTE)
    ids = list(Delivery.objects.values_list("message_id", flat=True))
    assert len(set(ids)) == 3


@pytest.mark.usefixtures("door")
def test_an_address_as_long_as_addresses_may_be_gets_its_receipt() -> None:
    address = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example"
    make_ticket(make_contact(email=address, login=False))
    assert Delivery.objects.get().to_address == address


@pytest.mark.usefixtures("door")
def test_nobody_writes_to_somebody_who_has_left() -> None:
    contact = make_contact(is_active=False)
    gone = make_agent(is_active=False)
    locked_out = make_agent()
    locked_out.user.is_active = False
    locked_out.user.save()
    ticket = make_ticket(contact)
    fire_due([ticket.pk], now=NOW + 30 * DAY)
    assert gone.user.email
    assert not Delivery.objects.exists()


@pytest.mark.usefixtures("door")
def test_a_team_with_an_address_is_told_there_and_its_members_too() -> None:
    agent = make_agent()
    Team.objects.filter(code="desk").update(email="desk@acme.example")
    catalogue().teams["desk"].vendor.touch_process()
    ticket = make_ticket(make_contact(is_active=False))
    fire_due([ticket.pk], now=NOW + 1.5 * DAY)
    assert set(Delivery.objects.values_list("to_address", flat=True)) == {"desk@acme.example", agent.user.email}


# --- What customers must not read ----------------------------------------------------------------------------


def test_customers_never_get_internal_words(acting: Any) -> None:
    """Not from notes, not from the log, not even those written in the same instant."""
    acting("luxcloud")
    agent, contact = acts(make_agent(teams=("l1",))), make_contact()
    ticket = make_ticket(contact)
    note(ticket_id=ticket.pk, body="The partner is wrong, INTERNAL.", actor=agent, now=NOW + MINUTE)
    reply(ticket_id=ticket.pk, body="Please restart it.", actor=agent, now=NOW + MINUTE)
    note(ticket_id=ticket.pk, body="Told them, INTERNAL.", actor=agent, now=NOW + MINUTE)

    to_customer = [compose(row) for row in Delivery.objects.filter(audience="requester")]
    to_staff = [compose(row) for row in Delivery.objects.filter(event="internal_note")]

    assert len(to_customer) == 2
    for mail in to_customer:
        assert "INTERNAL" not in mail.message().as_string()
    assert "Please restart it." in to_customer[-1].body
    assert all("INTERNAL" in mail.body for mail in to_staff)
    assert to_staff
    assert {row.to_address for row in Delivery.objects.filter(event="internal_note")}.isdisjoint({contact.email})


def test_a_reminder_to_the_customer_quotes_nothing(acting: Any) -> None:
    """Its line is internal; the mail is the sentence alone."""
    acting("nexus")
    agent, contact = acts(make_agent()), make_contact()
    ticket = make_ticket(contact)
    reply(
        ticket_id=ticket.pk,
        body="Which version?",
        actor=agent,
        now=NOW,
        status=catalogue().statuses["waiting_customer"],
        deadline_at=NOW + 9 * DAY,
    )
    note(ticket_id=ticket.pk, body="INTERNAL", actor=agent, now=NOW + 8 * DAY)
    fire_due([ticket.pk], now=NOW + 8 * DAY)
    mail = compose(Delivery.objects.get(event="reminder"))
    assert "We are still waiting for your answer." in mail.body
    assert "INTERNAL" not in mail.body
    assert "Which version?" not in mail.body


@pytest.mark.usefixtures("door")
def test_the_customer_reads_the_label_of_the_staff_and_no_name() -> None:
    ticket, agent = make_ticket(), make_agent(name="Agent by name")
    reply(ticket_id=ticket.pk, body="Here.", actor=acts(agent), now=NOW + MINUTE)
    mail = compose(Delivery.objects.latest("id"))
    assert "Agent by name" not in mail.message().as_string()
    assert "Support:" in mail.body


# --- Conditions of notification rules ------------------------------------------------------------------------


@pytest.fixture
def hypergene(acting: Any) -> tuple[Ticket, Actor, Contact]:
    acting("hypergene")
    contact = make_contact(language="sv")
    agent = acts(make_agent())
    ticket = make_ticket(contact)
    return ticket, agent, contact


def test_who_was_told_of_the_solution_is_not_told_of_the_closing(hypergene: tuple[Ticket, Actor, Contact]) -> None:
    ticket, agent, _ = hypergene
    set_to(ticket, "solved", agent, NOW + MINUTE, facts={"solution": "En ny säkring"})
    assert ("status_entered", "requester") in told(ticket, NOW + MINUTE)
    assert "En ny säkring" in compose(Delivery.objects.get(created_at=NOW + MINUTE)).body
    set_to(ticket, "closed", agent, NOW + DAY)
    assert told(ticket, NOW + DAY) == []


def test_who_was_not_told_of_a_solution_is_told_of_the_closing(hypergene: tuple[Ticket, Actor, Contact]) -> None:
    ticket, agent, contact = hypergene
    set_to(ticket, "solved", agent, NOW + MINUTE, facts={"solution": "En ny säkring"})
    reply(ticket_id=ticket.pk, body="Nej", actor=contact.actor, now=NOW + DAY)
    set_to(ticket, "closed", agent, NOW + 2 * DAY)
    assert told(ticket, NOW + 2 * DAY) == [("status_entered", "requester")]


def test_only_the_named_status_is_told_of(hypergene: tuple[Ticket, Actor, Contact]) -> None:
    ticket, agent, _ = hypergene
    set_to(ticket, "in_progress", agent, NOW + MINUTE)
    assert told(ticket, NOW + MINUTE) == [("status_entered", "requester")]
    set_to(ticket, "registered", agent, NOW + DAY)
    assert told(ticket, NOW + DAY) == []


def test_a_kind_of_queue_is_told_of_or_left_out(acting: Any) -> None:
    """Xecuritas tells product management of what is handed over, and nobody of other queues."""
    acting("xecuritas")
    manager = make_agent(teams=("product-management",))
    engineer = make_agent(teams=("support",))
    problem = make_ticket()
    assert ("ticket_in_queue", "queue_team") not in told(problem, NOW)
    wish = make_ticket(type=catalogue().types["feature_request"], now=NOW + MINUTE)
    rows = Delivery.objects.filter(ticket=wish, audience="queue_team")
    assert list(rows.values_list("to_address", flat=True)) == [manager.user.email]
    assert Delivery.objects.filter(ticket=problem, to_address=engineer.user.email).count() == 1


def test_the_assignee_is_told_and_in_want_of_one_the_team(acting: Any) -> None:
    acting("nexus")
    one, other = make_agent(teams=("sweden",)), make_agent(teams=("sweden",))
    contact = make_contact()
    ticket = make_ticket(contact, queue=catalogue().queues["sweden"])
    reply(ticket_id=ticket.pk, body="And?", actor=contact.actor, now=NOW + MINUTE)
    assert set(Delivery.objects.filter(created_at=NOW + MINUTE).values_list("to_address", flat=True)) == {
        one.user.email,
        other.user.email,
    }
    assign(ticket_id=ticket.pk, agent=one, actor=acts(other), now=NOW + DAY)
    reply(ticket_id=ticket.pk, body="And now?", actor=contact.actor, now=NOW + 2 * DAY)
    assert list(Delivery.objects.filter(created_at=NOW + 2 * DAY).values_list("to_address", flat=True)) == [
        one.user.email
    ]


@pytest.mark.usefixtures("door")
def test_a_breach_goes_to_the_team_with_the_time_that_passed() -> None:
    make_agent()
    ticket = make_ticket()
    fire_due([ticket.pk], now=NOW + 1.5 * DAY)
    [row] = Delivery.objects.filter(event="target_breached")
    mail = compose(row)
    assert "Late: " in mail.subject
    assert "It was due on Wed 20 May 2026, 10:00." in mail.body
