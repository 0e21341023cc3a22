"""Rows of the SLA room."""

from sla.models.clocks import Clock
from sla.models.policies import Agreement, SLAException, SLAPolicy, SLATarget

__all__ = ["Agreement", "Clock", "SLAException", "SLAPolicy", "SLATarget"]
