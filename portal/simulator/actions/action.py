"""What every action of a step is: its fields, its short form, and how it is played."""

from typing import Any, ClassVar

from pydantic import model_validator

from helpdesk.process.spec import Spec
from portal.simulator.stage import Turn
from tickets.queries.catalogue import catalogue

CODES = {
    "type": "types",
    "queue": "queues",
    "severity": "severities",
    "priority": "priorities",
    "impact": "impacts",
    "product": "products",
    "status": "statuses",
    "solution_scope": "solution_scopes",
    "cause": "causes",
    "level": "levels",
    "team": "teams",
}


class Action(Spec):
    """An action with its facts. `short` is the field that a bare text stands for; a form shows `first` at once."""

    short: ClassVar[str] = ""
    first: ClassVar[tuple[str, ...]] = ()
    opens: ClassVar[bool] = False
    needs_ticket: ClassVar[bool] = True

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if value is None:
            return {}
        if cls.short and isinstance(value, str | int) and not isinstance(value, bool):
            return {cls.short: value}
        return value

    def play(self, turn: Turn) -> None:
        """Do it."""
        raise NotImplementedError

    def rows(self, *names: str) -> dict[str, Any]:
        """The rows behind the codes that are given."""
        known = catalogue()
        return {name: known.row(CODES[name], getattr(self, name)) for name in names if getattr(self, name)}
