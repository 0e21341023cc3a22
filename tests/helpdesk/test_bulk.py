"""Rows written at once are written as they stand in memory: every kind of column, nothing else, in one statement."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.bulk import update_rows
from helpdesk.tenancy import acting_for
from tests.people import NOW, make_agent, make_contact, make_ticket
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

COLUMNS = ("status", "assignee", "is_finished", "flags", "facts", "deadline_at", "subject", "next_due_at")


@pytest.fixture
def tickets(door):
    contact = make_contact()
    return [make_ticket(contact) for _ in range(3)]


def test_every_kind_of_column_is_written(tickets):
    first, second, untouched = tickets
    agent, solved = make_agent(), catalogue().statuses["solved"]
    first.status, first.assignee, first.is_finished = solved, agent, True
    first.flags, first.facts = ["it's", 'a "flag"'], {"solution": "Ümlaut, {brace}, 100 %, NULL\\n"}
    first.deadline_at, first.subject = NOW + timedelta(microseconds=1), "O'Neill said: %s"
    second.flags, second.deadline_at, second.next_due_at = [], None, NOW
    with CaptureQueriesContext(connection) as asked:
        update_rows([first, second], COLUMNS)
    assert len(asked) == 1
    for ticket in (first, second, untouched):
        stored = Ticket.objects.get(pk=ticket.pk)
        for column in COLUMNS:
            assert getattr(stored, column) == getattr(ticket, column), column


def test_columns_that_are_not_named_stay(tickets):
    tickets[0].subject, tickets[0].flags = "Another subject", ["raised"]
    update_rows(tickets, ["flags"])
    stored = Ticket.objects.get(pk=tickets[0].pk)
    assert (stored.subject, stored.flags) == ("The printer is on fire", ["raised"])


def test_no_rows_are_no_statement(door, django_assert_num_queries):
    with django_assert_num_queries(0):
        update_rows([], ["subject"])


def test_rows_of_another_vendor_are_not_reached(vendor, other_vendor):
    with acting_for(other_vendor):
        theirs = make_ticket()
    theirs.subject = "Taken over"
    with acting_for(vendor):
        update_rows([theirs], ["subject"])
    with acting_for(other_vendor):
        assert Ticket.objects.get(pk=theirs.pk).subject == "The printer is on fire"
