"""How much one mail may be: what is over a limit is refused before anything in it is decoded."""

from dataclasses import dataclass

from notifications.mime.letter import Unreadable


@dataclass(frozen=True)
class Limits:
    """Bounds of one mail. A line may be of any length: nothing here reads a body line by line.

    A text longer than `text_bytes` is read up to there, and is a file as a whole.
    """

    size: int = 50_000_000
    parts: int = 500
    depth: int = 30
    boundaries: int = 20_000  # lines that begin as one
    header_lines: int = 1000
    header_bytes: int = 256_000
    text_bytes: int = 1_000_000


LIMITS = Limits()
UNCOUNTED = Limits(header_lines=10**9, header_bytes=10**9)  # for mail inside mail, of which only the begin is looked at


def check_size(raw: bytes, limits: Limits = LIMITS) -> None:
    """Refuse a mail that is too large."""
    if len(raw) > limits.size:
        raise Unreadable(
            "too_large", f"The mail has {len(raw) / 1e6:.0f} MB. At most {limits.size / 1e6:.0f} MB are read."
        )


class Budget:
    """What one mail has used up while its structure is found."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.parts = 0
        self.boundaries = 0

    def part(self, depth: int) -> None:
        """Count one more part, this deep inside others."""
        self.parts += 1
        if self.parts > self.limits.parts:
            raise Unreadable("too_many_parts", f"The mail has more than {self.limits.parts} parts.")
        if depth > self.limits.depth:
            raise Unreadable("too_deep", f"The mail has parts inside parts, more than {self.limits.depth} deep.")

    def boundary(self) -> None:
        """Count one more line that may part two parts."""
        self.boundaries += 1
        if self.boundaries > self.limits.boundaries:
            raise Unreadable("too_many_parts", f"The mail has more than {self.limits.boundaries} lines between parts.")

    def header(self, lines: int, size: int) -> None:
        """Look at the length of one header so far."""
        if lines > self.limits.header_lines:
            raise Unreadable("header_too_long", f"The mail has a header of more than {self.limits.header_lines} lines.")
        if size > self.limits.header_bytes:
            raise Unreadable(
                "header_too_large", f"The mail has a header of more than {self.limits.header_bytes // 1000} kB."
            )
