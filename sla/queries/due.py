"""When something would be due: a length of time from an instant on, with every reason."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.calendars import ALWAYS
from sla.core.clock import Mark, replay
from sla.core.timeline import Timeline, timeline
from sla.queries.targets import core_target
from sla.queries.views import worded
from sla.queries.yardstick import yardstick

NO_WARNING = {"warn_amount": None, "warn_unit": "", "warn_at_percent": None}


@dataclass(frozen=True)
class Due:
    """An instant and the line that leads to it. `calendar` is what counts; some units count around the clock."""

    due_at: datetime
    calendar: str
    line: Timeline


def due_after(start: datetime, amount: int, unit: str, calendar: str) -> Due:
    """Where so much time from `start` ends, as a clock of the vendor would measure it."""
    counting = ALWAYS if unit in ("elapsed_hours", "calendar_days") else calendar
    by = yardstick()
    target = core_target({"amount": amount, "unit": unit, **NO_WARNING}, counting, start, by)
    state = replay(target, [Mark(start, "start")], by.calendars[counting])
    assert state.due_at is not None
    line = timeline(state, target, by.calendars[counting], start)
    return Due(state.due_at, counting, worded(line, counting, by))
