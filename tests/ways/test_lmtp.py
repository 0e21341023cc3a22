"""The listener, asked by real clients: a yes is a commit, a no is for good, and a "later" loses nothing."""

import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from helpdesk.bootstrap.valkey import free_port
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.models import IncomingMail, Mailbox, StrayMail
from tests.faults.conftest import end_sessions_of_the_dead
from tests.faults.processes import ROOT, environment, kill
from tests.ways.gate import Gate
from tests.ways.mails import mail, stored

NO_BROKER = "redis://127.0.0.1:1/0"


@pytest.fixture
def vendors(committed: None) -> Iterator[tuple[Vendor, Vendor]]:
    """Two vendors with a mailbox each, and one that both have."""
    acme, umbrella = Vendor.objects.get(slug="acme"), Vendor.objects.get(slug="umbrella")
    for vendor in (acme, umbrella):
        with acting_for(vendor):
            Mailbox.objects.all().delete()
            for name in (f"help@{vendor.slug}.example", "shared@group.example"):
                Mailbox.objects.create(address=name)
    yield acme, umbrella
    end_sessions_of_the_dead()


@contextmanager
def listening(folder: Path, *options: str, **environ: str) -> Iterator[int]:
    """`manage.py lmtp` as a process of its own; the port."""
    port = free_port(0)
    command = [sys.executable, "manage.py", "lmtp", "--port", str(port), *options]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(folder, NO_BROKER) | environ,
        stdout=subprocess.PIPE,
        stderr=(folder / "stderr").open("ab"),
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        assert f"port {port}" in process.stdout.readline(), (folder / "stderr").read_text()
        yield port
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, (folder / "stderr").read_text()
    finally:
        kill(process)


@contextmanager
def talking(port: int) -> Iterator[smtplib.LMTP]:
    client = smtplib.LMTP("127.0.0.1", port, local_hostname="mta.example", timeout=20)
    try:
        yield client
    finally:
        client.close()


def answers(
    client: smtplib.LMTP, sender: str, to: list[str], raw: bytes, *, stuffed: bool = True
) -> dict[str, tuple[int, bytes]]:
    """The answer to each recipient after the mail, as LMTP gives them."""
    client.mail(sender)
    accepted = [address for address in to if client.rcpt(address)[0] == 250]
    assert client.docmd("DATA")[0] == 354
    client.send((raw.replace(b"\r\n.", b"\r\n..") if stuffed else raw) + b".\r\n")
    return {address: client.getreply() for address in accepted}


def test_a_mail_to_several_recipients_of_two_vendors(vendors: Any, tmp_path: Path) -> None:
    acme, umbrella = vendors
    to = ["help@acme.example", "Shared@Group.example", "nobody@acme.example", "help+12-c5-token@umbrella.example"]
    raw = mail(1, "A dot:\r\n.\r\n..two")
    with listening(tmp_path) as port, talking(port) as client:
        client.ehlo("mta.example")
        client.mail("customer@customer.example")
        assert [client.rcpt(address)[0] for address in to] == [250, 250, 550, 250]
        client.rset()
        said = answers(client, "Customer@customer.example", to, raw)
        assert [code for code, _ in said.values()] == [250, 250, 250], "one answer for each that was taken"
        again = answers(client, "customer@customer.example", to, raw)
        assert [code for code, _ in again.values()] == [250, 250, 250]
        assert client.quit()[0] == 221
    assert stored(acme) == stored(umbrella) == [raw], "once for each vendor"
    for vendor, address in ((acme, "help@acme.example"), (umbrella, "shared@group.example")):
        with acting_for(vendor):
            kept = IncomingMail.objects.select_related("mailbox").get()
            assert (kept.way, kept.mailbox.address) == ("lmtp", address)
            assert kept.envelope_from == "customer@customer.example"
    assert not StrayMail.objects.exists()


def test_a_bounce_has_no_sender(vendors: Any, tmp_path: Path) -> None:
    acme, _ = vendors
    with listening(tmp_path) as port, talking(port) as client:
        client.ehlo()
        assert [code for code, _ in answers(client, "", ["help@acme.example"], mail(1)).values()] == [250]
    with acting_for(acme):
        assert IncomingMail.objects.get().envelope_from == ""


def test_too_large_is_refused_for_each_recipient(vendors: Any, tmp_path: Path) -> None:
    to = ["help@acme.example", "help@umbrella.example"]
    with listening(tmp_path, HELPDESK_MAIL_MB="1") as port, talking(port) as client:
        client.ehlo()
        assert client.mail("a@customer.example", ["SIZE=2000000"])[0] == 552
        said = answers(client, "a@customer.example", to, mail(1, "x" * 78 + ("\r\n" + "x" * 78) * 15_000))
        assert [code for code, _ in said.values()] == [552, 552]
        assert [code for code, _ in answers(client, "a@customer.example", to, mail(2)).values()] == [250, 250]
    assert stored(vendors[0]) == [mail(2)]


def test_long_lines_are_taken(vendors: Any, tmp_path: Path) -> None:
    with listening(tmp_path) as port, talking(port) as client:
        client.ehlo()
        said = answers(client, "a@customer.example", ["help@acme.example"], mail(1, "x" * 200_000))
        assert [code for code, _ in said.values()] == [250]
    assert stored(vendors[0]) == [mail(1, "x" * 200_000)]


def test_no_second_mail_is_smuggled_in(vendors: Any, tmp_path: Path) -> None:
    """SMTP smuggling: only CR LF . CR LF ends a mail; what looks like an end to others is part of it."""
    hidden = b"MAIL FROM:<agent@acme.example>\r\nRCPT TO:<help@acme.example>\r\nDATA\r\n" + mail(66)
    endings = (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r.\r\n", b"\r\n\0.\r\n")
    with listening(tmp_path) as port:
        for number, ending in enumerate(endings):
            with talking(port) as client:
                client.ehlo()
                raw = mail(number).removesuffix(b"\r\n") + ending + hidden
                said = answers(client, "a@customer.example", ["help@acme.example"], raw, stuffed=False)
                assert [code for code, _ in said.values()] == [250]
                assert client.noop()[0] == 250, "nothing was said in between"
    kept = stored(vendors[0])
    assert len(kept) == len(endings)
    assert all(b"DATA\r\n" in raw and raw.endswith(b"Hello.\r\n") for raw in kept)


@pytest.fixture
def gate(vendors: Any, tmp_path: Path) -> Iterator[Gate]:
    """Between the listener and the database."""
    gate = Gate(environment(tmp_path, NO_BROKER)["DATABASE_URL"])
    yield gate
    gate.close()


def test_while_the_database_is_away_the_mail_waits_outside(vendors: Any, gate: Gate, tmp_path: Path) -> None:
    """The other server is told to come again; it does, and the mail is there once."""
    with listening(tmp_path, DATABASE_URL=gate.url()) as port, talking(port) as client:
        client.ehlo()
        assert client.mail("a@customer.example")[0] == 250
        assert client.rcpt("help@acme.example")[0] == 250
        gate.shut()
        assert client.docmd("DATA")[0] == 354
        client.send(mail(1) + b".\r\n")
        assert client.getreply()[0] == 451
        client.mail("a@customer.example")
        assert client.rcpt("help@acme.example")[0] == 451
        client.rset()
        gate.open()
        said = answers(client, "a@customer.example", ["help@acme.example"], mail(1))
        assert [code for code, _ in said.values()] == [250]
        gate.shut()
    assert stored(vendors[0]) == [mail(1)]


def test_smtp_as_well(vendors: Any, tmp_path: Path) -> None:
    to = ["help@acme.example", "help@umbrella.example", "nobody@acme.example"]
    with listening(tmp_path, "--smtp") as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        refused = client.sendmail("a@customer.example", to, mail(1))
    assert {address: code for address, (code, _) in refused.items()} == {"nobody@acme.example": 550}
    assert stored(vendors[0]) == stored(vendors[1]) == [mail(1)]


def test_a_port_that_is_taken_gets_a_sentence(vendors: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "manage.py", "lmtp", "--port", str(port)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(tmp_path, NO_BROKER), capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1, port {port}" in done.stderr
    assert "Traceback" not in done.stderr
