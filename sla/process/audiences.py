"""Audiences in a process file: a closed list of words, a team, or a role."""

from collections.abc import Iterable, Iterator
from typing import Any

from helpdesk.process.section import Parsed
from helpdesk.process.spec import Problem

WORDS = ("requester", "assignee", "queue_team", "responsible_team", "level_team", "team_leads")


def audience_problems(key: str, items: Iterable[Any], process: Parsed) -> Iterator[Problem]:
    """Words that mean nobody: neither on the list nor a team as `team:CODE`."""
    teams = {team.code for team in process.get("teams") or ()}
    for index, item in enumerate(items):
        for at, word in enumerate(item.audience):
            if word not in WORDS and not (word.startswith("team:") and word[5:] in teams):
                yield Problem(f"{key}[{index}].audience[{at}]", f"unknown audience '{word}'")
