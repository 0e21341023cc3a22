"""Help, contact, and the desk beside the form."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from helpdesk.models import Contact, Vendor
from helpdesk.tenancy import acting_for
from portal.customer.desk import desk_at
from portal.customer.levels import levels


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
    ("now", "is_open", "changes_at", "holiday"),
    [
        (datetime(2026, 5, 19, 9, tzinfo=UTC), True, datetime(2026, 5, 19, 15, tzinfo=UTC), ""),
        (datetime(2026, 5, 19, 16, tzinfo=UTC), False, datetime(2026, 5, 20, 6, tzinfo=UTC), ""),
        (datetime(2026, 12, 25, 9, tzinfo=UTC), False, datetime(2026, 12, 28, 7, tzinfo=UTC), "Christmas Day"),
    ],
)
def test_the_desk_says_how_it_stands(
    now: datetime, is_open: bool, changes_at: datetime, holiday: str, kiosk: Vendor
) -> None:
    with acting_for(kiosk):
        desk = desk_at("main", now)

    assert (desk.is_open, desk.changes_at, desk.holiday) == (is_open, changes_at, holiday)


def test_the_platforms_first_page_lists_the_vendors(kiosk: Vendor) -> None:
    assert 'href="/kiosk/"' in Client().get("/").content.decode()
