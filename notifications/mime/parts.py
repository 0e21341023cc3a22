"""The structure of a mail: a tree of parts over its bytes, found in one pass a level and without decoding any part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from notifications.mime.encodings import decode
from notifications.mime.headers import Headers, read_headers
from notifications.mime.limits import Budget
from notifications.mime.parameters import parameters

_TYPE = re.compile(r"([\w.+-]+)/([\w.+-]+)", re.ASCII)
_TOKEN = re.compile(r"[\w-]+", re.ASCII)
_GUESS = re.compile(rb"\n--([^\r\n]{1,200})\r?\nContent-", re.IGNORECASE)


@dataclass
class Part:
    """One part: its header, and where its body lies in the bytes."""

    headers: Headers
    raw: bytes
    header_start: int
    start: int
    end: int
    default_type: str = "text/plain"
    children: list["Part"] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        value, self.parameters = parameters(self.headers.raw("content-type"))
        found = _TYPE.match(value)
        self.declared = found is not None
        self.content_type = found.group() if found else self.default_type
        value, self.disposition_parameters = parameters(self.headers.raw("content-disposition"))
        token = _TOKEN.match(value)
        self.disposition = token.group() if token else ""
        token = _TOKEN.search(self.headers.raw("content-transfer-encoding").lower())
        self.encoding = token.group() if token else ""

    @property
    def main_type(self) -> str:
        return self.content_type.partition("/")[0]

    @property
    def name(self) -> str:
        """The file name that the part gives itself, as it stands there."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    @property
    def charset(self) -> str:
        return self.parameters.get("charset", "")

    @property
    def content_id(self) -> str:
        return self.headers.text("content-id").strip("<> ")

    @property
    def whole(self) -> bytes:
        """The part as it came: header and body."""
        return self.raw[self.header_start : self.end]

    def content(self) -> bytes:
        """The decoded body."""
        return decode(self.raw[self.start : self.end], self.encoding)

    def walk(self) -> Iterator["Part"]:
        """This part and all in it; attached messages are not looked into."""
        yield self
        for child in self.children:
            yield from child.walk()


def parse(raw: bytes, budget: Budget) -> Part:
    """The tree of a whole mail."""
    raw, start = _without_envelope(raw)
    return _part(raw, (start, len(raw)), "text/plain", budget, depth=1)


def _without_envelope(raw: bytes) -> tuple[bytes, int]:
    """What is put before a mail by programs that keep mails: a byte order mark, empty lines, an mbox line."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in {b"\r", b"\n"}:
        start += 1
    if raw.startswith((b"From ", b">From "), start):
        start = raw.find(b"\n", start) + 1 or len(raw)
    return raw, start


def _part(raw: bytes, span: tuple[int, int], default_type: str, budget: Budget, depth: int) -> Part:
    budget.part(depth)
    start, end = span
    headers, body = read_headers(raw, start, end, budget)
    part = Part(headers, raw, start, body, end, default_type)
    if part.main_type == "multipart":
        _open(part, budget, depth)
    return part


def _open(part: Part, budget: Budget, depth: int) -> None:
    """Find the children of a multipart; one without any becomes a text."""
    if part.encoding in {"base64", "quoted-printable"}:  # forbidden, and seen
        content = part.content()
        if content != part.raw[part.start : part.end]:
            part.raw, part.header_start, part.start, part.end = content, 0, 0, len(content)
            part.encoding = ""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
    spans, rest = _spans(part, boundary, budget)
    if not spans and (guess := _GUESS.search(part.raw, max(0, part.start - 1), part.end)):
        part.problems.append("The mail names the wrong boundary between its parts.")
        spans, rest = _spans(part, guess.group(1), budget)
    if not spans:
        part.problems.append("The mail has no boundary between its parts.")
        part.content_type, part.encoding = "text/plain", ""
        return
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    part.children = [_part(part.raw, span, default, budget, depth + 1) for span in spans]
    if rest < part.end and part.raw[rest : part.end].strip():
        part.problems.append("There is text after the last part of the mail.")
        part.children.append(Part(Headers(), part.raw, rest, rest, part.end))


def _spans(part: Part, boundary: bytes, budget: Budget) -> tuple[list[tuple[int, int]], int]:
    """Where the children lie, and where the text after the last one begins."""
    spans: list[tuple[int, int]] = []
    opened, rest = -1, part.end
    for start, stop, closing in _delimiters(part, boundary, budget):
        if opened >= 0:
            spans.append((opened, max(opened, start)))
        opened, rest = (-1, stop) if closing else (stop, part.end)
    if opened >= 0:
        part.problems.append("The mail ends before its last part does.")
        spans.append((opened, part.end))
    return spans, rest


def _delimiters(part: Part, boundary: bytes, budget: Budget) -> Iterator[tuple[int, int, bool]]:
    """Each boundary line: where it starts (with the line end before it), where the next one does, whether it closes."""
    if not boundary.strip():
        return
    raw, mark = part.raw, b"--" + boundary.rstrip()
    position = part.start
    while (found := raw.find(mark, position, part.end)) >= 0:
        budget.boundary()
        stop = raw.find(b"\n", found, part.end) + 1 or part.end
        position = stop
        tail = raw[found + len(mark) : stop].rstrip()
        if (found == part.start or raw[found - 1 : found] == b"\n") and tail in {b"", b"--"}:
            start = found - 1 if found > part.start else found
            start -= raw[start - 1 : start] == b"\r" and start > part.start
            yield max(start, part.start), stop, tail == b"--"
