"""On call in the admin: schedules, rotations, overrides, gateways whose secret never comes out, and test pages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.models import Agent
from helpdesk.process.files import dump
from helpdesk.sealed import opened
from helpdesk.tenancy import acting_for
from notifications.commands import send
from sla.commands import acknowledge
from sla.models import Gateway, OnCallSchedule, Override, Page, Rotation
from sla.queries.on_call import people_on_call
from tests.admin.pages import said, sent_by
from tests.people import acts
from tests.sla.duty import make_engineer, make_schedule, put_on_call

SECRET = "whsec-of-the-sms-provider"


@pytest.fixture
def schedule(vendor: Any) -> OnCallSchedule:
    with acting_for(vendor):
        return make_schedule()


@pytest.fixture
def engineer(vendor: Any) -> Agent:
    with acting_for(vendor):
        return make_engineer("Erin Engineer")


def filled(page: Any, **changes: Any) -> dict[str, Any]:
    return {**sent_by(page), **changes}


def test_a_schedule_is_edited_and_is_part_of_the_process_file(at_acme: Any, vendor: Any, schedule: Any) -> None:
    address = f"/acme/admin/sla/oncallschedule/{schedule.pk}/change/"
    assert at_acme.post(address, filled(at_acme.get(address), repeat_minutes="5")).status_code == 302
    with acting_for(vendor):
        vendor.refresh_from_db()
        assert "repeat_minutes: 5" in dump(vendor)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"page_when": "outside_business_hours"}, "page_when: outside_business_hours goes with business_hours"),
        ({"audience": "everybody"}, "unknown audience 'everybody'"),
        ({"audience": "requester"}, "customers are not told that nobody answered a page"),
        ({"triggers": "- {occasion: sunset}"}, "unknown occasion 'sunset'"),
        ({"triggers": "- {occasion: opened, when: {severity: worst}}"}, "unknown severity 'worst'"),
    ],
)
def test_a_schedule_that_cannot_work_is_refused_as_in_a_file(
    at_acme: Any, schedule: Any, changes: dict[str, str], sentence: str
) -> None:
    address = f"/acme/admin/sla/oncallschedule/{schedule.pk}/change/"
    assert sentence in said(at_acme.post(address, filled(at_acme.get(address), **changes)))


def test_a_rotation_with_its_people_and_an_override(at_acme: Any, vendor: Any, schedule: Any, engineer: Any) -> None:
    address = "/acme/admin/sla/rotation/add/"
    page = at_acme.get(address)
    assert sent_by(page)["time_zone"] == "Europe/Berlin", "the vendor's own, unless somebody chooses another"
    facts = {"schedule": schedule.pk, "starts_on": "2026-01-05", "turns-TOTAL_FORMS": "1", "turns-0-agent": engineer.pk}
    assert at_acme.post(address, filled(page, **facts, **{"turns-0-position": "0"})).status_code == 302
    with acting_for(vendor):
        assert people_on_call(schedule, timezone.now()) == {1: (engineer.pk,)}
        assert Rotation.objects.get().starts_on == date(2026, 1, 5)
    assert "Erin Engineer" in said(at_acme.get("/acme/admin/sla/rotation/"))

    late = filled(page, **facts, ends_on="2026-01-05")
    assert "The last hand-over comes after the first." in said(at_acme.post(address, late))

    times = {"starts_at_0": "2026-05-01", "starts_at_1": "08:00", "ends_at_0": "2026-05-01", "ends_at_1": "08:00"}
    address, override = "/acme/admin/sla/override/add/", {"schedule": schedule.pk, "level": "1", "agent": engineer.pk}
    assert "It ends after it has begun." in said(at_acme.post(address, {**override, **times}))
    assert at_acme.post(address, {**override, **times, "ends_at_1": "20:00"}).status_code == 302
    with acting_for(vendor):
        assert Override.objects.get().ends_at - Override.objects.get().starts_at == timedelta(hours=12)


def test_a_gateway_s_secret_goes_in_and_never_comes_out(at_acme: Any, vendor: Any) -> None:
    facts = {"channel": "sms", "url": "https://sms.example/send", "secret": SECRET}
    assert at_acme.post("/acme/admin/sla/gateway/add/", facts).status_code == 302
    with acting_for(vendor):
        gateway = Gateway.objects.get()
        assert opened(gateway.sealed_secret) == SECRET
    address = f"/acme/admin/sla/gateway/{gateway.pk}/change/"
    for page in (at_acme.get(address), at_acme.get("/acme/admin/sla/gateway/"), at_acme.get(f"{address}../history/")):
        assert SECRET not in page.content.decode()
        assert gateway.sealed_secret not in page.content.decode()
    again = {"channel": "sms", "url": "https://other.example/send", "secret": ""}
    assert at_acme.post(address, again).status_code == 302
    with acting_for(vendor):
        gateway.refresh_from_db()
        assert (gateway.url, opened(gateway.sealed_secret)) == ("https://other.example/send", SECRET)


@pytest.mark.parametrize("url", ["http://sms.example/", "https://10.0.0.1/", "https://name:word@sms.example/"])
def test_an_address_that_is_not_to_be_posted_to_is_refused(at_acme: Any, vendor: Any, url: str) -> None:
    assert at_acme.post("/acme/admin/sla/gateway/add/", {"channel": "sms", "url": url}).status_code == 200
    with acting_for(vendor):
        assert not Gateway.objects.exists()


def test_a_test_page_goes_out_and_the_admin_sees_what_became_of_it(
    at_acme: Any, vendor: Any, schedule: Any, engineer: Any, mailoutbox: Any
) -> None:
    with acting_for(vendor):
        put_on_call(schedule, engineer)
    shown = at_acme.post(f"/acme/admin/sla/oncallschedule/{schedule.pk}/test/", follow=True)
    assert "Mail to Erin Engineer: queued" in said(shown)
    with acting_for(vendor):
        page = Page.objects.get()
        send(page.deliveries.get().pk, now=timezone.now())
        acknowledge(page_id=page.pk, actor=acts(engineer), now=timezone.now())
    assert len(mailoutbox) == 1
    after = said(at_acme.get(f"/acme/admin/sla/page/{page.pk}/change/"))
    assert "Mail to Erin Engineer: sent" in after
    assert "Acknowledged by: Erin Engineer" in after.replace("  ", " ")


def test_trying_out_is_not_done_by_following_a_link_and_not_by_agents(
    at_acme: Any, vendor: Any, schedule: Any, engineer: Any, client_for: Any
) -> None:
    address = f"/acme/admin/sla/oncallschedule/{schedule.pk}/test/"
    assert at_acme.get(address).status_code == 405
    assert client_for(engineer).post(address).status_code == 403
    with acting_for(vendor):
        assert not Page.objects.exists()


def test_a_schedule_with_people_on_it_is_retired_not_deleted(
    at_acme: Any, vendor: Any, schedule: Any, engineer: Any
) -> None:
    with acting_for(vendor):
        put_on_call(schedule, engineer)
    at_acme.post(f"/acme/admin/sla/oncallschedule/{schedule.pk}/delete/", {"post": "yes"})
    with acting_for(vendor):
        assert OnCallSchedule.objects.get().retired
        assert Rotation.objects.exists()
