"""Form fields made from the specs of a scenario, so that a new action has its form by being written."""

from collections.abc import Iterable, Mapping
from typing import Any, get_origin

from django import forms

from helpdesk.process.files import sections
from helpdesk.process.section import Parsed
from helpdesk.process.spec import Ref
from portal.simulator.people import PeopleSpec

SMALL = {"rows": 2}


def choices_of(process: Parsed) -> dict[str, list[tuple[str, str]]]:
    """What fields that name something offer: (code, name), by the section that it is in."""
    found = {
        section.key: _rows(section.codes(process.get(section.key)), process.get(section.key)) for section in sections()
    }
    people = PeopleSpec().everybody([team.code for team in process.get("teams") or ()])
    contacts, agents = ([(row.name, row.name) for row in rows] for rows in (people.contacts, people.agents))
    return found | {"contacts": contacts, "agents": agents, "people": [*contacts, *agents]}


def _rows(codes: set[str], value: Any) -> list[tuple[str, str]]:
    """In the file's order, with their names where they have one."""
    rows = value if isinstance(value, list) else []
    known = [(str(getattr(row, "code", getattr(row, "address", ""))), row) for row in rows]
    return [(code, str(getattr(row, "name", "") or code)) for code, row in known if code in codes]


def form_of(prefix: str, specs: Mapping[str, Any], values: Mapping[str, Any], choices: Mapping[str, Any]) -> forms.Form:
    """The fields of a spec, holding what was typed."""
    form = forms.Form(prefix=prefix, initial=dict(values))
    for name, info in specs.items():
        form.fields[name] = _field(name, info, choices)
    return form


def _field(name: str, info: Any, choices: Mapping[str, Any]) -> forms.Field:
    facts = {"label": name.replace("_", " ").capitalize(), "help_text": info.description or "", "required": False}
    ref = next((mark for mark in info.metadata if isinstance(mark, Ref)), None)
    if ref is not None:
        return forms.ChoiceField(choices=_with_empty(choices.get(ref.section, ())), **facts)
    words = (info.json_schema_extra or {}).get("enum")
    if words:
        rows = [(word, word) for word in words if word and word != info.default]
        return forms.ChoiceField(choices=_with_empty(rows, info.default), **facts)
    if info.annotation is bool:
        return forms.BooleanField(**facts)
    if get_origin(info.annotation) is dict:
        facts["help_text"] = facts["help_text"] or "One a line, as key: value."
        return forms.CharField(widget=forms.Textarea(attrs=SMALL), **facts)
    default = info.default if isinstance(info.default, str) else ""
    return forms.CharField(widget=forms.TextInput(attrs={"placeholder": default} if default else {}), **facts)


def _with_empty(rows: Iterable[tuple[str, str]], default: Any = "") -> list[tuple[str, str]]:
    """Nothing chosen is the default, and is called by its name."""
    return [("", default if isinstance(default, str) and default else "—"), *rows]
