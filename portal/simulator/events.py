"""The events of a timeline: what each kind of them tells, and how it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from portal.simulator.sources import Source

# The kinds of events and what each of them tells besides `at`, `kind`, `ticket`, `rule` and `source`.
KINDS: Mapping[str, tuple[str, ...]] = {
    "entry": ("seq", "entry", "what", "actor", "public"),
    "status": ("old", "new", "reason", "actor"),
    "queue": ("old", "new", "actor"),
    "team": ("old", "new", "actor"),
    "severity": ("old", "new", "actor"),
    "assigned": ("to", "actor"),
    "closed": ("status", "reason"),
    "reopened": ("status",),
    "clock_due": ("metric", "due_at", "state"),
    "warning": ("metric", "due_at"),
    "breach": ("metric", "due_at"),
    "reminder": ("due_at", "audience"),
    "escalation": ("path", "level", "role", "title", "to", "actor"),
    "escalation_answered": ("actor",),
    "escalation_closed": ("outcome", "actor"),
    "page": ("schedule", "cause", "level", "attempt", "to", "channels"),
    "page_acknowledged": ("schedule", "actor"),
    "page_cancelled": ("schedule",),
    "page_exhausted": ("schedule",),
    "accepted": ("actor",),
    "support_level": ("new", "actor"),
    "team_called": ("team", "actor"),
    "delivery": ("event", "audience", "channel", "to"),
    "work": ("minutes", "treatment", "period", "left", "actor"),
    "budget_exhausted": ("minutes", "period"),
    "estimate_offered": ("minutes", "amount", "currency", "valid_until", "actor"),
    "estimate_approved": ("actor",),
    "estimate_declined": ("actor",),
    "estimate_expired": (),
    "answer": ("answer", "actor"),
    "released": (),
    "maintenance_planned": ("title", "starts_at", "ends_at", "notice_due_at"),
    "maintenance_starts": ("ends_at",),
    "maintenance_ends": ("starts_at",),
    "refused": ("step", "sentence"),
    "explained": ("metric", "state", "sentence", "intervals", "counted_seconds"),
}


@dataclass(frozen=True)
class Event:
    """Something that happened at an instant (UTC)."""

    at: datetime
    kind: str
    ticket: str = ""
    source: Source | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """As JSON holds it. `rule` is the rule's code, or the place of a row without one; `source` names both."""
        about: dict[str, Any] = {"at": iso(self.at), "kind": self.kind}
        if self.ticket:
            about["ticket"] = self.ticket
        about |= {name: iso(value) if isinstance(value, datetime) else value for name, value in self.facts.items()}
        if self.source is not None:
            about |= {"rule": self.source.rule, "source": str(self.source)}
        return about


def iso(at: datetime) -> str:
    """An instant in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
