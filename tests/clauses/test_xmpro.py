"""Clauses of XMPro's document that no worked timeline covers, on its real process file."""

import pytest

from sla.models import Clock
from tests.timelines.scene import at, recorded, staged, sweep
from tickets.commands import change_severity

pytestmark = pytest.mark.django_db


def test_severity_4_is_answered_as_soon_as_possible_and_has_no_due_time() -> None:
    """XP-5-14: said as best effort; it never breaches and stands after everything that is due."""
    monday = at("Mon 2026-03-02 10:00 CST")
    with staged("xmpro") as scene:
        calm, urgent = scene.opens(monday), scene.opens(monday)
        for ticket, code in ((calm, "4"), (urgent, "3")):
            change_severity(
                ticket_id=ticket.pk, severity=scene.known.severities[code], reason="Reviewed", actor=scene.agent,
                now=monday,
            )  # fmt: skip
        calm.refresh_from_db()
        urgent.refresh_from_db()

        assert calm.severity.best_effort
        assert [row.state for row in Clock.objects.filter(ticket=calm) if row.due_at] == []
        assert urgent.next_due_at < calm.next_due_at
        sweep(at("Mon 2026-06-01 10:00 CDT"))
        assert recorded(calm, "breach") == []
        assert recorded(urgent, "breach") != []
