"""Calendars in the admin: special hours, prepared holidays, iCalendar files, and the warning about the coming year."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.admin.days import MOST_DATED
from helpdesk.calendars import special_names, working_calendars
from helpdesk.ical import LONGEST_FILE
from helpdesk.models import BusinessCalendar, Holiday, ProcessVersion, SpecialHours, Vendor
from helpdesk.process.files import dump
from helpdesk.tenancy import acting_for
from tests.admin.pages import said, sent_by
from tests.people import make_agent


def address_of(vendor: Any, page: str = "change/") -> str:
    """A page of the calendar `main`."""
    with acting_for(vendor):
        return f"/acme/admin/helpdesk/businesscalendar/{BusinessCalendar.objects.get(code='main').pk}/{page}"


def text_of(vendor: Any) -> str:
    vendor.refresh_from_db()
    with acting_for(vendor):
        return dump(vendor)


# --- Special hours -------------------------------------------------------------------------------------------

HALF_DAY = {
    "special_hours-TOTAL_FORMS": "2",
    "special_hours-0-date": "2026-12-24",
    "special_hours-0-opens": "08:00",
    "special_hours-0-closes": "10:00",
    "special_hours-0-name": "Christmas Eve",
    "special_hours-1-date": "2026-12-24",
    "special_hours-1-opens": "10:30",
    "special_hours-1-closes": "12:00",
}


def test_special_hours_are_kept_as_a_version_and_count_at_once(at_acme: Any, vendor: Any) -> None:
    page = address_of(vendor)

    answer = at_acme.post(page, {**sent_by(at_acme.get(page)), **HALF_DAY})

    assert answer.status_code == 302
    vendor.refresh_from_db()
    with acting_for(vendor):
        day = date(2026, 12, 24)
        assert working_calendars()["main"].special == {day: ((time(8), time(10)), (time(10, 30), time(12)))}
        assert special_names()["main"] == {day: "Christmas Eve"}
        assert "special_days:" in ProcessVersion.objects.order_by("-number")[0].text
    assert at_acme.post(page, sent_by(at_acme.get(page))).status_code == 302
    with acting_for(vendor):
        assert ProcessVersion.objects.count() == 2


def test_a_row_for_several_days_becomes_one_for_each(at_acme: Any, vendor: Any) -> None:
    typed = {"code": "split", "time_zone": "Europe/Oslo", "hours-TOTAL_FORMS": "3"}
    rows = [("0-4", "08:00", "12:00"), ("0-4", "13:00", "16:30"), ("5", "10:00", "14:00")]
    for at, facts in enumerate(rows):
        typed |= {f"hours-{at}-{name}": fact for name, fact in zip(("weekday", "opens", "closes"), facts, strict=True)}

    page = "/acme/admin/helpdesk/businesscalendar/add/"
    assert at_acme.post(page, {**sent_by(at_acme.get(page)), **typed}).status_code == 302
    vendor.refresh_from_db()
    with acting_for(vendor):
        hours = working_calendars()["split"].weekly
    morning, afternoon = ((time(8), time(12)), (time(13), time(16, 30)))
    assert {day: tuple(hours[day]) for day in hours} == {
        **dict.fromkeys(range(5), (morning, afternoon)),
        5: ((time(10), time(14)),),
    }


def test_special_hours_that_overlap_are_refused_with_the_files_sentence(at_acme: Any, vendor: Any) -> None:
    page, before = address_of(vendor), text_of(vendor)

    shown = at_acme.post(page, {**sent_by(at_acme.get(page)), **HALF_DAY, "special_hours-1-opens": "09:00"})

    assert "calendars[0].special_days: 2026-12-24: 08:00-10:00 and 09:00-12:00 overlap." in said(shown)
    assert text_of(vendor) == before


# --- Public holidays -----------------------------------------------------------------------------------------

SWEDEN = "country=SE&first_year=2035&last_year=2035"
NEXT_TO_LAST = date(2035, 12, 25)


def offered(page: Any) -> dict[str, tuple[str, str | None, bool, bool]]:
    """What a page offers: name, what is there, whether past, whether ticked."""
    return {row.day.key: (row.day.name, row.there, row.is_past, row.is_ticked) for row in page.context["offered"]}


def closed_on(vendor: Any) -> dict[date, Holiday]:
    with acting_for(vendor):
        return {row.date: row for row in Holiday.objects.filter(calendar__code="main")}


def test_holidays_are_asked_for_country_by_country(at_acme: Any, vendor: Any) -> None:
    page = address_of(vendor, "holidays/")
    first, germany = at_acme.get(page), at_acme.get(f"{page}?country=DE&first_year=2035&last_year=2036")

    assert not first.context["is_answered"]
    assert set(first.context["asked"].fields) == {"country", "first_year", "last_year", "asked_of"}
    fields = germany.context["asked"].fields
    assert ("BY", "Bayern (BY)") in fields["region"].choices
    assert ("catholic", "catholic") in fields["kinds"].choices
    assert ("en_US", "English") in fields["language"].choices
    assert offered(germany)["2035-10-03"] == ("German Unity Day", None, False, True)
    assert offered(germany)["2036-10-03"] == ("German Unity Day", None, False, True)
    assert len(offered(germany)) == 18


def test_region_kinds_and_language_are_those_of_the_country_they_were_asked_of(at_acme: Any, vendor: Any) -> None:
    chosen = "first_year=2035&last_year=2035&asked_of=DE&region=BY&kinds=public&kinds=catholic&language=de"
    page = address_of(vendor, "holidays/")

    bavaria = offered(at_acme.get(f"{page}?country=DE&{chosen}"))
    austria = at_acme.get(f"{page}?country=AT&{chosen}")

    assert bavaria["2035-08-15"][0] == "Mariä Himmelfahrt"
    assert bavaria["2035-01-06"][0] == "Heilige Drei Könige"
    assert austria.context["asked"]["asked_of"].value() == "AT"
    assert austria.context["asked"]["region"].value() == ""
    assert offered(austria)["2035-10-26"][0] == "National Day"


def test_ticked_days_are_added_as_one_version(at_acme: Any, vendor: Any, boss: Any) -> None:
    page = f"{address_of(vendor, 'holidays/')}?{SWEDEN}"
    shown = at_acme.get(page)

    answer = at_acme.post(
        page, {"apply": "1", "kind": "closed", "assumed": "on", "day": ["2035-12-25", "2035-12-26", "1999-01-01"]}
    )

    assert offered(shown)["2035-12-25"] == ("Christmas Day", None, False, True)
    assert answer.headers["Location"] == address_of(vendor)
    assert "2 days added to main." in said(at_acme.get(answer.headers["Location"]))
    added = {day: (row.name, row.assumed, row.optional) for day, row in closed_on(vendor).items() if day.year == 2035}
    assert added == {
        date(2035, 12, 25): ("Christmas Day", True, False),
        date(2035, 12, 26): ("Second Day of Christmas", True, False),
    }
    vendor.refresh_from_db()
    with acting_for(vendor):
        newest = ProcessVersion.objects.order_by("-number")[0]
        assert (newest.number, newest.applied_by) == (2, boss.user.email)
        assert "assumed_holidays:" in newest.text
        assert date(2035, 12, 25) in working_calendars()["main"].holidays


def test_optional_days_are_added_without_closing(at_acme: Any, vendor: Any) -> None:
    page = f"{address_of(vendor, 'holidays/')}?{SWEDEN}&asked_of=SE&kinds=de_facto&language=sv"

    at_acme.post(page, {"apply": "1", "kind": "optional", "day": list(offered(at_acme.get(page)))})

    rows = [row for day, row in closed_on(vendor).items() if day.year == 2035]
    assert {row.name for row in rows} == {"Midsommarafton", "Julafton", "Nyårsafton"}
    assert {(row.optional, row.assumed) for row in rows} == {(True, False)}
    vendor.refresh_from_db()
    with acting_for(vendor):
        assert "optional_closed_dates:" in dump(vendor)
        assert working_calendars()["main"].holidays == {date(2026, 12, 25)}


def test_what_is_there_stays_and_what_is_past_is_not_ticked(at_acme: Any, vendor: Any) -> None:
    page = f"{address_of(vendor, 'holidays/')}?country=SE&first_year=2025&last_year=2026"

    found = offered(at_acme.get(page))
    at_acme.post(page, {"apply": "1", "kind": "optional", "day": ["2025-12-25", "2026-12-25"]})

    assert found["2025-12-25"] == ("Christmas Day", None, True, False)
    assert found["2026-12-25"][1:2] == ("Christmas Day",)
    assert not found["2026-12-25"][3]
    assert {day: row.optional for day, row in closed_on(vendor).items()} == {
        date(2025, 12, 25): True,
        date(2026, 12, 25): False,
    }


def test_nothing_ticked_changes_nothing_and_says_so(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)

    page = at_acme.post(f"{address_of(vendor, 'holidays/')}?{SWEDEN}", {"apply": "1", "kind": "closed"})

    assert "No day is ticked" in said(page)
    assert not any(ticked for *_facts, ticked in offered(page).values())
    assert text_of(vendor) == before


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("country=XX&first_year=2035&last_year=2035", "Select a valid choice. XX is not one of the available choices."),
        ("country=SE&first_year=2035&last_year=2034", "Choose one to 5 years, the last one not before the first."),
        ("country=SE&first_year=2030&last_year=2035", "Choose one to 5 years, the last one not before the first."),
        ("country=SE&first_year=1200&last_year=1201", "Ensure this value is greater than or equal to 1990."),
        (f"{SWEDEN}&asked_of=SE&kinds=public&region=BY", "Select a valid choice. BY is not one of the available"),
    ],
)
def test_a_question_without_sense_is_answered_with_a_sentence(
    query: str, sentence: str, at_acme: Any, vendor: Any
) -> None:
    page = at_acme.get(f"{address_of(vendor, 'holidays/')}?{query}")

    assert sentence in said(page)
    assert not page.context["is_answered"]


def test_a_calendar_that_would_get_too_long_for_its_page_is_left_as_it_is(at_acme: Any, vendor: Any) -> None:
    with acting_for(vendor):
        calendar = BusinessCalendar.objects.get(code="main")
        first = date(2040, 1, 1)
        Holiday.objects.bulk_create(
            Holiday(calendar=calendar, date=first + timedelta(days=number)) for number in range(MOST_DATED - 2)
        )

    page = f"{address_of(vendor, 'holidays/')}?{SWEDEN}"
    answer = at_acme.post(page, {"apply": "1", "kind": "closed", "day": ["2035-12-25", "2035-12-26"]}, follow=True)

    assert "a calendar has at most 1000 dated days; delete old ones first" in said(answer)
    assert NEXT_TO_LAST not in closed_on(vendor)


def test_calendars_of_others_are_not_found(at_acme: Any, client_for: Any, vendor: Any) -> None:
    with acting_for(Vendor.objects.get(slug="nexus")):
        other = BusinessCalendar.objects.first()
    with acting_for(vendor):
        agent = make_agent()

    for page in ("holidays", "import", "export"):
        assert at_acme.get(f"/acme/admin/helpdesk/businesscalendar/{other.pk}/{page}/").status_code == 404
        assert client_for(agent).get(address_of(vendor, f"{page}/")).status_code == 403


# --- iCalendar files -----------------------------------------------------------------------------------------


def ics(*events: str) -> str:
    body = "\r\n".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}\r\nEND:VCALENDAR\r\n"


SUMMER = "SUMMARY:Summer, closed\r\nDTSTART;VALUE=DATE:20350701\r\nDTEND;VALUE=DATE:20350704".replace(",", "\\,")
HALF = "SUMMARY:Half day\r\nCATEGORIES:Special hours\r\nDTSTART:20350601T060000Z\r\nDTEND:20350601T100000Z"
MEETING = "SUMMARY:Meeting\r\nDTSTART:20350602T060000Z\r\nDTEND:20350602T100000Z"
YEAR = {"first_year": "2035", "last_year": "2035"}


def upload(text: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("days.ics", text if isinstance(text, bytes) else text.encode(), "text/calendar")


def test_a_file_is_shown_then_its_ticked_days_are_added(at_acme: Any, vendor: Any) -> None:
    page = address_of(vendor, "import/")
    shown = at_acme.post(page, {"file": upload(ics(SUMMER, HALF, MEETING)), **YEAR})

    text = shown.context["asked"].cleaned_data["text"]
    ticked = ["2035-07-01", "2035-07-03", "2035-06-01-special"]
    answer = at_acme.post(page, {"text": text, "apply": "1", "kind": "closed", "day": ticked, **YEAR})

    assert list(offered(shown)) == ["2035-06-01-special", "2035-07-01", "2035-07-02", "2035-07-03"]
    assert "Meeting: it has a time of day, and its category is not “Special hours”" in said(shown)
    assert answer.status_code == 302
    assert [(day.isoformat(), row.name) for day, row in closed_on(vendor).items() if day.year == 2035] == [
        ("2035-07-01", "Summer, closed"),
        ("2035-07-03", "Summer, closed"),
    ]
    vendor.refresh_from_db()
    with acting_for(vendor):
        assert working_calendars()["main"].special == {date(2035, 6, 1): ((time(8), time(12)),)}
        assert ProcessVersion.objects.count() == 2


def test_what_is_exported_can_be_imported(at_acme: Any, vendor: Any) -> None:
    with acting_for(vendor):
        calendar = BusinessCalendar.objects.get(code="main")
        for opens, closes in (("08:00", "10:00"), ("20:00", "00:00")):
            SpecialHours.objects.create(
                calendar=calendar, date="2035-12-24", opens=opens, closes=closes, name="Julafton; öppet"
            )
        Holiday.objects.create(calendar=calendar, date="2035-12-31", name="Only perhaps", optional=True)
    before = text_of(vendor)
    file = at_acme.get(address_of(vendor, "export/"))

    with acting_for(vendor):
        SpecialHours.objects.all().delete()
        Holiday.objects.filter(date="2026-12-25").delete()
    page, years = address_of(vendor, "import/"), {"first_year": "2026", "last_year": "2030"}
    at_acme.post(page, {"text": file.content.decode(), "apply": "1", "kind": "closed", "day": ["2026-12-25"], **years})
    years = {"first_year": "2035", "last_year": "2035"}
    shown = at_acme.post(page, {"file": upload(file.content), **years})
    at_acme.post(
        page, {"text": file.content.decode(), "apply": "1", "kind": "closed", "day": list(offered(shown)), **years}
    )

    assert file.headers["Content-Disposition"] == 'attachment; filename="main.ics"'
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert list(offered(shown)) == ["2035-12-24-special"]
    assert text_of(vendor) == before


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"hello", "This is no iCalendar file: it begins with BEGIN:VCALENDAR"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "it ends in the middle"),
        (b"\xff\xfe\x00", "The file is not text in UTF-8."),
        (b"x" * (LONGEST_FILE + 1), "An iCalendar file has at most 1 MB."),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(file: bytes, sentence: str, at_acme: Any, vendor: Any) -> None:
    page = at_acme.post(address_of(vendor, "import/"), {"file": upload(file), **YEAR})

    assert sentence in said(page)
    assert not page.context["is_answered"]


def test_no_file_is_asked_for_again(at_acme: Any, vendor: Any) -> None:
    assert "Choose a file." in said(at_acme.post(address_of(vendor, "import/"), YEAR))


def test_hours_that_would_overlap_are_refused_and_nothing_is_added(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    overlap = ics(HALF, HALF.replace("T060000Z", "T080000Z").replace("T100000Z", "T110000Z"))
    kept = {"text": overlap, "apply": "1", "kind": "closed", "day": "2035-06-01-special", **YEAR}

    page = at_acme.post(address_of(vendor, "import/"), kept, follow=True)

    assert "2035-06-01: 08:00-12:00 and 10:00-13:00 overlap." in said(page)
    assert text_of(vendor) == before


# --- The coming year -----------------------------------------------------------------------------------------


def test_a_year_without_dates_is_warned_of_in_the_list_and_on_the_start_page(at_acme: Any, vendor: Any) -> None:
    """XE-2-04: the next year's dates must be entered before it begins."""
    year = timezone.localdate().year
    listed, start = "/acme/admin/helpdesk/businesscalendar/", "/acme/admin/"
    with acting_for(vendor):
        calendar = BusinessCalendar.objects.get(code="main")
        calendar.holidays.all().delete()
        vendor.touch_process()

    warned = [said(at_acme.get(page)) for page in (listed, start)]
    with acting_for(vendor):
        for known in (year, year + 1):
            Holiday.objects.create(calendar=calendar, date=date(known, 12, 25))
        vendor.touch_process()
    silent = [said(at_acme.get(page)) for page in (listed, start)]

    assert all(f"has no closed date in {year}" in text for text in warned)
    assert all("Prepare public holidays" in text for text in warned)
    assert all("no closed date" not in text for text in silent)
