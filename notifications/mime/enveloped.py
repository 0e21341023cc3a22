"""The mail inside a signature of S/MIME's opaque form (CMS, RFC 5652), which carries it in BER."""

from collections.abc import Iterator

_OCTETS, _SEQUENCE, _IDENTIFIER = 0x04, 0x30, 0x06
_FIRST = 0xA0  # context tag [0]
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DEEPEST = 20


def signed_content(data: bytes) -> bytes | None:
    """What was signed; None if this is something else, or is broken."""
    try:
        return _content(data)
    except (IndexError, StopIteration):
        return None


def _content(data: bytes) -> bytes | None:
    kind, inside = next(_values(_only(data, _SEQUENCE)))
    if (kind, inside) != (_IDENTIFIER, _SIGNED_DATA):
        return None
    signed = _only(_only(_only(data, _SEQUENCE), _FIRST), _SEQUENCE)
    wrapped = _only(_only(signed, _SEQUENCE), _FIRST)
    return b"".join(_octets(wrapped, _DEEPEST))


def _only(data: bytes, wanted: int) -> bytes:
    """The content of the first value of this kind; of a single outer one, or among several."""
    return next(inside for kind, inside in _values(data) if kind == wanted)


def _octets(data: bytes, depth: int) -> Iterator[bytes]:
    """A string of bytes may come in pieces, and these in pieces again."""
    for kind, inside in _values(data):
        if kind == _OCTETS:
            yield inside
        elif kind == _OCTETS | 0x20 and depth:
            yield from _octets(inside, depth - 1)


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(data):
        kind, start, stop, position = _value(data, position, _DEEPEST)
        if kind == 0:
            return
        yield kind, data[start:stop]


def _value(data: bytes, position: int, depth: int) -> tuple[int, int, int, int]:
    """Kind, begin and end of the content, and where the next value begins."""
    kind, size = data[position], data[position + 1]
    position += 2
    if size == 0x80:
        stop = after = _end(data, position, depth)
        return kind, position, stop, after + 2
    if size > 0x80:
        count = size - 0x80
        size = int.from_bytes(data[position : position + count], "big")
        position += count
    return kind, position, min(position + size, len(data)), position + size


def _end(data: bytes, position: int, depth: int) -> int:
    """Where a value of unknown length ends: before the two zeros that follow its parts."""
    while depth and data[position : position + 2] != b"\0\0":
        position = _value(data, position, depth - 1)[3]
        if position >= len(data):
            break
    return min(position, len(data))
