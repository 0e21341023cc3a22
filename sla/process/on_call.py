"""On-call schedules in a process file: what pages whom, how, and who is told when nobody answers."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from helpdesk.process.section import Parsed, RowSection
from helpdesk.process.sections import ROUND_THE_CLOCK
from helpdesk.process.spec import Coded, Problem, Ref, Spec, one_of
from sla.models import OnCallSchedule
from sla.models.on_call import OCCASIONS, PAGE_CHANNELS, PAGE_WHEN
from sla.process.audiences import CUSTOMERS, audience_problems
from tickets.process import WhenSpec


class TriggerSpec(Spec):
    """What pages: an occasion, and what must hold of the ticket then.

    `severity_set` is an agent who sets another severity, or opens the ticket with one.
    """

    occasion: one_of("occasion", OCCASIONS)  # type: ignore[valid-type]
    when: WhenSpec = WhenSpec()


class OnCallSpec(Coded):
    """A team that somebody is always on call for. Whose turn it is, is no part of the process."""

    name: str = Field(max_length=120)
    team: Annotated[str, Ref("teams")]
    coverage: Annotated[str, Ref("calendars", also=(ROUND_THE_CLOCK,))] = ROUND_THE_CLOCK
    page_when: one_of("time to page", PAGE_WHEN) = "always"  # type: ignore[valid-type]
    business_hours: Annotated[str, Ref("calendars")] = ""
    triggers: list[TriggerSpec] = []
    channels: list[one_of("channel", PAGE_CHANNELS)] = Field(["mail"], min_length=1)  # type: ignore[valid-type]
    repeat_minutes: int = Field(10, ge=1, le=1440)
    attempts: int = Field(3, ge=1, le=20)
    audience: list[str] = []

    @model_validator(mode="after")
    def _hours(self) -> "OnCallSpec":
        if (self.page_when == "outside_business_hours") != bool(self.business_hours):
            raise ValueError("page_when: outside_business_hours goes with business_hours, the calendar that it means")
        return self


class OnCallSection(RowSection):
    """On-call schedules."""

    key, noun, model, spec = "on_call", "on-call schedule", OnCallSchedule, OnCallSpec

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        yield from audience_problems(self.key, process.get(self.key) or (), process)
        for index, item in enumerate(process.get(self.key) or ()):
            if set(CUSTOMERS) & set(item.audience):
                yield Problem(f"{self.key}[{index}].audience", "customers are not told that nobody answered a page")
