"""The floor's sections: the vendor itself, its languages, calendars, teams and regions."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, field_validator

from helpdesk.calendars import calendar_of
from helpdesk.days import years_without_dates
from helpdesk.models import BusinessCalendar, Holiday, OpeningHours, Region, SpecialHours, Team, Vendor
from helpdesk.models.vendor import REGISTRATION
from helpdesk.process.section import Parsed, RowSection, Section
from helpdesk.process.spec import ClockTime, Code, Coded, Problem, Ref, Row, Spec, Zone, one_of, repeated
from helpdesk.worktime import WorkingCalendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RESERVED_SLUGS = {"accounts", "admin", "agent", "api", "files", "health", "hooks", "metrics", "static", "tickets"}
ROUND_THE_CLOCK = "24x7"
DayName = Annotated[str, Field(max_length=120)]
# The lists of closed dates of a calendar, and what a row on each of them is.
CLOSED_DATES = {
    "holidays": {"assumed": False, "optional": False},
    "assumed_holidays": {"assumed": True, "optional": False},
    "optional_closed_dates": {"assumed": False, "optional": True},
    "assumed_optional_closed_dates": {"assumed": True, "optional": True},
}


class TermsSpec(Spec):
    """The vendor's own words for the product's."""

    ticket: str = ""
    tickets: str = ""
    number: str = ""
    severity: str = ""
    first_response: str = ""
    resolution: str = ""
    customer: str = ""


class VendorSpec(Row):
    """The vendor and its own words."""

    slug: Code
    name: str = Field(min_length=1, max_length=80)
    time_zone: Zone
    default_language: str = Field("en", max_length=8)
    portal_languages: list[str] = []
    portal_host: str = Field("", max_length=253, description="The vendor's own host name for its portal.")
    agent_label: str = Field("Support", max_length=80)
    terms: TermsSpec = TermsSpec()
    number_format: str = Field("{n}", max_length=40)
    first_number: int = Field(1001, ge=1)
    registration_policy: one_of("registration policy", REGISTRATION) = "invite_only"  # type: ignore[valid-type]
    about_text: str = ""
    accent: str = Field("", pattern=r"^(#[0-9a-f]{6})?$")

    @field_validator("slug")
    @classmethod
    def _free(cls, value: str) -> str:
        if value in RESERVED_SLUGS:
            raise ValueError(f"'{value}' is an address of the product itself; choose another slug")
        return value

    @field_validator("number_format")
    @classmethod
    def _numbers(cls, value: str) -> str:
        try:
            first, second = value.format(n=1, year=2026), value.format(n=2, year=2026)
        except (KeyError, IndexError, ValueError):
            raise ValueError(f"'{value}' is no number format; use {{n}} or {{n:05}}, and {{year}}") from None
        if first == second:
            raise ValueError(f"'{value}' gives every ticket the same number; it needs {{n}}")
        return value


class VendorSection(Section):
    """The row of the vendor itself."""

    key, noun, schema, required = "vendor", "vendor", VendorSpec, True

    def load(self, vendor: Vendor, value: VendorSpec) -> None:
        for name in VendorSpec.model_fields:
            setattr(vendor, "domain" if name == "portal_host" else name, _plain(getattr(value, name)))
        vendor.save()

    def dump(self, vendor: Vendor) -> dict[str, Any]:
        shown = {name: getattr(vendor, name) for name in VendorSpec.model_fields if name != "portal_host"}
        return VendorSpec(portal_host=vendor.domain, **shown).written()


class ReferenceSpec(Spec):
    """A document that the process points to for figures of its own."""

    title: str
    chapters: dict[str, str] = {}
    url: str = ""


class LanguagesSpec(Spec):
    """The languages a ticket may be written in, and the one that answers come in."""

    standard: str
    accepted_without_guarantee: list[str] = []
    reply: str = ""
    other: one_of("answer to other languages", ("accept", "reject")) = "accept"  # type: ignore[valid-type]


class ColumnSection(Section):
    """A section that is one JSON column of the vendor's row."""

    def __init__(self, key: str, noun: str, column: str, schema: Any, empty: Any) -> None:
        self.key, self.noun, self.column, self.schema, self.empty = key, noun, column, schema, empty

    def load(self, vendor: Vendor, value: Any) -> None:
        setattr(vendor, self.column, _plain(value) if value is not None else self.empty)
        vendor.save(update_fields=[self.column])

    def dump(self, vendor: Vendor) -> Any:
        value = getattr(vendor, self.column)
        return _plain(TypeAdapter(self.schema).validate_python(value)) if value else None


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.written() if isinstance(value, Spec) else value


class HoursSpec(Spec):
    """Hours on a day or a run of days: `mon`, `mon-fri`; several rows a day make split shifts."""

    days: str = Field(pattern=rf"^({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?$")
    opens: ClockTime
    closes: ClockTime

    @property
    def weekdays(self) -> range:
        first, _, last = self.days.partition("-")
        return range(DAYS.index(first), DAYS.index(last or first) + 1)


class IntervalSpec(Spec):
    """One open interval of a date."""

    opens: ClockTime
    closes: ClockTime


class SpecialDaySpec(Spec):
    """The hours of one date, instead of its weekday's, holiday or not; several intervals make split shifts."""

    name: DayName = ""
    hours: list[IntervalSpec] = Field(min_length=1)
    assumed: bool = False

    def intervals(self) -> list[tuple[time, time]]:
        return sorted((row.opens, row.closes) for row in self.hours)


class CalendarSpec(Coded):
    """Opening hours, and the dates on which they do not hold."""

    time_zone: Zone
    weekly_hours: list[HoursSpec] = Field(min_length=1)
    holidays: dict[date, DayName] = {}
    assumed_holidays: dict[date, DayName] = {}
    optional_closed_dates: dict[date, DayName] = {}
    assumed_optional_closed_dates: dict[date, DayName] = {}
    use_optional: bool = False
    special_days: dict[date, SpecialDaySpec] = {}

    @property
    def closed_dates(self) -> dict[date, str]:
        """The dates on which it is closed, with their names."""
        optional = self.optional_closed_dates | self.assumed_optional_closed_dates if self.use_optional else {}
        return self.holidays | self.assumed_holidays | optional

    def hours_of(self, weekday: int) -> list[tuple[time, time]]:
        return sorted((row.opens, row.closes) for row in self.weekly_hours if weekday in row.weekdays)


class CalendarSection(RowSection):
    """Calendars with their hours and dated days."""

    key, noun, model, spec, required = "calendars", "calendar", BusinessCalendar, CalendarSpec, True

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        for index, calendar in enumerate(process[self.key]):
            here, zone = f"{self.key}[{index}]", _zone(calendar.time_zone)
            try:
                WorkingCalendar(zone, {day: calendar.hours_of(day) for day in range(7)})
            except ValueError as error:
                yield Problem(f"{here}.weekly_hours", str(error))
            try:
                WorkingCalendar(zone, {}, special=_special_hours(calendar))
            except ValueError as error:
                yield Problem(f"{here}.special_days", str(error))
            dates = [(kind, day) for kind in CLOSED_DATES for day in getattr(calendar, kind)]
            for place, day in repeated(str(day) for _, day in dates).items():
                yield Problem(f"{here}.{dates[place][0]}", f"{day} is a closed date already")

    def warn(self, process: Parsed, now: datetime) -> Iterator[Problem]:
        for index, calendar in enumerate(process[self.key]):
            for year in years_without_dates(calendar_of(calendar), now):
                yield Problem(f"{self.key}[{index}]", f"'{calendar.code}' has no closed date in {year}")

    def load_children(self, row: Any, item: Any) -> None:
        OpeningHours.objects.filter(calendar=row).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(calendar=row, weekday=day, opens=hours.opens, closes=hours.closes)
            for hours in item.weekly_hours
            for day in hours.weekdays
        )
        Holiday.objects.filter(calendar=row).delete()
        Holiday.objects.bulk_create(
            Holiday(calendar=row, date=day, name=name, **kind)
            for key, kind in CLOSED_DATES.items()
            for day, name in getattr(item, key).items()
        )
        SpecialHours.objects.filter(calendar=row).delete()
        SpecialHours.objects.bulk_create(
            SpecialHours(calendar=row, date=day, opens=opens, closes=closes, name=special.name, assumed=special.assumed)
            for day, special in item.special_days.items()
            for opens, closes in special.intervals()
        )

    def from_row(self, row: Any) -> dict[str, Any]:
        days = list(row.holidays.order_by("date"))
        return super().from_row(row) | {
            "weekly_hours": _runs(list(row.hours.order_by("weekday", "opens", "id"))),
            **{
                key: {day.date: day.name for day in days if {name: getattr(day, name) for name in kind} == kind}
                for key, kind in CLOSED_DATES.items()
            },
            "special_days": _special_days(row.special_hours.order_by("date", "opens", "id")),
        }


def _special_hours(calendar: CalendarSpec) -> dict[date, list[tuple[time, time]]]:
    return {day: special.intervals() for day, special in calendar.special_days.items()}


def _special_days(rows: Iterable[SpecialHours]) -> dict[date, dict[str, Any]]:
    """Rows of single intervals by their date; the first that has a name gives the day its name."""
    days: dict[date, dict[str, Any]] = {}
    for row in rows:
        day = days.setdefault(row.date, {"name": "", "hours": [], "assumed": False})
        day["name"] = day["name"] or row.name
        day["hours"].append({"opens": f"{row.opens:%H:%M}", "closes": f"{row.closes:%H:%M}"})
        day["assumed"] = day["assumed"] or row.assumed
    return days


def _zone(name: str) -> Any:
    return Vendor(time_zone=name).zone


def _runs(rows: list[OpeningHours]) -> list[dict[str, Any]]:
    """Rows of single weekdays as the fewest runs of days with the same hours."""
    by_hours: dict[tuple[time, time], list[int]] = {}
    for row in rows:
        by_hours.setdefault((row.opens, row.closes), []).append(row.weekday)
    runs = []
    for (opens, closes), days in by_hours.items():
        first = previous = days[0]
        for day in [*days[1:], None]:
            if day is not None and day == previous + 1:
                previous = day
                continue
            runs.append((first, previous, opens, closes))
            if day is not None:
                first = previous = day
    return [
        {
            "days": DAYS[a] if a == b else f"{DAYS[a]}-{DAYS[b]}",
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
        }
        for a, b, opens, closes in sorted(runs)
    ]


class TeamSpec(Coded):
    """A team, the calendar it works by, and the products it knows."""

    name: str = Field(max_length=120)
    kind: one_of("kind of team", ("internal", "supplier", "")) = ""  # type: ignore[valid-type]
    support_level: one_of("support level", ("l1", "l2", "l3", "")) = ""  # type: ignore[valid-type]
    calendar: Annotated[str, Ref("calendars", also=(ROUND_THE_CLOCK,))] = ""
    head_role: str = ""
    email: str = ""
    competences: list[str] = []


class TeamSection(RowSection):
    """Teams."""

    key, noun, model, spec = "teams", "team", Team, TeamSpec

    def to_row(self, item: Any) -> dict[str, Any]:
        always = item.calendar == ROUND_THE_CLOCK
        plain = item.model_copy(update={"calendar": ""}) if always else item
        return super().to_row(plain) | {"round_the_clock": always}

    def from_row(self, row: Any) -> dict[str, Any]:
        shown = super().from_row(row)
        return shown | {"calendar": ROUND_THE_CLOCK} if row.round_the_clock else shown


class RegionSpec(Coded):
    """A named set of countries."""

    countries: list[str] = []
    assumed_countries: list[str] = []

    @field_validator("countries", "assumed_countries")
    @classmethod
    def _codes(cls, value: list[str]) -> list[str]:
        for country in value:
            if len(country) != 2 or not country.isupper():
                raise ValueError(f"'{country}' is no country code; write two capital letters such as SE")
        return value


class RegionSection(RowSection):
    """Regions."""

    key, noun, model, spec = "regions", "region", Region, RegionSpec


SELECTORS = ("customer", "customer_online", "agent")

SECTIONS = (
    VendorSection(),
    ColumnSection("references", "reference", "references", list[ReferenceSpec], []),
    ColumnSection("languages", "language", "ticket_languages", LanguagesSpec, {}),
    ColumnSection(
        "severity_selectable_by",
        "selector",
        "severity_selectable_by",
        list[one_of("selector", SELECTORS)],  # type: ignore[misc]
        [],
    ),
    CalendarSection(),
    TeamSection(),
    RegionSection(),
)
