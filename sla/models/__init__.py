"""Rows of the SLA room."""

from sla.models.budgets import Entitlement, Estimate, WorkLog
from sla.models.clocks import Clock
from sla.models.escalations import Escalation, EscalationStep
from sla.models.on_call import Gateway, OnCallSchedule, Override, Page, Pager, Rotation, Turn
from sla.models.policies import Agreement, SLAException, SLAPolicy, SLATarget

__all__ = [
    "Agreement",
    "Clock",
    "Entitlement",
    "Escalation",
    "EscalationStep",
    "Estimate",
    "Gateway",
    "OnCallSchedule",
    "Override",
    "Page",
    "Pager",
    "Rotation",
    "SLAException",
    "SLAPolicy",
    "SLATarget",
    "Turn",
    "WorkLog",
]
