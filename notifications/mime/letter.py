"""What a mail says once it is read: plain data that the rest of the room decides by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FileKind = Literal["file", "image", "message", "calendar", "signature"]
MachineKind = Literal["bounce", "auto_reply", "list", "report", "own"]


@dataclass(frozen=True)
class Address:
    """A person in a header. `address` is lower case and holds one @; `name` is readable, without control characters."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class File:
    """A part that is a file. `name` is safe to show: no folders, no control characters, never empty.

    `inline` is set for an image that the HTML shows by `content_id` (without angle brackets); `in_signature` for
    one that is shown only below the place where the person's own words end.
    """

    name: str
    content_type: str
    content: bytes
    kind: FileKind = "file"
    content_id: str = ""
    inline: bool = False
    in_signature: bool = False


@dataclass(frozen=True)
class Machine:
    """Why a mail was written by a machine, and which header or part says so."""

    kind: MachineKind
    evidence: str


@dataclass(frozen=True)
class Failure:
    """One recipient that a bounce is about. `permanent` is False for a delay and for a full mailbox."""

    address: str
    permanent: bool
    status: str = ""  # such as 5.1.1
    diagnostic: str = ""  # at most 300 characters of what the server said


@dataclass(frozen=True)
class Verdict:
    """What a mail server wrote in Authentication-Results: pass, fail, none, or empty where it said nothing."""

    server: str
    dmarc: str = ""
    dkim: str = ""
    spf: str = ""


@dataclass(frozen=True)
class Invitation:
    """A calendar event in the mail. Times are aware; `ends` may be missing."""

    summary: str
    starts: datetime
    ends: datetime | None = None
    organizer: str = ""
    location: str = ""
    method: str = ""


@dataclass(frozen=True)
class Hints:
    """What the reader has to know of the vendor: whose quotations are ours, and the vendor's habits.

    `known` holds addresses and display names, any case, that a quoted header block may come from.
    """

    markers: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    strip_signature: bool = False


@dataclass(frozen=True)
class Letter:
    """One mail, read. Texts hold no NUL, no lone surrogates and no control characters but line ends and tabs.

    Message ids are without angle brackets. `text` is all that can be read, made from the HTML where there is no plain
    text; `written` is what the person wrote, `rest` the quotation and signature that were cut, in order and whole.
    `under_marker` says that there is a reply marker and nothing above it. `forwarded_from` is who wrote what the
    sender forwards. `problems` says in words what was broken and survived.
    """

    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    written: str = ""
    rest: str = ""
    under_marker: bool = False
    forwarded_from: Address | None = None
    files: tuple[File, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    machine: Machine | None = None
    failures: tuple[Failure, ...] = ()
    failed_ids: tuple[str, ...] = ()  # Message-IDs of ours that a bounce returns
    verdicts: tuple[Verdict, ...] = ()
    security: Literal["", "signed", "encrypted"] = ""
    problems: tuple[str, ...] = ()


class Unreadable(Exception):
    """A mail that cannot be read within the limits. It stays whole in quarantine; `reason` is a code."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason, self.sentence = reason, sentence
