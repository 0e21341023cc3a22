"""IMAP: a folder whose mails are known by UIDVALIDITY and UID, never by a flag alone."""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from imap_tools import OR, BaseMailBox
from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.utils import check_command_status, encode_folder

from notifications.models import MailAccount
from notifications.ways.box import Listing, Memory, Seen
from notifications.ways.line import BROKEN, CannotFetch, Line, SignInRefused, Withheld

AT_ONCE = 400  # UIDs in one command
UID = re.compile(rb"\bUID (\d+)")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
BODY = re.compile(rb"\bBODY\[\] ?")
FRAME = 1_000_000  # bytes of a literal that is no mail


class _Client(imaplib.IMAP4):
    """imaplib over a line of ours; an announced mail that is over the limit is not read."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(line.host)

    def _create_socket(self, timeout: float | None) -> Any:
        return self._line.sock

    def read(self, size: int) -> bytes:
        """Part of an answer."""
        if size > settings.MAIL_MAX_BYTES + FRAME:
            raise self.abort("it sends more than it had said")
        return bytes(super().read(size))


class _MailBox(BaseMailBox):
    """imap-tools over the same. What it does to mails is done here by hand: it expunges after every flag."""

    def __init__(self, line: Line, *, starttls: bool) -> None:
        self._line, self._starttls = line, starttls
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Client(self._line)
        if self._starttls:
            client.starttls(self._line)  # type: ignore[arg-type]  # all that is asked of a context is that it wraps
        return client


class ImapBox:
    """A folder, opened for reading and marking."""

    def __init__(self, account: MailAccount, line: Line, token: str) -> None:
        self.account = account
        self.box = _MailBox(line, starttls=account.security == "starttls")
        self.client = self.box.client
        self._sign_in(token)
        self._choose(account.folder)

    # --- What is there -----------------------------------------------------------------------------------

    def listing(self, memory: Memory) -> Listing:
        """The unread mails at the first look, afterwards what came since.

        When the server has numbered its mails anew: the unread ones, and all since the last look. What is known
        among them is recognised by its fingerprint.
        """
        validity = self._said("UIDVALIDITY")
        if validity is None:
            raise CannotFetch(f"{self.account.host} does not number its mails; it is not fit for fetching.")
        if validity == memory.uid_validity:
            # The last mail is always named, also when it is not above the number.
            found = [uid for uid in self._uids(f"UID {memory.last_uid + 1}:*") if uid > memory.last_uid]
            return Listing(validity, max(found, default=memory.last_uid), self._facts(found))
        last = self._last_uid()
        known_before = memory.uid_validity is not None and memory.since is not None
        found = self._uids(OR(seen=False, date_gte=memory.since) if known_before else "UNSEEN")
        return Listing(validity, last, self._facts(found))

    def contents(self) -> str:
        """How many mails the folder holds, and how many of them are unread."""
        count, unread = len(self._uids("ALL")), len(self._uids("UNSEEN"))
        return f"{count} mails in {self.account.folder}, {unread} of them unread."

    def _last_uid(self) -> int:
        following = self._said("UIDNEXT")
        return following - 1 if following else max(self._uids("ALL"), default=0)

    def _said(self, name: str) -> int | None:
        """A number that the server named when the folder was opened."""
        said = self.client.untagged_responses.get(name) or []
        return int(said[-1]) if said and isinstance(said[-1], bytes) and said[-1].isdigit() else None

    def _uids(self, criteria: Any) -> list[int]:
        return sorted(int(uid) for uid in self.box.uids(criteria, charset=None))

    def _facts(self, uids: Sequence[int]) -> list[Seen]:
        seen = []
        for few in _portions([str(uid) for uid in uids]):
            for item in self._uid("FETCH", ",".join(few), "(UID RFC822.SIZE INTERNALDATE)"):
                head = item[0] if isinstance(item, tuple) else item or b""
                uid, size, arrived = UID.search(head), SIZE.search(head), ARRIVED.search(head)
                if uid and size:
                    moment = _moment(arrived.group(1)) if arrived else None
                    seen.append(Seen(uid.group(1).decode(), int(size.group(1)), moment))
        return seen

    # --- One mail ------------------------------------------------------------------------------------------

    def raw(self, uid: str) -> bytes | None:
        """All bytes of a mail; it stays unread."""
        try:
            answer = self._uid("FETCH", uid, "(UID BODY.PEEK[])")
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, _Refused) as error:
            raise Withheld(f"The server does not hand it out: {error}"[:300]) from error
        for item in answer:
            if isinstance(item, tuple) and BODY.search(item[0]):
                return bytes(item[1])
            if isinstance(item, bytes) and BODY.search(item):
                return b""
        return None

    # --- What is safe here ---------------------------------------------------------------------------------

    def settle(self, uids: Sequence[str]) -> None:
        """Mark, move or delete."""
        act = {"flag": self._flag, "move": self._move, "delete": self._delete}[self.account.afterwards]
        for few in _portions(list(uids)):
            act(",".join(few))

    def _flag(self, uids: str) -> None:
        self._uid("STORE", uids, "+FLAGS.SILENT", r"(\Seen)")

    def _move(self, uids: str) -> None:
        folder = self.account.move_to
        command = "MOVE" if "MOVE" in self.client.capabilities else "COPY"
        try:
            self._uid(command, uids, encode_folder(folder))
        except _Refused:
            self.box.folder.create(folder)
            self._uid(command, uids, encode_folder(folder))
        if command == "COPY":
            self._delete(uids)

    def _delete(self, uids: str) -> None:
        self._uid("STORE", uids, "+FLAGS.SILENT", r"(\Seen \Deleted)")
        if "UIDPLUS" in self.client.capabilities:
            self._uid("EXPUNGE", uids)
        else:
            check_command_status(self.client.expunge(), _Refused)

    def close(self) -> None:
        """Log out, if the server still listens."""
        with suppress(*BROKEN):
            self.client.logout()

    # --- The beginning -------------------------------------------------------------------------------------

    def _sign_in(self, token: str) -> None:
        name = self.account.username
        try:
            if self.account.auth == "oauth2":
                answers = iter([f"user={name}\1auth=Bearer {token}\1\1".encode()])
                self.client.authenticate("XOAUTH2", lambda _said: next(answers, b""))
            elif (name + self.account.secret).isascii():
                self.box.login(name, self.account.secret, initial_folder=None)
            else:
                self.box.login_utf8(name, self.account.secret, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, MailboxLoginError) as error:
            raise SignInRefused(f"{self.account.host} refused the sign-in of {name}: {_reason(error)}") from error
        self._learn_capabilities()

    def _learn_capabilities(self) -> None:
        """Most servers tell what they can only to whoever has signed in; imaplib asks before."""
        _, answer = self.client.capability()
        self.client.capabilities = tuple((answer[-1] or b"").decode("ascii", "replace").upper().split())

    def _choose(self, folder: str) -> None:
        try:
            self.box.folder.set(folder)
        except MailboxFolderSelectError as error:
            raise CannotFetch(f"There is no folder {folder} to open: {_reason(error)}") from error

    def _uid(self, command: str, *arguments: Any) -> list[Any]:
        answer = self.client.uid(command, *arguments)
        check_command_status(answer, _Refused)
        return list(answer[1])


class _Refused(UnexpectedCommandStatusError):
    """The server answered NO to a command about mails."""


def _reason(error: Exception) -> str:
    """The server's own words."""
    result = getattr(error, "command_result", None)
    said = result[1][-1] if result and result[1] else b""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) and said else str(error)


def _portions(uids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(uids), AT_ONCE):
        yield uids[start : start + AT_ONCE]


def _moment(text: bytes) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(text.decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z")
    return None
