"""Pages over HTTP: a real server on loopback, what it is sent, what it answers, and where nothing is ever sent."""

import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from helpdesk.models import Vendor
from helpdesk.sealed import opened, sealed
from notifications import https
from notifications.commands import send
from notifications.core.backoff import wait_after
from notifications.models import Delivery
from notifications.webhooks import Undelivered, checked, post
from sla.models import Gateway
from sla.queries.page_links import read_token
from tests.people import NOW, make_ticket
from tests.sla.duty import make_engineer, make_schedule, page_of, put_on_call
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

SECRET = "whsec-only-for-tests"


class Receiver:
    """A server that keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.behave: Callable[[BaseHTTPRequestHandler], None] = answering(204)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
                receiver.behave(self)

            def log_message(self, *args: Any) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/in?key=1"

    def __enter__(self) -> "Receiver":
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def answering(status: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def hanging_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then: no read ever waits long, and the answer never ends."""
    for _ in range(60):
        try:
            handler.wfile.write(b"H")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.1)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """On loopback, which the operator has allowed."""
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with Receiver() as server:
        yield server


@pytest.fixture
def paged(door: Vendor, receiver: Receiver) -> Ticket:
    """A ticket whose page goes out by webhook, SMS and mail."""
    engineer = make_engineer("Erin Engineer", phone="+4930123456")
    for channel in ("webhook", "sms"):
        Gateway.objects.create(channel=channel, url=receiver.url, sealed_secret=sealed(SECRET))
    put_on_call(make_schedule(channels=["webhook", "sms", "mail"]), engineer)
    return make_ticket(severity=catalogue().severities["high"], subject="All mail is down")


def by(channel: str) -> Delivery:
    return Delivery.objects.get(event="page", channel=channel)


# --- What is sent ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_webhook_says_what_is_wrong_and_is_signed(paged: Ticket, receiver: Receiver) -> None:
    assert send(by("webhook").pk, now=NOW)
    [(headers, body)] = receiver.requests
    content = json.loads(body)
    assert (content["type"], content["schedule"], content["ticket"]["subject"]) == ("page", "duty", "All mail is down")
    [person] = content["paged"]
    assert person["name"] == "Erin Engineer"
    assert read_token(person["acknowledge_url"].split("/")[-2])[0] == page_of(paged).pk
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())
    assert headers["content-type"].startswith("application/json")


@pytest.mark.django_db
def test_an_sms_is_a_number_and_a_text_with_the_link(paged: Ticket, receiver: Receiver) -> None:
    assert send(by("sms").pk, now=NOW)
    [(_, body)] = receiver.requests
    content = json.loads(body)
    assert (content["type"], content["to"]) == ("sms", "+4930123456")
    assert content["text"].startswith(f"Duty. High {paged.number}: All mail is down Acknowledge: http")
    assert len(content["text"]) < 320


@pytest.mark.django_db
def test_a_delivery_that_is_sent_again_has_the_same_key(paged: Ticket, receiver: Receiver) -> None:
    """The worker died after sending and before its mark."""
    row = by("webhook")
    for n in range(2):
        assert send(row.pk, now=NOW + timedelta(minutes=n))
        Delivery.objects.filter(pk=row.pk).update(state="queued")
    first, second = (headers for headers, _ in receiver.requests)
    assert first["idempotency-key"] == second["idempotency-key"] == first["webhook-id"]


@pytest.mark.django_db
def test_the_secret_is_sealed_at_rest(paged: Ticket) -> None:
    stored = Gateway.objects.get(channel="sms").sealed_secret
    assert SECRET not in stored
    assert opened(stored) == SECRET


# --- What it answers ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("behave", "state", "said"),
    [
        (answering(500, b"out of order"), "queued", "answered 500: out of order"),
        (answering(503), "queued", "answered 503"),
        (answering(429), "queued", "answered 429"),
        (hanging_up, "queued", "did not answer"),
        (answering(404, b"no such pager"), "failed", "answered 404: no such pager"),
        (answering(302, Location="http://127.0.0.1:1/"), "failed", "answered 302"),
    ],
)
def test_a_failure_is_tried_again_unless_it_is_for_good(
    paged: Ticket, receiver: Receiver, behave: Any, state: str, said: str
) -> None:
    receiver.behave = behave
    row = by("webhook")
    assert send(row.pk, now=NOW) is False
    row.refresh_from_db()
    assert (row.state, row.attempts) == (state, 1)
    assert said in row.error
    if state == "queued":
        assert row.next_attempt_at == NOW + wait_after(1, row.pk)
        receiver.behave = answering(200)
        assert send(row.pk, now=NOW + wait_after(1, row.pk))


@pytest.mark.parametrize("behave", [silent, dripping])
def test_a_server_that_takes_its_time_is_left(receiver: Receiver, behave: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "SILENCE", 0.3)
    monkeypatch.setattr(https, "LONGEST", 0.6)
    receiver.behave = behave
    began = time.monotonic()
    with pytest.raises(Undelivered, match="did not answer") as failure:
        post(receiver.url, {"a": 1}, secret="", key="k", now=NOW)
    assert not failure.value.permanent
    assert time.monotonic() - began < 1.4, "neither the silence nor the dripping is waited out"


def test_nobody_listens(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(Undelivered, match="did not answer") as failure:
            post(url, {}, secret="", key="k", now=NOW)
    assert not failure.value.permanent


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(receiver: Receiver) -> None:
    with pytest.raises(Undelivered):
        post(receiver.url.replace("http:", "https:"), {}, secret="", key="k", now=NOW)
    assert receiver.requests == []


# --- Where nothing is sent ---------------------------------------------------------------------------------

INSIDE = [
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://192.168.1.1:8443/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::10.0.0.1]/",
    "https://[2002:0a00:0001::1]/",
]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_our_network_is_refused(url: str) -> None:
    with pytest.raises(Undelivered, match="inside our own network") as failure:
        checked(url)
    assert failure.value.permanent


@pytest.mark.parametrize(
    "url",
    [
        "http://pager.example/in",
        "ftp://pager.example/in",
        "file:///etc/passwd",
        "https://",
        "https://user:word@pager.example/",
        "https://pager.example:0/",
        "https://pager.example:99999/",
        "https://pager.example/a b",
        "https://pager.example/\r\nX: 1",
        "https://[::1",
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(Undelivered) as failure:
        checked(url)
    assert failure.value.permanent


def test_a_name_that_leads_inside_is_refused_when_it_is_used(receiver: Receiver) -> None:
    """`localhost` is a name like any other; only 127.0.0.1 was allowed."""
    port = receiver.server.server_port
    with pytest.raises(Undelivered, match="inside our own network") as failure:
        post(f"https://localhost:{port}/", {}, secret="", key="k", now=NOW)
    assert failure.value.permanent
    assert receiver.requests == []


def test_public_addresses_are_fine() -> None:
    assert checked("https://pager.example/in").hostname == "pager.example"
    assert checked("https://93.184.216.34:8443/in").port == 8443
    assert checked("https://[2606:4700::1111]/in").hostname == "2606:4700::1111"


@pytest.mark.django_db
def test_a_gateway_that_was_taken_away_fails_for_good(paged: Ticket) -> None:
    Gateway.objects.all().delete()
    row = by("sms")
    assert send(row.pk, now=NOW) is False
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "The gateway was taken away.")
