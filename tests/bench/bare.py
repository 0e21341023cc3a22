"""The limit: bare views on the same server that do nothing but the ideal SQL and a little HTML."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

LIST = """
SELECT t.number, t.subject, t.next_due_at, c.name, r.name, s.name, v.name, t.id
FROM tickets_ticket t
JOIN helpdesk_company c ON c.id = t.company_id JOIN helpdesk_contact r ON r.id = t.requester_id
JOIN tickets_status s ON s.id = t.status_id JOIN tickets_severity v ON v.id = t.severity_id
WHERE t.vendor_id = %s AND t.queue_id = %s AND NOT t.is_finished ORDER BY t.next_due_at, t.id LIMIT 50
"""
TICKET = """
SELECT t.number, t.subject, e.at, e.kind, p.body, t.id FROM tickets_ticket t
JOIN tickets_entry e ON e.vendor_id = t.vendor_id AND e.ticket_id = t.id
LEFT JOIN tickets_payload p ON p.vendor_id = t.vendor_id AND p.ticket_id = t.id AND p.seq = e.seq
WHERE t.vendor_id = %s AND t.number = %s ORDER BY e.seq
"""
OWN = """
SELECT t.number, t.subject, t.updated_at, c.name, r.name, s.name, v.name, t.id
FROM tickets_ticket t
JOIN helpdesk_company c ON c.id = t.company_id JOIN helpdesk_contact r ON r.id = t.requester_id
JOIN tickets_status s ON s.id = t.status_id JOIN tickets_severity v ON v.id = t.severity_id
WHERE t.vendor_id = %s AND t.requester_id = %s ORDER BY t.updated_at DESC, t.id DESC LIMIT 50
"""
CLOCKS = """
SELECT ticket_id, metric, state, due_at, calendar FROM sla_clock WHERE vendor_id = %s AND ticket_id = ANY(%s)
"""
CREATE = (
    "INSERT INTO tickets_ticket ({columns}) SELECT {values} FROM tickets_ticket WHERE vendor_id = %s AND number = %s"
)
NOW = frozenset({"status_since", "turn_since", "last_word_at", "next_due_at", "created_at", "updated_at"})


class BareMiddleware:
    """Answers /bare/… before any other middleware sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        parts = request.path_info.split("/")
        if parts[1] != "bare":
            return self.get_response(request)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.vendor_id', %s, true)", [parts[3]])
            return HttpResponse(VIEWS[parts[2]](cursor, *parts[3:]))


def _rows(rows: list[tuple]) -> str:
    return "".join("<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>" for row in rows)


def _shown(statement: str) -> Callable[..., str]:
    """Rows of tickets, the ticket's id last, and their clocks, as two tables."""

    def show(cursor: Any, vendor: str, which: str) -> str:
        cursor.execute(statement, [vendor, which])
        tickets = cursor.fetchall()
        cursor.execute(CLOCKS, [vendor, list({row[-1] for row in tickets})])
        return f"<table>{_rows(tickets)}</table><table>{_rows(cursor.fetchall())}</table>"

    return show


def _create(cursor: Any, vendor: str, model: str) -> str:
    from tickets.models import Ticket

    number = uuid.uuid4().hex
    fields = [field for field in Ticket._meta.local_concrete_fields if not field.primary_key and not field.generated]
    columns = [field.column for field in fields]
    values = ["%s" if column == "number" else "now()" if column in NOW else column for column in columns]
    statement = CREATE.format(columns=", ".join(columns), values=", ".join(values))
    cursor.execute(f"{statement} RETURNING id", [number, vendor, model])
    line = {
        "ticket_id": cursor.fetchone()[0],
        "at": datetime.now().astimezone().isoformat(),
        "kind": "opened",
        "actor_kind": "worker",
        "actor_id": None,
        "visibility": "public",
        "channel": "portal",
        "meta": {},
        "body": "It burns.",
        "data": {},
    }
    cursor.execute("SELECT * FROM append_entries(%s::jsonb)", [json.dumps([line])])
    return number


VIEWS = {"list": _shown(LIST), "own": _shown(OWN), "ticket": _shown(TICKET), "create": _create}
