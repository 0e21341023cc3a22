"""Queues, severities, statuses, types, rules; the ticket, its log, its timers and files."""

from tickets.models.log import Attachment, Entry, LogHead, Payload, Secret
from tickets.models.process import (
    Impact,
    Priority,
    Product,
    Queue,
    ReopenPolicy,
    Rule,
    Severity,
    Status,
    TicketType,
)
from tickets.models.ticket import Submission, Ticket, TicketCounter
from tickets.models.timer import Timer

__all__ = [
    "Attachment",
    "Entry",
    "Impact",
    "LogHead",
    "Payload",
    "Priority",
    "Product",
    "Queue",
    "ReopenPolicy",
    "Rule",
    "Secret",
    "Severity",
    "Status",
    "Submission",
    "Ticket",
    "TicketCounter",
    "TicketType",
    "Timer",
]
