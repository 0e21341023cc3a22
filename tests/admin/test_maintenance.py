"""Planning maintenance in the admin: what the process does not allow is said in a sentence, and nothing typed is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from portal.maintenance.commands import plan_window
from portal.models import MaintenanceWindow, PlannedWindow
from tests.admin.pages import said, sent_by
from tests.people import make_agent

ADD = "/hypergene/admin/portal/plannedwindow/add/"


@pytest.fixture
def hypergene(db: None) -> Vendor:
    return Vendor.objects.get(slug="hypergene")


@pytest.fixture
def browser(hypergene: Vendor, client_for: Any) -> Any:
    with acting_for(hypergene):
        return client_for(make_agent("vendor_admin", teams=()))


def rule(vendor: Vendor, code: str) -> int:
    with acting_for(vendor):
        return MaintenanceWindow.objects.get(code=code).pk


def windows(vendor: Vendor) -> list[PlannedWindow]:
    with acting_for(vendor):
        return list(PlannedWindow.objects.order_by("id"))


def typed(at: datetime, name: str) -> dict[str, str]:
    local = timezone.localtime(at, Vendor.objects.get(slug="hypergene").zone)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}


def plan(browser: Any, vendor: Vendor, code: str, *, days: int, **facts: Any) -> Any:
    starts_at = timezone.now().replace(microsecond=0) + timedelta(days=days)
    times = typed(starts_at, "starts_at") | typed(starts_at + timedelta(hours=2), "ends_at")
    filled = sent_by(browser.get(ADD)) | times | {"rule": rule(vendor, code), "title": "Upgrade", **facts}
    return browser.post(ADD, filled)


def test_what_is_planned_in_time_is_saved_with_its_last_moment(browser: Any, hypergene: Vendor) -> None:
    """HG-4.1.3-01: the admin plans through the same command."""
    assert plan(browser, hypergene, "planned-upgrade", days=9).status_code == 302

    [window] = windows(hypergene)
    assert window.announced_at < window.notice_due_at < window.starts_at
    assert "@" in window.planned_by


def test_what_is_too_late_is_refused_and_goes_as_an_emergency_with_a_reason(browser: Any, hypergene: Vendor) -> None:
    """HG-4.1.3-01, HG-4.1-02."""
    late = plan(browser, hypergene, "planned-upgrade", days=6)
    assert "Customers are told 7 calendar days before" in said(late)
    assert sent_by(late)["title"] == "Upgrade"
    assert "Emergency maintenance needs a reason." in said(plan(browser, hypergene, "emergency", days=6))
    assert windows(hypergene) == []

    assert plan(browser, hypergene, "emergency", days=6, reason="A hole").status_code == 302
    [window] = windows(hypergene)
    assert (window.rule_id, window.notice_due_at) == (rule(hypergene, "emergency"), None)


def test_windows_that_come_back_are_not_offered_for_planning(browser: Any, hypergene: Vendor) -> None:
    assert "Select a valid choice" in said(plan(browser, hypergene, "infrastructure-daily", days=9))


def test_a_window_is_fixed_once_planned_and_can_be_called_off_once(browser: Any, hypergene: Vendor) -> None:
    now = timezone.now()
    with acting_for(hypergene):
        window = plan_window(
            rule="planned-upgrade", title="Upgrade", by="planner", now=now,
            starts_at=now + timedelta(days=8), ends_at=now + timedelta(days=9),
        )  # fmt: skip
    page = f"/hypergene/admin/portal/plannedwindow/{window.pk}/change/"

    assert browser.post(page, {"title": "Another"}).status_code == 302
    assert browser.post(page, {"call_off": "on", "title": "Another"}).status_code == 302
    [after] = windows(hypergene)
    assert after.title == "Upgrade"
    assert after.called_off_at >= now
    assert "called off already" in said(browser.post(page, {"call_off": "on"}))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"recurrence": "weekly"}, "a weekly window needs ends and starts and weekday"),
        (
            {"recurrence": "daily", "starts": "04:00", "ends": "05:00", "week_of_month": "1"},
            "a window of recurrence daily takes no week_of_month",
        ),
        ({"recurrence": "daily", "starts": "04:00", "ends": "04:00"}, "ends at another time than it starts"),
        (
            {"recurrence": "by_agreement", "kind": "emergency", "notice": "{amount: 7, unit: calendar_days}"},
            "takes no notice",
        ),
        ({"recurrence": "by_agreement", "notice": "{amount: 7, unit: days}"}, "unknown unit 'days'"),
    ],
)
def test_a_row_that_could_not_fall_is_refused(browser: Any, facts: dict[str, str], sentence: str) -> None:
    add = "/hypergene/admin/portal/maintenancewindow/add/"
    row = sent_by(browser.get(add)) | {"code": "new", "category": "Network", "kind": "planned"} | facts

    assert sentence in said(browser.post(add, row))
