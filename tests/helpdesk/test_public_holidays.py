"""Public holidays as the library works them out, beside the dates that the vendors' files hold."""

from datetime import date
from pathlib import Path

import pytest

from helpdesk.calendars import calendar_of
from helpdesk.days import Day
from helpdesk.process.files import parse
from helpdesk.public_holidays import countries, kinds, languages, public_holidays, regions

VENDORS = Path(__file__).resolve().parents[2] / "helpdesk" / "vendors"


@pytest.mark.parametrize(
    ("vendor", "calendar", "country"),
    [
        ("hypergene", "servicecenter", "SE"),
        ("luxcloud", "support-desk", "LU"),
        ("nexus", "sweden", "SE"),
        ("nexus", "germany", "DE"),
        ("xmpro", "support", "US"),
    ],
)
def test_the_dates_of_a_vendors_file_are_the_public_holidays_of_its_country(
    vendor: str, calendar: str, country: str
) -> None:
    """HG-2.3-03, LX-3.1-02: the public holidays of the vendor's country, and no other dates, are closed."""
    process = parse((VENDORS / f"{vendor}.yaml").read_text(encoding="utf-8"))
    [spec] = [row for row in process["calendars"] if row.code == calendar]

    assert calendar_of(spec).holidays == {day.date for day in public_holidays(country, [2026, 2027])}


def test_days_that_are_free_by_custom_are_a_kind_of_their_own() -> None:
    public, custom = (public_holidays("SE", [2026], chosen=[kind], language="sv") for kind in ("public", "de_facto"))

    assert [day.name for day in custom] == ["Midsommarafton", "Julafton", "Nyårsafton"]
    assert not {day.date for day in public} & {day.date for day in custom}


def test_names_come_in_the_chosen_language_and_else_in_the_countrys_own() -> None:
    new_year = date(2026, 1, 1)

    assert public_holidays("LU", [2026])[0] == Day(new_year, "Neijoerschdag")
    assert public_holidays("LU", [2026], language="fr")[0] == Day(new_year, "Jour de l'An")


def test_only_the_chosen_years_are_answered() -> None:
    """The United States keep New Year's Day of 2028, a Saturday, on the Friday before."""
    days = public_holidays("US", [2027])

    assert {day.date.year for day in days} == {2027}
    assert days[-1].date == date(2027, 12, 31)


def test_every_country_can_be_asked() -> None:
    assert len(countries()) > 200
    for country in countries():
        assert kinds(country)
        assert all(regions(country).values())
        assert all(languages(country).values())
        assert all(day.name for day in public_holidays(country, [2027]))
