"""The main pages, each against a bare Django view with the ideal SQL on the same server."""

import os
import re
import uuid
from collections.abc import Callable
from typing import Any

from tests.bench.database import customer_of_load
from tests.bench.names import VENDOR
from tests.bench.server import Server
from tests.bench.table import Measured, medians


def pages(server: Server, rounds: int) -> list[Measured]:
    from helpdesk.models import Agent, Contact, Vendor
    from helpdesk.tenancy import acting_for
    from tickets.models import Queue, Ticket

    vendor = Vendor.objects.get(slug=VENDOR)
    with acting_for(vendor):
        queue = Queue.objects.get(code="sweden")
        reader = customer_of_load()
        unfinished = Ticket.objects.filter(number__startswith="LOAD-", is_finished=False).order_by("id")
        number = unfinished.first().number
        own = unfinished.filter(requester=reader).first().number
        agent = _session(Agent.objects.get(role="agent").user)
        customer = _session(Contact.objects.get(email=f"customer@{VENDOR}.example").user)
        reading = _session(reader.user)
    _, page = server.get(f"/{VENDOR}/new/", customer)
    form = _form_of(page)

    def create() -> float:
        fields = form | {"key": str(uuid.uuid4()), "subject": "It burns", "description": "The printer is on fire."}
        return server.post(f"/{VENDOR}/new/", f"{customer}; csrftoken={form['csrf']}", _with_token(fields))[0]

    def get(path: str, cookie: str = "") -> Callable[[], float]:
        return lambda: server.get(path, cookie)[0]

    desk, bare = f"/{VENDOR}/agent", f"/bare/{{}}/{vendor.pk}/{{}}".format
    rows, lines = (
        "a view that reads the tickets and clocks of the rows",
        "a view that reads the ticket, its lines and clocks",
    )
    pairs: list[tuple[str, Callable[[], float], str, str]] = [
        ("agent: queue, 50 rows", get(f"{desk}/queue/{queue.code}/", agent), bare("list", queue.pk), rows),
        ("agent: ticket", get(f"{desk}/tickets/{number}/", agent), bare("ticket", number), lines),
        ("customer: own tickets", get(f"/{VENDOR}/tickets/", reading), bare("own", reader.pk), rows),
        ("customer: ticket", get(f"/{VENDOR}/tickets/{own}/", reading), bare("ticket", own), lines),
        (
            "customer: create a ticket",
            create,
            bare("create", number),
            "a view that inserts a ticket and its first line",
        ),
    ]
    return [Measured(what, *medians(ours, get(limit), rounds=rounds, warm=10), why) for what, ours, limit, why in pairs]


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
