"""The section `maintenance_windows` of a process file."""

from typing import Any, Self

from pydantic import Field, model_validator

from helpdesk.process.section import RowSection
from helpdesk.process.sections import DAYS
from helpdesk.process.spec import ClockTime, Coded, Spec, one_of
from portal.models import BY_AGREEMENT, RECURRENCES, WINDOW_KINDS, MaintenanceWindow

NOTICE_UNITS = ("calendar_days", "elapsed_hours")  # whoever reads a notice has no opening hours
NEEDS = {
    "daily": {"starts", "ends"},
    "weekly": {"weekday", "starts", "ends"},
    "monthly": {"weekday", "week_of_month", "starts", "ends"},
    BY_AGREEMENT: set(),
}
PLACES_IN_TIME = ("weekday", "week_of_month", "starts", "ends")


class NoticeSpec(Spec):
    """How long before the start customers are told."""

    amount: int = Field(ge=1)
    unit: one_of("unit", NOTICE_UNITS)  # type: ignore[valid-type]


class WindowSpec(Coded):
    """A window that comes back, or what holds for single windows that are planned one by one."""

    category: str = Field(min_length=1, max_length=60)
    recurrence: one_of("recurrence", RECURRENCES)  # type: ignore[valid-type]
    weekday: one_of("weekday", ("", *DAYS)) = ""  # type: ignore[valid-type]
    week_of_month: int | None = Field(None, ge=-1, le=4)
    starts: ClockTime | None = None
    ends: ClockTime | None = None
    kind: one_of("kind of window", WINDOW_KINDS) = "planned"  # type: ignore[valid-type]
    affects_service: bool = False
    notice: NoticeSpec | None = None
    note: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        given = {name for name in PLACES_IN_TIME if getattr(self, name) not in (None, "")}
        needed = NEEDS[self.recurrence]
        if missing := sorted(needed - given):
            raise ValueError(f"a {self.recurrence} window needs {' and '.join(missing)}")
        if surplus := sorted(given - needed):
            raise ValueError(f"a window of recurrence {self.recurrence} takes no {' and no '.join(surplus)}")
        if needed and self.starts == self.ends:
            raise ValueError("a window ends at another time than it starts")
        if self.week_of_month == 0:
            raise ValueError("week_of_month is 1 to 4, or -1 for the last")
        if self.kind == "emergency" and (self.recurrence != BY_AGREEMENT or self.notice):
            raise ValueError("emergency maintenance is planned one by one and takes no notice")
        if self.notice and self.recurrence != BY_AGREEMENT:
            raise ValueError("a window that comes back is announced by this page, so it takes no notice")
        return self


class WindowSection(RowSection):
    """Maintenance windows, in the order of the maintenance page."""

    key, noun, model, spec = "maintenance_windows", "maintenance window", MaintenanceWindow, WindowSpec

    def to_row(self, item: Any) -> dict[str, Any]:
        return super().to_row(item) | {"notice": item.notice.model_dump() if item.notice else {}}

    def from_row(self, row: Any) -> dict[str, Any]:
        shown = super().from_row(row)
        times = {name: f"{shown[name]:%H:%M}" if shown[name] is not None else None for name in ("starts", "ends")}
        return shown | times | {"notice": shown["notice"] or None}
