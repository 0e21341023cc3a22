"""Calendars in the admin: special hours, prepared holidays, iCalendar files, and the warning about the coming year."""

from datetime import date, time
from typing import Any

from helpdesk.calendars import special_names, working_calendars
from helpdesk.models import BusinessCalendar, ProcessVersion
from helpdesk.process.files import dump
from helpdesk.tenancy import acting_for
from tests.admin.pages import said, sent_by


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


def test_special_hours_that_overlap_are_refused_with_the_files_sentence(at_acme: Any, vendor: Any) -> None:
    page, before = address_of(vendor), text_of(vendor)

    shown = at_acme.post(page, {**sent_by(at_acme.get(page)), **HALF_DAY, "special_hours-1-opens": "09:00"})

    assert "calendars[0].special_days: 2026-12-24: 08:00-10:00 and 09:00-12:00 overlap." in said(shown)
    assert text_of(vendor) == before
