"""Queues, severities, statuses, types, rules; the ticket, its log, its timers and files."""

from tickets.models.log import Attachment, Entry, LogHead, Payload, Secret
from tickets.models.procedures import Checklist, VoicemailLine
from tickets.models.process import (
    Cause,
    Impact,
    Priority,
    Product,
    Queue,
    ReopenPolicy,
    Rule,
    Severity,
    SolutionScope,
    Status,
    SupportLevel,
    TicketType,
)
from tickets.models.releases import Release, ReleaseTicket
from tickets.models.ticket import Participant, Submission, Ticket, TicketCounter
from tickets.models.timer import Timer

__all__ = [
    "Attachment",
    "Cause",
    "Checklist",
    "Entry",
    "Impact",
    "LogHead",
    "Participant",
    "Payload",
    "Priority",
    "Product",
    "Queue",
    "Release",
    "ReleaseTicket",
    "ReopenPolicy",
    "Rule",
    "Secret",
    "Severity",
    "SolutionScope",
    "Status",
    "Submission",
    "SupportLevel",
    "Ticket",
    "TicketCounter",
    "TicketType",
    "Timer",
    "VoicemailLine",
]
