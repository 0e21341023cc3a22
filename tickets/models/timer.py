"""Timers: one row that says when something is due. Workers sweep them; no broker holds a due time."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from helpdesk.tenancy import TenantModel
from tickets.models.ticket import Ticket


class Timer(TenantModel):
    """A due time of a ticket: a clock's warning or breach, a rule's delay.

    `ref` names what is due within the kind. A timer that no longer applies is deleted; one that was done
    stays, and the unique key keeps it from being made again for the same instant: effects happen once.
    """

    STATES: ClassVar = {"pending": "Pending", "done": "Done"}

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="timers")
    kind = models.CharField(max_length=12)
    ref = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="pending")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "ticket", "kind", "ref", "due_at"], name="timer_exists_already"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "vendor", "ticket"], name="timer_pending", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref} due {self.due_at:%Y-%m-%d %H:%M}"
