"""What the person wrote, apart from quotations and signatures.

Losing a person's words is worse than showing a quotation twice: whatever is in doubt counts as written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notifications.mime import wording
from notifications.mime.letter import Address, Hints
from notifications.mime.quotations import (
    Known,
    Quotation,
    addresses_in,
    bare,
    find_forward,
    find_quotation,
    introduction,
    is_blank,
    is_quoted,
    is_separator,
)
from notifications.mime.signatures import find_signature, is_phone_footer

_BETWEEN_WORDS = r"[\W_]{1,120}"
_ANSWERS_BELOW = re.compile(rf"(?<!\w)(?:{wording.ANSWERS_BELOW})(?!\w)", re.IGNORECASE)
MOST_WORDS_OF_POINTING = 15  # lines; who writes more above a quotation does not answer inside it

Lines = list[str]


@dataclass(frozen=True)
class Cut:
    """A text in two: what was `written`, and the `rest` that was cut. See `Letter` for the other two."""

    written: str
    rest: str = ""
    under_marker: bool = False
    forwarded_from: Address | None = None


def cut(text: str, html: str, hints: Hints, *, is_reply: bool, is_forward: bool) -> Cut:
    """Part what the person wrote from what was there before; both together hold every line of `text`."""
    text = text.replace("\r\n", "\n")
    known, found = Known.of(hints.known), _marker(text, hints.markers)
    if found is not None:
        lines = text[:found].split("\n")
        begins = introduction(lines, known)
        written, rest = _part(lines[:begins], hints, known, is_reply=is_reply, is_forward=is_forward)
        if all(map(is_blank, written)):
            return Cut("", text, under_marker=True, forwarded_from=_forwarded(text, is_reply, is_forward))
        rest += [*lines[begins:], text[found:]] if any(lines[begins:]) else [text[found:]]
    else:
        written, rest = _part(text.split("\n"), hints, known, is_reply=is_reply, is_forward=is_forward)
    return Cut(_joined(written), _joined(rest), forwarded_from=_forwarded(text, is_reply, is_forward))


def forwarded_sender(text: str) -> Address | None:
    """Who wrote the first mail that is forwarded in the text, as far as its header block says an address."""
    found = find_forward(text.split("\n"))
    return _address(found[1].sender) if found else None


def _forwarded(text: str, is_reply: bool, is_forward: bool) -> Address | None:
    if is_forward:
        return forwarded_sender(text)
    found = None if is_reply else find_forward(text.split("\n"), announced=True)
    return _address(found[1].sender) if found else None


def _address(sender: str) -> Address | None:
    addresses = addresses_in(sender)
    if not addresses:
        return None
    name = re.split(r"[<\[(]|mailto:", sender)[0].strip(" \"'*\t")
    return Address(addresses[0].casefold(), "" if "@" in name else name)


def _marker(text: str, markers: Sequence[str]) -> int | None:
    """Where the line begins that holds the vendor's reply marker, however it was quoted, wrapped and decorated."""
    starts = []
    for marker in markers:
        words = _BETWEEN_WORDS.join(map(re.escape, re.findall(r"\w+", marker)))
        line = rf"(?im)^(?:[^\w\n]|_){{0,80}}{words}(?:[^\w\n]|_){{0,80}}$"
        if words and (found := re.search(line, text)):
            starts.append(found.start())
    return min(starts, default=None)


def _part(lines: Lines, hints: Hints, known: Known, *, is_reply: bool, is_forward: bool) -> tuple[Lines, Lines]:
    if is_forward:  # what is forwarded is what they want to say; only their own signature goes
        found = find_forward(lines)
        begins = found[0] if found else len(lines)
        written, rest = _sign(lines[:begins], hints)
        return written + lines[begins:], rest
    quotation = find_quotation(lines, known) if is_reply else None
    written, rest = _without(quotation, lines) if quotation else (lines, [])
    written, signature = _sign(written, hints)
    return written, signature + rest


def _without(quotation: Quotation, lines: Lines) -> tuple[Lines, Lines]:
    """Lines of the person's own, and the quotation; answers inside it keep what they answer."""
    top, start = lines[: quotation.start], quotation.start
    if not quotation.marked:
        return (lines, []) if all(map(_says_nothing, top)) or _points_below(top) else (top, lines[start:])
    own = [n for n in range(quotation.body, len(lines)) if not is_quoted(lines[n]) and not _says_nothing(lines[n])]
    if not own:
        return top, lines[start:]
    if any(map(is_quoted, lines[own[0] : own[-1]])):  # answers in between
        last = next((n for n in range(own[-1], len(lines)) if is_quoted(lines[n])), len(lines))
        return lines[:last], lines[last:]
    after = next((n for n in range(own[-1], len(lines)) if is_quoted(lines[n])), None)
    if after is not None:  # one answer in the middle
        return lines[:after], lines[after:]
    return top + lines[own[0] :], lines[start : own[0]]


def _sign(lines: Lines, hints: Hints) -> tuple[Lines, Lines]:
    """Without the signature and what telephones add."""
    begins = find_signature(lines, loose=hints.strip_signature)
    above, signature = lines[:begins], lines[begins:]
    if all(map(is_blank, above)):
        above, signature = lines, []
    footers = [line for line in above if is_phone_footer(line)]
    return [line for line in above if not is_phone_footer(line)], footers + signature


def _points_below(top: Lines) -> bool:
    """Whether a few words above a quotation say that the answers stand inside it."""
    said = [bare(line) for line in top if not _says_nothing(line)]
    return len(said) <= MOST_WORDS_OF_POINTING and any(map(_ANSWERS_BELOW.search, said))


def _says_nothing(line: str) -> bool:
    return is_blank(line) or is_separator(line) or is_phone_footer(line)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n")
