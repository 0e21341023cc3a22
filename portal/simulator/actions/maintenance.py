"""Planning maintenance, and watching when there is some."""

from typing import Annotated

from pydantic import Field

from helpdesk.process.spec import Ref
from portal.maintenance.commands import plan_window
from portal.simulator.actions.action import Action
from portal.simulator.events import Event
from portal.simulator.moments import Moment, instant
from portal.simulator.sources import Source
from portal.simulator.stage import Turn


class Maintenance(Action):
    """An administrator plans a single maintenance window."""

    needs_ticket = False

    rule: Annotated[str, Ref("maintenance_windows")]
    starts: Moment
    ends: Moment
    title: str = "Maintenance"
    text: str = ""
    affects_service: bool | None = Field(None, description="Default: as the row of the process says.")
    reason: str = ""

    def play(self, turn: Turn) -> None:
        window = plan_window(
            rule=self.rule,
            title=self.title,
            starts_at=instant(self.starts, turn.stage.zone),
            ends_at=instant(self.ends, turn.stage.zone),
            by="administrator",
            now=turn.now,
            text=self.text,
            affects_service=self.affects_service,
            reason=self.reason,
        )
        facts = {name: getattr(window, name) for name in ("title", "starts_at", "ends_at", "notice_due_at")}
        source = Source("maintenance_windows", self.rule)
        turn.stage.happened.append(Event(turn.now, "maintenance_planned", source=source, facts=facts))


class WatchMaintenance(Action):
    """From here on the timeline tells when maintenance starts and ends."""

    needs_ticket = False

    def play(self, turn: Turn) -> None:
        turn.stage.watches_maintenance = True
