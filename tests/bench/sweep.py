"""The sweep of due timers: thousands of tickets each of which missed its target a minute ago."""

from datetime import datetime, timedelta
from typing import Any

from tests.bench.database import tidy
from tests.bench.names import VENDOR
from tests.bench.table import Measured, medians, seconds

CLOCKS = """
INSERT INTO sla_clock (vendor_id, ticket_id, metric, state, suspended_by, target, version, calendar, started_at, missed, spent_seconds)
SELECT t.vendor_id, t.id, 'resolution', 'running', '', model.target, model.version, '24x7', t.created_at, '[]', 0
FROM tickets_ticket t, (SELECT * FROM sla_clock WHERE vendor_id = %(vendor)s AND metric = 'resolution' LIMIT 1) model
WHERE t.vendor_id = %(vendor)s AND t.number LIKE 'LOAD-%%' ORDER BY t.id LIMIT %(count)s
ON CONFLICT DO NOTHING
"""
CHOSEN = """
SELECT t.id FROM tickets_ticket t JOIN sla_clock c ON c.vendor_id = t.vendor_id AND c.ticket_id = t.id
WHERE t.vendor_id = %(vendor)s AND t.number LIKE 'LOAD-%%' AND c.metric = 'resolution' ORDER BY t.id LIMIT %(count)s
OFFSET 100  -- the pages show some of the first ones, and each sweep makes a record longer
"""
DUE = """
UPDATE sla_clock SET state = 'running', due_at = %(due)s, warn_at = NULL, missed = '[]', breached_at = NULL
WHERE vendor_id = %(vendor)s AND metric = 'resolution' AND ticket_id = ANY(%(ids)s);
DELETE FROM tickets_timer WHERE vendor_id = %(vendor)s AND (state = 'pending' AND due_at < now() OR ticket_id = ANY(%(ids)s));
INSERT INTO tickets_timer (vendor_id, ticket_id, kind, ref, due_at, state)
SELECT %(vendor)s, id, 'clock', 'resolution:breach', %(due)s, 'pending' FROM unnest(%(ids)s::bigint[]) id;
"""
RAW = """
WITH claimed AS (
    SELECT id FROM tickets_timer WHERE vendor_id = %(vendor)s AND state = 'pending' AND due_at < %(now)s
    ORDER BY due_at, ticket_id LIMIT 500 FOR UPDATE SKIP LOCKED
), done AS (
    UPDATE tickets_timer t SET state = 'done', done_at = %(now)s FROM claimed WHERE t.id = claimed.id
    RETURNING t.ticket_id, t.ref, t.due_at
), marked AS (
    UPDATE sla_clock c SET breached_at = c.due_at FROM done
    WHERE c.vendor_id = %(vendor)s AND c.ticket_id = done.ticket_id AND c.metric = split_part(done.ref, ':', 1)
    RETURNING c.ticket_id, c.metric, c.due_at
)
SELECT count(*) FROM append_entries((
    SELECT jsonb_agg(jsonb_build_object('ticket_id', m.ticket_id, 'at', %(now)s::timestamptz, 'kind', 'breach',
        'actor_kind', 'worker', 'actor_id', null, 'visibility', 'internal', 'channel', '',
        'meta', jsonb_build_object('metric', m.metric, 'due_at', m.due_at), 'body', '', 'data', '{}'::jsonb))
    FROM marked m HAVING count(*) > 0
))
"""


def sweep(tickets: int) -> Measured:
    """Fire a due timer on each of so many tickets; against SQL that claims and marks the same rows.

    The limit, batch by batch in transactions of the same size: claim timers FOR UPDATE SKIP LOCKED, mark them done,
    mark their clocks, append a line for each through append_entries. It checks nothing and tells nobody. At this
    vendor nobody is mailed about a breach, so neither side queues mails.
    """
    from django.db import connection
    from django.utils import timezone

    from helpdesk.models import Vendor
    from helpdesk.tenancy import acting_for
    from tickets import tasks
    from tickets.models import Entry

    vendor = Vendor.objects.get(slug=VENDOR)
    ids = _tickets(vendor, tickets)

    def made_due() -> datetime:
        now = timezone.now()
        facts = {"vendor": vendor.pk, "ids": ids, "due": now - timedelta(minutes=1)}
        with acting_for(vendor), connection.cursor() as cursor:
            cursor.execute(DUE, facts)
        tidy()
        return now

    def lines() -> int:
        with acting_for(vendor):
            return Entry.objects.filter(kind="breach").count()

    def measured(act: Any) -> float:
        now, before = made_due(), lines()
        taken = seconds(lambda: act(now))
        assert lines() - before == len(ids)
        return taken

    def ours(now: datetime) -> None:
        while sum(tasks.fire_for_vendor(vendor_id, due, now) for vendor_id, due in tasks._next_due(now)):
            pass

    def bare(now: datetime) -> None:
        fired = True
        while fired:
            with acting_for(vendor), connection.cursor() as cursor:
                cursor.execute(RAW, {"vendor": vendor.pk, "now": now})
                fired = cursor.fetchone()[0] > 0

    rounds = 3 if len(ids) <= 20_000 else 1
    pair = medians(lambda: measured(ours), lambda: measured(bare), rounds=rounds, warm=0)
    limit = "SQL in the same batches: claim with SKIP LOCKED, mark timer and clock, append a line each"
    return Measured(f"sweep of {len(ids)} due timers", *pair, limit)


def _tickets(vendor: Any, count: int) -> list[int]:
    """Load tickets with a clock that can be missed; those that have none are given one."""
    from django.db import connection

    from helpdesk.tenancy import acting_for

    facts = {"vendor": vendor.pk, "count": count}
    with acting_for(vendor), connection.cursor() as cursor:
        cursor.execute(CLOCKS, facts)
        cursor.execute(CHOSEN, facts)
        return [row[0] for row in cursor.fetchall()]
