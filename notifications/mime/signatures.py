"""Where a signature stands in the lines of a mail: below a delimiter, never below a closing phrase."""

import re
from collections.abc import Sequence

from notifications.mime import wording
from notifications.mime.quotations import addresses_in, bare

LONGEST = 25  # lines below "-- "; more than that is a text
SHORT = 12  # lines below another delimiter

_FOOTER = re.compile(rf"[-–—_*\s]*(?:{wording.SENT_FROM})\b.{{0,80}}?\b(?:{wording.DEVICES})\b.{{0,60}}", re.IGNORECASE)
_LOOSE = re.compile(r"(--|__+|[–—]{1,3})\s*")
_OPEN_QUESTION = re.compile(r"\?\W*$|;\s*$|^\W*(?:P\.? ?S\b|N\.? ?B\b)", re.IGNORECASE)
_CONTACT = re.compile(r"\+?\(?\d[\d ()./-]{6,}\d|https?://|\bwww\.", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-*•·]|\d{1,2}[.)])\s")
_NAME = re.compile(r"(?:[^\W\d_a-zß-öø-ÿ][\w'’.-]*\s+){1,3}[^\W\d_a-zß-öø-ÿ][\w'’.-]*,?")


def is_phone_footer(line: str) -> bool:
    """Whether a line is what a telephone or its mail program adds, such as "Sent from my iPhone"."""
    words = bare(line)
    return len(words) <= 200 and _FOOTER.fullmatch(words) is not None


def find_signature(lines: Sequence[str], *, loose: bool) -> int:
    """The line of the delimiter that a signature stands below, up to the end; the number of lines where there is none.

    `loose` takes also delimiters that people make themselves. What ends in a question is no signature.
    """
    for start in range(max(0, len(lines) - 2 * LONGEST), len(lines)):
        below = [line for line in lines[start + 1 :] if line.strip()]
        if not below or any(_OPEN_QUESTION.search(line.strip()[:500]) for line in below):
            continue
        if lines[start] in {"-- ", "--\xa0"} and len(below) <= LONGEST:
            return start
        if loose and len(below) <= SHORT and _LOOSE.fullmatch(lines[start][:80]) and _signs(lines[start], below):
            return start
    return len(lines)


def _signs(delimiter: str, below: Sequence[str]) -> bool:
    """Whether these lines are someone's details and not a list or a paragraph below a line."""
    if any(_BULLET.match(line) or len(line) > 160 for line in below):
        return False
    return (
        delimiter.strip() == "--"
        or any(addresses_in(line[:500]) or _CONTACT.search(line[:500]) for line in below)
        or _NAME.fullmatch(below[0].strip()) is not None
    )
