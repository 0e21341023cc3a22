"""The portal in the admin: its menu, its intake form, its contact points."""

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin

from helpdesk.admin.fields import Lines, Word, Words, Yaml
from helpdesk.admin.process import OrderedAdmin
from helpdesk.admin.site import Page
from helpdesk.models import BusinessCalendar
from helpdesk.process.sections import ROUND_THE_CLOCK
from portal.maintenance import admin as maintenance
from portal.models import ContactPoint, FormField, PortalMenuItem
from portal.process import OWN_KINDS, PAGES, TICKET_FIELDS, RequiredWhen
from portal.simulator.page import simulator
from tickets.admin import offered
from tickets.models import Severity
from tickets.models.ticket import CHANNELS

__all__ = ["maintenance"]


def _in_words(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, code.replace("_", " ").capitalize()) for code in codes]


def _hours() -> list[tuple[str, str]]:
    codes = list(BusinessCalendar.objects.order_by("position", "id").values_list("code", flat=True))
    return [(code, code) for code in [*codes, ROUND_THE_CLOCK]]


def _word(noun: str, choices: Any) -> Any:
    return lambda **kwargs: Word(noun, choices, **kwargs)


@admin.register(PortalMenuItem)
class MenuAdmin(OrderedAdmin):
    """The customer portal's menu."""

    group = "Forms and portal"
    list_display = ("label", "marks", "page", "position")
    asked_as: ClassVar = {"page": _word("page", _in_words(PAGES))}


@admin.register(FormField)
class FormFieldAdmin(OrderedAdmin):
    """The intake form."""

    group = "Forms and portal"
    list_display = ("label", "marks", "key", "kind", "required", "secret", "group", "position")
    asked_as: ClassVar = {
        "kind": _word("kind of field", _in_words((*TICKET_FIELDS, *OWN_KINDS))),
        "filled_by": _word("filler", [("system", "System")]),
        "choices": Lines,
        "required_when": partial(Yaml, dict, RequiredWhen),
    }
    fieldsets: Any = (
        (None, {"fields": ("label", "key", "kind", "group", "help")}),
        ("When it is asked", {"fields": ("required", "required_when", "filled_by", "default")}),
        ("Choices", {"fields": ("choices", "empty_label")}),
        ("Files and secrets", {"fields": ("secret", "paste_images", "drag_and_drop")}),
        ("Sources", {"fields": ("assumed",)}),
    )


@admin.register(ContactPoint)
class ContactPointAdmin(OrderedAdmin):
    """Ways to reach the vendor."""

    group = "Forms and portal"
    list_display = ("label", "marks", "channel", "address", "number", "hours", "primary", "position")
    asked_as: ClassVar = {
        "channel": _word("channel", CHANNELS.items()),
        "hours": _word("calendar", _hours),
        "severities": partial(Words, "severity", offered(Severity)),
        "number_by_country": partial(Yaml, dict),
    }


admin.site.add_page(Page("Process file", "Simulator", "simulator/", simulator))  # type: ignore[attr-defined]
