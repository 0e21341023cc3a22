"""What a mail server's refusal is about: the address, or this one mail; pure."""

import re

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
NO_SUCH_ADDRESS = frozenset({550, 551, 553})


def enhanced(words: str) -> str:
    """The status code of RFC 3463 that the server's words hold, such as 5.1.1."""
    found = ENHANCED.search(words)
    return found.group() if found else ""


def is_for_good(code: int) -> bool:
    """Whether trying again is no use."""
    return 500 <= code < 600


def address_is_dead(code: int, words: str) -> bool:
    """Whether a refused recipient does not exist: by the status code, or by the reply code where there is none.

    A full box, a policy or a word about us says nothing about the address.
    """
    status = enhanced(words)
    return status.startswith("5.1.") if status else code in NO_SUCH_ADDRESS
