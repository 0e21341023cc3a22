"""The clauses of the vendors' documents, one YAML file each: ID, who delivers it, area, what it asks for."""

from dataclasses import dataclass
from pathlib import Path

import yaml

MARKS = ("CORE", "CONFIG", "CONTENT", "OUTSIDE")  # works by itself; data of the process; text; outside any software
TO_BE_TESTED = ("CORE", "CONFIG")
AREAS = (
    "sla", "severity", "calendar", "escalation", "on_call", "closing", "status", "routing", "ticket_type", "form",
    "record", "mail", "channel", "portal", "people", "budget", "maintenance", "major_incident", "monitoring",
    "supplier", "task", "release", "knowledge", "report", "language",
)  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """One demand of one vendor's document."""

    id: str
    vendor: str
    mark: str
    area: str
    title: str


def clauses() -> dict[str, Clause]:
    """Every clause by its ID, in the order of the documents."""
    found: dict[str, Clause] = {}
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for key, (mark, area, title) in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found[key] = Clause(key, path.stem, mark, area, title)
    return found
