"""The one door: every change to a ticket, whoever asks for it."""

from tickets.commands.agreeing import accept
from tickets.commands.answering import answer_request
from tickets.commands.change import Conflict, changing
from tickets.commands.classifying import classify
from tickets.commands.files import NewFile
from tickets.commands.handling import (
    assign,
    change_severity,
    change_status,
    make_arrangement,
    move_queue,
    record_facts,
    take,
)
from tickets.commands.levels import call_in, hand_over
from tickets.commands.opening import open_ticket
from tickets.commands.post import note_from_mail
from tickets.commands.procedures import log_voicemail, take_step
from tickets.commands.releases import publish_release, send_version
from tickets.commands.splitting import split
from tickets.commands.talking import log_call, note, reply, say_solved

__all__ = [
    "Conflict",
    "NewFile",
    "accept",
    "answer_request",
    "assign",
    "call_in",
    "change_severity",
    "change_status",
    "changing",
    "classify",
    "hand_over",
    "log_call",
    "log_voicemail",
    "make_arrangement",
    "move_queue",
    "note",
    "note_from_mail",
    "open_ticket",
    "publish_release",
    "record_facts",
    "reply",
    "say_solved",
    "send_version",
    "split",
    "take",
    "take_step",
]
