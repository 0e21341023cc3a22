"""Mail templates: text with placeholders such as {number}, from a closed list; filled in one pass."""

from collections.abc import Mapping
from string import Formatter

PLACEHOLDERS: Mapping[str, str] = {
    "number": "the ticket's number",
    "subject": "the ticket's subject",
    "status": "the status, as customers read it",
    "severity": "the severity",
    "requester": "the name of who asked",
    "company": "the customer",
    "vendor": "the vendor's name",
    "desk": "what customers call the staff",
    "promises": "what the customer may count on, in sentences",
    "due_at": "when a target was or is due",
    "message": "the messages that the mail is about",
    "solution": "the solution that was written down",
    "url": "the address of the ticket's page",
}


class BadTemplate(ValueError):
    """A template that cannot be filled; `name` is the placeholder that nobody knows, if that is the reason."""

    def __init__(self, sentence: str, name: str = "") -> None:
        super().__init__(sentence)
        self.name = name


def placeholders(text: str) -> set[str]:
    """The placeholders that the text names; raises BadTemplate where it cannot be filled."""
    names = set()
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise BadTemplate("a brace stands alone; write {{ or }} for one that is meant") from None
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in PLACEHOLDERS or spec or conversion:
            raise BadTemplate(f"unknown placeholder '{name}'", name)
        names.add(name)
    return names


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled; what a value holds is never looked at again."""
    parts = Formatter().parse(text)
    return "".join(literal + (values.get(name, "") if name else "") for literal, name, _, _ in parts)


def paragraphs(text: str, values: Mapping[str, str]) -> list[str]:
    """The filled text, cut at empty lines of the template; what comes out empty is left out."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [filled for block in blocks if (filled := fill(block, values).strip())]
