"""Message-IDs in a header, without their angle brackets."""

import re
from collections.abc import Iterable

_BRACKETED = re.compile(r"<\s*([^<>]{1,900}?)\s*>")
_BARE = re.compile(r"[^\s<>\",;]{1,450}@[^\s<>\",;]{1,450}")


def identifiers(values: Iterable[str]) -> tuple[str, ...]:
    """Every Message-ID in these fields once, in order; words around them are left out."""
    found: dict[str, None] = {}
    for value in values:
        known = _BRACKETED.findall(value) or _BARE.findall(value)
        found |= dict.fromkeys("".join(known_id.split()) for known_id in known)
    return tuple(found)
