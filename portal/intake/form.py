"""The form for a new ticket, made from the vendor's own fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.models import Contact
from helpdesk.remembered import remembered
from portal.intake.asking import CHOSEN, drawn_as, field_for, is_asked
from portal.intake.flags import routed
from portal.models import FormField
from tickets.queries.catalogue import catalogue

FOLLOWS = "form-follows"
FORM_KEY = "form-key"  # no field of a vendor has such a name: theirs have no hyphen
SHORT = {"product", "product_version", "priority", "impact", "external_reference", "language", "company", "contact"}
PLAIN = ("subject", "product_version", "external_reference", "language")
OWN_KINDS = ("text", "long_text", "choice", "date_time", "check")


@dataclass(frozen=True)
class Part:
    """One field on the page: how it is drawn, and the field of the process that it comes from."""

    bound: forms.BoundField
    drawn: str
    row: FormField
    label: str | SafeString


@dataclass(frozen=True)
class Group:
    """Fields under one heading, in rows."""

    title: str
    rows: list[list[Part]]


@remembered
def form_rows() -> list[FormField]:
    """The vendor's fields in order."""
    return list(FormField.objects.order_by("position", "id"))


class IntakeForm(forms.Form):
    """Asks what this vendor asks. What a rule says of the subject decides which facts are required."""

    def __init__(self, *args: Any, contact: Contact, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact, self.now = contact, now
        self.fields[FORM_KEY] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
        self.fields[FOLLOWS] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.rows = [row for row in form_rows() if is_asked(row, contact)]
        for row in self.rows:
            self.fields[row.key] = field_for(row, contact, now)

    def groups(self) -> Iterator[Group]:
        """The fields as they stand on the page: runs of one group, short ones side by side."""
        for title, rows in groupby(self.rows, key=lambda row: row.group):
            drawn: list[list[Part]] = []
            for row in rows:
                part = Part(self[row.key], drawn_as(row, self.fields[row.key]), row, self._label(row))
                side_by_side = drawn and row.kind in SHORT and len(drawn[-1]) == 1 and drawn[-1][0].row.kind in SHORT
                drawn[-1].append(part) if side_by_side else drawn.append([part])
            yield Group(title, drawn)

    def _label(self, row: FormField) -> str | SafeString:
        """A field that is required at some severities wears its sign while one of them is chosen."""
        severity = self._key_of("severity")
        if not (row.required_when and severity):
            return row.label
        when = f"{severity}={'|'.join(row.required_when['severity'])}"
        star = '{} <span class="field-required" aria-hidden="true" data-show-when="{}">*</span>'
        return format_html(star, row.label, when)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        wanted = self._routed(cleaned)
        for row in self.rows:
            if row.required_when and not cleaned.get(row.key) and row.key not in self.errors:
                self._require(row, wanted)
            if row.kind == "date_time" and (at := cleaned.get(row.key)) is not None and at > self.now:
                self.add_error(row.key, _("This lies in the future. Say when it happened."))
        return cleaned

    def _routed(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        chosen = self._rows_chosen(cleaned)
        return routed(
            company=self.contact.company,
            subject=str(cleaned.get(self._key_of("subject")) or ""),
            type=chosen.get("type"),
            queue=chosen.get("queue"),
            severity=chosen.get("severity"),
        ) | {"chosen": (chosen.get("severity") or catalogue().default_severity).code}

    def _require(self, row: FormField, wanted: Mapping[str, str]) -> None:
        severity = wanted.get("severity", wanted["chosen"])
        unless = row.required_when.get("unless_flag")
        if severity in row.required_when["severity"] and not (unless and wanted.get("flag") == unless):
            name = catalogue().severities[severity].name
            self.add_error(row.key, _("With “%s” we need this.") % name)

    def _key_of(self, kind: str) -> str:
        return next((row.key for row in self.rows if row.kind == kind), "")

    def _rows_chosen(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for row in self.rows:
            if row.kind in CHOSEN and (code := cleaned.get(row.key)):
                found[row.kind] = getattr(catalogue(), CHOSEN[row.kind])[code]
        return found

    def facts(self) -> dict[str, Any]:
        """What `open_ticket` takes, from a form that is valid."""
        cleaned = self.cleaned_data
        facts: dict[str, Any] = self._rows_chosen(cleaned) | {"fields": {}, "secrets": {}, "key": cleaned[FORM_KEY]}
        for row in self.rows:
            value = cleaned.get(row.key)
            if row.kind == "description":
                facts["body"] = value
            elif row.kind in PLAIN:
                facts[row.kind] = value or ""
            elif row.kind in OWN_KINDS and row.secret:
                facts["secrets"][row.key] = value
            elif row.kind in OWN_KINDS and value not in ("", None):
                facts["fields"][row.key] = value.isoformat() if isinstance(value, datetime) else value
        return facts

    def uploads(self) -> list[Any]:
        """All files, whichever field they came with."""
        return [file for row in self.rows if row.kind == "files" for file in self.cleaned_data.get(row.key) or ()]

    @property
    def key_value(self) -> str:
        """The name of this form; a form that is shown again keeps it, and with it the files chosen in the browser."""
        return str(self[FORM_KEY].value() or "")

    @property
    def had_files(self) -> bool:
        """Whether files were sent: a browser cannot be given them back."""
        return bool(self.files)
