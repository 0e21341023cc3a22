"""Help, contact, and the desk beside the form."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.models import BusinessCalendar, Contact, SpecialHours, Vendor
from helpdesk.tenancy import acting_for
from portal.customer.desk import desk_at, opening_hours
from portal.customer.levels import levels
from tests.admin.pages import said


def test_help_explains_the_process(buyer: Contact, client_for: Callable[..., Any]) -> None:
    text = client_for(buyer).get("/kiosk/help/").content.decode()

    assert "In good hands" in text
    assert "The kiosk is on fire." in text
    assert "Monday to Friday" in text
    assert "We also read German, with no guaranteed response time." in text
    assert "Ungraded" not in text


def test_an_assumed_figure_wears_a_remark(kiosk: Vendor) -> None:
    with acting_for(kiosk):
        figures = {level.severity.code: level.figures for level in levels()}

    assert [(figure.text, figure.assumed) for figure in figures["red"]] == [("1 business hour", False)]
    assert [(figure.text, figure.assumed) for figure in figures["amber"]] == [("1 business day", True)]


def test_contact_names_every_way_and_its_severities(buyer: Contact, client_for: Callable[..., Any]) -> None:
    answer = client_for(buyer).get("/kiosk/contact/")

    assert [reach.point.label for reach in answer.context["points"]] == ["Hatch", "Bell", "Fire bell"]
    text = answer.content.decode()
    assert 'href="tel:+46846500001"' in text
    assert "Choose 2 in the menu." in text
    assert "Open day and night" in text


@pytest.mark.parametrize(
    ("now", "is_open", "changes_at", "occasion"),
    [
        (datetime(2026, 5, 19, 9, tzinfo=UTC), True, datetime(2026, 5, 19, 15, tzinfo=UTC), ""),
        (datetime(2026, 5, 19, 16, tzinfo=UTC), False, datetime(2026, 5, 20, 6, tzinfo=UTC), ""),
        (datetime(2026, 12, 24, 9, tzinfo=UTC), True, datetime(2026, 12, 24, 11, tzinfo=UTC), "Christmas Eve"),
        (datetime(2026, 12, 24, 12, tzinfo=UTC), False, datetime(2026, 12, 28, 7, tzinfo=UTC), "Christmas Eve"),
        (datetime(2026, 12, 25, 9, tzinfo=UTC), False, datetime(2026, 12, 28, 7, tzinfo=UTC), "Christmas Day"),
        (datetime(2027, 5, 1, 9, tzinfo=UTC), True, datetime(2027, 5, 1, 10, tzinfo=UTC), "a day with special hours"),
    ],
)
def test_the_desk_says_how_it_stands(
    now: datetime, is_open: bool, changes_at: datetime, occasion: str, kiosk: Vendor
) -> None:
    with acting_for(kiosk):
        desk = desk_at("main", now)

    assert (desk.is_open, desk.changes_at, desk.occasion) == (is_open, changes_at, occasion)


def test_days_with_special_hours_are_listed_apart_from_closed_days(kiosk: Vendor) -> None:
    with acting_for(kiosk):
        [hours] = opening_hours(datetime(2026, 11, 2, 9, tzinfo=UTC))

    assert hours.closed == [(date(2026, 12, 25), "Christmas Day")]
    assert hours.special == [
        (date(2026, 12, 24), "Christmas Eve", ((time(8), time(12)),)),
        (date(2027, 5, 1), "", ((time(10), time(12)), (time(13), time(0)))),
    ]


def test_contact_shows_the_days_with_special_hours(
    kiosk: Vendor, buyer: Contact, client_for: Callable[..., Any]
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with acting_for(kiosk):
        calendar = BusinessCalendar.objects.get(code="main")
        SpecialHours.objects.create(calendar=calendar, date=tomorrow, opens="20:00", closes="00:00", name="Long night")
        kiosk.touch_process()

    text = said(client_for(buyer).get("/kiosk/contact/"))

    assert "Days with special hours" in text
    assert re.search(r"\d{4} 20:00–24:00 Long night", text)


def test_the_platforms_first_page_lists_the_vendors(kiosk: Vendor) -> None:
    assert 'href="/kiosk/"' in Client().get("/").content.decode()
