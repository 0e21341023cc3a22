"""The life of a ticket through the commands: opened, routed, answered, waiting, closed for inactivity, reopened."""

from datetime import timedelta

import pytest

from notifications.models import Delivery
from sla.models import Clock
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import Conflict, change_status, reply, take
from tickets.commands.rules import run_scheduled_rules
from tickets.commands.timers import fire_due
from tickets.models import Entry, Ticket, Timer
from tickets.queries.catalogue import catalogue


@pytest.mark.usefixtures("door")
def test_a_ticket_lives_from_the_report_to_its_reopening() -> None:
    contact = make_contact()
    agent = acts(make_agent())
    ticket = make_ticket(contact)
    assert ticket.status.code == "new"
    assert [d.event for d in Delivery.objects.all()] == ["ticket_created"]

    run_scheduled_rules(now=NOW + timedelta(minutes=5))
    ticket = Ticket.objects.get()
    assert ticket.queue.code == "desk"

    take(ticket_id=ticket.pk, actor=agent, now=NOW + timedelta(minutes=10))
    reply(
        ticket_id=ticket.pk,
        body="Which printer?",
        actor=agent,
        now=NOW + timedelta(minutes=20),
        status=catalogue().statuses["waiting"],
    )
    ticket = Ticket.objects.get()
    assert (ticket.status.code, ticket.turn) == ("waiting", "customer")
    clocks = {clock.metric: clock for clock in Clock.objects.all()}
    assert clocks["first_response"].state == "met"
    assert clocks["resolution"].state == "paused"

    [timer] = Timer.objects.filter(kind="rule", state="pending")
    assert fire_due([ticket.pk], now=timer.due_at) == 0
    assert fire_due([ticket.pk], now=timer.due_at + timedelta(seconds=1)) == 1
    assert fire_due([ticket.pk], now=timer.due_at + timedelta(seconds=2)) == 0
    ticket = Ticket.objects.get()
    assert (ticket.status.code, ticket.is_finished) == ("solved", True)

    reply(ticket_id=ticket.pk, body="It burns again", actor=contact.actor, now=timer.due_at + timedelta(days=1))
    ticket = Ticket.objects.get()
    assert (ticket.status.code, ticket.is_finished) == ("open", False)
    assert [entry.kind for entry in Entry.objects.order_by("seq")] == [
        "opened", "queue", "assigned", "status", "message", "status", "status", "message", "message", "status",
    ]  # fmt: skip


@pytest.mark.usefixtures("door")
def test_the_second_of_two_writers_is_told_what_changed() -> None:
    ticket = make_ticket()
    one, two = acts(make_agent()), acts(make_agent())
    seen = Entry.objects.latest("seq").seq
    reply(ticket_id=ticket.pk, body="First", actor=one, now=NOW, seen=seen)

    with pytest.raises(Conflict) as conflict:
        reply(ticket_id=ticket.pk, body="Second", actor=two, now=NOW, seen=seen)

    assert [entry.kind for entry in conflict.value.entries] == ["message", "status"]
    assert Entry.objects.filter(kind="message").count() == 1


@pytest.mark.usefixtures("door")
def test_a_breach_is_recorded_once_and_its_team_is_told() -> None:
    make_agent()
    ticket = make_ticket()
    due_at = Clock.objects.get(metric="first_response").due_at
    assert fire_due([ticket.pk], now=due_at + timedelta(seconds=1)) == 1
    assert fire_due([ticket.pk], now=due_at + timedelta(minutes=1)) == 0
    assert Entry.objects.filter(kind="breach").count() == 1
    assert Delivery.objects.filter(event="target_breached").count() == 1
    assert Clock.objects.get(metric="first_response").breached_at == due_at


@pytest.mark.usefixtures("door")
def test_solving_without_a_solution_message_is_possible_where_nothing_is_required() -> None:
    ticket = make_ticket()
    agent = acts(make_agent())
    change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=agent, now=NOW)
    assert Ticket.objects.get().finished_at == NOW
    assert not Timer.objects.filter(kind="clock", state="pending", ref__startswith="resolution")
