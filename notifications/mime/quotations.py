"""Where a quotation begins in the lines of a mail, and who is quoted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import quotequail

from notifications.mime import wording
from notifications.mime.wording import Label

LONGEST = 500  # characters of a line that can say who wrote what
MOST_HEADERS = 20  # lines of one header block
MOST_WRAPPED = 4  # lines over which "On ... wrote:" may run

_QUOTE_MARKS = re.compile(r"[\s>]*")
_ADDRESS = re.compile(r"[^\s<>\"'\[\]():;,]{1,64}@[^\s<>\"'\[\]():;,]{1,255}")
_LABEL = re.compile(r"[*_\s]*([^\W\d_][\w' -]{0,24}?)\s*[*_]*\s*:[*_\s]*(.*)")
_DATED = re.compile(r"\d{1,2} ?[:.hH] ?\d{2}\b|\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_WROTE = re.compile(rf"\b(?:{wording.WROTE})\b", re.IGNORECASE)
_ENDS_DATED = re.compile(rf"\s*(?:{wording.ON})\s+(?:[^\W\d_]{{2,12}}[.,]{{0,2}}\s+){{0,2}}\d.{{3,40}}:", re.IGNORECASE)
_OPENS_DATED = re.compile(rf"(?:(?:{wording.ON})\s+)?(?:[^\W\d_]{{2,12}}[.,]{{0,2}}\s+){{0,3}}\d", re.IGNORECASE)
_DATE_AND_ADDRESS = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d? .{0,200}<[^<>\s]+@[^<>\s]+>:")
_ORIGINAL = re.compile(rf"-{{2,}}\s*(?:{wording.ORIGINAL})\s*:?\s*-{{2,}}", re.IGNORECASE)
_UNDASHED = re.compile(rf"(?:{wording.ORIGINAL})\s*:?", re.IGNORECASE)
_FORWARDED = re.compile(rf"-{{2,}}\s*(?:{wording.FORWARDED})\s*:?\s*-{{2,}}|(?:{wording.FORWARDED})\s*:", re.IGNORECASE)
_RULE = re.compile(r"[_*\s]*(?:_{5,}|-{5,}|—{3,}|={5,})[_\s]*")
_MESSAGE_OF = re.compile(wording.MESSAGE_OF, re.IGNORECASE)


def bare(line: str) -> str:
    """A line without quote marks, odd spaces and odd apostrophes."""
    line = line[:LONGEST].replace("\xa0", " ").replace("\u202f", " ").replace("\u200b", "").replace("’", "'")
    return line[_QUOTE_MARKS.match(line).end() :].strip()  # type: ignore[union-attr] # it matches nothing, too


def is_quoted(line: str) -> bool:
    """Whether a line carries a quote mark."""
    return line.lstrip(" ").startswith(">")


def is_blank(line: str) -> bool:
    """Whether a line says nothing: empty, or quote marks alone."""
    return not bare(line)


def plain_address(address: str) -> str:
    """An address without what follows a plus sign, for comparing."""
    mailbox, _, domain = address.casefold().rpartition("@")
    return f"{mailbox.partition('+')[0]}@{domain}"


def addresses_in(words: str) -> list[str]:
    """What looks like a mail address in a line."""
    return [found.rstrip(".>") for found in _ADDRESS.findall(words.replace("mailto:", " "))]


@dataclass(frozen=True)
class Known:
    """The people whose mails a reply to us quotes."""

    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, people: Iterable[str]) -> "Known":
        words = [" ".join(person.split()).casefold() for person in people]
        return cls(
            addresses=frozenset(plain_address(one) for one in words if "@" in one),
            names=frozenset(one for one in words if one and "@" not in one),
        )

    def wrote(self, value: str) -> bool:
        """Whether the From line of a header block names one of them; an address in it decides, if there is one."""
        if addresses := addresses_in(value):
            return any(plain_address(one) in self.addresses for one in addresses)
        return re.sub(r"[<\[(].*|[\"*]", "", " ".join(value.split()).casefold()).strip(" '") in self.names

    def in_line(self, words: str) -> bool:
        """Whether a line such as "On ... wrote:" names one of them."""
        if addresses := addresses_in(words):
            return any(plain_address(one) in self.addresses for one in addresses)
        words = words.casefold()
        return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) for name in self.names)


@dataclass
class Headers:
    """A block of lines From, Date, To, Subject in the text of a mail; `end` is the line after its last label."""

    end: int
    values: dict[Label, str] = field(default_factory=dict)

    @property
    def sender(self) -> str:
        """What stands at From."""
        return self.values["from"]


def _label(words: str) -> tuple[Label, str] | None:
    found = _LABEL.fullmatch(words)
    kind = wording.KIND.get(found[1].strip().lower()) if found else None
    return (kind, found[2]) if found and kind else None


def header_block(lines: Sequence[str], start: int) -> Headers | None:
    """The header block that begins in this line: From and Date and one more, without a blank line between."""
    first = _label(bare(lines[start]))
    if first is None or first[0] not in {"from", "date"}:
        return None
    block, wrapped = Headers(end=start), 0
    last: Label = first[0]
    for n in range(start, min(start + MOST_HEADERS, len(lines))):
        words = bare(lines[n])
        if label := _label(words):
            last, value = label
            block.values.setdefault(last, value)
            block.end, wrapped = n + 1, 0
        elif not words or wrapped == 3 or not _goes_on(last, words):
            break
        else:  # a value that was wrapped
            block.values[last] += f" {words}"
            wrapped += 1
    return block if {"from", "date"} < block.values.keys() else None


def _goes_on(kind: Label, words: str) -> bool:
    return kind in {"to", "cc", "subject"} or (kind == "from" and words[0] in "<[(")


def attribution(lines: Sequence[str], start: int, known: Known) -> int | None:
    """The line after "On ... wrote:", wrapped or not, that begins in this line."""
    first, words = bare(lines[start]), ""
    opens = bool(_OPENS_DATED.match(first))
    for n in range(start, min(start + MOST_WRAPPED, len(lines))):
        more = bare(lines[n])
        if not more or (n > start and _OPENS_DATED.match(more) and _WROTE.search(more)):
            return None  # another one begins there
        words = f"{words} {more}".strip()
        if words.endswith(":"):
            two = n == start + 1 and (_WROTE.search(first) or known.in_line(first))
            return n + 1 if (n == start or opens or two) and _says_who_wrote(words, known) else None
    return None


def _says_who_wrote(words: str, known: Known) -> bool:
    if len(words) > LONGEST or not (_DATED.search(words) or addresses_in(words)):
        return False
    if _OPENS_DATED.match(words) and _WROTE.search(words):
        return True
    if _DATE_AND_ADDRESS.fullmatch(words) or (_DATED.search(words) and known.in_line(words)):
        return True
    if wrote := _WROTE.search(words):  # "Name <address> wrote:", "Name schrieb am 26.05.2026 um 14:00:"
        return bool(addresses_in(words)) or bool(_ENDS_DATED.fullmatch(words[wrote.end() :]))
    return (quotequail.unwrap(f"{words}\n> quoted") or {}).get("type") == "reply"  # in yet other languages


@dataclass(frozen=True)
class Quotation:
    """A quotation from line `start` on; its own lines begin at `body`. `marked` means that they carry quote marks."""

    start: int
    body: int
    marked: bool


def find_quotation(lines: Sequence[str], known: Known) -> Quotation | None:
    """The first quotation of what we, or someone on the ticket, wrote before.

    What carries no quote marks counts only where it says that someone known wrote it: a person may paste a mail.
    """
    for start in range(len(lines)):
        if end := attribution(lines, start, known):
            marked = _next_is_quoted(lines, end)
            if marked or known.in_line(" ".join(map(bare, lines[start:end]))):
                return Quotation(above(lines, start), end, marked)
        elif (block := header_block(lines, start)) and known.wrote(block.sender):
            return Quotation(above(lines, start), block.end, is_quoted(lines[start]))
        elif _ORIGINAL.fullmatch(bare(lines[start])) and not _headers_follow(lines, start + 1):
            return Quotation(start, start + 1, _next_is_quoted(lines, start + 1))
    return None


def above(lines: Sequence[str], start: int) -> int:
    """Where the separator lines begin that stand directly above a header block, or above labels that lead to it."""
    labels = start
    while labels and _label(bare(lines[labels - 1])):
        labels -= 1
    if labels and is_separator(lines[labels - 1]):
        start = labels
    while start and (n := _words_above(lines, start)) is not None and is_separator(lines[n]):
        start = n
    return start


def is_separator(line: str) -> bool:
    """Whether a line only divides: dashes, "Original Message", "Message du ..."."""
    words = bare(line)
    return any(pattern.fullmatch(words) for pattern in (_RULE, _ORIGINAL, _UNDASHED, _FORWARDED, _MESSAGE_OF))


def introduction(lines: Sequence[str], known: Known) -> int:
    """Where the lines begin that introduce what follows the last line: attributions, headers, separators, blanks."""
    begins = len(lines)
    while begins and is_blank(lines[begins - 1]):
        begins -= 1
    for start in range(begins - 1, max(-1, begins - MOST_HEADERS - 1), -1):
        end = attribution(lines, start, known) or getattr(header_block(lines, start), "end", None)
        if is_separator(lines[start]):
            end = start + 1
        if end is not None and end >= begins:
            begins = start
    return begins


def find_forward(lines: Sequence[str], *, announced: bool = False) -> tuple[int, Headers] | None:
    """The first mail that is forwarded in the text, whoever wrote it; with `announced` only below a line saying so."""
    for start in range(len(lines)):
        if block := header_block(lines, start):
            begins = above(lines, start)
            said = any(_FORWARDED.fullmatch(bare(line)) for line in lines[begins:start])
            if said or not announced:
                return begins, block
    return None


def _words_above(lines: Sequence[str], start: int) -> int | None:
    return next((n for n in range(start - 1, max(-1, start - 4), -1) if not is_blank(lines[n])), None)


def _next_is_quoted(lines: Sequence[str], start: int) -> bool:
    return next((is_quoted(line) for line in lines[start : start + 5] if line.strip()), False)


def _headers_follow(lines: Sequence[str], start: int) -> bool:
    n = next((n for n in range(start, min(start + 4, len(lines))) if not is_blank(lines[n])), None)
    return n is not None and header_block(lines, n) is not None
