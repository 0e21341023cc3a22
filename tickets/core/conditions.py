"""Conditions of rules: what is asked of a ticket, as a table of pure functions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may ask about a ticket. All are codes, but for the subject and the mailbox."""

    channel: str
    mailbox: str
    queue: str
    type: str
    severity: str
    company_regions: frozenset[str]
    agreement_kind: str
    subject: str
    flags: frozenset[str] = field(default_factory=frozenset)
    is_major: bool = False


CONDITIONS: Mapping[str, Callable[[Facts, Any], bool]] = {
    "channel": lambda facts, words: facts.channel in ([words] if isinstance(words, str) else words),
    "mailbox": lambda facts, word: facts.mailbox == word.lower(),
    "queue": lambda facts, word: facts.queue == word,
    "type": lambda facts, word: facts.type == word,
    "severity": lambda facts, word: facts.severity == word,
    "is_major": lambda facts, word: facts.is_major == word,
    "company_region": lambda facts, word: word in facts.company_regions,
    "agreement_kind": lambda facts, word: facts.agreement_kind == word,
    "flag": lambda facts, word: word in facts.flags,
    "subject_contains_exact_case": lambda facts, word: (
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", facts.subject) is not None
    ),
}


def holds(when: Mapping[str, Any], facts: Facts) -> bool:
    """Whether every condition that is given holds; none given holds always."""
    return all(CONDITIONS[name](facts, word) for name, word in when.items())


def combined_actions(rules: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]], facts: Facts) -> dict[str, Any]:
    """The actions of all matching rules `(code, when, then)`, in order: {action: (value, code of its rule)}.

    Actions on different fields add up; the first rule to set a field wins.
    """
    chosen: dict[str, Any] = {}
    for code, when, then in rules:
        if holds(when, facts):
            for action, value in then.items():
                chosen.setdefault(action, (value, code))
    return chosen
