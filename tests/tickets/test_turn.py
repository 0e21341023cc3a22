"""Who owes the next word, and since when."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from helpdesk.access import Actor
from helpdesk.models import Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import change_status, log_call, reply, say_solved
from tickets.commands.rules import closing_timers
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.lists import ORDERS, page_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def luxcloud(db: None) -> Iterator[Vendor]:
    """Its process has every kind of turn: waiting for the partner, for a supplier, asked whether it is solved."""
    with acting_for(Vendor.objects.get(slug="luxcloud")) as vendor:
        yield vendor


@pytest.fixture
def partner(luxcloud: Vendor) -> Contact:
    return make_contact()


@pytest.fixture
def desk(luxcloud: Vendor) -> Actor:
    return acts(make_agent())


@pytest.fixture
def ticket(partner: Contact) -> Ticket:
    return make_ticket(partner)


def turn_of(ticket: Ticket) -> tuple[str, Any]:
    found = Ticket.objects.get(pk=ticket.pk)
    return found.turn, found.turn_since


def asks(ticket: Ticket, desk: Actor, now: Any) -> None:
    status = catalogue().statuses["pending"]
    reply(ticket_id=ticket.pk, body="Which domain?", actor=desk, now=now, status=status)


def test_a_new_ticket_is_ours_from_its_first_second(ticket: Ticket) -> None:
    assert turn_of(ticket) == ("vendor", NOW)


def test_our_word_counts_anew_while_it_stays_our_turn(ticket: Ticket, desk: Actor, partner: Contact) -> None:
    reply(ticket_id=ticket.pk, body="We look at it.", actor=desk, now=NOW + HOUR)
    assert turn_of(ticket) == ("vendor", NOW + HOUR)
    for hours in (2, 3):
        reply(ticket_id=ticket.pk, body="Any news?", actor=partner.actor, now=NOW + hours * HOUR)
    assert turn_of(ticket) == ("vendor", NOW + HOUR)


def test_a_question_makes_it_theirs_until_they_have_answered(ticket: Ticket, desk: Actor, partner: Contact) -> None:
    asks(ticket, desk, NOW + HOUR)
    reply(ticket_id=ticket.pk, body="Or the account?", actor=desk, now=NOW + 2 * HOUR)
    assert turn_of(ticket) == ("customer", NOW + HOUR)
    reply(ticket_id=ticket.pk, body="This one.", actor=partner.actor, now=NOW + 3 * HOUR)
    assert turn_of(ticket) == ("vendor", NOW + 3 * HOUR)


def test_who_asks_while_a_supplier_is_waited_for_is_owed_an_answer(
    ticket: Ticket, desk: Actor, partner: Contact
) -> None:
    change_status(ticket_id=ticket.pk, status=catalogue().statuses["on_hold"], actor=desk, now=NOW + HOUR)
    assert turn_of(ticket) == ("other", NOW + HOUR)
    reply(ticket_id=ticket.pk, body="Any news?", actor=partner.actor, now=NOW + 2 * HOUR)
    assert turn_of(ticket) == ("vendor", NOW + 2 * HOUR)
    reply(ticket_id=ticket.pk, body="Not yet.", actor=desk, now=NOW + 3 * HOUR)
    assert turn_of(ticket) == ("other", NOW + 3 * HOUR)


def test_asked_whether_it_is_solved_it_stays_their_turn(ticket: Ticket, desk: Actor, partner: Contact) -> None:
    reply(ticket_id=ticket.pk, body="Try now.", actor=desk, now=NOW + HOUR, ask_confirmation=True)
    reply(ticket_id=ticket.pk, body="The cache is empty as well.", actor=desk, now=NOW + 2 * HOUR)
    assert turn_of(ticket) == ("customer", NOW + HOUR)
    say_solved(ticket_id=ticket.pk, actor=partner.actor, now=NOW + 3 * HOUR)
    assert turn_of(ticket) == ("vendor", NOW + 3 * HOUR)


def test_nobody_owes_a_word_on_what_is_finished(ticket: Ticket, desk: Actor) -> None:
    status = catalogue().statuses["resolved"]
    reply(ticket_id=ticket.pk, body="Done.", actor=desk, now=NOW + HOUR, status=status, reason="solved")
    assert turn_of(ticket) == ("nobody", NOW + HOUR)


# --- The customer's word on the phone --------------------------------------------------------------------


def test_a_customer_who_answers_on_the_phone_has_answered(ticket: Ticket, desk: Actor) -> None:
    """LX-2.4.3-04: three days without the partner's input; input by phone is input."""
    asks(ticket, desk, NOW)
    log_call(ticket_id=ticket.pk, body="It is b.example.", actor=desk, now=NOW + HOUR, customer_spoke=True)
    spoken = Ticket.objects.select_related("status").get(pk=ticket.pk)
    assert (spoken.status.code, spoken.turn, spoken.last_customer_at) == ("open", "vendor", NOW + HOUR)
    assert closing_timers(spoken) == frozenset()


def test_a_call_that_nobody_took_leaves_the_question_open(ticket: Ticket, desk: Actor) -> None:
    """LX-2.4.3-04: who leaves a message has not had an answer."""
    asks(ticket, desk, NOW)
    log_call(ticket_id=ticket.pk, body="Left a message.", actor=desk, now=NOW + HOUR)
    waiting = Ticket.objects.select_related("status").get(pk=ticket.pk)
    assert (waiting.status.code, waiting.turn) == ("pending", "customer")
    assert {ref for ref, _ in closing_timers(waiting)} == {"no-reply-3-days"}


def test_a_call_about_a_finished_ticket_does_not_open_it(ticket: Ticket, desk: Actor) -> None:
    status = catalogue().statuses["resolved"]
    reply(ticket_id=ticket.pk, body="Done.", actor=desk, now=NOW, status=status, reason="solved")
    log_call(ticket_id=ticket.pk, body="They say thanks.", actor=desk, now=NOW + HOUR, customer_spoke=True)
    assert Ticket.objects.get(pk=ticket.pk).is_finished


# --- Lists -----------------------------------------------------------------------------------------------


def test_lists_show_ours_first_and_who_has_waited_longest_on_top(partner: Contact, desk: Actor) -> None:
    made = {word: make_ticket(partner, subject=word, now=NOW - HOUR) for word in ("asked", "held", "late", "fresh")}
    asks(made["asked"], desk, NOW)
    change_status(ticket_id=made["held"].pk, status=catalogue().statuses["on_hold"], actor=desk, now=NOW)
    reply(ticket_id=made["fresh"].pk, body="We look at it.", actor=desk, now=NOW)

    first = page_of(Ticket.objects.unfinished(), ORDERS["turn"], size=2)
    second = page_of(Ticket.objects.unfinished(), ORDERS["turn"], size=2, after=first.after)
    again = page_of(Ticket.objects.unfinished(), ORDERS["turn"], size=2, before=second.before)

    shown = [[ticket.subject for ticket in page.tickets] for page in (first, second, again)]
    assert shown == [["late", "fresh"], ["held", "asked"], ["late", "fresh"]]


def test_a_page_by_turn_is_one_row_comparison_in_its_index(luxcloud: Vendor) -> None:
    order = ORDERS["turn"]
    with connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
    behind = Ticket.objects.unfinished().filter(order.beyond((0, NOW, 7)))
    plan = behind.order_by(*order.columns()).values_list("pk").explain()
    assert "ticket_turn" in plan
    assert "ROW(turn_rank, turn_since, id) > ROW(" in plan
    assert "Sort" not in plan
