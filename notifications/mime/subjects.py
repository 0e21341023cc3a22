"""What the beginning of a subject says: an answer, something passed on, an absence."""

import re

_REPLY = r"re|aw|antw|antwoord|antwort|sv|ref|rép|rep|réf|vs|odp|r|oms"
_FORWARD = r"fwd?|wg|tr|vb|doorst|vl|weitergeleitet|i"
_NUMBER = r"(?:\s*[\[(]\d{1,3}[\])])?"
_REPLIES = re.compile(rf"\s*(?:\[[^\]]{{1,60}}\]\s*)?(?:{_REPLY}){_NUMBER}\s*[:：]", re.IGNORECASE)
_FORWARDS = re.compile(rf"\s*(?:\[[^\]]{{1,60}}\]\s*)?(?:{_FORWARD}){_NUMBER}\s*[:：]", re.IGNORECASE)

_ABSENCE = re.compile(
    r"automatic reply|auto(?:matic)?[- ]?(?:re(?:ply|sponse))|out of (?:the )?office|on vacation|on holiday|away from"
    r"|automatische antwort|abwesenheit|abwesend|nicht im (?:büro|haus)|urlaub"
    r"|réponse automatique|absence|absent du bureau|en congé|hors du bureau"
    r"|automatiskt svar|autosvar|frånvar|ej på kontoret|semester"
    r"|automatisch antwoord|afwezig|niet op kantoor|met vakantie"
    r"|automatesch äntwert|net am büro|am congé|ofwiesend",
    re.IGNORECASE,
)


def is_reply(subject: str) -> bool:
    """Whether the subject begins as an answer's does."""
    return bool(_REPLIES.match(subject))


def is_forward(subject: str) -> bool:
    """Whether the subject begins as that of a passed-on mail does."""
    return bool(_FORWARDS.match(subject))


def speaks_of_absence(subject: str) -> bool:
    """Whether the subject reads as that of an automatic answer; a person may write the same words."""
    return bool(_ABSENCE.search(subject))
