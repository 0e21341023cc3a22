"""Transfer encodings: what the bytes of a part were before they were made fit for mail; broken ones survive."""

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FOREIGN = bytes(set(range(256)) - set(_ALPHABET))
_INNER_SPACE = re.compile(rb"[^ \t\r\n][ \t]+(?=[^ \t\r\n])")
_SPACED_END = re.compile(rb"=[ \t]+(?=\r?\n)")
_BEGIN = re.compile(rb"^begin[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,250})\r?\n", re.MULTILINE)
_MOST_PIECES = 1000
_MOST_LINES = 1_000_000  # a whole mail of usual lines has fewer


def decode(data: bytes, encoding: str) -> bytes:
    """`data` without its Content-Transfer-Encoding; an unknown one is none."""
    match encoding:
        case "base64":
            return from_base64(data)
        case "quoted-printable":
            return a2b_qp(_SPACED_END.sub(b"=", data))
        case "uuencode" | "x-uuencode" | "x-uue" | "uue":
            blocks, rest = uuencoded(data)
            return b"".join(content for _, content in blocks) or rest
    return data


def from_base64(data: bytes) -> bytes:
    """Base64 with line ends, stray bytes, missing padding, and pieces put one after the other."""
    if _is_prose(data.lstrip()[:200].partition(b"\n")[0]):
        return data  # it says base64 and is plain text
    result, position = [], 0
    for _ in range(_MOST_PIECES):
        pad = data.find(b"=", position)
        if pad < 0:
            break
        result.append(_piece(data[position:pad]))
        position = pad + 1
        while data[position : position + 1] == b"=":
            position += 1
    tail = data[position:]
    # After the padding some list servers put their footer as it is.
    result.append(tail if position and _is_prose(tail[:400]) else _piece(tail))
    return b"".join(result)


def _is_prose(data: bytes) -> bool:
    foreign = len(data.translate(None, _ALPHABET + b"= \t\r\n"))
    spaces = len(_INNER_SPACE.findall(data))
    return foreign * 10 > len(data) or spaces > 2 or (spaces > 0 and foreign > 0)


def _piece(data: bytes) -> bytes:
    pure = data.translate(None, _FOREIGN)
    if len(pure) % 4 == 1:
        pure = pure[:-1]
    return a2b_base64(pure + b"=" * (-len(pure) % 4))


def uuencoded(data: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Files written into a text as `begin 644 name` … `end`, and the text without them."""
    blocks: list[tuple[bytes, bytes]] = []
    kept: list[bytes] = []
    position, lines = 0, 0
    while lines < _MOST_LINES and (begin := _BEGIN.search(data, position)):
        content, stop, count = _block(data, begin.end(), _MOST_LINES - lines)
        lines += count + 1
        if content is None:
            kept.append(data[position:stop])
        else:
            kept.append(data[position : begin.start()])
            blocks.append((begin.group(1).strip(), content))
        position = stop
    return blocks, b"".join(kept) + data[position:]


def _block(data: bytes, position: int, most: int) -> tuple[bytes | None, int, int]:
    """The content of one block, where it ends and its number of lines; no content where it is no block after all."""
    lines: list[bytes] = []
    while position < len(data) and len(lines) < most:
        stop = data.find(b"\n", position)
        stop = len(data) if stop < 0 else stop + 1
        line = data[position:stop].rstrip(b"\r\n")
        if line == b"end" and lines:
            return b"".join(lines), stop, len(lines)
        content = _line(line)
        if content is None:
            break
        lines.append(content)
        position = stop
    return None, position, len(lines)


def _line(line: bytes) -> bytes | None:
    """One line: its first character says how many bytes it holds."""
    if line.strip(b" `") == b"":
        return b""
    size = (line[0] - 32) & 63
    if not 33 <= line[0] <= 96 or len(line) > 1 + (size + 2) // 3 * 4 + 2:
        return None
    try:
        return a2b_uu(line)
    except Error:
        return None
