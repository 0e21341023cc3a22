"""A section of a process file: which models it parses to, and how it becomes rows and is read back from them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import ProtectedError

from helpdesk.models import Vendor
from helpdesk.process.spec import Problem, Row, Spec, repeated

Parsed = dict[str, Any]


class ProcessInvalid(Exception):
    """A process cannot run as written; `problems` say where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Section:
    """One top-level key of a process file. `noun` is what one of its rows is called in errors."""

    key: str
    noun: str
    schema: Any
    required = False

    def codes(self, value: Any) -> set[str]:
        """What other sections may name from this one."""
        return set()

    def check(self, process: Parsed) -> Iterable[Problem]:
        """What is wrong beyond shape and references."""
        return ()

    def warn(self, process: Parsed, now: datetime) -> Iterable[Problem]:
        """What a person should look at, though the process runs as it is."""
        return ()

    def load(self, vendor: Vendor, value: Any) -> None:
        """Make the vendor's rows say `value`; None where the file has no such section."""
        raise NotImplementedError

    def prune(self, value: Any) -> None:
        """Take away what the file no longer holds; called in reverse order, when nothing new refers to it."""

    def dump(self, vendor: Vendor) -> Any:
        """The rows as the file writes them, or None to leave the section out."""
        raise NotImplementedError


class RowSection(Section):
    """A list of rows of one model, in the file's order, known by their code.

    Fields of the model that carry a spec field's name are copied; foreign keys are named by code.
    A row that the file no longer holds is deleted, or retired where tickets still use it.
    """

    model: type[models.Model]
    spec: type[Row]
    identity: ClassVar[str] = "code"
    scope: ClassVar[dict[str, Any]] = {}

    @property
    def schema(self) -> Any:  # type: ignore[override]
        return list[self.spec]  # type: ignore[name-defined]

    def rows(self) -> models.QuerySet[Any]:
        """The rows that this section stands for."""
        return self.model._default_manager.filter(**self.scope)

    def codes(self, value: Any) -> set[str]:
        return {getattr(item, self.identity) for item in value or ()}

    def check(self, process: Parsed) -> Iterator[Problem]:
        items = process.get(self.key) or []
        for index, code in repeated(str(getattr(item, self.identity)) for item in items).items():
            yield Problem(f"{self.key}[{index}].{self.identity}", f"{self.noun} '{code}' is there already")
        for index, item in enumerate(items):
            yield from self._too_long(item, f"{self.key}[{index}]")

    def _too_long(self, item: Any, path: str) -> Iterator[Problem]:
        for field in self.model._meta.local_fields:
            text, most = getattr(item, field.name, None), getattr(field, "max_length", None)
            if isinstance(text, str) and most is not None and len(text) > most:
                yield Problem(f"{path}.{field.name}", f"this has {len(text)} characters; {most} at most")

    def load(self, vendor: Vendor, value: Any) -> None:
        existing = {str(getattr(row, self.identity)): row for row in self.rows()}
        for position, item in enumerate(value or ()):
            row = existing.get(str(getattr(item, self.identity))) or self.model(**self.scope)
            for name, column in self.to_row(item).items():
                setattr(row, name, column)
            row.position = position  # type: ignore[attr-defined]
            if hasattr(row, "retired"):
                row.retired = False
            row.save()
            self.load_children(row, item)

    def prune(self, value: Any) -> None:
        for row in self.rows().exclude(**{f"{self.identity}__in": self.codes(value)}):
            _drop(row, self)

    def dump(self, vendor: Vendor) -> list[dict[str, Any]] | None:
        rows = self.rows().order_by("position", "id")
        if any(field.name == "retired" for field in self.model._meta.fields):
            rows = rows.filter(retired=False)
        written = [self.spec(**self.from_row(row)).written() for row in rows]
        return written or None

    def to_row(self, item: Any) -> dict[str, Any]:
        """The columns of a row, from its spec."""
        return {
            name: self._stored(name, getattr(item, name))
            for name in type(item).model_fields
            if any(field.name == name for field in self.model._meta.fields)
        }

    def from_row(self, row: Any) -> dict[str, Any]:
        """A spec's fields, from its row."""
        return {
            name: self._shown(row, name)
            for name in self.spec.model_fields
            if any(field.name == name for field in self.model._meta.fields)
        }

    def load_children(self, row: Any, item: Any) -> None:
        """Rows that belong to `row`."""

    def _stored(self, name: str, value: Any) -> Any:
        field = self.model._meta.get_field(name)
        if not field.is_relation:
            return [part.written() if isinstance(part, Spec) else part for part in value] if _is_list(value) else value
        if not value:
            return None
        return field.related_model._default_manager.get(code=value)  # type: ignore[union-attr]

    def _shown(self, row: Any, name: str) -> Any:
        if not self.model._meta.get_field(name).is_relation:
            return getattr(row, name)
        related = getattr(row, name)
        return related.code if related is not None else ""


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _drop(row: Any, section: RowSection) -> None:
    """Delete a row that nothing uses; retire one that tickets use; refuse where neither is possible."""
    try:
        row.delete()
    except ProtectedError as error:
        if not hasattr(row, "retired"):
            users = sorted({used._meta.verbose_name_plural for used in error.protected_objects})
            sentence = (
                f"{section.noun} '{getattr(row, section.identity)}' is still used by {', '.join(map(str, users))}"
            )
            raise ProcessInvalid([Problem(section.key, sentence)]) from error
        row.retired = True
        row.save(update_fields=["retired"])
