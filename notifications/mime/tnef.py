"""Outlook's container for a mail (TNEF, winmail.dat): its files, and its body where the mail has none."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from notifications.mime.charsets import decoded
from notifications.mime.rtf import uncompressed

_SIGNATURE = 0x223E9F78
_MESSAGE_PROPERTIES, _CODEPAGE = 0x9003, 0x9007
_BODY, _RENDERING, _TITLE, _DATA, _ATTACHMENT = 0x800C, 0x9002, 0x8010, 0x800F, 0x9005
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = {0x0D, 0x1E, 0x1F, 0x102}
_TEXT, _HTML, _RTF, _LONG_NAME, _SHORT_NAME = 0x1000, 0x1013, 0x1009, 0x3707, 0x3704
_MIME_TYPE, _CONTENT_ID, _OBJECT = 0x370E, 0x3712, 0x3701
_MOST = 5000


@dataclass
class Attached:
    """One file of the container."""

    name: str = ""
    content_type: str = "application/octet-stream"
    content: bytes = b""
    content_id: str = ""


@dataclass
class Container:
    """What a container holds. `rtf` is the body as rich text."""

    files: list[Attached] = field(default_factory=list)
    text: str = ""
    html: str = ""
    rtf: bytes = b""


def read(data: bytes) -> Container | None:
    """The container; None if it is none. What is cut off is read as far as it goes."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found, charset = Container(), "cp1252"
    for kind, value in _attributes(data):
        match kind:
            case 0x9007 if len(value) >= 4:
                charset = f"cp{struct.unpack_from('<I', value)[0]}"
            case 0x9003:
                _take_message(found, value, charset)
            case 0x800C:
                found.text = found.text or decoded(value, charset)
            case 0x9002:
                found.files.append(Attached())
            case _ if found.files:
                _take_file(found.files[-1], kind, value, charset)
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    for _ in range(_MOST):
        if position + 9 > len(data):
            return
        _, kind, size = struct.unpack_from("<BII", data, position)
        yield kind & 0xFFFF, data[position + 9 : position + 9 + size]
        position += 9 + size + 2  # and a checksum


def _take_message(found: Container, value: bytes, charset: str) -> None:
    for tag, kind, content in _properties(value):
        if tag == _TEXT:
            found.text = _text(kind, content, charset)
        elif tag == _HTML:
            found.html = _text(kind, content, charset)
        elif tag == _RTF:
            found.rtf = uncompressed(content)


def _take_file(file: Attached, kind: int, value: bytes, charset: str) -> None:
    if kind == _TITLE:
        file.name = file.name or decoded(value.rstrip(b"\0"), charset)
    elif kind == _DATA:
        file.content = value
    elif kind == _ATTACHMENT:
        for tag, form, content in _properties(value):
            _take_property(file, tag, form, content, charset)


def _take_property(file: Attached, tag: int, form: int, content: bytes, charset: str) -> None:
    if tag == _LONG_NAME or (tag == _SHORT_NAME and not file.name):
        file.name = _text(form, content, charset) or file.name
    elif tag == _MIME_TYPE:
        file.content_type = _text(form, content, charset).lower() or file.content_type
    elif tag == _CONTENT_ID:
        file.content_id = _text(form, content, charset).strip("<> ")
    elif tag == _OBJECT and not file.content:
        file.content = content[16:] if form == 0x0D else content  # behind the id of its interface


def _text(kind: int, content: bytes, charset: str) -> str:
    return decoded(content, "utf-16-le" if kind == 0x1F else charset).rstrip("\0") if content.strip(b"\0") else ""


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Tag, form and content of each property, up to the first that makes no sense."""
    if len(data) < 4:
        return
    position = 4
    for _ in range(min(struct.unpack_from("<I", data)[0], _MOST)):
        try:
            form, tag = struct.unpack_from("<HH", data, position)
            position = _behind_name(data, position + 4) if tag >= 0x8000 else position + 4
            many, form = form & 0x1000, form & 0x0FFF
            count = 1
            if many or form in _VARIABLE:
                count = struct.unpack_from("<I", data, position)[0]
                position += 4
            for _ in range(min(count, _MOST)):
                content, position = _value(data, position, form)
                yield tag, form, content
        except (struct.error, KeyError):
            return


def _behind_name(data: bytes, position: int) -> int:
    """A property with a name of its own has it before its value: a GUID, then a number or text."""
    kind, size = struct.unpack_from("<II", data, position + 16)
    return position + 24 + ((size + 3) // 4 * 4 if kind else 0)


def _value(data: bytes, position: int, form: int) -> tuple[bytes, int]:
    if form in _VARIABLE:
        size = struct.unpack_from("<I", data, position)[0]
        return data[position + 4 : position + 4 + size], position + 4 + (size + 3) // 4 * 4
    size = _SIZES[form]
    return data[position : position + size], position + size
