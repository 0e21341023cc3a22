"""The connection of one session with a mail server: to a checked address, encrypted, and never for too long."""

import imaplib
import poplib
import ssl
from functools import lru_cache
from threading import Timer
from typing import Any

from django.conf import settings
from imap_tools.errors import UnexpectedCommandStatusError

from notifications.reach import Unreachable, check_host, connect, hang_up, is_trusted

CONNECTING = 10.0  # seconds
SILENCE = 30.0  # seconds without a byte
LONGEST = 240.0  # seconds for a whole session


class CannotFetch(Exception):
    """The account cannot be looked at; the sentence says why."""


class SignInRefused(CannotFetch):
    """The server does not take the user name with this password or token."""


class Withheld(Exception):
    """The server does not hand out this one mail."""


class Line:
    """One connection. It also encrypts itself later on, as `imaplib` and `poplib` ask of an SSL context."""

    def __init__(self, host: str, port: int, security: str) -> None:
        check_line(host, security)
        self.host = host
        self.sock: Any = connect(host, port, timeout=CONNECTING, trusted=settings.MAIL_HOSTS)
        self.sock.settimeout(SILENCE)
        # A server that sends a byte now and then may not hold a worker.
        self._watch = Timer(LONGEST, lambda: hang_up(self.sock))
        self._watch.daemon = True
        self._watch.start()
        if security == "tls":
            try:
                self.wrap_socket(self.sock, host)
            except BaseException:
                self.close()
                raise

    def wrap_socket(self, sock: Any, server_hostname: str) -> ssl.SSLSocket:
        """Encrypt; the watch holds the connection before the first byte of it."""
        authorities = settings.MAIL_CA_FILE
        self.sock = _context(authorities).wrap_socket(
            sock, server_hostname=server_hostname, do_handshake_on_connect=False
        )
        self.sock.do_handshake()
        return self.sock

    def close(self) -> None:
        """Hang up."""
        self._watch.cancel()
        self.sock.close()


def check_line(host: str, security: str) -> None:
    """Refuse what no password may go over, and addresses inside our own network."""
    if security == "none" and not is_trusted(host, settings.MAIL_HOSTS):
        raise Unreachable(
            f"Nobody vouches for {host}: without encryption, passwords can be read along. Choose TLS.", permanent=True
        )
    check_host(host, trusted=settings.MAIL_HOSTS)


@lru_cache
def _context(authorities: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(authorities)
    return context


# The first that fits counts: a refused certificate is an error of TLS, which is a broken connection.
SENTENCES: tuple[tuple[type[BaseException], str], ...] = (
    (Unreachable, "{said}"),
    (ssl.SSLCertVerificationError, "The certificate of {host} is not to be trusted: {said}."),
    (ssl.SSLError, "{host} does not speak TLS here. Check the port and the encryption."),
    (TimeoutError, "{host} did not answer in time."),
    (UnexpectedCommandStatusError, "{host} said no: {said}"),
    (imaplib.IMAP4.readonly, "{host} lets the folder be read only: no mail can be marked there."),
    (imaplib.IMAP4.abort, "{host} broke off: {said}"),
    (OSError, "{host} broke off: {said}"),
    (imaplib.IMAP4.error, "{host} said no: {said}"),
    (poplib.error_proto, "{host} said no: {said}"),
)
BROKEN = tuple(kind for kind, _ in SENTENCES)


def sentence_of(error: BaseException, host: str) -> str:
    """What went wrong with a server, for the person who set it up."""
    template = next(template for kind, template in SENTENCES if isinstance(error, kind))
    return template.format(host=host, said=_said(error))


def _said(error: BaseException) -> str:
    """The server's words, whatever they are made of, short and printable."""
    parts: Any = getattr(error, "verify_message", None) or error.args
    if isinstance(error, UnexpectedCommandStatusError):
        parts = error.command_result[1]
    listed = parts if isinstance(parts, list | tuple) else [parts]
    words = " ".join(
        part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in listed if part
    )
    return printable(words)[:200] or type(error).__name__


def printable(words: str) -> str:
    """Foreign words on one line."""
    return "".join(letter if letter.isprintable() else " " for letter in words).strip()
