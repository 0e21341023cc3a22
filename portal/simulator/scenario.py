"""A scenario as it is written: who is there, what happens when, what is expected of it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter, ValidationError, create_model, model_validator

from helpdesk.process.files import ProcessInvalid, read_yaml, sections, shape_problems
from helpdesk.process.section import Parsed
from helpdesk.process.spec import Problem, Ref, Spec, references, unknown
from portal.simulator.actions import ACTIONS, Action
from portal.simulator.expectations import Expectation
from portal.simulator.moments import IsMoment, Length, Moment, instant
from portal.simulator.people import PeopleSpec

NOUNS = {"people": "person", "companies": "company", "contacts": "contact", "agents": "agent"}


class _Step(Spec):
    """One thing that somebody does: `at` a time or `after` the step before, and one action."""

    at: Moment = ""
    after: Length = ""
    ticket: str = Field("", description="Which ticket, by name; default: the first. A new one is called so.")
    by: Annotated[str, Ref("people")] = Field("", description="Who does it; default: whoever usually does.")
    refused: bool | str = Field(False, description="It is expected to be refused, with this part of the sentence.")

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("a step is a time and an action, such as `at: 2026-04-24 16:52` and `take:`")
        value = {**value}
        if isinstance(value.get("advance_to"), str):
            value["at"] = value.pop("advance_to") if "at" not in value else value["at"]
            value["advance_to"] = {}
        for name in set(value) - set(cls.model_fields):
            raise ValueError(unknown("action", str(name), ACTIONS))
        return value | {name: {} for name in ACTIONS if name in value and value[name] is None}

    @model_validator(mode="after")
    def _one_of_each(self) -> "_Step":
        if bool(self.at) == bool(self.after):
            raise ValueError("say at or after, one of them")
        given = [name for name in ACTIONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"a step is one action; here {' and '.join(given) or 'none'}")
        return self

    @property
    def action(self) -> Action:
        return next(found for name in ACTIONS if (found := getattr(self, name)) is not None)


Step: Any = create_model(  # type: ignore[call-overload]
    "Step", __base__=_Step, **{name: (spec | None, None) for name, spec in ACTIONS.items()}
)


class Scenario(Spec):
    """A scenario file."""

    title: str = ""
    proves: list[str] = Field([], description="Clauses of the vendor's document that it is about.")
    vendor: str = Field("", description="Slug of the vendor whose process is played.")
    people: PeopleSpec = PeopleSpec()
    steps: list[Step] = Field(min_length=1)  # type: ignore[valid-type]
    until: Moment = Field("", description="When it ends; default: when nothing is due any more, 30 days at most.")
    expect: list[Expectation] = []  # type: ignore[valid-type]


class ScenarioInvalid(ProcessInvalid):
    """A scenario cannot be played as written; `problems` say where and why."""


def read(text: str) -> Scenario:
    """The scenario of a file, its shape checked."""
    try:
        raw = read_yaml(text, "a scenario has keys such as `vendor:` and `steps:`")
        return Scenario.model_validate(raw)
    except ValidationError as error:
        raise ScenarioInvalid(list(shape_problems("", error))) from error
    except ProcessInvalid as invalid:
        raise ScenarioInvalid(invalid.problems) from invalid


def check(scenario: Scenario, process: Parsed) -> None:
    """Raise ScenarioInvalid if it names what the process or the scenario itself does not have."""
    problems = [
        *scenario.people.problems(),
        *_unknown_names(scenario, process),
        *_wrong_times(scenario, process["vendor"].time_zone),
    ]
    if problems:
        raise ScenarioInvalid(problems)


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(Scenario).json_schema()}


def _unknown_names(scenario: Scenario, process: Parsed) -> Iterator[Problem]:
    by_key = {section.key: section for section in sections()}
    people = scenario.people.everybody([team.code for team in process.get("teams") or ()])
    names: Mapping[str, list[str]] = {
        "companies": [row.name for row in people.companies],
        "contacts": [row.name for row in people.contacts],
        "agents": [row.name for row in people.agents],
    }
    mine = {**names, "people": [*names["contacts"], *names["agents"]]}
    for path, ref, code in references(scenario, ""):
        section = by_key.get(ref.section)
        known = mine[ref.section] if section is None else section.codes(process.get(ref.section))
        if code not in known and code not in ref.also:
            noun = NOUNS[ref.section] if section is None else section.noun
            yield Problem(path.removeprefix("."), unknown(noun, code, {*known, *ref.also}))


def _wrong_times(scenario: Scenario, zone_name: str) -> Iterator[Problem]:
    """Local times that the clocks skip, and dates that are none."""
    zone = ZoneInfo(zone_name)
    for path, written in _moments(scenario, ""):
        try:
            instant(written, zone)
        except (ValueError, OverflowError) as error:
            yield Problem(path, str(error))


def _moments(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _moments(item, f"{path}[{index}]")
    elif isinstance(value, Spec):
        for name, field in type(value).model_fields.items():
            inner, here = getattr(value, name), f"{path}.{name}".removeprefix(".")
            if any(isinstance(mark, IsMoment) for mark in field.metadata):
                if inner:
                    yield here, inner
            else:
                yield from _moments(inner, here)
