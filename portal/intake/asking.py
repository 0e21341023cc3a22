"""From a field of the vendor's process to a form field: how it is asked, and what may be chosen."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from helpdesk.access import allowed
from helpdesk.models import Contact
from helpdesk.tenancy import current_vendor
from portal.intake.fields import MOST_CARDS, FilesField, explained, pick
from portal.intake.flags import words_that_raise
from portal.models import FormField
from tickets.models import Queue, Severity
from tickets.permissions import check_grade
from tickets.queries.catalogue import catalogue

CHOSEN = {  # fields that are rows of the catalogue: its collection
    "type": "types",
    "queue": "queues",
    "severity": "severities",
    "priority": "priorities",
    "impact": "impacts",
    "product": "products",
}


def is_asked(row: FormField, contact: Contact) -> bool:
    """Whether this contact meets the field: a severity it may set, a choice with something to choose."""
    if row.kind == "severity":
        return allowed(check_grade, contact.actor)
    if row.filled_by == "system":
        return row.kind in ("company", "contact", "date_time")
    return row.kind not in CHOSEN or bool(_offered(row.kind, contact))


def drawn_as(row: FormField, field: forms.Field) -> str:
    """How the page draws a field: file, cards, choices or line."""
    if row.kind == "files":
        return "file"
    if row.kind == "check":
        return "check"
    if isinstance(field.widget, forms.RadioSelect):
        return "cards"
    return "line"


def field_for(row: FormField, contact: Contact, now: datetime) -> forms.Field:
    """The field that asks what this row of the process asks."""
    field = MAKERS.get(row.kind, _text)(row, contact)
    field.label, field.required = row.label, row.required
    field.help_text = " ".join(text for text in (row.help, field.help_text, _needed_when(row)) if text)
    if row.kind in ("company", "contact") or (row.filled_by == "system" and row.kind == "date_time"):
        field.disabled, field.required = True, False
        field.initial = {"company": contact.company.name, "contact": _reachable(contact), "date_time": now}[row.kind]
    elif row.default and field.initial is None:
        field.initial = row.default
    return field


def _reachable(contact: Contact) -> str:
    return ", ".join(text for text in (contact.name, contact.email, contact.phone) if text)


def _needed_when(row: FormField) -> str:
    """When a field is required that is not always."""
    if not row.required_when or row.required:
        return ""
    known = catalogue().severities
    names = [known[code].name for code in row.required_when["severity"] if code in known]
    words = words_that_raise(row.required_when.get("unless_flag") or "")
    shown = {"names": _(" and ").join(names), "words": ", ".join(words)}
    if words:
        return _("Needed for %(names)s, unless the subject says %(words)s.") % shown
    return _("Needed for %(names)s.") % shown


def _text(row: FormField, contact: Contact) -> forms.Field:
    if row.secret:
        widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "off", "data-1p-ignore": ""})
        return forms.CharField(max_length=2000, widget=widget)
    return forms.CharField(max_length=1000)


def _subject(row: FormField, contact: Contact) -> forms.Field:
    return forms.CharField(max_length=250, widget=forms.TextInput(attrs={"autocomplete": "off"}))


def _fact(row: FormField, contact: Contact) -> forms.Field:
    return forms.CharField(max_length=80)


def _long_text(row: FormField, contact: Contact) -> forms.Field:
    if row.secret:
        return _text(row, contact)
    main = row.kind == "description"
    attrs = {"rows": 8, "data-draft": "new"} if main else {"rows": 4, "class": "short"}
    return forms.CharField(max_length=100_000, widget=forms.Textarea(attrs=attrs))


def _date_time(row: FormField, contact: Contact) -> forms.Field:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    zone = get_current_timezone_name().replace("_", " ")
    return forms.DateTimeField(
        widget=widget,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text="" if row.filled_by else _("Time in %s.") % zone,
    )


def _files(row: FormField, contact: Contact) -> forms.Field:
    return FilesField(allow_empty_file=True)


def _check(row: FormField, contact: Contact) -> forms.Field:
    return forms.BooleanField()


def _choice(row: FormField, contact: Contact) -> forms.Field:
    return pick(((word, word) for word in row.choices), empty_label=row.empty_label)


def _offered(kind: str, contact: Contact) -> list[Any]:
    return [row for row in getattr(catalogue(), CHOSEN[kind]).offered if _is_offered(kind, row, contact)]


def _is_offered(kind: str, row: Any, contact: Contact) -> bool:
    if kind == "queue":
        return _offers_queue(row, contact)
    if kind == "severity":
        return not row.is_unassigned
    return kind != "product" or row.lifecycle == "supported"


def _offers_queue(queue: Queue, contact: Contact) -> bool:
    for_partner = queue.portal_visibility == "partners" and contact.company.kind == "partner"
    return not queue.is_template and (queue.portal_visibility == "all" or for_partner)


def _row(row: FormField, contact: Contact) -> forms.Field:
    """A choice among rows of the catalogue; those that have a meaning written down show it."""
    rows = _offered(row.kind, contact)
    is_explained = any(_meaning(item) for item in rows)
    worth_a_list = row.kind in ("type", "queue", "severity") and (is_explained or len(rows) <= MOST_CARDS)
    as_list = worth_a_list and not row.empty_label
    field = pick(
        ((item.code, explained(item.name, _meaning(item), _remark(item))) for item in rows)
        if as_list
        else ((item.code, item.name) for item in rows),
        empty_label=row.empty_label,
        as_list=as_list,
    )
    if row.kind == "severity" and not row.default and not row.required:
        default = catalogue().default_severity
        field.initial = "" if default.is_unassigned else default.code
    return field


def _meaning(item: Any) -> str:
    return str(getattr(item, "definition", "") or getattr(item, "help", ""))


def _remark(item: Any) -> str:
    asks_for_call = isinstance(item, Severity) and item.phone_call_required
    return _("Please call us as well.") if asks_for_call else ""


def _language(row: FormField, contact: Contact) -> forms.Field:
    """The standard language first; those that are accepted without a promise say so."""
    spoken = current_vendor().ticket_languages
    standard, others = spoken.get("standard", ""), spoken.get("accepted_without_guarantee", [])
    remark = _("no guaranteed response time")
    choices = [(standard, language_name(standard))] if standard else []
    choices += [(code, f"{language_name(code)} ({remark})") for code in others]
    field = forms.ChoiceField(choices=choices)
    field.initial = contact.language if contact.language in dict(choices) else standard
    return field


def language_name(code: str) -> str:
    """A language in the language of the page."""
    try:
        return str(get_language_info(code)["name_translated"]).capitalize()
    except KeyError:
        return code


MAKERS: Mapping[str, Callable[[FormField, Contact], Any]] = {
    "subject": _subject,
    "description": _long_text,
    "long_text": _long_text,
    "product_version": _fact,
    "external_reference": _fact,
    "type": _row,
    "queue": _row,
    "severity": _row,
    "priority": _row,
    "impact": _row,
    "product": _row,
    "language": _language,
    "files": _files,
    "choice": _choice,
    "date_time": _date_time,
    "check": _check,
}


def shown_value(row: FormField, value: Any) -> str:
    """A vendor's own field as the ticket page shows it."""
    if row.kind == "check":
        return _("Yes") if value else _("No")
    if row.kind == "date_time":
        return localtime(datetime.fromisoformat(str(value))).strftime("%Y-%m-%d %H:%M")
    return str(value)
