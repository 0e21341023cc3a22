"""Two people, one ticket, the same moment: one is told, nothing is overwritten, nothing happens twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from helpdesk.access import Refused
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from sla.commands import log_work
from sla.queries.budgets import budget_of
from tests.faults.processes import together
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import Conflict, change_status, log_call, note, reply, take
from tickets.models import Entry, Ticket
from tickets.queries.catalogue import catalogue


def behind(vendor: Any, act: Callable[..., Any], **facts: Any) -> Callable[[], Any]:
    """An act as a request does it: a transaction of its own behind the vendor's door."""

    def run() -> Any:
        with acting_for(vendor):
            return act(**facts)

    return run


def sound() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM broken_chains()")
        return cursor.fetchone() == (0,)


@pytest.fixture
def staff(acme):
    with acting_for(acme):
        return [acts(make_agent(name=f"Agent {n}")) for n in range(4)]


def test_those_who_take_a_ticket_at_once(acme, staff):
    for _ in range(4):
        with acting_for(acme):
            ticket = make_ticket()
        results = together(*(behind(acme, take, ticket_id=ticket.pk, actor=actor, now=NOW) for actor in staff))
        taken = [actor for actor, result in zip(staff, results, strict=True) if isinstance(result, Ticket)]
        refused = [result for result in results if isinstance(result, Refused)]
        assert (len(taken), len(refused)) == (1, 3), results
        assert {refusal.sentence for refusal in refused} == {f"{taken[0].name} has taken this already."}
        with acting_for(acme):
            assert Ticket.objects.get(pk=ticket.pk).assignee_id == taken[0].id
            assert Entry.objects.filter(ticket=ticket, kind="assigned").count() == 1
            assert sound()


def test_those_who_answer_at_once_having_read_the_same(acme, staff):
    for _ in range(4):
        with acting_for(acme):
            ticket = make_ticket()
        facts = {"ticket_id": ticket.pk, "now": NOW, "seen": 1}
        results = together(*(behind(acme, reply, body=f"By {actor.name}", actor=actor, **facts) for actor in staff))
        conflicts = [result for result in results if isinstance(result, Conflict)]
        assert (len(conflicts), [type(result) for result in results].count(Ticket)) == (3, 1), results
        assert all(conflict.entries[0].kind == "message" for conflict in conflicts)
        with acting_for(acme):
            assert Entry.objects.filter(ticket=ticket, kind="message").count() == 1
            assert Delivery.objects.filter(ticket=ticket, event="public_message_by_agent").count() == 1
            assert sound()


def test_whoever_writes_without_having_looked_overwrites_nothing(acme, staff):
    with acting_for(acme):
        contact = make_contact()
        ticket = make_ticket(contact)
        waiting = catalogue().statuses["waiting"]
    words = [f"Word {n}" for n in range(12)]
    writers = [
        behind(acme, (reply, note)[n % 2], ticket_id=ticket.pk, body=word, actor=staff[n % 4], now=NOW)
        for n, word in enumerate(words[:8])
    ]
    writers += [behind(acme, reply, ticket_id=ticket.pk, body=word, actor=contact.actor, now=NOW) for word in words[8:]]
    writers += [behind(acme, change_status, ticket_id=ticket.pk, status=waiting, message="?", actor=staff[0], now=NOW)]
    results = together(*writers)
    assert [result for result in results if not isinstance(result, Ticket)] == []
    with acting_for(acme), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM tickets_payload WHERE ticket_id = %s", [ticket.pk])
        assert set(words) <= {row[0] for row in cursor.fetchall()}
        numbers = list(Entry.objects.order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        last = Entry.objects.filter(kind="status").latest("seq")
        assert Ticket.objects.get(pk=ticket.pk).status.code == last.meta["new"], "the ticket is what its record says"
        assert sound()


def test_a_form_that_is_sent_twice_at_once_opens_one_ticket(acme):
    with acting_for(acme):
        contact = make_contact()
    for number in range(1001, 1005):
        results = together(*[behind(acme, make_ticket, requester=contact, key=uuid4())] * 4)
        with acting_for(acme):
            ticket = Ticket.objects.get(number=number)
            assert results == [ticket] * 4, "everybody is led to the one ticket"
            assert Ticket.objects.count() == number - 1000, "no number is lost"
            assert Delivery.objects.filter(ticket=ticket, event="ticket_created").count() == 1


def test_words_that_are_sent_twice_at_once_are_said_once(acme, staff):
    with acting_for(acme):
        ticket = make_ticket()
    facts = {"ticket_id": ticket.pk, "body": "Once", "actor": staff[0], "now": NOW, "seen": 1}
    for verb, kind in ((reply, "message"), (note, "note"), (log_call, "call")):
        assert together(*[behind(acme, verb, **facts, key=uuid4())] * 4) == [ticket] * 4
        with acting_for(acme):
            assert Entry.objects.filter(kind=kind).count() == 1


def test_a_reply_after_closing_that_is_sent_twice_at_once_makes_one_reopening(acme, staff):
    with acting_for(acme):
        contact = make_contact()
        ticket = make_ticket(contact)
        change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=staff[0], now=NOW)
    facts = {"ticket_id": ticket.pk, "body": "Still", "actor": contact.actor, "now": NOW + timedelta(hours=1)}
    assert together(*[behind(acme, reply, **facts, key=uuid4())] * 3) == [ticket] * 3
    with acting_for(acme):
        assert Entry.objects.filter(kind="message", actor_kind="contact").count() == 1
        assert Entry.objects.filter(kind="status", meta__old="solved").count() == 1


def test_tickets_that_are_opened_at_once_have_numbers_of_their_own(acme):
    with acting_for(acme):
        contacts = [make_contact() for _ in range(6)]

    def several(requester: Any) -> list[Ticket]:
        return [behind(acme, make_ticket, requester=requester)() for _ in range(4)]

    results = together(*(lambda contact=contact: several(contact) for contact in contacts))
    numbers = sorted(int(ticket.number) for made in results for ticket in made)
    assert numbers == list(range(1001, 1025))


def test_a_ticket_that_is_not_opened_uses_up_no_number(acme):
    with acting_for(acme):
        contact = make_contact()

    def fails() -> None:
        with acting_for(acme):
            make_ticket(contact)
            raise ZeroDivisionError

    results = together(*[fails] * 2, *[behind(acme, make_ticket, requester=contact)] * 2)
    assert [type(result) for result in results[:2]] == [ZeroDivisionError] * 2
    assert sorted(ticket.number for ticket in results[2:]) == ["1001", "1002"]


def test_those_who_log_the_last_minutes_at_once(committed):
    """HG-2.4-10: on different tickets of one company; no more than what is included is ever logged."""
    vendor = Vendor.objects.get(slug="hypergene")
    with acting_for(vendor):
        staff, contact = [acts(make_agent()) for _ in range(4)], make_contact()
        questions = [make_ticket(contact, type=catalogue().types["support"]) for _ in staff]
    pairs = list(zip(questions, staff, strict=True))
    results = together(
        *(behind(vendor, log_work, ticket_id=t.pk, minutes=6, actor=actor, now=NOW) for t, actor in pairs)
    )
    assert sorted(type(result).__name__ for result in results) == ["Refused", "Refused", "Ticket", "Ticket"], results
    with acting_for(vendor):
        budget = budget_of(contact.company_id, NOW)
        assert (budget.used, budget.left) == (12, 3)
        assert sound()
