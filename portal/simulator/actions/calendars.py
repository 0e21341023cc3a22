"""What administrators do to calendars while tickets are open."""

from datetime import date
from typing import Annotated

from helpdesk.access import Refused
from helpdesk.admin.checking import editing
from helpdesk.models import BusinessCalendar, Holiday
from helpdesk.process.spec import Ref
from portal.simulator.actions.action import Action
from portal.simulator.stage import Turn


class CloseDay(Action):
    """An administrator adds a holiday to a calendar."""

    needs_ticket = False

    calendar: Annotated[str, Ref("calendars")]
    date: date
    name: str = "Closed"

    def play(self, turn: Turn) -> None:
        row = BusinessCalendar.objects.get(code=self.calendar)
        if row.holidays.filter(date=self.date).exists():
            raise Refused(f"{self.date} is a holiday of {self.calendar} already.")
        with editing(turn.stage.vendor, now=lambda: turn.now, by="administrator") as edited:
            edited.append(Holiday.objects.create(calendar=row, date=self.date, name=self.name))


class CloseOptionalDays(Action):
    """An administrator closes a calendar on its optional dates."""

    short, needs_ticket = "calendar", False

    calendar: Annotated[str, Ref("calendars")]

    def play(self, turn: Turn) -> None:
        with editing(turn.stage.vendor, now=lambda: turn.now, by="administrator") as edited:
            edited.append(BusinessCalendar.objects.filter(code=self.calendar).update(use_optional=True))
