"""A raw mail and what is expected of it; and short ways to write one."""

import base64
from dataclasses import dataclass, field

BASE = {
    "From": "Ada Client <ada@client.example>",
    "To": "desk@vendor.example",
    "Subject": "The printer",
    "Date": "Mon, 2 Mar 2026 10:00:00 +0100",
    "Message-ID": "<one@client.example>",
}


@dataclass(frozen=True)
class Case:
    """`says` holds what `tests.mime.look` must see in the letter: only the keys that the case is about."""

    name: str
    raw: bytes
    says: dict = field(default_factory=dict)


def as_bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value


def mail(body: bytes | str = b"Hello\r\n", *extra: bytes | str, **fields: str | None) -> bytes:
    """A mail with the usual header. `fields` replace its fields (None leaves one out), `extra` are lines as they are."""
    names = {name.lower().replace("-", "_"): name for name in BASE}
    wanted = {name: fields.pop(key) if key in fields else BASE[name] for key, name in names.items()}
    wanted |= {key.replace("_", "-").title(): value for key, value in fields.items()}
    lines = [f"{name}: {value}".encode() for name, value in wanted.items() if value is not None]
    lines += [as_bytes(line) for line in extra]
    return b"\r\n".join(lines) + b"\r\n\r\n" + as_bytes(body)


def text(body: bytes | str, charset: str = "", encoding: str = "") -> bytes:
    """A mail of one text part."""
    kind = "Content-Type: text/plain" + (f"; charset={charset}" if charset else "")
    return mail(body, kind, *([f"Content-Transfer-Encoding: {encoding}"] if encoding else []))


def part(body: bytes | str, *lines: str) -> bytes:
    """One part with these header lines."""
    return b"".join(as_bytes(line) + b"\r\n" for line in lines) + b"\r\n" + as_bytes(body)


def file(name: str, content: bytes = b"%PDF-1", kind: str = "application/pdf") -> bytes:
    """An attachment in base64."""
    return part(
        base64.encodebytes(content),
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
    )


def group(kind: str, *parts: bytes, boundary: str = "=_b", parameters: str = "") -> bytes:
    """A multipart as a part."""
    inside = b"".join(b"--" + boundary.encode() + b"\r\n" + piece + b"\r\n" for piece in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{parameters}\r\n\r\n'.encode()
    return head + inside + b"--" + boundary.encode() + b"--\r\n"


def of_parts(kind: str, *parts: bytes, boundary: str = "=_b", parameters: str = "", **fields: str) -> bytes:
    """A mail that is a multipart."""
    head, _, body = group(kind, *parts, boundary=boundary, parameters=parameters).partition(b"\r\n\r\n")
    return mail(body, head, **fields)


PLAIN = part("Hello\r\n", "Content-Type: text/plain; charset=utf-8")
HTML = part("<p>Hello <b>there</b></p>\r\n", "Content-Type: text/html; charset=utf-8")
