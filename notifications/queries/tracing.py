"""The trace of a mail in words: what was asked, what was found, and what it meant."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifications.queries.reasons import REASONS

ASKED = {
    "read": "Could it be read",
    "machine": "Was it written by a machine",
    "blocked": "Is the sender blocked",
    "mailbox": "Which of our addresses it was sent to",
    "sender": "Who sent it",
    "proof": "What proves the sender",
    "reply_token": "Does it carry a token of ours",
    "references": "Which of our mails it answers",
    "subject": "Which number stands in the subject",
    "subject_token": "Does the subject carry the token",
    "thread": "Which ticket it belongs to",
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
    return [
        Step(
            ASKED.get(str(step.get("asked", "")), _plain(step.get("asked", "")).capitalize()),
            str(step.get("found", "")),
            _meaning(str(step.get("so", ""))),
        )
        for step in trace
    ]


def _meaning(so: str) -> str:
    parts = ROW.sub(r"\1", so).split(", ")
    return ", ".join(_word(part) for part in parts if part)


def _word(code: str) -> str:
    if code in REASONS:
        return REASONS[code].label.lower()
    return SO.get(code) or OUTCOMES.get(code) or _plain(code)


def _plain(code: object) -> str:
    """A number of a ticket stays as it is; a code loses its underscores."""
    text = str(code)
    return text.replace("_", " ") if re.fullmatch(r"[a-z_]+", text) else text
