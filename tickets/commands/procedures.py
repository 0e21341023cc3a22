"""Going through a vendor's procedures: steps of checklists, and messages left on a telephone line."""

from collections.abc import Mapping
from datetime import datetime

from helpdesk.access import Actor, Refused
from tickets.commands.change import Change, changing
from tickets.commands.talking import hear_customer
from tickets.commands.verbs import raise_flag
from tickets.core.conditions import holds
from tickets.events import MessageAdded, StepTaken, TeamCalled
from tickets.models import Checklist, Entry, Ticket, VoicemailLine
from tickets.permissions import check_work

VOICEMAIL, MISDIRECTED = "voicemail", "not_for_this_line"


def take_step(*, ticket_id: int, checklist: Checklist, step: str, actor: Actor, now: datetime) -> Ticket:
    """Record that a step of a checklist was taken; taken already, nothing changes."""
    check_work(actor)
    if step not in {item["code"] for item in checklist.items}:
        raise Refused(f"“{checklist.name}” has no such step.")
    with changing(ticket_id, actor=actor, now=now) as change:
        if not holds(checklist.when, change.facts):
            raise Refused(f"“{checklist.name}” is not for this ticket.")
        taken = Entry.objects.filter(ticket=change.ticket, kind="step")
        if not taken.filter(meta__checklist=checklist.code, meta__step=step).exists():
            change.record("step", StepTaken(checklist.code, step), checklist=checklist.code, step=step)
        return change.ticket


def log_voicemail(
    *, ticket_id: int, line: VoicemailLine, answers: Mapping[str, str], actor: Actor, now: datetime
) -> Ticket:
    """Write down a message that the customer left on a line: `answers` by the keys of the line's questions.

    It is a word of the customer, told to the line's team. On a ticket that the line is not meant for, the
    ticket is marked so.
    """
    check_work(actor)
    missing = [question["label"] for question in line.questions if not answers.get(question["key"], "").strip()]
    if missing:
        raise Refused(f"Still needed of the message: {', '.join(missing)}.")
    with changing(ticket_id, actor=actor, now=now) as change:
        body = "\n".join(f"{question['label']}: {answers[question['key']].strip()}" for question in line.questions)
        change.record(
            "voicemail",
            MessageAdded("voicemail", public=True, by_customer=True),
            public=True,
            channel="voicemail",
            body=body,
            line=line.code,
        )
        hear_customer(change)
        _sort_in(change, line)
        return change.ticket


def _sort_in(change: Change, line: VoicemailLine) -> None:
    raise_flag(change, VOICEMAIL)
    if line.severities and change.ticket.severity.code not in line.severities:
        raise_flag(change, MISDIRECTED)
    if line.team is not None:
        change.record("team_called", TeamCalled(line.team.code), team=line.team.code)
