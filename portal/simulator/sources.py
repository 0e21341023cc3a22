"""Where in the process file something comes from: `routing_rules: to-dach`, `sla_targets[2]`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.process.files import sections
from sla.models import EscalationStep
from sla.models.policies import STANDARD
from sla.queries.budgets import entitlement
from sla.queries.targets import exceptions, targets_of
from tickets.models import Ticket
from tickets.process import RuleSection
from tickets.queries.catalogue import catalogue

# Where codes of several sections are the same, the kind of line says which is meant.
LIKELY = {"status": "auto_close_rules", "reminder": "reminders", "escalation": "escalation_rules"}
# What is no rule of its own but a key of another section.
OTHERS = {"reopen_on_release": "ticket_types"}


@dataclass(frozen=True)
class Source:
    """A row of the process: its section, and its code or its place there."""

    section: str
    code: str = ""
    index: int | None = None

    def __str__(self) -> str:
        if self.code:
            return f"{self.section}: {self.code}" if self.section else self.code
        return self.section if self.index is None else f"{self.section}[{self.index}]"

    @property
    def rule(self) -> str:
        """How an event names it: by its code where it has one."""
        return self.code or str(self)


def of_rule(code: str, kind: str) -> Source:
    """What this code, which a line of this kind names as its cause, stands for in the process."""
    kinds = {section.kind: section.key for section in sections() if isinstance(section, RuleSection)}
    found = [kinds[rule.kind] for rule in catalogue().rules if rule.code == code and rule.kind in kinds]
    found += [OTHERS[code]] if code in OTHERS else []
    found += ["sla_exceptions"] if any(row.code == code for row in exceptions()) else []
    if not found:
        return Source("", code)
    likely = LIKELY.get(kind, "")
    return Source(likely if likely in found else found[0], code)


def audience_of(reminder: str) -> str:
    """Whom a reminder is for; a closing rule reminds the customer."""
    rule = catalogue().rule("reminder", reminder)
    return ", ".join(rule.spec["audience"]) if rule is not None else "requester"


def of_clock(ticket: Ticket, metric: str) -> Source | None:
    """The target that this metric of the ticket is measured by now, or the exception that suspends it."""
    applying = next((each for each in targets_of(ticket) if each.target.metric == metric), None)
    if applying is None:
        return None
    if applying.suspended_by is not None:
        return Source("sla_exceptions", applying.suspended_by.code)
    target = applying.target
    if target.policy.code != STANDARD:
        return Source("sla_policies", target.policy.code, target.position)
    return Source("sla_targets", index=target.position)


def of_escalation(meta: Mapping[str, Any]) -> Source | None:
    """The rule that escalated, or the step of the path that was asked."""
    if "rule" in meta:
        return of_rule(meta["rule"], "escalation")
    asked = EscalationStep.objects.filter(kind=meta["path"], level=meta["level"], role__in=(meta["role"], ""))
    position = asked.order_by("-role", "position").values_list("position", flat=True).first()
    return Source("escalation_path", index=position) if position is not None else None


def of_budget() -> Source | None:
    """The row that gives the included time."""
    given = entitlement()
    return Source("entitlements", given.code) if given is not None else None


def of_delivery(event: str, audience: str, meta: Mapping[str, Any]) -> Source | None:
    """The notification rule behind a mail about a line with this meta."""
    if event == "escalated" and "path" in meta:
        return of_escalation(meta)
    if "schedule" in meta:
        return Source("on_call", meta["schedule"])
    if event in ("reminder", "team_called"):
        return of_rule(meta["rule"], event) if "rule" in meta else None
    for rule in catalogue().rules_of("notification", event):
        spec = rule.spec
        fits = spec.get("status") in (None, meta.get("new")) and spec.get("metric") in (None, meta.get("metric"))
        if audience in spec["audience"] and fits:
            return Source("notifications", index=rule.position)
    return None
