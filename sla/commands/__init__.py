"""What changes the rows of the SLA room."""

from sla.commands.budgets import decide_estimate, fire_estimate, log_work, mark_outside, offer_estimate
from sla.commands.clocks import fire_clocks, record_remeasuring, refresh, remeasure
from sla.commands.escalating import answer_escalation, close_escalation, escalate
from sla.commands.paging import acknowledge, fire_pages, send_test_page

__all__ = [
    "acknowledge",
    "answer_escalation",
    "close_escalation",
    "decide_estimate",
    "escalate",
    "fire_clocks",
    "fire_estimate",
    "fire_pages",
    "log_work",
    "mark_outside",
    "offer_estimate",
    "record_remeasuring",
    "refresh",
    "remeasure",
    "send_test_page",
]
