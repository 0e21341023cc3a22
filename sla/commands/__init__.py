"""What changes the rows of the SLA room."""

from sla.commands.clocks import fire_clocks, refresh, remeasure

__all__ = ["fire_clocks", "refresh", "remeasure"]
