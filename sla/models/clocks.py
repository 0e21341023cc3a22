"""The clocks that measure a ticket against its targets."""

from typing import ClassVar

from django.db import models

from helpdesk.tenancy import TenantModel
from tickets.models import Ticket
from tickets.models.process import METRICS


class Clock(TenantModel):
    """One target being measured on one ticket: what replaying the log's marks gives.

    `state`: running, paused, met, suspended by an exception, or ended (it no longer applies).
    A clock that was met late keeps `breached_at`. `target` is the target as it was measured,
    `spent_seconds` the time counted so far. Times are UTC.
    """

    STATES: ClassVar = {
        "running": "Running",
        "paused": "Paused",
        "met": "Met",
        "suspended": "Suspended",
        "ended": "Ended",
    }

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="clocks")
    metric = models.CharField(max_length=20, choices=list(METRICS.items()))
    state = models.CharField(max_length=10, choices=list(STATES.items()))
    suspended_by = models.CharField(max_length=40, blank=True, help_text="Code of the exception that suspends it.")
    target = models.JSONField(help_text="Amount, unit, clock, warning, response_via, assumed.")
    version = models.PositiveIntegerField(default=0, help_text="The process version that it was measured by.")
    calendar = models.CharField(max_length=40, help_text="Code of the calendar that counts, or 24x7.")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="Empty while paused.")
    warn_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True, help_text="The warning's due time, once recorded.")
    missed = models.JSONField(default=list, help_text="Due times (ISO, UTC) that passed unmet, oldest first.")
    breached_at = models.DateTimeField(null=True, help_text="The due time that passed unmet, once recorded.")
    spent_seconds = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "ticket", "metric"], name="one_clock_per_metric"),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.state}"
