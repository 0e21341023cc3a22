"""Synthetic tickets in bulk: the same for the same number, with a log that verifies.

Made by SQL, not by commands: at a hundred thousand the point is the size of the tables, not their story.
Roughly one ticket in five is unfinished, as in a desk that has run for some years.
"""

import json
from datetime import datetime
from typing import Any

from django.db import connection

from helpdesk.models import Agent, Company, Contact
from helpdesk.tenancy import current_vendor
from sla.queries.targets import measured, targets_of
from tickets.models import Ticket
from tickets.models.ticket import NEVER
from tickets.queries.catalogue import catalogue

COMPANIES, CONTACTS_EACH = 50, 4
LINES_AT_ONCE = 2000
A_WEEK = {
    "policy": "standard",
    "met_by": ["resolved"],
    "amount": 168,
    "unit": "elapsed_hours",
    "clock": "24x7",
    "warn_amount": None,
    "warn_unit": "",
    "warn_at_percent": None,
    "response_via": "any",
    "severity": 0,
    "assumed": True,
}

TICKETS = """
INSERT INTO tickets_ticket (
    vendor_id, number, subject, company_id, requester_id, channel, mailbox, language, type_id, queue_id, severity_id,
    product_version, external_reference, support_level, status_id, status_reason, status_since, is_finished,
    finished_at, flags, fields, facts, answer, turn, turn_since, last_customer_at, last_word_at, next_due_at,
    created_at, updated_at)
SELECT %(vendor)s, 'LOAD-' || n, 'Load ticket ' || n || ' about subject ' || n %% 977, c.company_id, c.id, 'portal', '',
    'en', %(type)s,
    (%(queues)s::bigint[])[(1 + n %% %(queue_count)s)::int],
    (%(severities)s::bigint[])[(1 + n %% %(severity_count)s)::int],
    '', '', '',
    CASE WHEN n %% 5 = 0 THEN (%(open)s::bigint[])[(1 + (n / 5) %% %(open_count)s)::int] ELSE %(final)s END, '',
    at.opened, n %% 5 <> 0, CASE WHEN n %% 5 <> 0 THEN at.opened + interval '1 day' END, '[]', '{}', '{}', '',
    CASE WHEN n %% 5 = 0 THEN 'vendor' ELSE 'nobody' END, at.opened, at.opened, at.opened,
    CASE WHEN n %% 5 = 0 THEN at.due ELSE %(never)s END, at.opened, at.opened + (n %% 86400) * interval '1 second'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
JOIN unnest(%(contacts)s::bigint[], %(companies)s::bigint[]) WITH ORDINALITY c(id, company_id, place)
    ON c.place = 1 + (n * 7919) %% %(contact_count)s
CROSS JOIN LATERAL (
    SELECT %(now)s - ((n * 104729) %% 31536000) * interval '1 second' AS opened,
        %(now)s + ((n * 15485863) %% 864000) * interval '1 second' AS due
) at
"""
LINES = """
SELECT count(*) FROM append_entries((
    SELECT jsonb_agg(line ORDER BY id, place) FROM (
        SELECT t.id, 1 AS place, jsonb_build_object('ticket_id', t.id, 'at', t.created_at, 'kind', 'opened',
            'actor_kind', 'contact', 'actor_id', t.requester_id, 'visibility', 'public', 'channel', 'portal',
            'meta', jsonb_build_object('status', %(status)s::text), 'body', 'What happened on ticket ' || t.number,
            'data', '{}'::jsonb) AS line
        FROM tickets_ticket t WHERE t.vendor_id = %(vendor)s AND t.id = ANY(%(ids)s)
        UNION ALL
        SELECT t.id, 2, jsonb_build_object('ticket_id', t.id, 'at', t.created_at + interval '1 hour', 'kind', 'note',
            'actor_kind', 'worker', 'actor_id', null, 'visibility', 'internal', 'channel', '', 'meta', '{}'::jsonb,
            'body', 'A note on ticket ' || t.number, 'data', '{}'::jsonb)
        FROM tickets_ticket t WHERE t.vendor_id = %(vendor)s AND t.id = ANY(%(ids)s)
        UNION ALL
        SELECT t.id, 3, jsonb_build_object('ticket_id', t.id, 'at', t.created_at + interval '2 hours',
            'kind', 'message', 'actor_kind', 'agent', 'actor_id', %(agent)s::bigint, 'visibility', 'public',
            'channel', 'portal',
            'meta', '{}'::jsonb, 'body', 'An answer on ticket ' || t.number, 'data', '{}'::jsonb)
        FROM tickets_ticket t WHERE t.vendor_id = %(vendor)s AND t.id = ANY(%(ids)s)
        UNION ALL
        SELECT t.id, 3 + step.n, jsonb_build_object('ticket_id', t.id, 'at', t.created_at + step.n * interval '3 hours',
            'kind', 'status', 'actor_kind', 'worker', 'actor_id', null, 'visibility', 'public', 'channel', '',
            'meta', jsonb_build_object('old', step.old, 'new', step.new, 'reason', ''), 'body', '', 'data', '{}'::jsonb)
        FROM tickets_ticket t
        CROSS JOIN (VALUES (1, %(status)s, %(waiting)s), (2, %(waiting)s, %(status)s)) step(n, old, new)
        WHERE t.vendor_id = %(vendor)s AND t.id = ANY(%(ids)s) AND NOT t.is_finished AND t.id %% 3 = 0
    ) lines
))
"""
CLOCKS = """
INSERT INTO sla_clock (
    vendor_id, ticket_id, metric, state, suspended_by, target, version, calendar, started_at, due_at, missed,
    spent_seconds)
SELECT vendor_id, id, %(metric)s, 'running', '', %(target)s, 0, '24x7', created_at, next_due_at, '[]', 0
FROM tickets_ticket WHERE vendor_id = %(vendor)s AND id = ANY(%(ids)s) AND NOT is_finished
"""
TIMERS = """
INSERT INTO tickets_timer (vendor_id, ticket_id, kind, ref, due_at, state)
SELECT vendor_id, id, 'clock', %(metric)s || ':breach', next_due_at, 'pending'
FROM tickets_ticket WHERE vendor_id = %(vendor)s AND id = ANY(%(ids)s) AND NOT is_finished
"""


def make_load(tickets: int, *, now: datetime) -> int:
    """Add load tickets until the current vendor has this many; returns how many were made."""
    present = Ticket.objects.filter(number__startswith="LOAD-").count()
    made = 0
    contacts = _contacts()
    for first in range(present + 1, tickets + 1, LINES_AT_ONCE):
        last = min(first + LINES_AT_ONCE - 1, tickets)
        _make(first, last, contacts, now)
        made += last - first + 1
    return made


def _contacts() -> list[tuple[int, int]]:
    """Ids of the load contacts and their companies, made on first use."""
    if not Company.objects.filter(name="Load company 001").exists():
        Company.objects.bulk_create(Company(name=f"Load company {n:03}") for n in range(1, COMPANIES + 1))
        companies = Company.objects.filter(name__startswith="Load company").order_by("id")
        Contact.objects.bulk_create(
            Contact(company=company, name=f"Contact {n} of {company.name}", email=f"load{company.pk}.{n}@load.example")
            for company in companies
            for n in range(CONTACTS_EACH)
        )
    rows = Contact.objects.filter(company__name__startswith="Load company").order_by("id")
    return list(rows.values_list("id", "company_id"))


def _make(first: int, last: int, contacts: list[tuple[int, int]], now: datetime) -> None:
    known, vendor = catalogue(), current_vendor()
    queues = [row.pk for row in known.queues.offered if not row.is_template]
    severities = [row.pk for row in known.severities.offered]
    open_statuses = [row.pk for row in known.statuses.offered if row.category in ("new", "open")]
    facts: dict[str, Any] = {
        "vendor": vendor.pk,
        "first": first,
        "last": last,
        "now": now,
        "never": NEVER,
        "type": known.types.offered[0].pk,
        "queues": queues,
        "queue_count": len(queues),
        "severities": severities,
        "severity_count": len(severities),
        "open": open_statuses,
        "open_count": len(open_statuses),
        "final": next(row.pk for row in known.statuses.offered if row.is_final),
        "contacts": [pk for pk, _ in contacts],
        "companies": [company_id for _, company_id in contacts],
        "contact_count": len(contacts),
    }
    with connection.cursor() as cursor:
        cursor.execute(TICKETS + " RETURNING id", facts)
        facts["ids"] = [row[0] for row in cursor.fetchall()]
        waiting = next((row for row in known.statuses.offered if row.waits_for_customer), known.first_status)
        author = Agent.objects.order_by("id").values_list("pk", flat=True).first()
        facts |= {"status": known.first_status.code, "waiting": waiting.code, "agent": author}
        cursor.execute(LINES, facts)
        facts |= {"metric": "resolution", "target": _target(facts["ids"][0])}
        cursor.execute(CLOCKS, facts)
        cursor.execute(TIMERS, facts)


def _target(ticket_id: int) -> str:
    """A measured target of the vendor's own, or one of a week around the clock."""
    ticket = Ticket.objects.select_related("type").get(pk=ticket_id)
    found = next(iter(targets_of(ticket)), None)
    return json.dumps(measured(found.target) if found else A_WEEK)
