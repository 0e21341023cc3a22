"""Finding a ticket's number in a subject: in the vendor's token, or where it stands on its own."""

import re
from collections.abc import Iterator
from functools import lru_cache
from string import Formatter

TELLING = 8  # characters; a shorter number of digits alone may mean anything


def numbers_in(subject: str, *, token: str, number_format: str, strictly: bool = False) -> Iterator[str]:
    """The ticket numbers that a subject names, those in the vendor's token first.

    `token` is such as "Ticket [{number}]". `strictly` takes the token alone; otherwise a number counts as well after
    a # or, where its shape cannot be mistaken, as a word of its own.
    """
    inside, alone = _patterns(token, number_format)
    yield from inside.findall(subject)
    if not strictly:
        yield from alone.findall(subject)


@lru_cache(maxsize=64)
def _patterns(token: str, number_format: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    number = _number(number_format)
    before, after = (r"\s*".join(map(re.escape, part.split())) for part in token.split("{number}"))
    inside = rf"{before}\s*({number})\s*{after}"
    sample = number_format.format(n=0, year=2000)
    marked = "" if len(sample) >= TELLING or not sample.isdigit() else "#"
    return re.compile(inside, re.IGNORECASE), re.compile(rf"(?<![\w-]){marked}({number})(?![\w-])")


def _number(number_format: str) -> str:
    return "".join(
        re.escape(text) + _digits(field, width) for text, field, width, _ in Formatter().parse(number_format)
    )


def _digits(field: str | None, width: str | None) -> str:
    if field == "year":
        return r"\d{4}"
    return rf"\d{{{int(width or 1)},12}}" if field == "n" else ""
