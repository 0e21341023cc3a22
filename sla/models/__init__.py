"""Rows of the SLA room."""

from sla.models.clocks import Clock
from sla.models.policies import SLAPolicy, SLATarget

__all__ = ["Clock", "SLAPolicy", "SLATarget"]
