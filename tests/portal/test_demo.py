"""Every vendor's demo plays at any hour, shows a living desk, and is made once."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from portal.demo.seed import STORIES, read, seed
from portal.demo.stories import SCHEDULED, instant
from portal.models import FormField
from sla.queries.views import clock_views
from tests.people import PASSWORD
from tickets.models import Entry, Ticket

DEMOS = sorted(file.stem for file in STORIES.glob("*.yaml"))
MOMENTS = {
    "monday-morning": datetime(2026, 10, 5, 9, 0),
    "wednesday-afternoon": datetime(2026, 10, 7, 15, 0),
    "sunday-night": datetime(2026, 10, 11, 22, 0),
}

pytestmark = pytest.mark.django_db


def here(vendor: Vendor, moment: str) -> datetime:
    """The moment on the clock of the vendor's own zone."""
    return MOMENTS[moment].replace(tzinfo=vendor.zone)


def counts() -> tuple[int, int]:
    return Ticket.objects.count(), Entry.objects.count()


def test_every_vendor_has_a_demo() -> None:
    assert DEMOS == ["hypergene", "luxcloud", "nexus", "xecuritas", "xmpro"]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("slug", DEMOS)
def test_a_first_visitor_sees_a_living_desk(slug: str, moment: str) -> None:
    vendor = Vendor.objects.get(slug=slug)
    now = here(vendor, moment)

    made = seed(vendor, password=PASSWORD, now=now)

    with acting_for(vendor):
        tickets = list(Ticket.objects.order_by("id"))
        states = {view.state for views in clock_views(tickets, now).values() for view in views}
        assert made == len(tickets) >= 6
        assert "late" in states
        assert "paused" in states or any(ticket.waits_for_customer for ticket in tickets)
        assert any(ticket.is_finished for ticket in tickets)
        assert any(ticket.assignee_id is None and not ticket.is_finished for ticket in tickets)
        assert [ticket.number for ticket in tickets] == sorted(ticket.number for ticket in tickets)
        assert not Entry.objects.filter(at__gt=now).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM broken_chains()")
            assert cursor.fetchall() == []


@pytest.mark.parametrize("slug", DEMOS)
def test_a_second_time_changes_nothing(slug: str) -> None:
    vendor = Vendor.objects.get(slug=slug)
    now = here(vendor, "wednesday-afternoon")
    seed(vendor, password=PASSWORD, now=now)
    with acting_for(vendor):
        before = counts()

    assert seed(vendor, password=PASSWORD, now=now + timedelta(hours=1)) is None

    with acting_for(vendor):
        assert counts() == before


@pytest.mark.parametrize("slug", DEMOS)
def test_steps_follow_one_another_at_every_hour_of_a_week(slug: str) -> None:
    vendor = Vendor.objects.get(slug=slug)
    hours = [here(vendor, "monday-morning") + timedelta(hours=hour) for hour in range(7 * 24)]

    for script in read(slug)["tickets"]:
        for now in hours:
            opened = instant(script["at"], vendor, now)
            steps = [instant(step["at"], vendor, now) for step in script.get("steps", ())]
            assert all(earlier < later for earlier, later in pairwise(steps)), script["subject"]
            assert not steps or steps[0] > opened + SCHEDULED, script["subject"]


@pytest.mark.parametrize("slug", DEMOS)
def test_fields_are_those_of_the_vendors_form(slug: str) -> None:
    vendor = Vendor.objects.get(slug=slug)
    with acting_for(vendor):
        secret = {row.key: row.secret for row in FormField.objects.all()}

    for script in read(slug)["tickets"]:
        assert {key: secret[key] for key in script.get("fields", {})} == dict.fromkeys(script.get("fields", {}), False)
        assert {key: secret[key] for key in script.get("secrets", {})} == dict.fromkeys(script.get("secrets", {}), True)


def test_a_weekend_counts_as_the_morning_of_its_monday(vendor: Any) -> None:
    sunday, monday = datetime(2026, 10, 11, 22, tzinfo=vendor.zone), datetime(2026, 10, 12, 9, tzinfo=vendor.zone)

    for now in (sunday, monday):
        assert instant("0 09:00", vendor, now) == monday
        assert instant("1 09:00", vendor, now) == monday - timedelta(days=3)
    assert instant("-20m", vendor, sunday) == sunday - timedelta(minutes=20)
