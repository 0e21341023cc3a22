"""How mail programs put mails into one thread: References, and the Thread-Index of Microsoft's; pure.

Gmail and Apple Mail group what shares an id in References and a subject, Outlook what shares the first 22 bytes of
its Thread-Index. Both are the same for all mails of a ticket.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

MOST_IDS = 12
LONGEST_ID = 250
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # of Microsoft's file times
MESSAGE_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]+")


def one_line(text: str) -> str:
    """The text as it may stand in a header: no line break of any kind, no control character, single spaces."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def legal_id(text: str) -> str:
    """A Message-ID in its angle brackets, or nothing where it is none that may stand in a header."""
    inside = text.strip().removeprefix("<").removesuffix(">")
    return f"<{inside}>" if len(inside) <= LONGEST_ID and MESSAGE_ID.fullmatch(inside) else ""


def references(ids: Iterable[str]) -> str:
    """These ids for a References header: legal ones, each once; of too many, the first and the latest stay."""
    known = list(dict.fromkeys(legal for one in ids if (legal := legal_id(one))))
    kept = known if len(known) <= MOST_IDS else [known[0], *known[1 - MOST_IDS :]]
    return " ".join(kept)


def thread_index(root: str, started_at: datetime, at: datetime) -> str:
    """The Thread-Index of a mail written at `at` in the thread `root`: a header of 22 bytes and a child of 5.

    The header is a byte 1, five bytes of the time and a GUID; the child says how long after it the mail was written.
    """
    began = _file_time(started_at)
    head = b"\x01" + (began >> 16).to_bytes(8, "big")[3:] + hashlib.sha256(root.encode()).digest()[:16]
    later = max(0, _file_time(at) - began)
    coarse = later >= 1 << 49  # more than 1.7 years: counted in larger steps
    steps = min(later >> (23 if coarse else 18), (1 << 31) - 1)
    child = ((coarse << 31 | steps) << 8).to_bytes(5, "big")
    return base64.b64encode(head + child).decode()


def _file_time(at: datetime) -> int:
    """Steps of 100 nanoseconds since 1601."""
    return (at - EPOCH) // timedelta(microseconds=1) * 10
