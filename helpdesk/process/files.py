"""Process files from text to rows and back: parse, check, load, dump, diff, roll back."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from pydantic import TypeAdapter, ValidationError

from helpdesk.models import ProcessVersion, Vendor
from helpdesk.process.section import Parsed, ProcessInvalid, Section
from helpdesk.process.spec import Problem, references, unknown
from helpdesk.tenancy import acting_for

HEADER = "# A vendor's whole support process. `manage.py check_process FILE` tells what is wrong and where.\n"


@dataclass(frozen=True)
class Loaded:
    """What `load` did: the vendor, whether anything changed, and the difference as a unified diff."""

    vendor: Vendor
    created: bool
    diff: str


@cache
def sections() -> tuple[Section, ...]:
    """All sections, in the order in which they are applied."""
    return tuple(section for path in settings.PROCESS_SECTIONS for section in import_string(path))


def parse(text: str) -> Parsed:
    """The file's sections as specs. Raises ProcessInvalid with every problem found, not only the first."""
    raw = read_yaml(text, "a process file is a list of sections such as `vendor:`")
    known = {section.key: section for section in sections()}
    problems = [Problem(str(key), f"{unknown('section', str(key), known)}") for key in raw if key not in known]
    process: Parsed = {}
    for section in sections():
        if section.key not in raw:
            if section.required:
                problems.append(Problem(section.key, "this section is missing"))
            continue
        try:
            process[section.key] = TypeAdapter(section.schema).validate_python(raw[section.key])
        except ValidationError as error:
            problems.extend(shape_problems(section.key, error))
    problems.extend(_broken_references(process, unread=set(raw) - set(process)))
    if not problems:
        problems.extend(problem for section in sections() for problem in section.check(process))
    if problems:
        raise ProcessInvalid(problems)
    return process


def parse_sections(text: str, keys: Iterable[str]) -> Parsed:
    """Some sections of a text that was checked before, such as a kept version."""
    raw = read_yaml(text, "a kept version is a list of sections")
    wanted = [section for section in sections() if section.key in keys]
    return {section.key: TypeAdapter(section.schema).validate_python(raw[section.key]) for section in wanted}


def warnings(process: Parsed, *, now: datetime) -> list[Problem]:
    """What a person should look at in a process that is in order."""
    return [problem for section in sections() for problem in section.warn(process, now)]


def load(text: str, *, now: datetime, by: str) -> Loaded:
    """Make the rows of the file's vendor say what the file says, in one transaction; twice changes nothing."""
    process = parse(text)
    slug = process["vendor"].slug
    with transaction.atomic():
        vendor, created = Vendor.objects.get_or_create(slug=slug, defaults={"name": process["vendor"].name})
        with acting_for(vendor):
            before = "" if created else dump(vendor)
            write(vendor, process)
            after = dump(vendor)
            if before != after:
                vendor.touch_process()
                _keep_version(after, now=now, by=by)
    return Loaded(vendor, created, diff(before, after, "now", "file"))


def write(vendor: Vendor, process: Parsed) -> None:
    """Make the vendor's rows say what a parsed process says. Call inside `acting_for(vendor)`."""
    for section in sections():
        section.load(vendor, process.get(section.key))
    for section in reversed(sections()):
        section.prune(process.get(section.key))
    vendor.refresh_from_db()


def dump(vendor: Vendor) -> str:
    """The vendor's process as the text of its file. Call inside `acting_for(vendor)`."""
    written = {section.key: section.dump(vendor) for section in sections()}
    shown = {key: value for key, value in written.items() if value is not None}
    text = yaml.dump(shown, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return HEADER + re.sub(r"(?m)^(?=[a-z])", "\n", text)


def check_rows(vendor: Vendor) -> list[Problem]:
    """What is wrong with the process as its rows stand, in the same sentences as for a file."""
    try:
        parse(dump(vendor))
    except ProcessInvalid as invalid:
        return invalid.problems
    except ValidationError as error:
        return [Problem(error.title, part["msg"]) for part in error.errors()]
    return []


def diff(before: str, after: str, from_name: str, to_name: str) -> str:
    """A unified diff of two process texts; empty where they are the same."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), from_name, to_name, n=2
    )
    return "".join(lines)


def schema() -> dict[str, Any]:
    """The JSON Schema of a process file, for editors that complete and check while one types."""
    inputs: list[Any] = [(section.key, "validation", TypeAdapter(section.schema)) for section in sections()]
    parts, shared = TypeAdapter.json_schemas(inputs)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Process file of a vendor",
        "type": "object",
        "additionalProperties": False,
        "required": [section.key for section in sections() if section.required],
        "properties": {key: part for (key, _), part in parts.items()},
        **shared,
    }


def record_edit(vendor: Vendor, *, now: datetime, by: str) -> None:
    """Keep the version that an edit in the admin made. Call inside `acting_for(vendor)`."""
    text = dump(vendor)
    newest = ProcessVersion.objects.order_by("-number").first()
    vendor.touch_process()
    if newest is None or newest.text != text:
        _keep_version(text, now=now, by=by)


def _keep_version(text: str, *, now: datetime, by: str) -> None:
    newest = ProcessVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0
    ProcessVersion.objects.create(number=newest + 1, text=text, applied_at=now, applied_by=by)


def read_yaml(text: str, shape: str) -> dict[str, Any]:
    """The mapping that a file holds; `shape` is the sentence for one that holds something else."""
    try:
        raw = yaml.load(text, Loader=StrictLoader)  # noqa: S506 - a SafeLoader that refuses repeated keys
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        raise ProcessInvalid([Problem(where, f"not readable as YAML: {getattr(error, 'problem', error)}")]) from error
    if not isinstance(raw, dict):
        raise ProcessInvalid([Problem("file", shape)])
    return raw


def shape_problems(root: str, error: ValidationError) -> Iterable[Problem]:
    """What pydantic found, each with its place below `root`."""
    for part in error.errors():
        path = root
        for step in part["loc"]:
            path += f"[{step}]" if isinstance(step, int) else f".{step}"
        yield Problem(path.removeprefix(".") or "file", _sentence(part))


def _sentence(part: Any) -> str:
    """Pydantic's message in the words of this product."""
    match part["type"]:
        case "extra_forbidden":
            return f"unknown key '{part['loc'][-1]}'"
        case "missing":
            return "this is missing"
        case "literal_error":
            return f"'{part['input']}' is not one of {part['ctx']['expected']}"
        case "value_error":
            return str(part["ctx"]["error"])
        case _:
            return str(part["msg"])[:1].lower() + str(part["msg"])[1:]


def _broken_references(process: Parsed, unread: set[str]) -> Iterable[Problem]:
    """Codes that nothing has; a section that could not be read is not blamed for lacking them."""
    by_key = {section.key: section for section in sections()}
    known = {key: section.codes(process.get(key)) for key, section in by_key.items()}
    for key, value in process.items():
        for path, ref, code in references(value, key):
            if ref.section not in unread and code not in known[ref.section] and code not in ref.also:
                yield Problem(path, unknown(by_key[ref.section].noun, code, known[ref.section] | set(ref.also)))


class StrictLoader(yaml.SafeLoader):
    """Plain YAML, but a key that stands twice is an error: the first would be lost without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                mark = node.value[index][0].start_mark
                raise yaml.constructor.ConstructorError(None, None, f"'{key}' stands twice", mark)
        mapping = super().construct_mapping(node, deep)
        # A date that is a key stays the text that it is: so problems name it as the file writes it.
        return {key.isoformat() if isinstance(key, date) else key: value for key, value in mapping.items()}


class _Dumper(yaml.SafeDumper):
    """Small lists and small mappings on one line: a target reads as a line, not as a paragraph."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = _is_short(mapping)
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(not isinstance(item, (dict, list)) for item in sequence) and _width(sequence) <= 100
        return node


def _is_short(mapping: Any) -> bool:
    """Whether a mapping of plain values and plain lists fits on one line."""
    values = list(mapping.values() if isinstance(mapping, dict) else ())
    flat = all(
        not isinstance(value, dict) and not (isinstance(value, list) and any(isinstance(v, dict) for v in value))
        for value in values
    )
    return flat and _width(mapping) <= 116


def _width(value: Any) -> int:
    return len(yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=float("inf")))
