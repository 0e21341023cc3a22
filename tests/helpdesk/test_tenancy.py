"""Vendors stay apart: without a vendor there is nothing, with the wrong one neither, whichever way one goes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Count, F

from helpdesk.celery import VendorTask, app
from helpdesk.isolation import is_tenant
from helpdesk.models import Company, Contact, Vendor
from helpdesk.tenancy import NoVendor, WrongVendor, acting_for, current_vendor, current_vendor_or_none
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tickets.commands import assign, note, reply
from tickets.commands.timers import fire_due
from tickets.models import Entry, Ticket, Timer
from tickets.queries.catalogue import catalogue

TENANT_MODELS = [model for model in apps.get_models(include_auto_created=True) if is_tenant(model)]
TABLES = sorted(model._meta.db_table for model in TENANT_MODELS)


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def changed(sql: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def setting() -> str:
    return rows("SELECT coalesce(current_setting('app.vendor_id', true), '')")[0][0]


@contextmanager
def refused(error: type[Exception], words: str) -> Iterator[None]:
    """The database says no, and the transaction goes on."""
    with pytest.raises(error, match=words), checked():
        yield


@contextmanager
def checked() -> Iterator[None]:
    """A savepoint at whose end foreign keys are checked, as a commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def populated(vendor: Vendor) -> Ticket:
    """A vendor with a ticket that has words, clocks, timers, mails, a secret and a form's key."""
    with acting_for(vendor):
        contact = make_contact(make_company("Beta"), name=f"Contact at {vendor.name}")
        agent = make_agent()
        ticket = make_ticket(contact, subject=f"Of {vendor.name}", key=uuid4(), secrets={"password": "tell nobody"})
        assign(ticket_id=ticket.pk, agent=agent, actor=acts(agent), now=NOW)
        note(ticket_id=ticket.pk, body="Inside", actor=acts(agent), now=NOW)
        fire_due([ticket.pk], now=NOW + timedelta(days=2))
        return ticket


@pytest.fixture
def ours(vendor: Vendor) -> Ticket:
    return populated(vendor)


@pytest.fixture
def theirs(other_vendor: Vendor) -> Ticket:
    return populated(other_vendor)


# --- No vendor -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_without_a_vendor_the_models_refuse(model):
    with pytest.raises(NoVendor):
        model.objects.all()
    with pytest.raises(NoVendor):
        model.objects.first()
    with pytest.raises(NoVendor):
        model()


@pytest.mark.usefixtures("ours", "theirs")
@pytest.mark.parametrize("value", ["", "0", "-1", "9223372036854775807", None])
def test_without_a_vendor_the_database_shows_nothing(value):
    """Not even to raw SQL, to base managers, or with a vendor that does not exist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.vendor_id', %s, true)", [value])
    assert {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES} == dict.fromkeys(TABLES, 0)
    assert {model._base_manager.count() for model in TENANT_MODELS} == {0}


@pytest.mark.usefixtures("ours", "theirs")
def test_without_a_vendor_the_database_changes_nothing():
    assert changed("UPDATE tickets_ticket SET subject = 'Mine'") == 0
    assert changed("DELETE FROM tickets_timer") == 0
    with refused(ProgrammingError, "row-level security"):
        rows("INSERT INTO helpdesk_region (vendor_id, code, countries, assumed_countries, position, assumed)"
             " SELECT id, 'x', '[]', '[]', 0, '[]' FROM helpdesk_vendor LIMIT 1 RETURNING id")  # fmt: skip


@pytest.mark.django_db
def test_a_vendor_that_is_no_number_is_an_error_rather_than_a_row():
    with refused(DataError, "invalid input syntax for type bigint"):
        rows("SELECT set_config('app.vendor_id', '1 OR 1=1', true)")
        rows("SELECT * FROM helpdesk_team")  # a table with rows: on an empty one nobody may ask the policy


# --- The wrong vendor ------------------------------------------------------------------------------------


def test_each_vendor_sees_its_own_rows_of_every_table(ours, theirs):
    seen = {}
    for ticket in (ours, theirs):
        with acting_for(Vendor.objects.get(pk=ticket.vendor_id)):
            for table in TABLES:
                ids = {row[0] for row in rows(f"SELECT id FROM {table}")}
                assert {row[0] for row in rows(f"SELECT vendor_id FROM {table}")} <= {ticket.vendor_id}, table
                assert seen.setdefault(table, set()).isdisjoint(ids), table
                seen[table] |= ids
    filled = {table for table, ids in seen.items() if len(ids) > 1}
    assert {"tickets_entry", "tickets_payload", "tickets_secret", "sla_clock", "notifications_delivery"} <= filled


def test_the_wrong_vendor_finds_nothing_by_any_way(ours, other_vendor):
    with acting_for(other_vendor):
        ways: list[Callable[[], Any]] = [
            lambda: Ticket.objects.filter(pk=ours.pk),
            lambda: Ticket.objects.filter(number=ours.number),
            lambda: Ticket.objects.filter(vendor_id=ours.vendor_id),
            lambda: Ticket.objects.filter(vendor_id=F("vendor_id")),
            lambda: Ticket._base_manager.filter(pk=ours.pk),
            lambda: Ticket._base_manager.filter(vendor_id=ours.vendor_id),
            lambda: Ticket.objects.raw("SELECT * FROM tickets_ticket"),
            lambda: Ticket.objects.none() | Ticket.objects.all(),
            lambda: Ticket.objects.filter(pk=0).union(Ticket._base_manager.filter(pk=ours.pk)),
            lambda: Ticket.objects.visible_to(acts_elsewhere(ours)),
            lambda: Company.objects.filter(tickets__pk=ours.pk),
            lambda: Company.objects.filter(name="Beta"),
            lambda: Entry.objects.filter(ticket__subject=ours.subject),
            lambda: Vendor.objects.filter(pk=ours.vendor_id).annotate(n=Count("pk")).filter(
                pk__in=Ticket._base_manager.values("vendor_id")
            ),
            lambda: rows("SELECT * FROM tickets_ticket WHERE id = %s", ours.pk),
            lambda: rows("SELECT * FROM tickets_ticket WHERE vendor_id = %s OR TRUE", ours.vendor_id),
            lambda: rows("TABLE tickets_payload"),
            lambda: rows("WITH t AS (SELECT * FROM tickets_entry) SELECT * FROM t"),
            lambda: rows("SELECT * FROM helpdesk_contact c JOIN helpdesk_user u ON u.id = c.user_id"),
            lambda: rows("SELECT * FROM broken_chains()"),
        ]  # fmt: skip
        assert [list(way()) for way in ways] == [[]] * len(ways)


def acts_elsewhere(ticket: Ticket) -> Any:
    """An agent of the ticket's own vendor, kept in memory from another request."""
    with_id = Contact(vendor_id=ticket.vendor_id, pk=ticket.requester_id, company_id=ticket.company_id)
    return with_id.actor


def test_the_wrong_vendor_changes_nothing_by_any_way(ours, vendor, other_vendor):
    with acting_for(other_vendor):
        assert changed("UPDATE tickets_ticket SET subject = 'Stolen' WHERE id = %s", ours.pk) == 0
        assert changed("DELETE FROM tickets_timer WHERE ticket_id = %s", ours.pk) == 0
        assert Ticket._base_manager.filter(pk=ours.pk).update(subject="Stolen") == 0
        assert Timer._base_manager.filter(ticket_id=ours.pk).delete()[0] == 0
        ours.subject = "Stolen"
        with refused(DatabaseError, "did not affect any rows"):
            ours.save(update_fields=["subject"])
        with refused(ProgrammingError, "row-level security"):
            ours.save()
        with refused(Ticket.DoesNotExist, "^$"):
            reply(ticket_id=ours.pk, body="Hello", actor=acts(make_agent()), now=NOW)
        assert fire_due([ours.pk], now=NOW + timedelta(days=9)) == 0
    with acting_for(vendor):
        assert Ticket.objects.get().subject == "Of Acme"


def test_an_object_that_was_kept_leads_nowhere_at_another_vendor(ours, other_vendor):
    with acting_for(other_vendor):
        assert list(ours.entries.all()) == list(ours.deliveries.all()) == list(ours.secrets.all()) == []
        kept = Ticket(pk=ours.pk, company_id=ours.company_id, requester_id=ours.requester_id)
        with pytest.raises(Company.DoesNotExist):
            _ = kept.company
        with pytest.raises(Contact.DoesNotExist):
            _ = kept.requester
        with pytest.raises(Ticket.DoesNotExist):
            ours.refresh_from_db()


def test_no_row_can_be_made_for_or_given_to_another_vendor(ours, vendor, other_vendor):
    timer = {"ticket_id": ours.pk, "kind": "rule", "ref": "x", "due_at": NOW}
    with acting_for(other_vendor):
        ticket = make_ticket()
        for make in (
            lambda: Timer.objects.create(vendor=vendor, **timer),
            lambda: Timer.objects.bulk_create([Timer(vendor=vendor, **timer)]),
            lambda: Timer.objects.bulk_create([Timer(vendor_id=vendor.pk, **timer)], ignore_conflicts=True),
            lambda: Timer.objects.update_or_create(vendor_id=vendor.pk, **timer),
            lambda: Ticket.objects.filter(pk=ticket.pk).update(vendor_id=vendor.pk),
            lambda: rows("UPDATE helpdesk_company SET vendor_id = %s RETURNING id", vendor.pk),
        ):
            with refused(ProgrammingError, "row-level security"):
                make()


TWINS = """
    SELECT c.conname, t.relname, r.relname,
        (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[2])
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
    WHERE c.contype = 'f' AND cardinality(c.conkey) = 2 AND t.relnamespace = 'public'::regnamespace ORDER BY 1
"""


def test_no_foreign_key_reaches_into_another_vendor(ours, theirs, vendor, other_vendor):
    """Plain foreign keys do not obey row security; each twin key is tried with a real id of the other vendor."""
    with acting_for(vendor):
        foreign = {table: rows(f"SELECT min(id) FROM {table}")[0][0] for table in TABLES}
    tried = set()
    with acting_for(other_vendor):
        for twin, table, target, column in rows(TWINS):
            own = rows(f"SELECT min(id) FROM {table}")[0][0]
            if table in ("tickets_entry", "tickets_payload", "tickets_loghead"):
                continue  # not even an own id can be written there
            if own is None or foreign[target] is None:
                continue
            with refused(IntegrityError, twin):
                rows(f"UPDATE {table} SET {column} = %s WHERE id = %s RETURNING id", foreign[target], own)
            tried.add((table, column))
        for made in (
            lambda: Timer.objects.create(ticket_id=ours.pk, kind="rule", ref="x", due_at=NOW),
            lambda: Timer.objects.bulk_create([Timer(ticket=ours, kind="rule", ref="x", due_at=NOW)]),
            lambda: Contact.objects.create(company_id=ours.company_id, name="Spy", email="spy@spy.example"),
        ):
            with refused(IntegrityError, "_twin"):
                made()
    assert {("tickets_ticket", "queue_id"), ("tickets_ticket", "requester_id"), ("tickets_timer", "ticket_id"),
            ("tickets_ticket", "assignee_id"), ("notifications_delivery", "ticket_id"), ("sla_clock", "ticket_id"),
            ("tickets_secret", "ticket_id"), ("helpdesk_contact", "company_id")} <= tried  # fmt: skip
    assert len(tried) > 25


def test_a_key_of_a_form_means_nothing_at_another_vendor(vendor, other_vendor):
    key = uuid4()
    with acting_for(vendor):
        first = make_ticket(key=key)
    with acting_for(other_vendor):
        second = make_ticket(key=key)
    assert first.pk != second.pk
    assert first.number == second.number


def test_what_is_remembered_of_one_vendor_is_not_told_another(vendor, other_vendor):
    with acting_for(vendor):
        mine = catalogue().queues["in"].pk
    with acting_for(other_vendor):
        assert catalogue().queues["in"].pk != mine
        assert catalogue().queues["in"].vendor_id == other_vendor.pk


# --- The door --------------------------------------------------------------------------------------------


def test_another_vendor_s_door_does_not_open_inside_one(vendor, other_vendor):
    with acting_for(vendor):
        with pytest.raises(WrongVendor, match="Already acting for acme"), acting_for(other_vendor):
            pass
        assert (current_vendor(), setting()) == (vendor, str(vendor.pk))


def test_an_exception_in_a_nested_block_takes_back_only_that_block(vendor):
    with acting_for(vendor):
        make_company("Kept")
        with pytest.raises(ZeroDivisionError), acting_for(vendor):
            fail_with(ZeroDivisionError, make_company("Lost"))
        assert (current_vendor(), setting()) == (vendor, str(vendor.pk))
        assert [company.name for company in Company.objects.filter(name__in=["Kept", "Lost"])] == ["Kept"]


def fail_with(error: type[BaseException], *_done: Any) -> None:
    raise error


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, GeneratorExit])
def test_the_door_is_shut_afterwards(vendor, other_vendor, error):
    """In the middle of a longer transaction too, where nothing resets the setting by itself."""
    for each in (vendor, other_vendor, vendor):
        with acting_for(each):
            assert setting() == str(each.pk)
        assert (current_vendor_or_none(), setting()) == (None, "")
        with pytest.raises(error), acting_for(each):
            fail_with(error)
        assert (current_vendor_or_none(), setting()) == (None, "")
        assert rows("SELECT count(*) FROM tickets_status") == [(0,)]


def test_a_failed_statement_inside_shuts_the_door_as_well(vendor):
    with pytest.raises(ProgrammingError), acting_for(vendor):
        rows("SELECT * FROM no_such_table")
    assert (current_vendor_or_none(), setting()) == (None, "")


@pytest.mark.usefixtures("committed")
def test_nothing_stays_on_a_connection_that_is_used_again():
    acme, umbrella = Vendor.objects.get(slug="acme"), Vendor.objects.get(slug="umbrella")
    assert not connection.in_atomic_block
    [(backend,)] = rows("SELECT pg_backend_pid()")
    for vendor in (acme, umbrella, acme):
        with acting_for(vendor):
            make_company()
            assert {row[0] for row in rows("SELECT vendor_id FROM helpdesk_company")} == {vendor.pk}
        with pytest.raises(ZeroDivisionError), acting_for(vendor):
            raise ZeroDivisionError
        with pytest.raises(IntegrityError), acting_for(vendor):  # fails at COMMIT, after the block
            Contact.objects.create(company_id=0, name="Nobody", email="nobody@nobody.example")
        assert (current_vendor_or_none(), setting()) == (None, "")
        assert rows("SELECT count(*) FROM helpdesk_company") == [(0,)]
        with pytest.raises(ProgrammingError, match="row-level security"):
            rows("INSERT INTO helpdesk_region (vendor_id, code, countries, assumed_countries, position, assumed)"
                 " VALUES (1, 'x', '[]', '[]', 0, '[]')")  # fmt: skip
    assert rows("SELECT pg_backend_pid()") == [(backend,)]


@pytest.mark.usefixtures("committed")
def test_a_thread_starts_without_a_vendor():
    seen: list[Any] = []

    def look() -> None:
        seen.append((current_vendor_or_none(), setting()))
        connection.close()

    with acting_for(Vendor.objects.get(slug="acme")):
        thread = Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [(None, "")]


# --- Tasks -----------------------------------------------------------------------------------------------


@app.task(base=VendorTask, name="tests.count_tickets")
def count_tickets(vendor_id: int, wish: str = "", **_ignored: Any) -> list[Any]:
    """What a task sees of the world."""
    if wish == "fail":
        raise ZeroDivisionError
    if wish == "elsewhere":
        with acting_for(Vendor.objects.exclude(pk=vendor_id).first()):
            pass
    return [current_vendor().pk, setting(), Ticket.objects.count(), len(rows("SELECT 1 FROM tickets_ticket"))]


@pytest.mark.usefixtures("ours", "theirs")
@pytest.mark.parametrize("call", [count_tickets, lambda pk: count_tickets.apply(args=[pk]).get()])
def test_a_task_runs_behind_its_vendor_s_door(vendor, other_vendor, call):
    with acting_for(other_vendor):
        make_ticket()
    assert call(vendor.pk) == [vendor.pk, str(vendor.pk), 1, 1]
    assert call(other_vendor.pk) == [other_vendor.pk, str(other_vendor.pk), 2, 2]
    assert (current_vendor_or_none(), setting()) == (None, "")


def test_a_task_that_fails_leaves_nothing_behind(vendor):
    assert count_tickets.apply(args=[vendor.pk, "fail"]).state == "FAILURE"
    assert isinstance(count_tickets.apply(args=[vendor.pk, "elsewhere"]).result, WrongVendor)
    assert isinstance(count_tickets.apply(args=[0]).result, Vendor.DoesNotExist)
    assert (current_vendor_or_none(), setting()) == (None, "")


@pytest.mark.django_db
def test_the_vendor_of_a_task_is_taken_from_nowhere_else():
    with pytest.raises(TypeError, match="vendor_id"):
        count_tickets()
