"""POP3: mails known by their UIDL, deleted only when they are safe, if at all."""

import base64
import poplib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings

from notifications.models import MailAccount
from notifications.ways.box import Listing, Memory, Seen
from notifications.ways.line import BROKEN, CannotFetch, Line, SignInRefused, Withheld


class TooMuch(OSError):
    """The server sends more than it had said."""


class _Client(poplib.POP3):
    """poplib over a line of ours. Mails with long lines can be read, endless answers cannot."""

    def __init__(self, line: Line) -> None:
        self._line, self._read = line, 0
        super().__init__(line.host)

    def _create_socket(self, timeout: float) -> Any:
        return self._line.sock

    def _putline(self, line: bytes) -> None:
        self._read = 0
        super()._putline(line)  # type: ignore[misc]

    def _getline(self) -> tuple[bytes, int]:
        most = settings.MAIL_MAX_BYTES * 2  # as it may be written with a sign more on each line
        line = self.file.readline(most)
        if not line:
            raise ConnectionAbortedError("it hung up")
        self._read += len(line)
        if self._read > most or not line.endswith(b"\n"):
            raise TooMuch("it sends more than it had said")
        return line.removesuffix(b"\n").removesuffix(b"\r"), len(line)


class Pop3Box:
    """The one folder that POP3 knows."""

    def __init__(self, account: MailAccount, line: Line, token: str) -> None:
        self.account = account
        self.client = _Client(line)
        if account.security == "starttls":
            self.client.stls(line)  # type: ignore[arg-type]  # all that is asked of a context is that it wraps
        self._sign_in(token)
        self.numbers = self._numbers()

    def listing(self, memory: Memory) -> Listing:
        """Every mail that is there."""
        sizes = dict(line.split()[:2] for line in self.client.list()[1])
        return Listing(0, 0, [Seen(uid, int(sizes.get(number, 0))) for uid, number in self.numbers.items()])

    def contents(self) -> str:
        """How many mails there are."""
        return f"{len(self.numbers)} mails."

    def raw(self, uid: str) -> bytes | None:
        """All bytes of a mail."""
        number = self.numbers.get(uid)
        if number is None:
            return None
        try:
            lines = self.client.retr(number.decode())[1]
        except poplib.error_proto as error:
            raise Withheld(f"The server does not hand it out: {error}"[:300]) from error
        return b"\r\n".join(lines) + b"\r\n"

    def settle(self, uids: Sequence[str]) -> None:
        """Delete, if so agreed. The server deletes when it is told goodbye, so that is said here."""
        if self.account.afterwards != "delete":
            return
        for uid in uids:
            if uid in self.numbers:
                self.client.dele(self.numbers[uid].decode())
        self.client.quit()

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        with suppress(*BROKEN, AttributeError):  # a client that has said so has no connection any more
            self.client.quit()

    def _numbers(self) -> dict[str, bytes]:
        """The session's number of each mail, by the id that lasts."""
        try:
            lines = self.client.uidl()[1]
        except poplib.error_proto as error:
            raise CannotFetch(f"{self.account.host} gives its mails no ids (UIDL); use IMAP.") from error
        return {uid.decode("ascii", "replace")[:100]: number for number, uid in (line.split()[:2] for line in lines)}

    def _sign_in(self, token: str) -> None:
        name = self.account.username
        try:
            if self.account.auth == "oauth2":
                self._show(f"user={name}\1auth=Bearer {token}\1\1")
            else:
                self.client.user(name)
                self.client.pass_(self.account.secret)
        except poplib.error_proto as error:
            said = error.args[0]
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            raise SignInRefused(f"{self.account.host} refused the sign-in of {name}: {words}") from error

    def _show(self, words: str) -> None:
        """Sign in by a token: first asked for, then shown; a refusal is a question that gets no answer."""
        self.client._shortcmd("AUTH XOAUTH2")  # type: ignore[attr-defined]
        answer = self.client._shortcmd(base64.b64encode(words.encode()).decode())  # type: ignore[attr-defined]
        if answer.startswith(b"+ "):
            self.client._shortcmd("")  # type: ignore[attr-defined]
