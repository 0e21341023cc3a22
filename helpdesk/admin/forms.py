"""Forms of the admin: sentences for rows that are there already, and for a process that would not run."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import get_text_list

from helpdesk.admin.fields import Words
from helpdesk.process.spec import Problem


class RowForm(forms.ModelForm):
    """A row of the vendor. `problems` are what the whole process would have if it were saved."""

    problems: Sequence[Problem] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if isinstance(field, Words) and name in cleaned:
                cleaned[name] = _in_order(self.initial.get(name) or [], cleaned[name])
        for problem in self.problems:
            self.add_error(None, str(problem))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """A new row goes to the end of its list."""
        row = self.instance
        if row._state.adding and hasattr(row, "position") and "position" not in self.fields:
            last = type(row)._default_manager.aggregate(last=models.Max("position"))["last"]
            row.position = 0 if last is None else last + 1
        return super().save(commit=commit)

    def _post_clean(self) -> None:
        """Django leaves out constraints on a field that no form holds; ours start with the vendor."""
        super()._post_clean()  # type: ignore[misc]
        exclude = self._get_validation_exclusions() - {"vendor"}  # type: ignore[attr-defined]
        for constraint in self.instance._meta.constraints:
            fields = [name for name in getattr(constraint, "fields", ()) if name in self.fields]
            if not fields:
                continue
            try:
                constraint.validate(type(self.instance), self.instance, exclude=exclude)
            except ValidationError:
                self.add_error(fields[-1], sentence_of(constraint.name))


def sentence_of(constraint: str) -> str:
    """A constraint's name as a sentence."""
    return f"This {constraint.replace('_', ' ').replace('email', 'e-mail address')}."


def _in_order(before: list[str], now: list[str]) -> list[str]:
    """What stays keeps its place: ticking a box does not turn the list around."""
    return [word for word in before if word in now] + [word for word in now if word not in before]


class InlineRows(forms.BaseInlineFormSet):
    """Rows of an inline."""

    def clean(self) -> None:
        super().clean()
        for constraint in self.model._meta.constraints:
            names = [name for name in getattr(constraint, "fields", ()) if name not in ("vendor", self.fk.name)]
            kept = [form.cleaned_data for form in self.forms if form.is_valid() and not self._should_delete_form(form)]
            keys = [tuple(facts.get(name) for name in names) for facts in kept if facts]
            if names and len(set(keys)) < len(keys):
                same = get_text_list([name.replace("_", " ") for name in names], "and")
                raise ValidationError(f"Two rows have the same {same}.")


class ListedRows(forms.BaseModelFormSet):
    """Rows that are edited in the list."""

    problems: Sequence[Problem] = ()

    def clean(self) -> None:
        super().clean()
        if self.problems:
            raise ValidationError([str(problem) for problem in self.problems])
