"""Outlook's container, built by its specification ([MS-OXTNEF]), for mails to carry."""

import struct


def attribute(level: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tag(form: int, number: int, data: bytes) -> bytes:
    """One property with a value of variable length."""
    return struct.pack("<HHII", form, number, 1, len(data)) + data + b"\0" * (-len(data) % 4)


def properties(*values: bytes) -> bytes:
    return struct.pack("<I", len(values)) + b"".join(values)


def named(text: str, data: bytes) -> bytes:
    """A property with a name of its own."""
    name = text.encode("utf-16-le") + b"\0\0"
    name = struct.pack("<II", 1, len(name)) + name + b"\0" * (-len(name) % 4)
    return (
        struct.pack("<HH", 0x1E, 0x8001)
        + b"G" * 16
        + name
        + struct.pack("<II", 1, len(data))
        + data
        + b"\0" * (-len(data) % 4)
    )


def container(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def attached(short: bytes, content: bytes, *values: bytes) -> bytes:
    rendering = attribute(2, 0x00069002, b"\0" * 14)
    return (
        rendering
        + attribute(2, 0x00018010, short + b"\0")
        + attribute(2, 0x0006800F, content)
        + (attribute(2, 0x00069005, properties(*values)) if values else b"")
    )


def der(kind: int, *values: bytes) -> bytes:
    """A value of ASN.1 with its length."""
    data = b"".join(values)
    return bytes([kind, 0x84]) + len(data).to_bytes(4, "big") + data


def ber(kind: int, *values: bytes) -> bytes:
    """The same with an end mark instead, as mail programs write it that do not know the length yet."""
    return bytes([kind, 0x80]) + b"".join(values) + b"\0\0"


def signed(content: bytes, form=der) -> bytes:
    """A mail in a signature of S/MIME, without the signature itself, which nobody checks here."""
    data = der(0x06, bytes.fromhex("2a864886f70d010701"))
    pieces = form(0x24, der(0x04, content[:10]), der(0x04, content[10:])) if form is ber else der(0x04, content)
    inner = form(0x30, data, form(0xA0, pieces))
    whole = form(0x30, der(0x02, b"\1"), der(0x31), inner, der(0x31))
    return form(0x30, der(0x06, bytes.fromhex("2a864886f70d010702")), form(0xA0, whole))


CODEPAGE = attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
NUMBER = struct.pack("<HHI", 3, 0x0E07, 5)
FLAG = struct.pack("<HHI", 0x0B, 0x0E1B, 1)
MANY = struct.pack("<HHIII", 0x1003, 0x1234, 2, 7, 8)
BODY_HTML = attribute(
    1, 0x00069003, properties(NUMBER, FLAG, MANY, named("x", b"y"), tag(0x102, 0x1013, b"<p>From <i>Outlook</i></p>"))
)
BODY_TEXT = attribute(1, 0x0002800C, "Grüße\0".encode("cp1252"))

# An example of [MS-OXRTFCP]: a run that copies itself.
RTF = b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
BODY_RTF = attribute(1, 0x00069003, properties(tag(0x102, 0x1009, (
    b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4KQA\0\x04 WXYZ\rn}\x01\x0e\xb0"
))))  # fmt: skip
