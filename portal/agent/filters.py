"""What a ticket list can be narrowed to: a closed list, each with the choices of this vendor's process."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Company
from sla.queries.escalations import knows_escalation
from tickets.models import Ticket
from tickets.models.process import CATEGORIES, FINAL_CATEGORIES
from tickets.models.ticket import ESCALATED, TicketQuerySet
from tickets.queries.catalogue import Rows, catalogue

ANY = "any"
MAJOR = "severity:major"
MOST_COMPANIES = 200


def _of(rows: Rows[Any], codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, rows[code].name) for code in codes]


def _offered(name: str) -> Any:
    """The vendor's rows of one kind, read when the form is made."""

    def choices() -> list[tuple[str, str]]:
        rows = getattr(catalogue(), name)
        return _of(rows, (row.code for row in rows.offered))

    return choices


def _states() -> list[tuple[str, Any]]:
    used = {row.category for row in catalogue().statuses.values()}
    return [*((code, label) for code, label in CATEGORIES.items() if code in used), (ANY, _("Finished ones too"))]


def marks() -> list[tuple[str, Any]]:
    """Flags that the process can raise, and major severities; empty if it knows neither."""
    known = catalogue()
    flags = dict.fromkeys(rule.spec.get("then", {}).get("flag") for rule in known.rules_of("routing"))
    major = [(MAJOR, _("Major"))] if any(row.is_major for row in known.severities.values()) else []
    if knows_escalation():
        flags[ESCALATED] = None
    return [*major, *((flag, flag.replace("_", " ").capitalize()) for flag in flags if flag)]


class TicketFilter(django_filters.FilterSet):
    """Narrows a list. Without a status chosen, finished tickets are left out."""

    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=_states, empty_label=_("Unfinished"), method="by_status"
    )
    severity = django_filters.ChoiceFilter(
        label=_("Severity"), choices=_offered("severities"), empty_label=_("Any severity"), method="by_code"
    )
    assignee = django_filters.ChoiceFilter(
        label=_("Assignee"),
        choices=[("me", _("Me")), ("none", _("Nobody"))],
        empty_label=_("Anybody"),
        method="by_assignee",
    )
    type = django_filters.ChoiceFilter(
        label=_("Type"), choices=_offered("types"), empty_label=_("Any type"), method="by_code"
    )
    turn = django_filters.ChoiceFilter(
        label=_("Turn"),
        choices=[("vendor", _("Our turn")), ("customer", _("Customer's turn")), ("other", _("Third party's turn"))],
        empty_label=_("Anybody's turn"),
    )
    level = django_filters.ChoiceFilter(
        label=_("Level"), choices=_offered("levels"), empty_label=_("Any level"), field_name="support_level"
    )
    mark = django_filters.ChoiceFilter(label=_("Mark"), choices=marks, empty_label=_("Any mark"), method="by_mark")
    company = django_filters.CharFilter(label=_("Company"), method="by_company", max_length=160)

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, *args: Any, fixed: Iterable[str] = (), with_finished: bool = False, **kwargs: Any) -> None:
        """`fixed` are filters that the list itself decides; `with_finished` keeps finished tickets without asking."""
        super().__init__(*args, **kwargs)
        self.with_finished = with_finished
        if with_finished:
            self.filters["status"].extra["empty_label"] = _("Any status")
        for name in {*fixed, *self._pointless()}:
            del self.filters[name]
        for name, field in self.form.fields.items():
            if self.data and self.data.get(name):
                field.widget.attrs["class"] = "chosen"
        self.form.fields["company"].widget.attrs["placeholder"] = _("Company")

    @staticmethod
    def _pointless() -> list[str]:
        """Filters that this vendor's process gives nothing to choose from."""
        known = catalogue()
        few = {"type": len(known.types) < 2, "level": not known.levels, "mark": not marks()}
        return [name for name, is_pointless in few.items() if is_pointless]

    @property
    def chosen(self) -> dict[str, str]:
        """What is narrowed to, as the address says it."""
        return {name: str(value) for name, value in self.form.cleaned_data.items() if value} if self.is_bound else {}

    @property
    def shows_finished(self) -> bool:
        """Whether finished tickets are asked for; the index for what is due next holds only unfinished ones."""
        self.is_valid()
        return self.chosen.get("status") in {ANY, *FINAL_CATEGORIES}

    def filter_queryset(self, queryset: TicketQuerySet) -> TicketQuerySet:
        everything = self.shows_finished or self.with_finished
        return super().filter_queryset(queryset if everything else queryset.unfinished())  # type: ignore[no-any-return]

    def by_status(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        if value == ANY:
            return tickets
        return tickets.filter(status__in=[row for row in catalogue().statuses.values() if row.category == value])

    def by_code(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        rows = {"severity": catalogue().severities, "type": catalogue().types}[name]
        return tickets.filter(**{name: rows[value]})

    def by_assignee(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        return tickets.filter(assignee_id=self.request.actor.id if value == "me" else None)

    def by_mark(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        if value == MAJOR:
            return tickets.filter(severity__in=[row for row in catalogue().severities.values() if row.is_major])
        return tickets.filter(flags__contains=[value])

    def by_company(self, tickets: TicketQuerySet, _name: str, value: str) -> TicketQuerySet:
        found = Company.objects.filter(name__icontains=value).values_list("pk", flat=True)[:MOST_COMPANIES]
        return tickets.filter(company__in=list(found))
