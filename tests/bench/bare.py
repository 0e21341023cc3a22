"""The limit: bare views on the same server that do nothing but the ideal SQL and a little HTML."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from html import escape

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

LIST = """
SELECT t.number, t.subject, t.next_due_at, c.name, r.name, s.name, v.name
FROM tickets_ticket t
JOIN helpdesk_company c ON c.id = t.company_id JOIN helpdesk_contact r ON r.id = t.requester_id
JOIN tickets_status s ON s.id = t.status_id JOIN tickets_severity v ON v.id = t.severity_id
WHERE t.vendor_id = %s AND t.queue_id = %s AND NOT t.is_finished ORDER BY t.next_due_at, t.id LIMIT 50
"""
TICKET = """
SELECT t.number, t.subject, e.at, e.kind, p.body FROM tickets_ticket t
JOIN tickets_entry e ON e.vendor_id = t.vendor_id AND e.ticket_id = t.id
LEFT JOIN tickets_payload p ON p.vendor_id = t.vendor_id AND p.ticket_id = t.id AND p.seq = e.seq
WHERE t.vendor_id = %s AND t.number = %s ORDER BY e.seq
"""
CREATE = """
INSERT INTO tickets_ticket (vendor_id, number, subject, company_id, requester_id, channel, mailbox, language, type_id,
    queue_id, severity_id, product_version, external_reference, support_level, status_id, status_reason, status_since,
    is_finished, flags, fields, facts, turn, turn_since, last_word_at, next_due_at, created_at, updated_at)
SELECT vendor_id, %s, subject, company_id, requester_id, channel, mailbox, language, type_id, queue_id, severity_id,
    product_version, external_reference, support_level, status_id, status_reason, now(), is_finished, flags, fields,
    facts, turn, now(), now(), now(), now(), now()
FROM tickets_ticket WHERE vendor_id = %s AND number = %s RETURNING id
"""


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


def _list(cursor: object, vendor: str, queue: str) -> str:
    cursor.execute(LIST, [vendor, queue])
    return f"<table>{_rows(cursor.fetchall())}</table>"


def _ticket(cursor: object, vendor: str, number: str) -> str:
    cursor.execute(TICKET, [vendor, number])
    return f"<table>{_rows(cursor.fetchall())}</table>"


def _create(cursor: object, vendor: str, model: str) -> str:
    number = uuid.uuid4().hex
    cursor.execute(CREATE, [number, vendor, model])
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


VIEWS = {"list": _list, "ticket": _ticket, "create": _create}
