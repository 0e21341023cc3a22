"""Who stands in a header of addresses: names, angle brackets, comments, groups, and what is broken in them."""

import re
from collections.abc import Iterable

from notifications.mime.charsets import one_line
from notifications.mime.headers import words
from notifications.mime.letter import Address

_TOKEN = re.compile(
    r"""=\?[\w.:*+-]{1,80}\?[bq]\?[^?]{0,2000}\?=  # an encoded word, which may hold any of the signs below
    | "(?:[^"\\]|\\.)*"?
    | <+[^<>]*>*
    | \[[^\]\s,]{0,100}\]
    | [(),;:]
    | \\.
    | [^"<>\[(),;:\\=]+
    | .""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s<>\"'(),:;]+")
_LONGEST = 254  # RFC 5321: 256 with its angle brackets; columns hold no more


def addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Everybody in these fields, each address once."""
    people: dict[str, Address] = {}
    for value in values:
        for person in _Reading().people(value):
            people.setdefault(person.address, person)
    return tuple(people.values())


class _Reading:
    """One pass over one field."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self._restart()

    def _restart(self) -> None:
        self.words: list[str] = []
        self.comment: list[str] = []
        self.bracketed = ""
        self.depth = 0

    def people(self, value: str) -> list[Address]:
        for piece in _TOKEN.findall(value):
            self._take(piece)
        self._finish()
        return self.found

    def _take(self, piece: str) -> None:
        if piece == "(":
            self.depth += 1
        elif self.depth and piece == ")":
            self.depth -= 1
        elif self.depth:
            self.comment.append(piece)
        elif piece in ",;":
            self._finish()
        elif piece == ":" and not any("@" in word for word in self.words):
            self._restart()  # the name of a group, or `mailto`
        elif piece.startswith("<") and "@" in piece:
            self.bracketed = piece.strip("<> ")
        else:
            self.words.append(piece)

    def _finish(self) -> None:
        address = _address(self.bracketed)
        if address:
            name = _name("".join(self.words)) or _name("".join(self.comment))
        else:
            address, name = self._without_brackets()
        if address:
            self.found.append(Address(address, "" if name.lower() == address else name))
        self._restart()

    def _without_brackets(self) -> tuple[str, str]:
        whole = "".join(self.words).strip()
        if address := _address(whole):
            return address, _name("".join(self.comment))
        bare = next((word for word in _BETWEEN.split(whole) if _address(word)), "")
        return (_address(bare), _name(whole.replace(bare, " "))) if bare else ("", "")


def _address(text: str) -> str:
    """An address in lower case with one @, or nothing."""
    address = one_line(words(text)).strip("'\" .").lower().removeprefix("mailto:")
    if address.startswith("@"):  # an old route: <@relay.example:person@desk.example>
        address = address.partition(":")[2]
    local, _, domain = address.rpartition("@")
    fit = local and domain and "@" not in local and len(address) <= _LONGEST and not re.search(r"[\s<>,;]", address)
    return address if fit else ""


def _name(text: str) -> str:
    text = re.sub(r'\\(["\\])', r"\1", one_line(text)).strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return one_line(words(text.replace('"', ""))).strip()
