"""What the person wrote, apart from quotations and signatures."""

from dataclasses import dataclass

from notifications.mime.letter import Address, Hints


@dataclass(frozen=True)
class Cut:
    """A text in two: what was `written`, and the `rest` that was cut. See `Letter` for the other two."""

    written: str
    rest: str = ""
    under_marker: bool = False
    forwarded_from: Address | None = None


def cut(text: str, html: str, hints: Hints, *, is_reply: bool, is_forward: bool) -> Cut:
    """Everything is what the person wrote."""
    return Cut(written=text)
