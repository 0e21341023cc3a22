"""The listener for a local mail server: LMTP, or SMTP, into the database.

What it has said yes to is committed. It takes no mail for addresses that are no mailbox of a vendor, and it ends a mail
at CR LF . CR LF alone, so that no second mail is smuggled in inside a first one.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone

from notifications.commands.receiving import owners_of, store_for

log = structlog.get_logger("mail")
Result = TypeVar("Result")

SILENCE = 120.0  # seconds without a word from the other side
AT_ONCE = 4  # mails that are stored at the same time
LONGEST_LINE = 1_000_000  # bytes; servers in the wild send longer lines than the 998 of the standard
MOST_RECIPIENTS = 200

TAKEN = "250 2.6.0 The mail is safe"
NOBODY = "550 5.1.1 This address is no mailbox here"
TOO_MANY = "452 4.5.3 Too many recipients for one mail"
LATER = "451 4.3.0 The mail cannot be stored now, send it again later"


class Door:
    """What the listener answers. The database is asked in threads, each with a connection of its own."""

    def __init__(self, way: str = "lmtp") -> None:
        self.way = way
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="store")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Yes to mailboxes of ours, tags behind a plus included."""
        try:
            known = await self._ask(lambda: bool(owners_of([address.lower()])))
        except (DatabaseError, InterfaceError):
            log.exception("recipient could not be looked up")
            return LATER
        if not known:
            return NOBODY
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Store, and say yes only then."""
        try:
            await self._ask(lambda: self._store(envelope))
        except Exception:
            log.exception("mail could not be stored", size=len(envelope.original_content or b""))
            return LATER
        return TAKEN

    def close(self) -> None:
        """Wait for what is being stored."""
        self._threads.shutdown(wait=True)

    def _store(self, envelope: Envelope) -> None:
        store_for(
            envelope.original_content or b"",
            way=self.way,
            now=timezone.now(),
            to=envelope.rcpt_tos,
            envelope_from=envelope.mail_from or "",
        )

    async def _ask(self, question: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _with_connection, question)


def _with_connection(question: Callable[[], Result]) -> Result:
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()


class _Smtp(SMTP):
    """SMTP that bears long lines."""

    line_length_limit = LONGEST_LINE


class _Lmtp(LMTP):
    """LMTP that bears long lines, and answers a mail once for each recipient, which its standard wants."""

    line_length_limit = LONGEST_LINE
    _answers = 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        self._answers = len(self.envelope.rcpt_tos) if self.envelope is not None else 1
        try:
            await super().smtp_DATA(arg)
        finally:
            self._answers = 1

    async def push(self, status: Any) -> None:
        """Answer. What is said about the command, and not about the mail, is said once."""
        times = 1 if str(status)[:3] in ("354", "501", "503") else self._answers
        await super().push("\r\n".join([status] * times) if times > 1 else status)


class Listener:
    """A listening port; `async with` it."""

    def __init__(self, host: str, port: int, *, smtp: bool = False) -> None:
        self.host, self.port, self.protocol = host, port, "SMTP" if smtp else "LMTP"
        self._kind: type[SMTP] = _Smtp if smtp else _Lmtp
        self._door = Door()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Listener":
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # else it tells every command and address
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._conversation, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await asyncio.get_running_loop().run_in_executor(None, self._door.close)

    def _conversation(self) -> SMTP:
        return self._kind(
            self._door,
            data_size_limit=settings.MAIL_MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname="helpdesk",
            ident="ready",
            timeout=SILENCE,
            loop=asyncio.get_running_loop(),
        )


async def serve(listener: Listener, told: Callable[[Listener], None]) -> None:
    """Listen until SIGINT or SIGTERM."""
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    async with listener:
        told(listener)
        await ended.wait()
