"""What can be told from a mail's bytes before it is parsed: whether it is the same mail, and whom it is for.

Both look at bytes alone and cannot fail, whatever the bytes are.
"""

import re
from collections.abc import Iterator
from hashlib import sha256

HEAD = 256 * 1024  # bytes; what stands further down is no header that we look at
STABLE = frozenset(
    b"from to cc reply-to subject date message-id in-reply-to references mime-version content-type"
    b" content-transfer-encoding content-disposition".split()
)
RECIPIENTS = (b"delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to", b"to", b"cc")
ADDRESS = re.compile(rb"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
MOST = 200  # addresses


def fingerprint(raw: bytes) -> str:
    """The same for one mail on every way that it takes: lines that servers add, and line ends, count for nothing.

    A mail that has neither id nor date is only the same as itself byte for byte.
    """
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    head, _, body = text.partition(b"\n\n")
    kept = [(name, value) for name, value in headers(head) if name in STABLE]
    if not {b"message-id", b"date"} & {name for name, _ in kept}:
        return sha256(raw).hexdigest()
    digest = sha256()
    for name, value in sorted(kept):
        digest.update(name + b":" + value + b"\n")
    digest.update(b"\n" + body.rstrip())
    return digest.hexdigest()


def recipients(raw: bytes) -> list[str]:
    """The addresses that the mail was delivered to, as far as its headers tell, in lower case and this order."""
    head = raw[:HEAD].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n").partition(b"\n\n")[0]
    lines = list(headers(head))
    found = [
        address.decode("ascii").lower()
        for wanted in RECIPIENTS
        for name, value in lines
        if name == wanted
        for address in ADDRESS.findall(value)
    ]
    return list(dict.fromkeys(found))[:MOST]


def headers(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each header as (name in lower case, value on one line with single spaces)."""
    unfolded: list[list[bytes]] = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1].append(line)
        else:
            unfolded.append([line])
    for parts in unfolded:
        name, _, value = b" ".join(parts).partition(b":")
        yield b" ".join(name.split()).lower(), b" ".join(value.split())


def without_tag(address: str) -> str:
    """The address whose mailbox gets what is sent to `name+tag@domain`."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
