"""Speed as ratios in one run: each page against a bare Django view with the ideal SQL on the same server.

    python -m tests.bench [--tickets N] [--rounds N]

The database is its own, filled with synthetic tickets and kept between runs under var/bench.
"""

import argparse
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("HELPDESK_VAR", str(ROOT / "var" / "bench"))
os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
VAR = Path(os.environ["HELPDESK_VAR"])
NAME, VENDOR = "helpdesk_bench", "nexus"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    import django

    from tests import servers

    django.setup()
    _fill(options.tickets)
    with _Server() as server:
        rows = _pages(server, options.rounds)
    rows.append(_sweep(min(10_000, options.tickets // 5)))
    print(f"\n{options.tickets} tickets, medians of {options.rounds} requests each, one after the other")
    print(f"{'what':<28}{'ours ms':>10}{'bare ms':>10}{'ratio':>8}")
    for what, ours, bare in rows:
        print(f"{what:<28}{ours * 1000:>10.2f}{bare * 1000:>10.2f}{ours / bare:>8.1f}")
    servers.pytest_unconfigure()


def _fill(tickets: int) -> None:
    """Make the database, or top it up."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tests import database

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        exists = cursor.fetchone()
    if not exists:
        database.create(NAME)
    database.point_to(NAME)
    call_command("migrate", database="owner", verbosity=0)
    call_command(
        "load_process", *map(str, sorted((ROOT / "helpdesk" / "vendors").glob("*.yaml"))), missing=True, verbosity=0
    )
    os.environ["HELPDESK_DEMO_PASSWORD"] = "not-used-here"
    call_command("seed_demo")
    call_command("seed_load", tickets=tickets, vendor=VENDOR)
    for alias in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[alias] = os.environ[alias].replace("/helpdesk?", f"/{NAME}?")
    assert settings.DATABASES["default"]["NAME"] == NAME


class _Server:
    """The product's own web server, with the bare views in front."""

    def __enter__(self) -> "_Server":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "HELPDESK_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "HELPDESK_SECRET_KEY": "bench-only-" + "0" * 40,
        }
        command = ["gunicorn", "helpdesk.wsgi:application", "--worker-class", "gthread", "--threads", "4"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "--bind", f"127.0.0.1:{self.port}", "--log-level", "error"],
            cwd=ROOT,
            env=environment,
            stderr=(VAR / "web.log").open("w"),
        )
        for _ in range(100):
            try:
                self.get("/health/live")
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise SystemExit("The web server did not start.")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def get(self, path: str, cookie: str = "") -> tuple[float, str]:
        return self._send("GET", path, cookie, None)

    def post(self, path: str, cookie: str, fields: dict[str, str]) -> tuple[float, str]:
        return self._send("POST", path, cookie, urllib.parse.urlencode(fields))

    def _send(self, method: str, path: str, cookie: str, body: str | None) -> tuple[float, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": cookie} if cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        took = time.perf_counter() - started
        connection.close()
        wanted = 302 if method == "POST" else 200
        assert response.status == wanted, f"{method} {path} answered {response.status}: {text[:500]}"
        return took, text


def _pages(server: _Server, rounds: int) -> list[tuple[str, float, float]]:
    from helpdesk.models import Agent, Contact, Vendor
    from helpdesk.tenancy import acting_for
    from tickets.models import Queue, Ticket

    vendor = Vendor.objects.get(slug=VENDOR)
    with acting_for(vendor):
        queue = Queue.objects.get(code="sweden")
        number = Ticket.objects.filter(number__startswith="LOAD-", is_finished=False).order_by("id").first().number
        agent = _session(Agent.objects.get(role="agent").user)
        customer = _session(Contact.objects.get(email=f"customer@{VENDOR}.example").user)
    _, page = server.get(f"/{VENDOR}/new/", customer)
    form = _form_of(page)

    def create() -> float:
        fields = form | {"key": str(uuid.uuid4()), "subject": "It burns", "description": "The printer is on fire."}
        return server.post(f"/{VENDOR}/new/", f"{customer}; csrftoken={form['csrf']}", _with_token(fields))[0]

    pairs: list[tuple[str, Any, Any]] = [
        (
            "queue list page, 50 rows",
            lambda: server.get(f"/{VENDOR}/agent/queue/{queue.code}/", agent)[0],
            lambda: server.get(f"/bare/list/{vendor.pk}/{queue.pk}")[0],
        ),
        (
            "ticket page",
            lambda: server.get(f"/{VENDOR}/agent/tickets/{number}/", agent)[0],
            lambda: server.get(f"/bare/ticket/{vendor.pk}/{number}")[0],
        ),
        ("create a ticket", create, lambda: server.get(f"/bare/create/{vendor.pk}/{number}")[0]),
    ]
    return [(what, *_medians(ours, bare, rounds)) for what, ours, bare in pairs]


def _medians(ours: Any, bare: Any, rounds: int) -> tuple[float, float]:
    for _ in range(10):
        ours(), bare()
    taken = [(ours(), bare()) for _ in range(rounds)]
    return statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


def _session(user: Any) -> str:
    """A signed-in session's cookie."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    os.environ["HELPDESK_SECRET_KEY"] = "bench-only-" + "0" * 40
    from django.conf import settings

    settings.SECRET_KEY = os.environ["HELPDESK_SECRET_KEY"]
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def _form_of(page: str) -> dict[str, str]:
    """What the intake form needs besides the words: the token, and the first choice of each required list."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, "the intake form has no token"
    fields = {"csrf": token.group(1)[:32] if len(token.group(1)) == 32 else token.group(1)}
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        values = [value for value in re.findall(r'<option value="([^"]*)"', options) if value]
        if values:
            fields[name] = values[0]
    for name, value in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"', page):
        fields.setdefault(name, value)
    return fields


def _with_token(fields: dict[str, str]) -> dict[str, str]:
    sent = dict(fields)
    sent["csrfmiddlewaretoken"] = sent.pop("csrf")
    return sent


def _sweep(count: int) -> tuple[str, float, float]:
    """Fire that many due timers; against the raw SQL that claims and marks the same rows, line and mail included."""
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from helpdesk.models import Vendor
    from helpdesk.tenancy import acting_for
    from tickets.models import Timer
    from tickets.tasks import fire_for_vendor

    vendor = Vendor.objects.get(slug=VENDOR)
    now = timezone.now()

    def make_due() -> list[int]:
        """The next timers of load tickets are due now, and their clocks say the same."""
        with acting_for(vendor), connection.cursor() as cursor:
            ids = list(
                Timer.objects.filter(kind="clock", state="pending", ticket__number__startswith="LOAD-")
                .order_by("id")
                .values_list("ticket_id", flat=True)[:count]
            )
            due = now - timedelta(minutes=1)
            cursor.execute(
                "UPDATE tickets_timer SET due_at = %s WHERE ticket_id = ANY(%s) AND state = 'pending'", [due, ids]
            )
            cursor.execute("UPDATE sla_clock SET due_at = %s WHERE ticket_id = ANY(%s)", [due, ids])
        return ids

    ids = make_due()
    started = time.perf_counter()
    fire_for_vendor(vendor.pk, ids, now)
    ours = time.perf_counter() - started
    with acting_for(vendor):
        left = Timer.objects.filter(ticket_id__in=ids, state="pending", due_at__lt=now).count()
        Timer.objects.filter(ticket_id__in=ids, state="done").update(state="pending", done_at=None)
    assert left == 0, f"{left} of {count} timers were not fired"
    make_due()
    started = time.perf_counter()
    with acting_for(vendor), connection.cursor() as cursor:
        cursor.execute(RAW_SWEEP, [now, count, now, now, vendor.pk])
    bare = time.perf_counter() - started
    return f"sweep of {count} timers", ours, bare


RAW_SWEEP = """
WITH claimed AS (
    SELECT id FROM tickets_timer WHERE state = 'pending' AND due_at < %s ORDER BY due_at LIMIT %s
    FOR UPDATE SKIP LOCKED
), done AS (
    UPDATE tickets_timer t SET state = 'done', done_at = %s FROM claimed WHERE t.id = claimed.id RETURNING t.ticket_id
), marked AS (
    UPDATE sla_clock c SET breached_at = c.due_at FROM done WHERE c.ticket_id = done.ticket_id RETURNING c.ticket_id, c.due_at
)
SELECT count(*) FROM append_entries((SELECT jsonb_agg(jsonb_build_object('ticket_id', m.ticket_id, 'at', %s::timestamptz,
    'kind', 'breach', 'actor_kind', 'worker', 'actor_id', null, 'visibility', 'internal', 'channel', '',
    'meta', jsonb_build_object('metric', 'resolution', 'due_at', m.due_at), 'body', '', 'data', '{}'::jsonb)) FROM marked m
    WHERE %s IS NOT NULL))
"""

if __name__ == "__main__":
    main()
