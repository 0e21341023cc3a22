"""Form fields for columns that hold lists and mappings, and for words of a closed list."""

import json
import zoneinfo
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import yaml
from django import forms
from django.core.exceptions import ValidationError

from helpdesk.process.files import StrictLoader as Loader
from helpdesk.process.spec import Spec, unknown

Choices = Iterable[tuple[str, str]] | Callable[[], Iterable[tuple[str, str]]]


class _Known:
    """Refuses a word that is not on the list in the sentence that the process file would get."""

    noun = ""
    choices: Any

    def _check(self, word: Any) -> None:
        known = [str(code) for code, _ in self.choices if code not in ("", None)]
        if str(word) not in known:
            noun = self.noun or str(self.label or "value").lower()  # type: ignore[attr-defined]
            raise ValidationError(unknown(noun, str(word), known))


class Word(_Known, forms.ChoiceField):
    """One word of a list."""

    def __init__(self, noun: str, choices: Choices, *, required: bool = False, **kwargs: Any) -> None:
        self.noun = noun
        super().__init__(choices=_with_blank(choices) if not required else choices, required=required, **kwargs)

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)
        if value:
            self._check(value)


class ModelWord(_Known, forms.TypedChoiceField):
    """What a model's own `choices` become."""

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)
        if value not in self.empty_values:
            self._check(value)


def zones() -> list[tuple[str, str]]:
    """All time zones, those of places first."""
    names = sorted(zoneinfo.available_timezones(), key=lambda name: ("/" not in name or name.startswith("Etc/"), name))
    return [("", "---------"), *((name, name) for name in names)]


# A time zone, chosen from all that there are.
Zone = partial(Word, "time zone", zones)


class Words(_Known, forms.MultipleChoiceField):
    """Words of a list, ticked; a list in the column."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, noun: str, choices: Choices, **kwargs: Any) -> None:
        self.noun = noun
        super().__init__(choices=choices, **kwargs)

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)
        for word in value:
            self._check(word)


def _with_blank(choices: Choices) -> Callable[[], Iterable[tuple[str, str]]]:
    return lambda: [("", "---------"), *(choices() if callable(choices) else choices)]


class Lines(forms.CharField):
    """A list of texts, one a line."""

    widget: Any = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
    joint, note = "\n", "One per line."

    def __init__(self, *, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(help_text=f"{help_text} {self.note}".strip(), **kwargs)

    def to_python(self, value: Any) -> Any:
        return [part.strip() for part in str(value or "").split(self.joint.strip(" ")) if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        return self.joint.join(map(str, value)) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class Commas(Lines):
    """A list of short texts on one line."""

    widget = forms.TextInput(attrs={"class": "vTextField"})
    joint, note = ", ", "Separate with commas."


class Assumed(Commas):
    """The names of assumed fields, or true for the whole row."""

    note = "Separate with commas; true for the whole row."

    def __init__(self, *, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(help_text=help_text or "Fields that the vendor's document does not give.", **kwargs)

    def to_python(self, value: Any) -> Any:
        names = super().to_python(value)
        return True if names == ["true"] else names

    def prepare_value(self, value: Any) -> Any:
        return "true" if value is True else super().prepare_value(value)


class Yaml(forms.CharField):
    """A list or mapping, written as in the process file."""

    widget = forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField", "spellcheck": "false"})

    def __init__(self, shape: type, of: type[Spec] | None = None, *, help_text: str = "", **kwargs: Any) -> None:
        self.shape = shape
        keys = f" Keys: {keys_of(of)}." if of else ""
        super().__init__(help_text=f"{help_text} Written as in the process file.{keys}".strip(), **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            read = yaml.load(str(value or ""), Loader=Loader)  # noqa: S506 - a SafeLoader that refuses repeated keys
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"line {mark.line + 1}: " if mark else ""
            raise ValidationError(f"{where}not readable as YAML: {getattr(error, 'problem', error)}") from error
        if read is None:
            return self.shape()
        if not isinstance(read, self.shape):
            wanted = "a list, each item after a dash" if self.shape is list else "keys and values, such as `key: value`"
            raise ValidationError(f"Write {wanted}.")
        try:
            json.dumps(read)
        except TypeError as error:
            raise ValidationError("Write dates and times in quotes.") from error
        return read

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, (list, dict)):
            return value
        if not value:
            return ""
        # A mapping of plain values has a line for each; inside, small parts stand on one line as in the file.
        plain = isinstance(value, dict) and not any(isinstance(part, (list, dict)) for part in value.values())
        flow = False if plain else None
        return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=flow, width=100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or self.shape()) != self.to_python(data))
        except ValidationError:
            return True


def keys_of(spec: type[Spec], without: Iterable[str] = ()) -> str:
    """The keys of a part of the process file, with the words that each may hold."""
    properties = spec.model_json_schema(by_alias=True)["properties"]
    return ", ".join(_key_and_words(name, shape) for name, shape in properties.items() if name not in without)


def _key_and_words(name: str, shape: dict[str, Any]) -> str:
    words = shape.get("enum") or shape.get("items", {}).get("enum") or []
    known = [str(word) for word in words if word]
    return f"{name} ({', '.join(known)})" if known else name
