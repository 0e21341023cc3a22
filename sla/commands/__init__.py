"""What changes the rows of the SLA room."""

from sla.commands.clocks import fire_clocks, record_remeasuring, refresh, remeasure

__all__ = ["fire_clocks", "record_remeasuring", "refresh", "remeasure"]
