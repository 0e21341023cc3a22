"""Form fields that Django does not have: several files at once, and choices that explain themselves."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tickets.commands import NewFile

MOST_CARDS = 5


class FilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; sizes and numbers are judged by the command that keeps them."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            super().clean(None, initial)
        return [super(FilesField, self).clean(file, initial) for file in files]


def new_files(uploads: Iterable[UploadedFile]) -> list[NewFile]:
    """Uploads as commands take them."""
    return [
        NewFile(
            name=upload.name or "",
            content_type=upload.content_type or "",
            size=upload.size or 0,
            stream=upload.file,  # type: ignore[arg-type]
        )
        for upload in uploads
    ]


def explained(name: str, words: str, remark: str = "") -> str | SafeString:
    """The name of a choice with what it means under it."""
    if not words and not remark:
        return name
    lines = format_html_join("", '<span class="choice-help">{}</span>', ((text,) for text in (words, remark) if text))
    return format_html('<span class="choice"><b>{}</b>{}</span>', name, lines)


def pick(rows: Iterable[tuple[str, str]], *, empty_label: str = "", as_list: bool = False) -> forms.ChoiceField:
    """A choice among a few, as a list of radios or as a drop-down that begins with `empty_label`."""
    if as_list:
        return forms.ChoiceField(choices=list(rows), widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", empty_label or "—"), *rows])
