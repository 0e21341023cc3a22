"""Many dated days at once: what is asked for, what is proposed, and what is added to a calendar."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from helpdesk.days import Day, joined
from helpdesk.ical import LONGEST_FILE
from helpdesk.models import BusinessCalendar, Holiday, SpecialHours
from helpdesk.process.section import ProcessInvalid
from helpdesk.process.spec import Problem
from helpdesk.public_holidays import (
    FIRST_YEAR,
    LAST_YEAR,
    countries,
    kinds,
    languages,
    public_holidays,
    regions,
)
from helpdesk.tenancy import current_vendor

MOST_YEARS = 5
MOST_DATED = 1000  # rows that a page of the admin can still send


@dataclass(frozen=True)
class Proposed:
    """A day on offer: what the calendar says of that date already, whether it is over, whether it is ticked."""

    day: Day
    there: str | None
    is_past: bool
    is_ticked: bool


def propose(
    calendar: BusinessCalendar, days: Iterable[Day], today: date, ticked: Collection[str] | None
) -> list[Proposed]:
    """Every day with what is known of its date. At first those are ticked that are new and not over."""
    known = {day.key: day.name for day in dated_days(calendar, unused=True)}
    offered = []
    for day in days:
        there, is_past = known.get(day.key), day.date < today
        wanted = not is_past if ticked is None else day.key in ticked
        offered.append(Proposed(day, there, is_past, is_ticked=there is None and wanted))
    return offered


def dated_days(calendar: BusinessCalendar, *, unused: bool = False) -> list[Day]:
    """The closed and special days of a calendar; `unused` ones are optional dates on which it does not close."""
    closed = [
        Day(row.date, row.name)
        for row in calendar.holidays.all()
        if unused or calendar.use_optional or not row.optional
    ]
    special = [Day(row.date, row.name, ((row.opens, row.closes),)) for row in calendar.special_hours.all()]
    return joined(closed + special)


def add_days(calendar: BusinessCalendar, days: Iterable[Day], *, optional: bool, assumed: bool) -> int:
    """Add those days whose dates the calendar says nothing of yet; how many there were. Call inside an edit."""
    known = dated_days(calendar, unused=True)
    keys = {day.key for day in known}
    new = [day for day in days if day.key not in keys]
    if len(known) + len(new) > MOST_DATED:
        raise ProcessInvalid(
            [Problem(f"calendar {calendar}", f"a calendar has at most {MOST_DATED} dated days; delete old ones first")]
        )
    Holiday.objects.bulk_create(
        Holiday(calendar=calendar, date=day.date, name=day.name, optional=optional, assumed=assumed)
        for day in new
        if not day.hours
    )
    SpecialHours.objects.bulk_create(
        SpecialHours(calendar=calendar, date=day.date, opens=opens, closes=closes, name=day.name, assumed=assumed)
        for day in new
        for opens, closes in day.hours
    )
    return len(new)


class YearsForm(forms.Form):
    """For which years days are asked for."""

    first_year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last_year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, initial={"first_year": years[0], "last_year": years[-1]}, **kwargs)

    def years(self) -> range:
        """The years, once the form is valid."""
        return range(self.cleaned_data["first_year"], self.cleaned_data["last_year"] + 1)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first is not None and last is not None and not first <= last < first + MOST_YEARS:
            self.add_error("last_year", f"Choose one to {MOST_YEARS} years, the last one not before the first.")
        return cleaned


class HolidaysForm(YearsForm):
    """Whose public holidays. What can be chosen of a country is asked once the country is."""

    country = forms.ChoiceField()
    asked_of = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("country", "first_year", "last_year", "region", "kinds", "language", "asked_of")

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data, years=years)
        self.fields["country"].choices = [("", "---------"), *countries().items()]  # type: ignore[attr-defined]
        country = data.get("country", "") if data else ""
        if country in countries():
            self._ask_of(country)

    def _ask_of(self, country: str) -> None:
        """The fields of this country; what was chosen for another one is forgotten."""
        spoken = languages(country)
        ours = current_vendor().default_language
        defaults = {
            "asked_of": country,
            "region": "",
            "kinds": [next(iter(kinds(country)))],
            "language": next((code for code in spoken if code.partition("_")[0] == ours), next(iter(spoken), "")),
        }
        whole = [("", "Whole country")]
        self.fields["region"] = forms.ChoiceField(choices=[*whole, *regions(country).items()], required=False)
        self.fields["kinds"] = forms.MultipleChoiceField(
            choices=list(kinds(country).items()), widget=forms.CheckboxSelectMultiple, label="Kinds of days"
        )
        self.fields["language"] = forms.ChoiceField(choices=list(spoken.items()), required=bool(spoken))
        self.order_fields(self.field_order)
        if self.data.get("asked_of") != country:
            self.data = self.data.copy()  # type: ignore[union-attr]
            for name, value in defaults.items():
                self.data.setlist(name, value if isinstance(value, list) else [value])  # type: ignore[union-attr]

    def days(self) -> list[Day]:
        """What the library says."""
        asked = self.cleaned_data
        return public_holidays(
            asked["country"],
            self.years(),
            region=asked["region"],
            chosen=asked["kinds"],
            language=asked["language"],
        )


class FileForm(YearsForm):
    """An iCalendar file: a chosen one, or the text of the one that the page shows the days of."""

    file = forms.FileField(required=False, label="File", help_text="A file of the kind .ics, at most 1 MB.")
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    field_order = ("file", "first_year", "last_year", "text")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        file = cleaned.get("file")
        if file is not None and file.size > LONGEST_FILE:
            self.add_error("file", "An iCalendar file has at most 1 MB.")
        elif file is not None:
            try:
                cleaned["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise ValidationError({"file": "The file is not text in UTF-8."}) from error
        elif not cleaned.get("text"):
            self.add_error("file", "Choose a file.")
        return cleaned


class KeepForm(forms.Form):
    """What the ticked days become."""

    kind = forms.ChoiceField(
        label="Add closed days as",
        choices=[
            ("closed", "closed dates"),
            ("optional", "optional closed dates: closed only while the calendar says so"),
        ],
        initial="closed",
        widget=forms.RadioSelect,
    )
    assumed = forms.BooleanField(
        required=False, initial=True, label="Assumed", help_text="The vendor's document does not give these days."
    )
