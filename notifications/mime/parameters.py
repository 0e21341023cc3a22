"""A header value with parameters, such as Content-Type: plain, quoted, RFC 2231 and what mail programs make of them."""

import re
from urllib.parse import unquote_to_bytes

from notifications.mime.charsets import decoded, one_line
from notifications.mime.headers import words

_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_PIECE = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?$", re.ASCII)
_MOST = 100


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon in lower case, and its parameters; the first of a name counts."""
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(value)):
        name = _PIECE.match(match.group(1).lower())
        if count >= _MOST or not name:
            break
        text = _unquoted(match.group(2))
        if name.group(2) is None and name.group(3) is None:
            found.setdefault(name.group(1), words(text))
        else:
            pieces.setdefault(name.group(1), []).append((int(name.group(2) or 0), bool(name.group(3)), text))
    found |= {name: _joined(parts) for name, parts in pieces.items()}
    return value.partition(";")[0].strip().strip('"').lower(), found


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        # Only these two: a Windows path comes with its backslashes as they are.
        value = value[1:].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")
    return value


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """RFC 2231: numbered pieces, some of them percent-encoded in the charset that the first names."""
    charset, data = "", b""
    for position, (_, encoded, text) in enumerate(sorted(pieces, key=lambda piece: piece[0])):
        rest = text
        if encoded and position == 0 and text.count("'") >= 2:
            charset, _, rest = text.split("'", 2)
        data += unquote_to_bytes(rest) if encoded else rest.encode("utf-8", "replace")
    return words(one_line(decoded(data, charset)))
