"""The record of a ticket: appended by one function, changed by nobody, and broken not without being noticed."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, ProgrammingError, connection, connections, transaction
from django.db.utils import DatabaseError

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import change_severity, move_queue, note, reply, take
from tickets.commands.timers import fire_due
from tickets.models import Entry, LogHead, Payload, Ticket
from tickets.queries.catalogue import catalogue

RECORD = ("tickets_entry", "tickets_payload", "tickets_loghead")


def story() -> Ticket:
    """A ticket with a long record: words, codes, umlauts, an automatic line and a breach."""
    agent = acts(make_agent())
    ticket = make_ticket(make_contact(), subject="Grüße", body="Zwölf Drucker brennen. 🔥\n\tZeile zwei")
    known = catalogue()
    moment = NOW + timedelta(minutes=1)
    take(ticket_id=ticket.pk, actor=agent, now=moment)
    move_queue(ticket_id=ticket.pk, queue=known.queues["desk"], reason="“Ours” – č", actor=agent, now=moment)
    change_severity(ticket_id=ticket.pk, severity=known.severities["high"], reason="It is", actor=agent, now=moment)
    fire_due([ticket.pk], now=NOW + timedelta(days=1))
    note(ticket_id=ticket.pk, body="An inner thought", actor=agent, now=NOW + timedelta(days=1))
    reply(ticket_id=ticket.pk, body="Which one?", actor=agent, now=NOW + timedelta(days=1))
    return Ticket.objects.get(pk=ticket.pk)


# --- Nobody writes but the function ----------------------------------------------------------------------


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("table", RECORD)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET seq = seq + 1",
        "UPDATE {table} SET id = id",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "INSERT INTO {table} SELECT * FROM {table}",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        "COPY {table} FROM STDIN",
        "MERGE INTO {table} t USING {table} s ON t.id = s.id WHEN MATCHED THEN DELETE",
        "SELECT 1 FROM {table} FOR UPDATE",
    ],
)
def test_the_app_role_may_only_read_the_record(table, statement):
    make_ticket()
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement.format(table=table))
    assert LogHead.objects.count() == 1


@pytest.mark.usefixtures("door")
def test_the_app_role_cannot_switch_triggers_off():
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("SET session_replication_role = replica")


@pytest.mark.usefixtures("door")
def test_the_models_cannot_write_the_record_either():
    make_ticket()
    entry, words = Entry.objects.get(), Payload.objects.get()
    entry.meta, words.body = {"forged": True}, "Forged"
    attempts: list[Callable[[], Any]] = [
        entry.save,
        words.save,
        words.delete,
        lambda: Entry.objects.update(kind="note"),
        lambda: Entry.objects.bulk_create([Entry(ticket_id=entry.ticket_id, seq=2, at=NOW, kind="note", hash="")]),
    ]
    for attempt in attempts:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            attempt()
    assert (Entry.objects.get().kind, Payload.objects.get().body) == ("opened", "It burns.")


@pytest.mark.usefixtures("door")
def test_a_ticket_cannot_take_its_record_along_when_it_goes():
    ticket = make_ticket()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_ticket WHERE id = %s", [ticket.pk])
        with pytest.raises(DatabaseError, match="violates foreign key"), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    assert Entry.objects.count() == 1


@contextmanager
def as_owner() -> Iterator[Any]:
    """The role that owns the tables, in a transaction of its own."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor


@contextmanager
def at_acme() -> Iterator[Vendor]:
    with acting_for(Vendor.objects.get(slug="acme")) as vendor:
        yield vendor


@pytest.mark.usefixtures("committed")
def test_even_the_owner_cannot_change_what_is_written():
    with at_acme():
        story()
    for table in ("tickets_entry", "tickets_payload"):
        for statement in (
            f"UPDATE {table} SET seq = seq WHERE seq = 1",
            f"DELETE FROM {table} WHERE seq = 1",
            f"TRUNCATE {table}",
            f"TRUNCATE {table} CASCADE",
            "TRUNCATE tickets_ticket CASCADE",
            "TRUNCATE helpdesk_vendor CASCADE",
        ):
            with pytest.raises(InternalError, match="The record of a ticket cannot be changed"), as_owner() as cursor:
                cursor.execute(statement)
    assert verified() == []


# --- What the function refuses ---------------------------------------------------------------------------


def line(ticket: Ticket, at: datetime = NOW, **facts: Any) -> dict[str, Any]:
    return {
        "ticket_id": ticket.pk, "at": at.isoformat(), "kind": "note", "actor_kind": "worker", "actor_id": None,
        "visibility": "internal", "channel": "", "meta": {}, "body": "", "data": {}, **facts,
    }  # fmt: skip


def append(*lines: dict[str, Any]) -> list[tuple[int, int]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM append_entries(%s::jsonb)", [json.dumps(lines)])
        return cursor.fetchall()


def test_nothing_is_appended_without_a_vendor(vendor):
    with acting_for(vendor):
        ticket = make_ticket()
    with pytest.raises(InternalError, match="no vendor is set"):
        append(line(ticket))


def test_nothing_is_appended_to_another_vendor_s_ticket(vendor, other_vendor):
    with acting_for(vendor):
        ticket = make_ticket()
    with acting_for(other_vendor):
        mine = make_ticket()
        with pytest.raises(InternalError, match=f"no ticket {ticket.pk} at this vendor"):
            append(line(mine), line(ticket))
        assert Entry.objects.count() == 1, "all or nothing"
    with acting_for(vendor):
        assert Entry.objects.count() == 1


@pytest.mark.usefixtures("door")
def test_time_never_goes_back():
    ticket = make_ticket()
    append(line(ticket, NOW + timedelta(hours=2)), line(ticket, NOW + timedelta(hours=1)))
    append(line(ticket, NOW - timedelta(days=400)))
    times = list(Entry.objects.order_by("seq").values_list("at", flat=True))
    assert times == [NOW, *[NOW + timedelta(hours=2)] * 3]


@pytest.mark.usefixtures("door")
def test_lines_of_several_tickets_are_numbered_apart_and_in_their_order():
    one, two = make_ticket(), make_ticket()
    made = append(*(line(ticket, body=str(n)) for n, ticket in enumerate((two, one, two, one, two))))
    assert made == [(one.pk, 2), (one.pk, 3), (two.pk, 2), (two.pk, 3), (two.pk, 4)]
    words = Payload.objects.filter(seq__gt=1).order_by("ticket_id", "seq").values_list("body", flat=True)
    assert list(words) == ["1", "3", "0", "2", "4"]


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("missing", ["kind", "actor_kind", "visibility", "channel", "meta"])
def test_an_incomplete_line_is_refused(missing):
    ticket = make_ticket()
    item = line(ticket, body="words")
    del item[missing]
    with pytest.raises(DatabaseError):
        append(item)
    assert Entry.objects.count() == 1


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("stand_in", [*RECORD[::2], "tickets_ticket"])
def test_a_temporary_table_cannot_stand_in_for_the_real_one(stand_in):
    """The function has its owner's rights; what the caller puts into its own schema must not reach it."""
    ticket, copied = make_ticket(), "INCLUDING ALL EXCLUDING GENERATED"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {stand_in} (LIKE public.{stand_in} {copied}) ON COMMIT DROP")
        cursor.execute(f"GRANT ALL ON pg_temp.{stand_in} TO helpdesk_owner")
        cursor.execute(f"INSERT INTO pg_temp.{stand_in} OVERRIDING SYSTEM VALUE SELECT * FROM public.{stand_in}")
        if stand_in == "tickets_loghead":
            cursor.execute("UPDATE pg_temp.tickets_loghead SET seq = 41, hash = 'forged'")
        append(line(ticket))
        cursor.execute("SELECT seq FROM public.tickets_entry ORDER BY seq")
        assert cursor.fetchall() == [(1,), (2,)]
        cursor.execute(f"DROP TABLE pg_temp.{stand_in}")
        cursor.execute("SELECT * FROM broken_chains()")
        assert cursor.fetchall() == []


# --- The chain, computed here once more ------------------------------------------------------------------


def jsonb(value: Any) -> str:
    """How PostgreSQL writes jsonb: short keys first, then by their bytes; the text as it is."""
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: (len(item[0].encode()), item[0].encode()))
        return "{" + ", ".join(f"{jsonb(key)}: {jsonb(inner)}" for key, inner in ordered) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(jsonb, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def digest(*parts: Any) -> str:
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def epoch(at: datetime) -> int:
    return (at - datetime.fromisoformat("1970-01-01T00:00:00Z")) // timedelta(microseconds=1)


@pytest.mark.usefixtures("door")
def test_the_hashes_are_what_anybody_can_compute(vendor):
    ticket = story()
    words = {payload.seq: payload for payload in Payload.objects.filter(ticket=ticket)}
    previous = ""
    entries = list(Entry.objects.filter(ticket=ticket).order_by("seq"))
    for number, entry in enumerate(entries, start=1):
        said = words.pop(entry.seq, None)
        payload = digest(said.salt, said.body, jsonb(said.data)) if said else ""
        assert (entry.seq, entry.prev_hash, entry.payload_hash) == (number, previous, payload)
        previous = digest(
            vendor.pk, ticket.pk, entry.seq, epoch(entry.at), entry.kind, entry.actor_kind,
            "" if entry.actor_id is None else entry.actor_id, entry.visibility, entry.channel, jsonb(entry.meta),
            payload, previous,
        )  # fmt: skip
        assert entry.hash == previous
    head = LogHead.objects.get(ticket=ticket)
    assert (head.seq, head.hash, words) == (len(entries), previous, {})
    assert len(entries) == 9


# --- Breaking it on purpose ------------------------------------------------------------------------------


def verified(*options: str) -> list[str]:
    """What `verify_log` complains about."""
    complaints, said = StringIO(), StringIO()
    try:
        call_command("verify_log", *options, stderr=complaints, stdout=said, no_color=True)
    except CommandError:
        assert complaints.getvalue()
    else:
        assert "acme: " in said.getvalue()
    return complaints.getvalue().splitlines()


@contextmanager
def unguarded() -> Iterator[Any]:
    """What somebody can do who has the owner's password: no trigger, no row security."""
    with as_owner() as cursor:
        for table in ("tickets_entry", "tickets_payload"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("tickets_entry", "tickets_payload"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


TAMPERINGS = {
    "codes": ('UPDATE tickets_entry SET meta = meta || \'{{"new": "low"}}\' WHERE {here}', "the line does not match"),
    "time": ("UPDATE tickets_entry SET at = at + interval '1 microsecond' WHERE {here}", "the line does not match"),
    "author": ("UPDATE tickets_entry SET actor_id = 1 + coalesce(actor_id, 0) WHERE {here}", "the line does not match"),
    "visibility": ("UPDATE tickets_entry SET visibility = 'x' || visibility WHERE {here}", "the line does not match"),
    "words": ("UPDATE tickets_payload SET body = body || '.' WHERE {here}", "the words do not match"),
    "data": ("UPDATE tickets_payload SET data = '{{\"a\": 1}}' WHERE {here}", "the words do not match"),
    "no words": ("DELETE FROM tickets_payload WHERE {here}", "the words do not match"),
    "hash": ("UPDATE tickets_entry SET hash = repeat('0', 64) WHERE {here}", "the line does not match"),
}


@pytest.mark.usefixtures("committed")
def test_a_tampered_line_is_named():
    with at_acme():
        other, ticket = make_ticket(), story()
    assert verified() == []
    seq = 4  # moved to another queue, with words
    for name, (statement, reason) in TAMPERINGS.items():
        undo = keep(ticket)
        with unguarded() as cursor:
            cursor.execute(statement.format(here=f"ticket_id = {ticket.pk} AND seq = {seq}"))
        complaints = verified()
        assert f"acme: ticket {ticket.pk}, line {seq}: {reason}" in "\n".join(complaints), name
        assert not any(f"ticket {other.pk}," in complaint for complaint in complaints), name
        assert verified("--vendor", "acme") == complaints, name
        undo()
        assert verified() == [], name


@pytest.mark.usefixtures("committed")
def test_a_missing_line_is_named():
    with at_acme():
        ticket = story()
        last = Entry.objects.filter(ticket=ticket).latest("seq").seq
    for lost, named, reason in (
        (f"seq = {last - 2}", last - 1, "a line before this one is missing"),
        (f"seq = {last}", last, "the end of the chain is missing"),
        (f"seq > {last - 3}", last, "the end of the chain is missing"),
        ("seq = 1", 2, "a line before this one is missing"),
        ("TRUE", last, "the end of the chain is missing"),
    ):
        undo = keep(ticket)
        with unguarded() as cursor:
            for table in ("tickets_payload", "tickets_entry"):
                cursor.execute(f"DELETE FROM {table} WHERE ticket_id = {ticket.pk} AND {lost}")
        assert f"acme: ticket {ticket.pk}, line {named}: {reason}" in "\n".join(verified()), lost
        undo()
        assert verified() == [], lost


@pytest.mark.usefixtures("committed")
def test_a_record_that_is_gone_with_its_head_is_noticed():
    with at_acme():
        ticket = story()
    with unguarded() as cursor:
        for table in ("tickets_payload", "tickets_entry", "tickets_loghead"):
            cursor.execute(f"DELETE FROM {table} WHERE ticket_id = {ticket.pk}")
    assert verified() == [f"acme: ticket {ticket.pk}, line 0: the ticket has no record"]


@pytest.mark.usefixtures("committed")
def test_a_line_that_was_put_in_is_named():
    with at_acme():
        ticket = story()
        last = Entry.objects.filter(ticket=ticket).latest("seq").seq
    with unguarded() as cursor:
        facts = "at, kind, actor_kind, actor_id, visibility, channel, meta"
        cursor.execute(
            f"INSERT INTO tickets_entry (vendor_id, ticket_id, seq, payload_hash, prev_hash, hash, {facts})"
            " SELECT vendor_id, ticket_id, seq + 1, '', hash,"
            f" entry_hash(vendor_id, ticket_id, seq + 1, {facts}, '', hash), {facts}"
            " FROM tickets_entry WHERE ticket_id = %s AND seq = %s",
            [ticket.pk, last],
        )
    assert verified() == [f"acme: ticket {ticket.pk}, line {last + 1}: the line stands behind the end of the chain"]


@pytest.mark.usefixtures("committed")
def test_words_that_were_put_in_are_named():
    with at_acme():
        ticket = story()
    for silent in (2, 99):
        undo = keep(ticket)
        with unguarded() as cursor:
            cursor.execute(
                "INSERT INTO tickets_payload (vendor_id, ticket_id, seq, salt, body, data)"
                " SELECT vendor_id, id, %s, '', 'Forged', '{}' FROM tickets_ticket WHERE id = %s",
                [silent, ticket.pk],
            )
        assert verified() == [f"acme: ticket {ticket.pk}, line {silent}: the words do not match their hash"]
        undo()


def keep(ticket: Ticket) -> Callable[[], None]:
    """Remember a ticket's record; the function that is returned puts it back."""
    kept = {}
    with as_owner() as cursor:
        for table in ("tickets_entry", "tickets_payload"):
            cursor.execute(f"SELECT json_agg(t) FROM {table} t WHERE ticket_id = %s", [ticket.pk])
            kept[table] = json.dumps(cursor.fetchone()[0])

    def undo() -> None:
        with unguarded() as cursor:
            for table, before in kept.items():
                cursor.execute(f"DELETE FROM {table} WHERE ticket_id = %s", [ticket.pk])
                rows = f"SELECT * FROM json_populate_recordset(NULL::{table}, %s)"
                cursor.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE {rows}", [before])

    return undo
