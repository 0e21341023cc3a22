"""What the parts of a process file are made of: strict models, references by code, words of a closed list."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, field_validator


class Spec(BaseModel):
    """A part of a process file. An unknown key is an error; so nothing in a file is silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    def written(self) -> dict[str, Any]:
        """This part as a file holds it: without what is left at its default, what is assumed last."""
        shown = self.model_dump(exclude_defaults=True, by_alias=True)
        assumed = shown.pop("assumed", None)
        return shown if assumed is None else {**shown, "assumed": assumed}


@dataclass(frozen=True)
class Ref:
    """Marks a field that names rows of another section by code; `also` are words allowed beside them."""

    section: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a process, and where: `statuses[3].pauses[0]`."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


def one_of(noun: str, words: Iterable[str]) -> Any:
    """A word of a closed list; the refusal names the closest one."""
    known = tuple(words)

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(unknown(noun, value, known))
        return value

    return Annotated[str, AfterValidator(check), Field(json_schema_extra={"enum": list(known)})]


def unknown(noun: str, value: str, known: Iterable[str]) -> str:
    """The sentence for a word that is not on its list."""
    words = sorted(known)
    close = get_close_matches(value, words, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"known: {', '.join(words)}" if words else "there are none"
    return f"unknown {noun} '{value}'; {hint}"


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone '{value}'; write one such as Europe/Stockholm") from None
    return value


def _code(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", value):
        raise ValueError(f"'{value}' is no code; use letters, digits, - and _, at most 40")
    return value


def _clock_time(value: Any) -> Any:
    # YAML 1.1 reads an unquoted 08:00 as the number of minutes or seconds it makes.
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError('write a time in quotes, as "08:00"')
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is None:
        raise ValueError(f"'{value}' is no time; write it as 08:00")
    return value


Code = Annotated[str, AfterValidator(_code)]
Zone = Annotated[str, AfterValidator(_zone)]
ClockTime = Annotated[time, BeforeValidator(_clock_time), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]
Assumed = bool | list[str]


class Row(Spec):
    """A part that may say which of its values the vendor's document does not give."""

    assumed: Assumed = Field(default_factory=list, description="true, or the names of the assumed fields.")

    @field_validator("assumed")
    @classmethod
    def _names_fields(cls, value: Assumed) -> Assumed:
        for name in value if isinstance(value, list) else ():
            if name not in cls.model_fields:
                raise ValueError(unknown("field", name, cls.model_fields))
        return value


class Coded(Row):
    """A row that others name by its code."""

    code: Code


def references(value: Any, path: str) -> Iterator[tuple[str, Ref, str]]:
    """Every named code in a parsed part: where it stands, what it refers to, the code."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from references(item, f"{path}[{index}]")
        return
    if not isinstance(value, Spec):
        return
    for name, field in type(value).model_fields.items():
        here = f"{path}.{field.alias or name}"
        inner = getattr(value, name)
        refs = [mark for mark in field.metadata if isinstance(mark, Ref)]
        if not refs:
            yield from references(inner, here)
        elif isinstance(inner, str) and inner:
            yield here, refs[0], inner
        elif isinstance(inner, (list, tuple)):
            for index, code in enumerate(inner):
                yield f"{here}[{index}]", refs[0], code


def repeated(codes: Iterable[str]) -> dict[int, str]:
    """The places of codes that stood before, by index."""
    seen: set[str] = set()
    again = {}
    for index, code in enumerate(codes):
        if code in seen:
            again[index] = code
        seen.add(code)
    return again


Check = Callable[[dict[str, Any]], Iterable[Problem]]
Dated = dict[date, str]
