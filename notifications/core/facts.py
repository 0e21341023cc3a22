"""Facts that people write into a mail on a line of their own, such as "Severity level: B"."""

import re
from collections.abc import Mapping

LABELS: Mapping[str, tuple[str, ...]] = {
    "severity": ("severity level", "severity"),
    "product": ("product name", "product"),
    "software_release": ("software release", "software version", "product version", "release", "version"),
}
LONGEST = 80  # characters of a value
MOST_LINES = 200  # what stands further down is a log or a quotation


def facts_in(text: str, wanted: tuple[str, ...]) -> dict[str, str]:
    """The value of each wanted fact whose label begins a line and is followed by a colon; the first line counts."""
    found: dict[str, str] = {}
    for line in text.splitlines()[:MOST_LINES]:
        label, colon, value = line.strip(" \t*->•").partition(":")
        name = _meant(label, wanted) if colon else None
        value = re.sub(r"\s+", " ", value).strip(" *")
        if name and value and len(value) <= LONGEST:
            found.setdefault(name, value)
    return found


def _meant(label: str, wanted: tuple[str, ...]) -> str | None:
    word = " ".join(label.lower().split())
    return next((name for name in wanted if word in LABELS.get(name, ())), None)
