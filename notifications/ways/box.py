"""What fetching needs of a server, whichever language it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail at the server, not yet fetched."""

    uid: str
    size: int
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a look found: the mails that may be new, and the memory to keep for the next look."""

    uid_validity: int
    last_uid: int
    mails: Sequence[Seen]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the last look left behind. `since` is the day from which on mail may have been missed."""

    uid_validity: int | None = None
    last_uid: int = 0
    since: date | None = None


class Box(Protocol):
    """An open folder of mail at a server."""

    def listing(self, memory: Memory) -> Listing:
        """What is new there."""

    def raw(self, uid: str) -> bytes | None:
        """The bytes of a mail; None when it is there no more. Raises Withheld when the server refuses it."""

    def settle(self, uids: Sequence[str]) -> None:
        """Tell the server that these are safe; what is not there any more is passed over."""

    def contents(self) -> str:
        """What is in there, in words."""

    def close(self) -> None:
        """Say goodbye; never fails."""
