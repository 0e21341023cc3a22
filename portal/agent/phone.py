"""A ticket that an agent writes down for somebody else: the vendor's own form, with what only staff may set."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Contact
from helpdesk.remembered import remembered
from portal.intake.fields import explained, pick
from portal.intake.form import IntakeForm
from portal.models import ContactPoint, FormField
from tickets.models.ticket import CHANNELS
from tickets.queries.catalogue import catalogue

BY_HAND = ("phone", "chat", "social", "voicemail")  # channels in which somebody writes down what was said
MOST_FOUND = 30


@remembered
def channels() -> list[str]:
    """The phone, and other channels by hand that the vendor can be reached through."""
    reached = set(ContactPoint.objects.values_list("channel", flat=True))
    return [channel for channel in BY_HAND if channel == "phone" or channel in reached]


def find_contacts(words: str) -> Sequence[Contact]:
    """Active contacts by name, address, telephone number or company; every word must be found."""
    found = Contact.objects.filter(is_active=True, company__is_active=True).select_related("company")
    for word in words.split()[:6]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(email__contains=word.lower())
            | Q(phone__contains=word)
            | Q(company__name__icontains=word)
        )
    return list(found.order_by("company__name", "name", "id")[:MOST_FOUND]) if words.split() else []


class PhoneForm(IntakeForm):
    """The vendor's form as staff fill it in: any queue, any severity, and the channel it came by."""

    agent_channel = forms.ChoiceField(label=gettext_lazy("It came by"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent_channel"].choices = [(channel, CHANNELS[channel]) for channel in channels()]
        self.fields["agent_channel"].initial = channels()[0]
        self._ask("severity", self._severities(), str(_("Severity")), str(_("Not graded yet")))
        self._ask("queue", self._queues(), str(_("Queue")), str(_("Where the rules put it")))

    def _ask(self, kind: str, choices: list[tuple[str, Any]], label: str, empty_label: str) -> None:
        """Ask for a row of the catalogue with all that staff may choose, in the vendor's place if it has one."""
        row = next((row for row in self.rows if row.kind == kind), None)
        if row is None:
            row = FormField(key=kind, kind=kind, label=label)
            self.rows.append(row)
        as_list = kind == "severity"
        field = pick(choices, empty_label="" if as_list else empty_label, as_list=as_list)
        field.label, field.required = row.label, False
        if as_list:
            field.initial = catalogue().default_severity.code
        self.fields[row.key] = field

    @staticmethod
    def _severities() -> list[tuple[str, Any]]:
        return [(row.code, explained(row.name, row.definition)) for row in catalogue().severities.offered]

    @staticmethod
    def _queues() -> list[tuple[str, Any]]:
        return [(row.code, row.name) for row in catalogue().queues.offered if not row.is_template]

    @property
    def channel(self) -> str:
        return str(self.cleaned_data["agent_channel"])
