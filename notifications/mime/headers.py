"""The header of a mail or part: its fields as bytes, and what they say as clean text."""

import re
from binascii import a2b_qp
from collections.abc import Iterator

from notifications.mime.charsets import decoded, one_line
from notifications.mime.encodings import from_base64
from notifications.mime.limits import Budget

_LINE = re.compile(rb"[^\n]*(?:\n|\Z)")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_USUAL = {b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"received"}
_WORD = re.compile(r"=\?([\w.:+-]{1,60})(?:\*[\w-]{0,20})?\?([bq])\?", re.IGNORECASE | re.ASCII)


class Headers:
    """The fields of one header, in order. Names are compared without case."""

    def __init__(self) -> None:
        self._fields: list[tuple[str, bytearray]] = []

    def add(self, name: bytes, value: bytes) -> None:
        """One more field."""
        self._fields.append((name.decode("ascii").lower(), bytearray(value)))

    def go_on(self, line: bytes) -> None:
        """A folded line belongs to the field before it."""
        if self._fields:
            self._fields[-1][1].extend(b" " + line.strip())

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: str) -> bool:
        return any(name == field for field, _ in self._fields)

    def raw(self, name: str) -> str:
        """The first field of this name, with its encoded words as they are."""
        return next(self.each(name), "")

    def each(self, name: str) -> Iterator[str]:
        """Every field of this name, with encoded words as they are."""
        return (one_line(decoded(bytes(value))) for field, value in self._fields if field == name)

    def text(self, name: str) -> str:
        """What the first field of this name says to a reader."""
        return words(self.raw(name))


def read_headers(raw: bytes, start: int, end: int, budget: Budget) -> tuple[Headers, int]:
    """The header at `start`, and where the body begins; a header without a field leaves the body at `start`."""
    headers, position, lines = Headers(), start, 0
    while position < end:
        found = _LINE.match(raw, position, end)
        line = found.group() if found else b""
        if not line.strip(b"\r\n"):
            return headers, position + len(line)
        field = _FIELD.match(line)
        if line[:1] in b" \t" and len(headers):
            headers.go_on(line)
        elif field:
            headers.add(field.group(1), line[field.end() :].strip())
        elif not _stray(raw, position, len(line), end, headers):
            return headers, position
        position += len(line)
        lines += 1
        budget.header(lines, position - start)
    return headers, end


def _stray(raw: bytes, position: int, length: int, end: int, headers: Headers) -> bool:
    """Whether a line that is no field stands among fields: an mbox line, or one with a usual field soon after it."""
    line = raw[position : position + min(length, 6)]
    if line.startswith((b"From ", b">From ")):
        return True
    following = raw[position + length : min(end, position + length + 4000)].splitlines()
    for after in following[:20]:
        field = _FIELD.match(after)
        if not after.strip():
            return False
        if field and field.group(1).lower() in _USUAL:
            return field.group(1).decode("ascii").lower() not in headers
    return False


def words(value: str) -> str:
    """Text with its encoded words decoded; broken ones stay as they are."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    waiting: list[tuple[str, bytes]] = []  # words side by side: a letter may be cut in two between them
    position = 0
    while (start := _WORD.search(value, position)) and (stop := value.find("?=", start.end())) >= 0:
        between = value[position : start.start()]
        if between.strip() or not waiting:
            pieces += [_joined(waiting), between]
            waiting = []
        waiting.append((start.group(1).lower(), _bytes(start.group(2), value[start.end() : stop])))
        position = stop + 2
    pieces += [_joined(waiting), value[position:]]
    return one_line("".join(pieces))


def _bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return from_base64(data) if encoding in "bB" else a2b_qp(data.replace(b" ", b"_"), header=True)


def _joined(waiting: list[tuple[str, bytes]]) -> str:
    text, position = "", 0
    while position < len(waiting):
        charset, data = waiting[position][0], b""
        while position < len(waiting) and waiting[position][0] == charset:
            data += waiting[position][1]
            position += 1
        text += decoded(data, charset)
    return text
