"""Compressed rich text (LZFu) of Outlook's container."""

import struct

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_LARGEST = 2_000_000


def uncompressed(data: bytes) -> bytes:
    """The rich text; nothing if it is broken, and at most 2 MB of it."""
    if len(data) < 16:
        return b""
    _, size, form, _ = struct.unpack_from("<IIII", data)
    if form == _PLAIN:
        return data[16 : 16 + min(size, _LARGEST)]
    return bytes(_inflate(data, min(size, _LARGEST))) if form == _COMPRESSED else b""


def _inflate(data: bytes, size: int) -> bytearray:
    """Each control byte says of the next eight items whether they are a byte or a place in the last 4096 bytes."""
    ring = bytearray(_DICTIONARY.ljust(4096, b" "))
    write, position, result = len(_DICTIONARY), 16, bytearray()
    while position < len(data) and len(result) < size:
        control = data[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                piece = data[position : position + 1]
                position += 1
            else:
                place = int.from_bytes(data[position : position + 2], "big")
                position += 2
                if place >> 4 == write:
                    return result
                piece = _copied(ring, write, place >> 4, (place & 15) + 2)
            for byte in piece:
                ring[write] = byte
                write = (write + 1) % 4096
            result += piece
    return result


def _copied(ring: bytearray, write: int, start: int, length: int) -> bytes:
    """A stretch of the ring; it may reach into itself."""
    distance = (write - start) % 4096
    piece = bytes(ring[(start + step) % 4096] for step in range(min(length, distance)))
    return (piece * (length // len(piece) + 1))[:length] if piece else b""
