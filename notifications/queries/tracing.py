"""The trace of a mail in words: what was asked, what was found, and what it meant."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifications.queries.reasons import REASONS

ASKED = {
    "reading": "Could it be read",
    "names_a_sender": "Does it say who sent it",
    "is_blocked": "Is the sender blocked",
    "is_our_own": "Is it a mail of ours that came back",
    "came_before": "Did it come before",
    "word_of_a_machine": "Does a machine say something",
    "machine": "Was it written by a machine",
    "is_forged": "Is the sender forged",
    "comes_too_often": "Does the address send too much",
    "is_not_addressed": "Is it addressed to us",
    "has_nothing_above_the_marker": "Are there words above the line",
    "is_empty": "Does it say anything",
    "reply_token": "Does it carry a token of ours",
    "references": "Which of our mails it answers",
    "subject": "Which number stands in the subject",
    "subject_token": "Does the subject carry the token",
    "thread": "Which ticket it belongs to",
    "sender": "Who sent it",
    "proof": "What proves the sender",
    "takes_part": "Does the sender take part in the ticket",
    "forwarded": "Whose mail a colleague forwards",
    "command": "Does the process allow it",
    "tell_sender": "Is the sender told",
    "agent": "What an agent decided",
    "retention": "How long it waited",
}
SO = {
    "stranger": "nobody known here",
    "contact": "a contact",
    "agent": "one of the staff",
    "company": "the domain of a customer",
    "token": "a token that only this person got",
    "server": "our own mail server vouches for the address",
    "contradiction": "the mail contradicts itself",
    "no_token": "no token",
    "unknown_number": "no ticket has this number",
    "list": "a mailing list",
    "own": "our own mail",
    "original_sender": "the ticket is for whoever wrote it first",
    "queued": "told why it waits",
    "not_again": "not told again",
}
OUTCOMES = {
    "created": "a new ticket was opened",
    "appended": "it was added to the ticket",
    "suspended": "an agent decides",
    "ignored": "nothing was to be done",
    "rejected": "it was discarded",
}
ROW = re.compile(r"\b(contact|agent|company) \d+\b")


@dataclass(frozen=True)
class Step:
    """One thing that was looked at."""

    asked: str
    found: str
    so: str


def steps_of(trace: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The trace in its order. Codes that have no words yet read as words all the same."""
    steps = []
    for step in trace:
        asked, found, so = (str(step.get(name, "")) for name in ("asked", "found", "so"))
        steps.append(Step(ASKED.get(asked) or _plain(asked).capitalize(), _found(asked, found), _meaning(found, so)))
    return steps


def _found(asked: str, found: str) -> str:
    if asked == "reply_token":
        return ", ".join(_token(part) for part in found.split(", ") if part)
    if asked in ("proof", "forwarded"):
        return SO.get(found, found)
    return REASONS[found].label if found in REASONS else found


def _token(named: str) -> str:
    """A ticket's id and the letter of a reader's kind are for the machine."""
    reader = named.rpartition(" ")[2][:1]
    return {"a": "one that an agent got", "c": "one that a contact got"}.get(reader, "one of ours")


def _meaning(found: str, so: str) -> str:
    if so == found:
        return ""
    parts = ROW.sub(r"\1", so).split(", ")
    return ", ".join(_word(part) for part in parts if part)


def _word(code: str) -> str:
    if code in REASONS:
        return REASONS[code].label.lower()
    return SO.get(code) or OUTCOMES.get(code) or _plain(code)


def _plain(code: str) -> str:
    """A number of a ticket stays as it is; a code loses its underscores."""
    return code.replace("_", " ") if re.fullmatch(r"[a-z_]+", code) else code
