"""Synthetic tickets in bulk: whole rows, a record that verifies, clocks that can be measured."""

from django.db import connection

from portal.demo.load import make_load
from sla.commands import remeasure
from sla.models import Clock
from tests.people import NOW
from tickets.models import Entry, Ticket, Timer


def test_load_is_made_once_and_verifies(door):
    assert make_load(40, now=NOW) == 40
    assert make_load(40, now=NOW) == 0
    assert make_load(45, now=NOW) == 5
    assert Ticket.objects.filter(number__startswith="LOAD-").count() == 45
    assert Ticket.objects.unfinished().count() == Clock.objects.count() == Timer.objects.count() == 9
    assert set(Entry.objects.values_list("kind", flat=True)) == {"opened", "note", "message", "status"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM broken_chains()")
        assert cursor.fetchone() == (0,)


def test_clocks_of_load_can_be_measured(door):
    make_load(30, now=NOW)
    remeasure(after=0, now=NOW)
    assert set(Clock.objects.values_list("metric", "state")) >= {("first_response", "met"), ("resolution", "running")}
