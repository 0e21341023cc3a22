"""An SMTP server on loopback that keeps what it gets, and misbehaves as a test tells it to."""

import datetime as dt
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Sink:
    """What an SMTP server took, and what it answers: a sentence by the word of the protocol, used up one by one."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.sessions = 0
        self.says: dict[str, list[str]] = {}
        self.cuts_after_data = 0

    def _next(self, word: str) -> str:
        waiting = self.says.get(word, [])
        return waiting.pop(0) if waiting else ""

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if said := self._next("MAIL"):
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if said := self._next("RCPT"):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if said := self._next("DATA"):
            return said
        self.taken.append(envelope.content)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if self.cuts_after_data:
            self.cuts_after_data -= 1
            server.transport.abort()
        return "250 OK"


@contextmanager
def sink(port: int = 0, **options: Any) -> Iterator[tuple[Sink, int]]:
    """A running server and its port."""
    kept = Sink()
    chosen = port or free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=chosen, server_kwargs=options)
    controller.start()
    try:
        yield kept, chosen
    finally:
        controller.stop()


def signs_in(name: str, password: str) -> dict[str, Any]:
    """Options of a server that wants this name and password."""

    def check(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (name.encode(), password.encode()), handled=False)

    return {"authenticator": check, "auth_required": True, "auth_require_tls": False}


@contextmanager
def rude(act: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does something else than SMTP with each connection; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            held.append(connection)
            Thread(target=_act, args=(act, connection), daemon=True).start()

    Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        for connection in held:
            connection.close()


def _act(act: Callable[[socket.socket], None], connection: socket.socket) -> None:
    try:
        act(connection)
    except OSError:
        return


def hangs(connection: socket.socket) -> None:
    """Takes the connection and never says a word."""
    connection.recv(1)


def drips(connection: socket.socket) -> None:
    """Sends a byte now and then, so that no silence is ever long."""
    for sign in b"220 " + b"a" * 10_000:
        connection.sendall(bytes([sign]))
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certificate(folder: Path, host: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate for this name, and the file that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = folder / f"{host}.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / f"{host}.key"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return context, public
