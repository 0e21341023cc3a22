"""Clocks and working time: replaying the clocks of many tickets, and reckoning over ten years."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.bench.names import VENDOR
from tests.bench.table import Measured, medians, seconds

# --- Replay ----------------------------------------------------------------------------------------------

KEPT = {
    "kept_clock": "SELECT * FROM sla_clock WHERE ticket_id IN (SELECT id FROM bench_ticket)",
    "kept_timer": "SELECT * FROM tickets_timer WHERE state = 'pending' AND ticket_id IN (SELECT id FROM bench_ticket)",
    "kept_due": "SELECT id, next_due_at FROM tickets_ticket WHERE id IN (SELECT id FROM bench_ticket)",
}
READ = """
SELECT t.id FROM tickets_ticket t WHERE t.vendor_id = %(vendor)s AND t.id = ANY(%(ids)s) ORDER BY t.id FOR UPDATE;
"""
LINES = """
SELECT ticket_id, seq, at, kind, actor_kind, visibility, meta FROM tickets_entry
WHERE vendor_id = %(vendor)s AND ticket_id = ANY(%(ids)s) AND kind = ANY(%(kinds)s) ORDER BY ticket_id, seq
"""


def replay(tickets: int) -> Measured:
    """Measure every load ticket anew; against SQL that reads the same lines and writes the same rows."""
    from django.db import connection
    from django.utils import timezone

    from helpdesk.models import Vendor
    from sla.commands import remeasure
    from sla.queries.marks import KINDS

    vendor, now = Vendor.objects.get(slug=VENDOR), timezone.now()

    def ours() -> None:
        last: int | None = 0
        while last is not None:
            last = remeasure(after=last, now=now)

    def bare(ids: list[int]) -> None:
        with connection.cursor() as cursor:
            for start in range(0, len(ids), 500):
                batch = {"vendor": vendor.pk, "ids": ids[start : start + 500], "kinds": list(KINDS)}
                cursor.execute(READ, batch)
                cursor.execute(LINES, batch)
                cursor.fetchall()
                for statement in _writes(cursor):
                    cursor.execute(statement, batch)

    with _nothing_measured(vendor, tickets) as ids:
        taken, limits = [], []
        for turn in range(3 if len(ids) <= 20_000 else 1):
            _forget()
            taken.append(seconds(ours))
            clocks = _clocks()
            if not turn:
                _keep()
            _forget()
            limits.append(seconds(lambda: bare(ids)))
            assert _clocks() == clocks
    what, limit = f"replay of {len(ids)} tickets ({clocks} clocks)", "SQL in the same batches: lock, read the lines, "
    return Measured(what, median(taken), median(limits), f"{limit}insert clocks and timers, set due")


def _keep() -> None:
    """What our replay has written, for the limit to write again."""
    from django.db import connection

    with connection.cursor() as cursor:
        for name, query in KEPT.items():
            cursor.execute(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {query}")
            cursor.execute(f"CREATE INDEX ON {name} ({'id' if name == 'kept_due' else 'ticket_id'})")
            cursor.execute(f"ANALYZE {name}")


def _clocks() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sla_clock WHERE ticket_id IN (SELECT id FROM bench_ticket)")
        return int(cursor.fetchone()[0])


class _TakenBack(Exception):
    """What was done for the measurement is rolled back."""


@contextmanager
def _nothing_measured(vendor: Any, tickets: int) -> Iterator[list[int]]:
    """Load tickets as if all were open and none of their clocks had ever been measured; afterwards nothing has been."""
    from django.db import connection

    from helpdesk.tenancy import acting_for

    with suppress(_TakenBack), acting_for(vendor), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_ticket ON COMMIT DROP AS SELECT id FROM tickets_ticket"
            " WHERE vendor_id = %s AND number LIKE 'LOAD-%%' ORDER BY id LIMIT %s",
            [vendor.pk, tickets],
        )
        cursor.execute("UPDATE tickets_ticket SET is_finished = id NOT IN (SELECT id FROM bench_ticket)")
        cursor.execute("SELECT id FROM bench_ticket ORDER BY id")
        yield [row[0] for row in cursor.fetchall()]
        raise _TakenBack


def _forget() -> None:
    from django.db import connection

    from tickets.models.ticket import NEVER

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sla_clock WHERE ticket_id IN (SELECT id FROM bench_ticket)")
        cursor.execute("DELETE FROM tickets_timer WHERE ticket_id IN (SELECT id FROM bench_ticket)")
        cursor.execute("UPDATE tickets_ticket SET next_due_at = %s WHERE id IN (SELECT id FROM bench_ticket)", [NEVER])


def _writes(cursor: Any) -> Iterator[str]:
    for kept, table in (("kept_clock", "sla_clock"), ("kept_timer", "tickets_timer")):
        cursor.execute(f"SELECT * FROM {kept} LIMIT 0")
        columns = ", ".join(column.name for column in cursor.description if column.name != "id")
        yield f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {kept} WHERE ticket_id = ANY(%(ids)s)"
    yield (
        "UPDATE tickets_ticket t SET next_due_at = k.next_due_at, updated_at = t.updated_at"
        " FROM kept_due k WHERE k.id = t.id AND t.vendor_id = %(vendor)s AND t.id = ANY(%(ids)s)"
    )


# --- Working time ----------------------------------------------------------------------------------------

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HOURS = {day: [(time(8), time(12)), (time(13), time(17))] for day in range(5)}
HOLIDAYS = frozenset(date(year, *day) for year in range(2020, 2045) for day in ((1, 1), (5, 1), (6, 6), (12, 25)))
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TEN_YEARS = timedelta(hours=8 * 2500)  # working hours: about ten years of them


def working_time() -> list[Measured]:
    """The due time ten years of working hours ahead; against the same reckoned day by day, in its simplest form."""
    from helpdesk.worktime import WorkingCalendar

    def calendar() -> WorkingCalendar:
        return WorkingCalendar(STOCKHOLM, HOURS, HOLIDAYS)

    known = calendar()
    assert known.add(START, TEN_YEARS) == _day_by_day(START, TEN_YEARS)

    def each(reckon: Callable[..., datetime], work: timedelta, times: int) -> Callable[[], float]:
        return lambda: seconds(lambda: [reckon(START, work) for _ in range(times)]) / times

    def new(start: datetime, work: timedelta) -> datetime:
        return calendar().add(start, work)

    walked, short = "the same, reckoned day by day", timedelta(hours=16)
    first = medians(each(new, TEN_YEARS, 1), each(_day_by_day, TEN_YEARS, 1), rounds=9)
    again = medians(each(known.add, TEN_YEARS, 20), each(_day_by_day, TEN_YEARS, 1), rounds=9)
    soon = medians(each(known.add, short, 200), each(_day_by_day, short, 200), rounds=9)
    return [
        Measured("add ten years of hours, first question", *first, walked),
        Measured("add ten years of hours, asked again", *again, walked),
        Measured("add sixteen hours", *soon, walked),
    ]


def _day_by_day(start: datetime, work: timedelta) -> datetime:
    """Every local day's intervals in turn, each instant from the zone: right, and no more than that."""
    day, left = start.astimezone(STOCKHOLM).date(), work
    while True:
        if day not in HOLIDAYS:
            for opens, closes in HOURS.get(day.weekday(), ()):
                begins = max(datetime.combine(day, opens, STOCKHOLM).astimezone(UTC), start)
                ends = datetime.combine(day, closes, STOCKHOLM).astimezone(UTC)
                if begins < ends:
                    if left <= ends - begins:
                        return begins + left
                    left -= ends - begins
        day += timedelta(days=1)
