"""Pages: somebody on call says that they have it, or is called by an agent."""

from typing import Annotated

from helpdesk.access import Refused
from helpdesk.process.spec import Ref
from portal.simulator.actions.action import Action
from portal.simulator.stage import Turn
from sla.commands.paging import ONGOING, acknowledge, call
from sla.models import Page
from sla.queries.on_call import schedules


class AcknowledgePage(Action):
    """Somebody who was paged says that they have it."""

    def play(self, turn: Turn) -> None:
        page = Page.objects.filter(ticket_id=turn.ticket_id, state__in=ONGOING).order_by("-id").first()
        if page is None:
            raise Refused("Nobody is being paged about this.")
        acknowledge(page_id=page.pk, actor=turn.staff, now=turn.now)


class CallOnCall(Action):
    """An agent pages whoever is on call, at any hour."""

    short = "schedule"

    schedule: Annotated[str, Ref("on_call")]

    def play(self, turn: Turn) -> None:
        schedule = next(row for row in schedules() if row.code == self.schedule)
        call(ticket_id=turn.ticket_id, schedule=schedule, actor=turn.staff, now=turn.now)
