"""Work and what it counts against: included time, and estimates that the customer decides on."""

from datetime import date
from decimal import Decimal

from pydantic import Field

from helpdesk.access import Refused
from portal.simulator.actions.action import Action
from portal.simulator.stage import Turn
from sla.commands import budgets
from sla.models import Estimate


class LogWork(Action):
    """An agent logs minutes of work."""

    short = "minutes"

    minutes: int
    note: str = ""

    def play(self, turn: Turn) -> None:
        budgets.log_work(ticket_id=turn.ticket_id, minutes=self.minutes, note=self.note, actor=turn.staff, now=turn.now)


class MarkOutside(Action):
    """An agent says that the ticket is outside the agreement."""

    short = "text"

    text: str = "This is outside your agreement."

    def play(self, turn: Turn) -> None:
        budgets.mark_outside(ticket_id=turn.ticket_id, words=self.text, actor=turn.staff, now=turn.now)


class OfferEstimate(Action):
    """An agent offers the customer what the work takes."""

    valid_until: date
    minutes: int | None = None
    amount: Decimal | None = None
    currency: str = ""
    text: str = "This is what it takes."

    def play(self, turn: Turn) -> None:
        budgets.offer_estimate(
            ticket_id=turn.ticket_id,
            words=self.text,
            valid_until=self.valid_until,
            minutes=self.minutes,
            amount=self.amount,
            currency=self.currency,
            actor=turn.staff,
            now=turn.now,
        )


class DecideEstimate(Action):
    """The customer approves the estimate that waits, or declines it."""

    approve: bool = Field(False, description="Left out: declined.")
    remark: str = ""

    def play(self, turn: Turn) -> None:
        waiting = Estimate.objects.filter(ticket_id=turn.ticket_id, status="offered").first()
        if waiting is None:
            raise Refused("No estimate waits for a decision.")
        budgets.decide_estimate(
            ticket_id=turn.ticket_id,
            estimate_id=waiting.pk,
            approve=self.approve,
            remark=self.remark,
            actor=turn.customer,
            now=turn.now,
        )
