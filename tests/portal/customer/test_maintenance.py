"""The maintenance page, and what the form says of maintenance that customers may feel."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.models import Contact, Vendor
from helpdesk.tenancy import acting_for
from portal.maintenance.commands import call_off, plan_window
from portal.models import PlannedWindow
from tests.people import make_company, make_contact

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def hypergene(db: None) -> Vendor:
    return Vendor.objects.get(slug="hypergene")


@pytest.fixture
def reader(hypergene: Vendor, client_for: Callable[[Any], Any]) -> Callable[[str], str]:
    """What a customer reads at an address of the vendor, without the markup."""
    with acting_for(hypergene):
        contact = make_contact(make_company("Kund"), name="Kontakt", language="sv")
    return lambda path: words(client_for(contact).get(f"/hypergene/{path}"))


def words(answer: Any) -> str:
    assert answer.status_code == 200
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def planned(vendor: Vendor, now: datetime, *, begins: timedelta, **facts: Any) -> PlannedWindow:
    facts = {"rule": "planned-upgrade", "title": "Uppgradering till 6.2", "text": "Logga ut före.", **facts}
    with acting_for(vendor):
        return plan_window(starts_at=now + begins, ends_at=now + begins + HOUR, by="planner", now=now, **facts)


def test_the_page_groups_what_the_process_says(reader: Callable[[str], str]) -> None:
    """HG-4.1-01, HG-4.1.3-02 to HG-4.1.3-06: categories with their windows, remarks and notice, in local time."""
    text = reader("maintenance/")

    parts = ["Infrastruktur", "Integrationer", "Uppgradering av produkten", "Akut underhåll"]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert "Varje dag, 04:00–05:00" in text
    assert "Första lördagen i varje månad, 09:00–18:00" in text
    assert "Meddelas oftast inte i förväg." in text
    assert "Varje dag, 05:00–08:00 kan påverka tjänsten Integrationer kan påverka tillgängligheten." in text
    assert "Planeras för varje tillfälle, aviseras minst 7 dagar i förväg Görs så ofta som ert avtal anger." in text
    assert "Inget är aviserat just nu." in text
    assert "Tider i Europe/Stockholm." in text


def test_a_planned_window_is_announced_at_once_and_read_as_called_off_until_it_is_over(
    hypergene: Vendor, reader: Callable[[str], str]
) -> None:
    """HG-4.1.3-01, HG-4.1-02: the notice stands in the portal as soon as the window is saved."""
    now = timezone.now()
    upgrade = planned(hypergene, now, begins=8 * DAY)
    planned(hypergene, now, begins=-HOUR / 2, rule="emergency", title="Akut omstart", reason="The disk is full")

    text = reader("maintenance/")
    assert text.index("Akut omstart") < text.index("Uppgradering till 6.2 ")
    assert "Akut omstart pågår akut" in text
    assert "The disk is full" not in text  # the reason is for staff
    assert "Logga ut före." in text

    with acting_for(hypergene):
        call_off(window_id=upgrade.pk, by="planner", now=now)
    assert "Uppgradering till 6.2 inställt" in reader("maintenance/")


def test_customers_with_a_partner_s_agreement_read_it_too(hypergene: Vendor, client_for: Callable[[Any], Any]) -> None:
    """HG-1-05."""
    planned(hypergene, timezone.now(), begins=8 * DAY)
    with acting_for(hypergene):
        contact = make_contact(make_company("Partnerkund", agreement_kind="partner"), name="Kontakt", language="sv")

    assert "Uppgradering till 6.2" in words(client_for(contact).get("/hypergene/maintenance/"))


def test_the_form_asks_whether_it_is_maintenance_that_may_be_felt_now_or_soon(
    hypergene: Vendor, reader: Callable[[str], str]
) -> None:
    now = timezone.now()
    quiet = {"rule": "planned-upgrade", "affects_service": False, "title": "Märks inte"}
    planned(hypergene, now, begins=HOUR, **quiet)
    planned(hypergene, now, begins=8 * DAY, title="Senare")
    assert "Gäller det här?" not in reader("new/")

    felt = planned(hypergene, now, begins=HOUR, rule="emergency", title="Databasen startas om", reason="It is stuck")
    assert "Gäller det här? Databasen startas om" in reader("new/")
    assert "Märks inte" not in reader("new/")
    assert "Senare" not in reader("new/")

    with acting_for(hypergene):
        call_off(window_id=felt.pk, by="planner", now=now)
    assert "Gäller det här?" not in reader("new/")


def test_a_partner_looks_at_current_notices_before_opening_a_ticket(db: None, client_for: Callable[[Any], Any]) -> None:
    """LX-2.4.1-03: they stand above the form, so that nobody opens a ticket for what is known."""
    luxcloud, now = Vendor.objects.get(slug="luxcloud"), timezone.now()
    with acting_for(luxcloud):
        client = client_for(make_contact(make_company("Partner", kind="partner"), name="Partner"))
    planned(luxcloud, now, begins=-HOUR / 2, rule="incident", title="Mail is delayed", text="", reason="A full disk")

    text = words(client.get("/luxcloud/new/"))
    assert text.index("Is it this? Mail is delayed") < text.index("Subject")
    assert "Mail is delayed under way emergency" in words(client.get("/luxcloud/maintenance/"))


def test_help_leads_there_where_the_process_knows_maintenance(
    buyer: Contact, hypergene: Vendor, client_for: Callable[[Any], Any]
) -> None:
    with acting_for(hypergene):
        contact = make_contact(language="sv")

    assert 'href="/hypergene/maintenance/"' in client_for(contact).get("/hypergene/help/").content.decode()
    assert "/kiosk/maintenance/" not in client_for(buyer).get("/kiosk/help/").content.decode()
    assert "Nothing is announced" in client_for(buyer).get("/kiosk/maintenance/").content.decode()


@pytest.mark.parametrize("windows", [0, 5])
def test_the_page_costs_the_same_however_many_windows(
    windows: int, hypergene: Vendor, client_for: Callable[[Any], Any], django_assert_num_queries: Any
) -> None:
    now = timezone.now()
    for _ in range(windows):
        planned(hypergene, now, begins=8 * DAY)
    with acting_for(hypergene):
        client = client_for(make_contact(language="sv"))
    client.get("/hypergene/maintenance/")

    with django_assert_num_queries(13):
        client.get("/hypergene/maintenance/")
