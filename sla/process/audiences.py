"""Audiences in a process file: a closed list of words, a team, or a role that somebody fills."""

from collections.abc import Iterable, Iterator
from typing import Any

from helpdesk.process.section import Parsed
from helpdesk.process.spec import Problem

CUSTOMERS = ("requester", "participants")
WORDS = (
    *CUSTOMERS,
    "assignee",
    "queue_team",
    "responsible_team",
    "level_team",
    "team_leads",
    "administrators",
)


def audience_problems(key: str, items: Iterable[Any], process: Parsed) -> Iterator[Problem]:
    """Words that mean nobody: neither on the list, nor a team as `team:CODE`, nor a role as `role:CODE`."""
    known = {"team": {team.code for team in process.get("teams") or ()}, "role": reachable_roles(process)}
    for index, item in enumerate(items):
        for at, word in enumerate(item.audience):
            kind, colon, code = word.partition(":")
            if word not in WORDS and not (colon and code in known.get(kind, ())):
                yield Problem(f"{key}[{index}].audience[{at}]", f"unknown audience '{word}'")


def reachable_roles(process: Parsed) -> set[str]:
    """Roles that somebody fills: with a contact of their own in the escalation path, or at the head of a team."""
    steps = process.get("escalation_path") or ()
    in_path = {step.role for step in steps if step.role and (step.email or step.contact_from == "company")}
    return in_path | {team.head_role for team in process.get("teams") or () if team.head_role}
