"""What changes the rows of the SLA room."""

from sla.commands.clocks import fire_clocks, record_remeasuring, refresh, remeasure
from sla.commands.escalating import answer_escalation, close_escalation, escalate
from sla.commands.paging import acknowledge, fire_pages, send_test_page

__all__ = [
    "acknowledge",
    "answer_escalation",
    "close_escalation",
    "escalate",
    "fire_clocks",
    "fire_pages",
    "record_remeasuring",
    "refresh",
    "remeasure",
    "send_test_page",
]
