"""A vendor whose due times are easy to reckon, and tickets by the thousand that are all due in one instant."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from helpdesk.models import Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for, current_vendor
from sla.models import Clock
from tickets.models import Ticket, Timer

HOUR = timedelta(hours=1)
PROCESS = """
vendor: {{slug: punctual, name: Punctual, time_zone: {zone}}}
severity_selectable_by: [customer, agent]
calendars:
- code: night
  time_zone: {zone}
  weekly_hours: [{{days: mon-sun, opens: "00:00", closes: "06:00"}}]
teams: [{{code: desk, name: Desk, calendar: night}}]
queues: [{{code: in, name: Inbox, kind: inbox, teams: [desk]}}]
ticket_types: [{{code: incident, name: Incident}}]
severities:
- {{code: high, name: High}}
- {{code: daily, name: By tomorrow}}
- {{code: nightly, name: In the night}}
- {{code: low, name: Low}}
- {{code: ungraded, name: Not graded yet, is_default: true, is_unassigned: true}}
statuses:
- {{code: new, name: New, category: new}}
- {{code: open, name: Open, category: open, set_on: [assignment, agent_reply, customer_reply]}}
- {{code: waiting, name: Waiting, category: pending_customer, pauses: [resolution]}}
- {{code: solved, name: Solved, category: resolved, message: "Solved. Reply to reopen."}}
sla_policy: {{name: Standard}}
sla_targets:
- {{severity: high, metric: first_response, amount: 4, unit: elapsed_hours, clock: 24x7}}
- {{severity: high, metric: resolution, amount: 8, unit: elapsed_hours, clock: 24x7,
   warn_at: {{amount: 4, unit: elapsed_hours}}}}
- {{severity: daily, metric: first_response, amount: 1, unit: calendar_days, clock: 24x7}}
- {{severity: nightly, metric: first_response, amount: 2, unit: business_hours, clock: night}}
auto_close_rules:
- {{code: silence, trigger: status_entered, statuses: [waiting], amount: 6, unit: elapsed_hours, clock: 24x7,
   to_status: solved}}
reminders:
- {{code: triage, trigger: severity_unassigned, amount: 3, unit: elapsed_hours, clock: 24x7, audience: [queue_team]}}
- {{code: quiet, trigger: no_public_message, amount: 2, unit: calendar_days, clock: 24x7, audience: [queue_team],
   repeats: true}}
notifications:
- {{event: ticket_closed, audience: [requester]}}
- {{event: target_warning, audience: [queue_team]}}
- {{event: target_breached, audience: [queue_team]}}
portal_menu: [{{page: new_ticket, label: New}}]
form_fields:
- {{key: subject, label: Subject, kind: subject, required: true}}
- {{key: description, label: Text, kind: description, required: true}}
"""


def punctual(zone: str = "Europe/Berlin") -> Vendor:
    """The vendor, in this time zone; its process counts as measured."""
    load(PROCESS.format(zone=zone), now=datetime(2026, 1, 1, tzinfo=UTC), by="tests")
    vendor = Vendor.objects.get(slug="punctual")
    Vendor.objects.filter(pk=vendor.pk).update(measured_stamp=vendor.process_stamp)
    with acting_for(vendor):
        return current_vendor()


ENTRIES = """
SELECT count(*) FROM append_entries((
    SELECT jsonb_agg(jsonb_build_object('ticket_id', copy.id, 'at', e.at, 'kind', e.kind, 'actor_kind', e.actor_kind,
        'actor_id', e.actor_id, 'visibility', e.visibility, 'channel', e.channel, 'meta', e.meta,
        'body', coalesce(p.body, ''), 'data', coalesce(p.data, '{}')) ORDER BY copy.id, e.seq)
    FROM unnest(%s::bigint[]) copy(id) CROSS JOIN tickets_entry e
    LEFT JOIN tickets_payload p ON p.vendor_id = e.vendor_id AND p.ticket_id = e.ticket_id AND p.seq = e.seq
    WHERE e.ticket_id = %s
))
"""


def copied(ticket: Ticket, times: int) -> None:
    """So many more tickets like this one, clocks, timers and record included; by SQL, for there are thousands."""
    with connection.cursor() as cursor:
        names, values = _columns(Ticket, number="number || '/' || n")
        cursor.execute(
            f"INSERT INTO tickets_ticket ({names}) SELECT {values} FROM tickets_ticket, generate_series(1, %s) n"
            " WHERE id = %s RETURNING id",
            [times, ticket.pk],
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(ENTRIES, [ids, ticket.pk])
        for model in (Clock, Timer):
            names, values = _columns(model, ticket_id="copy.id")
            table = model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, unnest(%s::bigint[]) copy(id)"
                " WHERE ticket_id = %s",
                [ids, ticket.pk],
            )


def _columns(model: Any, **instead: str) -> tuple[str, str]:
    """The columns of a table without its id, and what to select for each."""
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key and not field.generated]
    names = [field.column for field in fields]
    return ", ".join(names), ", ".join(instead.get(name, f"{model._meta.db_table}.{name}") for name in names)
