"""A scenario as it is put together on the page: facts and steps that come and go with each submit, or a text."""

from dataclasses import dataclass, field
from typing import Any, get_origin

import yaml
from django.http import QueryDict

from portal.simulator.actions import ACTIONS
from portal.simulator.moments import LENGTH
from portal.simulator.people import CompanySpec

MOST_STEPS = 50
LONGEST = 500_000
PASTED = "pasted"
OF_STEP = ("ticket", "by", "refused")  # beside when, which is `at` or `after`
OF_COMPANY = tuple(name for name in CompanySpec.model_fields if name not in ("name", "contract_number"))
AS_TEXT = ("process", "process_text", "text", "until")


@dataclass
class DraftStep:
    """An action, with what was typed into the fields of its form."""

    action: str
    values: dict[str, Any] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """As a scenario writes it; fields that are left empty are left out."""
        given = {name: value for name, value in self.values.items() if value not in ("", False)}
        when = str(given.pop("when", ""))
        step: dict[str, Any] = {"after" if LENGTH.match(when) and "-" not in when else "at": when}
        spec = ACTIONS[self.action].model_fields
        facts = {name: _typed(value, spec[name]) for name, value in given.items() if name in spec}
        return step | {name: given[name] for name in OF_STEP if name in given} | {self.action: facts}


@dataclass
class Draft:
    """What the page holds. `process` is empty for the process as it is now, a version's number, or `pasted`."""

    process: str = ""
    process_text: str = ""
    as_text: bool = False
    text: str = ""
    until: str = ""
    company: dict[str, Any] = field(default_factory=dict)
    steps: list[DraftStep] = field(default_factory=list)

    @classmethod
    def fresh(cls, *, opened_at: str, process: str = "") -> "Draft":
        """A ticket that comes in, and nobody does anything."""
        return cls(process=process, steps=[DraftStep("open", {"when": opened_at})])

    @classmethod
    def sent(cls, data: QueryDict) -> "Draft":
        """What a form holds that was sent."""
        texts = {name: data.get(name, "")[:LONGEST].replace("\r\n", "\n") for name in AS_TEXT}
        draft = cls(as_text=data.get("as_text") == "yes", **texts)
        draft.company = _values(data, "company", OF_COMPANY)
        for place, action in enumerate(data.getlist("action")[:MOST_STEPS]):
            if action in ACTIONS:
                names = ("when", *OF_STEP, *ACTIONS[action].model_fields)
                draft.steps.append(DraftStep(action, _values(data, f"step{place}", names)))
        return draft

    def press(self, button: str, chosen: str) -> bool:
        """What one of the form's buttons does to it; True if the scenario is to be played."""
        what, _, place = button.partition("-")
        if what == "add" and chosen in ACTIONS and len(self.steps) < MOST_STEPS:
            self.steps.append(DraftStep(chosen, {"when": "1h"}))
        elif what == "remove" and place.isdigit():
            del self.steps[int(place) : int(place) + 1]
        elif what == "text":
            self.as_text, self.text = True, self.scenario()
        elif what == "form":
            self.as_text = False
        return what not in ("add", "remove", "text", "form", "show")

    def scenario(self) -> str:
        """The scenario's text."""
        if self.as_text:
            return self.text
        company = {name: _typed(value, COMPANY[name]) for name, value in self.company.items() if value}
        whole: dict[str, Any] = {}
        if company:
            whole["people"] = {"companies": [{"name": "Customer", **company}]}
        whole["steps"] = [step.written() for step in self.steps]
        if self.until:
            whole["until"] = self.until
        return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=110)


def _values(data: QueryDict, prefix: str, names: Any) -> dict[str, Any]:
    return {name: data.get(f"{prefix}-{name}", "").strip() for name in names}


def _typed(value: Any, info: Any) -> Any:
    """Lines of `key: value` for a field that is a mapping, yes for one that is ticked."""
    if info.annotation is bool:
        return True
    if get_origin(info.annotation) is dict:
        try:
            return yaml.safe_load(value)
        except yaml.YAMLError:
            return value  # the scenario's own check says what is wrong with it
    return value


COMPANY = {name: CompanySpec.model_fields[name] for name in OF_COMPANY}
