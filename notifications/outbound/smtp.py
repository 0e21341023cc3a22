"""SMTP with an end to patience: a server that hangs, drips or cheats fails in time, and a sentence says at what.

One connection serves a batch. Whatever happens before a mail is handed over is the server's trouble, not the mail's.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Timer
from typing import Any

import dkim
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage, sanitize_address
from django.core.mail.utils import DNS_NAME

from notifications.models import SendingAccount
from notifications.reach import Unreachable, connect, hang_up, is_trusted

SILENCE = 20.0  # seconds without a byte
OPENING = 45.0  # seconds until the server is ready, signing in included
SENDING = 180.0  # seconds for one mail
SIGNED = [b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references"]


class ServerTrouble(Exception):
    """The server cannot be used at the moment, whichever mail it is; the sentence says at what it failed."""


@dataclass(frozen=True)
class Server:
    """Where and how mail is handed over. `is_ours` is the installation's own, which may be inside our network."""

    host: str
    port: int
    security: str
    username: str = ""
    password: str = ""
    is_ours: bool = False
    dkim: tuple[str, str, str] | None = None  # domain, selector, private key

    @classmethod
    def of_installation(cls) -> "Server":
        """As the environment says."""
        security = "tls" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "none"
        return cls(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            security,
            settings.EMAIL_HOST_USER,
            settings.EMAIL_HOST_PASSWORD,
            is_ours=True,
        )

    @classmethod
    def of(cls, account: SendingAccount) -> "Server":
        """As an account says."""
        signs = bool(account.dkim_domain and account.dkim_selector and account.sealed_dkim_key)
        return cls(
            account.host,
            account.at_port,
            account.security,
            account.username,
            account.password,
            dkim=(account.dkim_domain, account.dkim_selector, account.dkim_key) if signs else None,
        )


class EmailBackend(BaseEmailBackend):
    """Hands mails over to one server; the installation's unless another is given."""

    def __init__(self, server: Server | None = None, fail_silently: bool = False, **_ignored: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.server = server or Server.of_installation()
        self._line: _Line | None = None

    def open(self) -> bool:
        """Connect, encrypt and sign in; True if that was needed. Raises ServerTrouble."""
        if self._line is not None:
            return False
        line = _Line(self.server)
        try:
            line.make_ready()
        except BaseException:
            line.drop()
            raise
        self._line = line
        return True

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        if self._line is not None:
            self._line.leave()
            self._line = None

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Hand each over; a connection that was open before stays open unless it fails."""
        opened = self.open()
        try:
            for message in email_messages:
                self._send(message)
        except BaseException:
            self._drop()
            raise
        if opened:
            self.close()
        return len(email_messages)

    def _send(self, message: EmailMessage) -> None:
        assert self._line is not None
        encoding = message.encoding or settings.DEFAULT_CHARSET
        sender = sanitize_address(message.from_email, encoding)
        recipients = [sanitize_address(address, encoding) for address in message.recipients()]
        raw = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        with self._line.within(SENDING):
            self._line.sendmail(sender, recipients, self._signed(raw))

    def _signed(self, raw: bytes) -> bytes:
        if self.server.dkim is None:
            return raw
        domain, selector, key = self.server.dkim
        try:
            signature = dkim.sign(raw, selector.encode(), domain.encode(), key.encode(), include_headers=SIGNED)
        except Exception as error:
            raise ServerTrouble(f"The mail could not be signed with the DKIM key: {error}") from error
        return bytes(signature) + raw

    def _drop(self) -> None:
        if self._line is not None:
            self._line.drop()
            self._line = None


class _Line(smtplib.SMTP):
    """One connection. A watch hangs up where it takes too long, even if the server sends a byte now and then."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._ground: socket.socket | None = None  # the same connection, below any encryption
        super().__init__(timeout=SILENCE, local_hostname=DNS_NAME.get_fqdn())
        self._host = server.host  # whose certificate is asked for

    def make_ready(self) -> None:
        """Everything up to the first mail."""
        host, security = self.server.host, self.server.security
        if security == "none" and not self.server.is_ours and not is_trusted(host, settings.MAIL_HOSTS):
            raise ServerTrouble(f"{host} is not among the servers that may be used without encryption.")
        with self.within(OPENING):
            with _trouble(f"{host} does not answer at port {self.server.port}"):
                self.connect(host, self.server.port)
                self.ehlo_or_helo_if_needed()
            if security == "starttls":
                with _trouble(f"{host} does not encrypt the connection"):
                    self.starttls(context=_context(settings.MAIL_CA_FILE))
                    self.ehlo_or_helo_if_needed()
            if self.server.username:
                with _trouble(f"{host} does not let {self.server.username} sign in"):
                    self.login(self.server.username, self.server.password)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        trusted = (host.lower(),) if self.server.is_ours else settings.MAIL_HOSTS
        sock = connect(host, port, timeout=timeout, trusted=trusted)
        self._ground = sock.dup()
        if self.server.security == "tls":
            return _context(settings.MAIL_CA_FILE).wrap_socket(sock, server_hostname=host)
        return sock

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What is done inside ends in time, one way or the other."""
        watch = Timer(seconds, self._hang_up)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def leave(self) -> None:
        """The polite end."""
        with self.within(SILENCE), suppress(OSError, smtplib.SMTPException):
            self.quit()
        self.drop()

    def drop(self) -> None:
        """The end without a word."""
        self.close()
        if self._ground is not None:
            self._ground.close()
            self._ground = None

    def _hang_up(self) -> None:
        if self._ground is not None:
            hang_up(self._ground)


@lru_cache
def _context(authorities: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(authorities)
    return context


@contextmanager
def _trouble(at: str) -> Iterator[None]:
    try:
        yield
    except Unreachable as error:
        raise ServerTrouble(str(error)) from error
    except smtplib.SMTPResponseException as error:
        raise ServerTrouble(f"{at}: {error.smtp_code} {_words(error.smtp_error)}") from error
    except ssl.SSLCertVerificationError as error:
        raise ServerTrouble(f"{at}: its certificate is not valid ({error.verify_message}).") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerTrouble(f"{at}: {str(error) or type(error).__name__}") from error


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
