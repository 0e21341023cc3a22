"""The parts that pages are made of: one tag each, one template in `templates/components/`, one CSS file."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zlib import crc32

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.templatetags import desk
from portal.templatetags.parts import block, checked, drawing
from portal.templatetags.words import initials, moment

register = template.Library()
register.tags.update(desk.register.tags)  # one `{% load ui %}` gives a page every part

NOTICES = {
    "neutral": "info",
    "info": "info",
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "octagon-alert",
}


# ---- Small things inside a line -------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: int = 16) -> str:
    """A drawing beside a word; it has no name of its own."""
    return drawing(str(name), size)


@register.inclusion_tag("components/badge.html")
def badge(text: str, *, tone: str = "neutral", icon: str = "", title: str = "") -> dict[str, Any]:
    """A short word with a meaning: tone and icon only underline it."""
    return {"text": text, "tone": checked(tone), "icon": icon, "title": title}


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | date | None, *, style: str = "relative") -> SafeString | str:
    """An instant in the vendor's zone: `relative`, `full` ("Tue 26 May, 14:00") or `date`."""
    return moment(at, timezone.localtime(context.get("now")), style) if at else ""


@register.inclusion_tag("components/avatar.html")
def avatar(name: str, *, size: str = "normal") -> dict[str, Any]:
    """A disc with a person's initials, in one of six hues that stay the same for the name."""
    hue = crc32(str(name).encode()) % 6
    return {
        "initials": initials(name),
        "hue": hue,
        "size": checked(size, ("small", "normal", "large")),
    }


@register.inclusion_tag("components/person.html")
def person(name: str, *, detail: str = "", size: str = "small") -> dict[str, Any]:
    """A person by disc and name, with one detail (company, role)."""
    return {"name": name, "detail": detail, "size": size}


@register.inclusion_tag("components/progress.html")
def progress(done: int, *, total: int, label: str, unit: str = "", tone: str = "accent") -> dict[str, Any]:
    """How much of something is done or used, as a bar and as "4 of 6"."""
    return {
        "done": done,
        "total": total,
        "label": label,
        "unit": unit,
        "tone": checked(tone),
    }


@register.inclusion_tag("components/stat.html")
def stat(value: str, *, label: str, detail: str = "", tone: str = "neutral", url: str = "") -> dict[str, Any]:
    """One figure with its name."""
    return {
        "value": value,
        "label": label,
        "detail": detail,
        "tone": checked(tone),
        "url": url,
    }


# ---- Buttons and navigation -----------------------------------------------------------------------


@register.inclusion_tag("components/button.html")
def button(
    text: str,
    *,
    tone: str = "plain",
    icon: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    form: str = "",
    key: str = "",
    size: str = "normal",
    bare: bool = False,
) -> dict[str, Any]:
    """A button: `primary` once on a screen, else `plain`, `quiet` or `danger`; `bare` shows the icon only."""
    checked(tone, ("primary", "plain", "quiet", "danger"))
    checked(size, ("small", "normal", "large"))
    return {
        "text": text,
        "tone": tone,
        "icon": icon,
        "type": type,
        "name": name,
        "value": value,
        "form": form,
        "key": key,
        "size": size,
        "bare": bare,
    }


@register.inclusion_tag("components/button.html")
def link_button(
    text: str,
    *,
    url: str,
    tone: str = "plain",
    icon: str = "",
    key: str = "",
    size: str = "normal",
    bare: bool = False,
) -> dict[str, Any]:
    """A link that looks like a button, for going somewhere to do something."""
    return {
        **button(text, tone=tone, icon=icon, key=key, size=size, bare=bare),
        "url": url,
    }


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], *, label: str) -> dict[str, Any]:
    """Pages beside each other: `items` are `{label, url, current, count}`."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/pager.html")
def pager(*, newer: str = "", older: str = "", text: str = "") -> dict[str, Any]:
    """The way to the page before and after; nothing when there is only one."""
    return {"newer": newer, "older": older, "text": text}


@register.simple_block_tag
def menu(
    content: str,
    *,
    label: str,
    icon: str = "",
    align: str = "start",
    tone: str = "quiet",
) -> SafeString:
    """A button that unfolds a list; the content is `<li>` elements."""
    checked(align, ("start", "end"))
    return block("menu", content=content, label=label, icon=icon, align=align, tone=tone)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: str,
    *,
    label: str,
    question: str,
    yes: str,
    action: str,
    tone: str = "danger",
    icon: str = "",
    opened: bool = False,
) -> SafeString:
    """Ask once, in a sentence, before something is done; the content is more fields of the form.

    `opened` shows a form again that was not accepted.
    """
    parts = {
        "label": label,
        "question": question,
        "yes": yes,
        "action": action,
        "tone": tone,
        "icon": icon,
        "opened": opened,
    }
    return block("confirm", content=content, csrf_token=context.get("csrf_token"), **parts)


# ---- Boxes ----------------------------------------------------------------------------------------


@register.simple_block_tag
def card(
    content: str,
    *,
    title: str = "",
    icon: str = "",
    level: int = 2,
    tone: str = "neutral",
) -> SafeString:
    """A box that holds what belongs together."""
    return block("card", content=content, title=title, icon=icon, level=level, tone=checked(tone))


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", title: str = "") -> SafeString:
    """Something to know before going on."""
    return block(
        "notice",
        content=content,
        tone=tone,
        title=title,
        icon=NOTICES[checked(tone, NOTICES)],
    )


@register.inclusion_tag("components/notice.html")
def flash(message: Message) -> dict[str, Any]:
    """A message of the last request; the extra tag `sent:KEY` says which kept draft has been sent."""
    tone = {"success": "good", "warning": "warn", "error": "bad"}.get(message.level_tag, "info")
    sent = (message.extra_tags or "").partition("sent:")[2].split(" ")[0]
    return {"title": message, "tone": tone, "icon": NOTICES[tone], "sent": sent}


@register.simple_block_tag
def empty(content: str, *, title: str, icon: str = "inbox") -> SafeString:
    """What a list says when it has nothing: a sentence and what comes next."""
    return block("empty", content=content, title=title, icon=icon)


@register.simple_block_tag
def disclosure(content: str, *, label: str, open: bool = False) -> SafeString:
    """More for those who ask."""
    return block("disclosure", content=content, label=label, open=open)


@register.simple_block_tag
def facts(content: str, *, label: str = "") -> SafeString:
    """A list of properties; holds `fact` tags."""
    return block("facts", content=content, label=label)


@register.simple_block_tag
def fact(content: str, label: str) -> SafeString:
    """One property; an empty one is not shown."""
    return block("fact", content=content, label=label) if content.strip() else SafeString("")


@register.simple_block_tag
def rows(content: str, *, caption: str, columns: Sequence[Mapping[str, Any]], key: str = "") -> SafeString:
    """A list as a table: `columns` are `{label, kind, url, sorted, hidden, minor}`, the content `<tr>`s.

    `kind` names the cell class (`cell-KIND`), `sorted` is "ascending" or "descending".
    """
    return block("rows", content=content, caption=caption, columns=columns, key=key)


# ---- Forms ----------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    label: str = "",
    help: str = "",
    kind: str = "",
    hide_label: bool = False,
) -> dict[str, Any]:
    """A form field with label, help and errors, tied together for screen readers."""
    widget = bound.field.widget
    kind = kind or {"checkbox": "check", "radio": "choices", "file": "file"}.get(
        getattr(widget, "input_type", ""), "choices" if bound.use_fieldset else "line"
    )
    bound.help_text = help or bound.help_text  # Django ties the input to it by aria-describedby
    return {
        "field": bound,
        "label": label or bound.label,
        "help": bound.help_text,
        "kind": checked(kind, ("line", "check", "choices", "cards", "file")),
        "hide_label": hide_label,
    }


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form in their order, with the summary of what is wrong on top."""
    return {"form": form}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, *, title: str = "") -> dict[str, Any]:
    """What is wrong with a form, on top of it, each line leading to its field."""
    lines = [
        {"target": _target(form, name), "label": _label(form, name), "text": error}
        for name, found in form.errors.items()
        for error in found
    ]
    return {"lines": lines, "title": title or _("Check what you entered")}


def _label(form: BaseForm, name: str) -> str:
    return str(form[name].label) if name in form.fields else ""


def _target(form: BaseForm, name: str) -> str:
    if name not in form.fields:
        return ""
    bound = form[name]
    return bound.id_for_label or f"{bound.auto_id}_0"  # a group of choices has no label of its own: go to the first


@register.inclusion_tag("components/file_drop.html")
def file_drop(
    bound: BoundField,
    *,
    label: str = "",
    help: str = "",
    max_bytes: int = 0,
    hide_label: bool = False,
) -> dict[str, Any]:
    """A file field that also takes dropped files and pasted images."""
    parts = field(bound, label=label, help=help, kind="file", hide_label=hide_label)
    return {**parts, "max_bytes": max_bytes}
