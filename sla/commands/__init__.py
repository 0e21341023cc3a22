"""What changes the rows of the SLA room."""

from sla.commands.clocks import fire_clocks, record_remeasuring, refresh, remeasure
from sla.commands.paging import acknowledge, fire_pages, send_test_page

__all__ = [
    "acknowledge",
    "fire_clocks",
    "fire_pages",
    "record_remeasuring",
    "refresh",
    "remeasure",
    "send_test_page",
]
