"""What a step can do: one small class per action, which calls the command that a page would call.

A new action is a class with its fields and `play`, and a line in ACTIONS.
"""

from collections.abc import Mapping

from portal.simulator.actions.action import Action
from portal.simulator.actions.budgets import DecideEstimate, LogWork, MarkOutside, OfferEstimate
from portal.simulator.actions.calendars import CloseDay, CloseOptionalDays
from portal.simulator.actions.escalations import AnswerEscalation, CloseEscalation, Escalate
from portal.simulator.actions.handling import (
    Arrangement,
    Assign,
    CallIn,
    Classify,
    HandOver,
    RecordFacts,
    SetQueue,
    SetSeverity,
    SetStatus,
    Take,
)
from portal.simulator.actions.maintenance import Maintenance, WatchMaintenance
from portal.simulator.actions.on_call import AcknowledgePage, CallOnCall
from portal.simulator.actions.opening import Open
from portal.simulator.actions.passing import AdvanceTo
from portal.simulator.actions.requests import Answer, PublishRelease, SendVersion
from portal.simulator.actions.words import (
    Accept,
    AgentReply,
    AskConfirmation,
    CustomerReply,
    Note,
    PhoneCall,
    SaySolved,
)

ACTIONS: Mapping[str, type[Action]] = {
    "open": Open,
    "customer_reply": CustomerReply,
    "say_solved": SaySolved,
    "accept": Accept,
    "agent_reply": AgentReply,
    "ask_confirmation": AskConfirmation,
    "note": Note,
    "phone_call": PhoneCall,
    "take": Take,
    "assign": Assign,
    "status": SetStatus,
    "severity": SetSeverity,
    "queue": SetQueue,
    "hand_over": HandOver,
    "call_in": CallIn,
    "classify": Classify,
    "record_facts": RecordFacts,
    "arrangement": Arrangement,
    "log_work": LogWork,
    "mark_outside": MarkOutside,
    "offer_estimate": OfferEstimate,
    "decide_estimate": DecideEstimate,
    "answer": Answer,
    "publish_release": PublishRelease,
    "send_version": SendVersion,
    "escalate": Escalate,
    "answer_escalation": AnswerEscalation,
    "close_escalation": CloseEscalation,
    "acknowledge_page": AcknowledgePage,
    "call_on_call": CallOnCall,
    "close_day": CloseDay,
    "close_optional_days": CloseOptionalDays,
    "maintenance": Maintenance,
    "watch_maintenance": WatchMaintenance,
    "advance_to": AdvanceTo,
}

__all__ = ["ACTIONS", "Action"]
