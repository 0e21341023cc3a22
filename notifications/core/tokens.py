"""Reply tokens: what proves that an answer comes from whoever got a mail of ours about a ticket.

A token stands in the Message-ID of each mail and, where the mailbox takes it, in the reply address:
`support+TOKEN@…`. It names a ticket and its reader, `12-c5-…`, and ends with a MAC over both and the vendor: to
another vendor it is nothing. Only lower-case letters, digits and hyphens, because servers on the way change the case.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST = 43  # characters of a token
LONGEST_ID = 200  # characters of a Message-ID
MAC = 10  # bytes: 80 bits
TOKEN = r"[1-9][0-9]{0,11}-(?:[ac][1-9][0-9]{0,11}|x[a-z2-7]{12})-[a-z2-7]{16}"  # noqa: S105 - the shape, no secret
ANYWHERE = re.compile(rf"(?<![a-z0-9-]){TOKEN}(?![a-z0-9-])", re.IGNORECASE | re.ASCII)
OWN_ID = re.compile(rf"<?({TOKEN})\.([0-9]{{1,9}})\.[a-z0-9_-]+@", re.IGNORECASE | re.ASCII)

HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Token:
    """What a token proves: the mail that carries it answers one that went to this reader about this ticket.

    `reader` is `c12` for a contact, `a5` for an agent, `x…` for an address that is no person of its own.
    """

    ticket_id: int
    reader: str


def make(key: bytes, vendor_id: int, ticket_id: int, reader: str) -> str:
    """The token of a reader for a ticket; the same each time."""
    token = f"{ticket_id}-{reader}-{_mac(key, vendor_id, ticket_id, reader)}"
    if len(token) > LONGEST or not ANYWHERE.fullmatch(token) or token != token.lower():
        raise ValueError(f"no token for ticket {ticket_id} and reader {reader!r}")
    return token


def read(key: bytes, vendor_id: int, token: str) -> Token | None:
    """What the token proves; None if it was not made by us for this vendor."""
    if not ANYWHERE.fullmatch(token):
        return None
    ticket, reader, mac = token.lower().split("-")
    expected = _mac(key, vendor_id, int(ticket), reader)
    return Token(int(ticket), reader) if hmac.compare_digest(mac, expected) else None


def tokens_in(texts: Iterable[str]) -> Iterator[str]:
    """What looks like a token in addresses and Message-IDs, in their order, each once."""
    found = (match.group().lower() for text in texts for match in ANYWHERE.finditer(text))
    yield from dict.fromkeys(found)


def address_reader(address: str) -> str:
    """The reader that stands for an address: of a role, a team, whoever is no contact and no agent."""
    digest = hashlib.sha256(address.strip().lower().encode()).digest()
    return f"x{_letters(digest[:7])}"


def message_id(token: str, seq: int, event: str, domain: str) -> str:
    """The Message-ID of a mail: the same each time it is sent, and a token to whoever answers it."""
    local = f"{token}.{seq}.{re.sub('[^a-z0-9_-]', '', event.lower())[:40] or 'mail'}"
    host = domain.lower() if HOST.fullmatch(domain.lower()) else "helpdesk.invalid"
    if len(local) + len(host) + 3 > LONGEST_ID:
        host = f"{_letters(hashlib.sha256(host.encode()).digest()[:10])}.invalid"
    return f"<{local}@{host}>"


def entry_of(message_id: str) -> tuple[str, int] | None:
    """The token, not yet proven, and the entry that one of our own Message-IDs names; None for another's."""
    match = OWN_ID.match(message_id.strip())
    return (match.group(1).lower(), int(match.group(2))) if match else None


def _mac(key: bytes, vendor_id: int, ticket_id: int, reader: str) -> str:
    digest = hmac.digest(key, f"reply token/{vendor_id}/{ticket_id}/{reader}".encode(), "sha256")
    return _letters(digest[:MAC])


def _letters(digest: bytes) -> str:
    return base64.b32encode(digest).decode().lower().rstrip("=")
