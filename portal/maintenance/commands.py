"""Planning a single maintenance window and calling it off."""

from datetime import datetime

from django.db import transaction
from django.utils.dateformat import format as written

from helpdesk.access import Refused
from helpdesk.tenancy import current_vendor
from portal.maintenance.core import latest_notice
from portal.maintenance.queries import has_regular_windows, inside_a_regular_window, rules_for_planning
from portal.models import MaintenanceWindow, PlannedWindow

UNITS = {"calendar_days": "calendar days", "elapsed_hours": "hours"}


@transaction.atomic
def plan_window(
    *,
    rule: str,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    by: str,
    now: datetime,
    text: str = "",
    affects_service: bool | None = None,
    reason: str = "",
) -> PlannedWindow:
    """Plan a window under the row `rule` of the process; customers read of it from now on.

    Without `affects_service`, the row says whether the service is affected.
    """
    found = rule_of(rule)
    affects = found.affects_service if affects_service is None else affects_service
    check_plan(found, starts_at=starts_at, ends_at=ends_at, affects_service=affects, reason=reason, now=now)
    return PlannedWindow.objects.create(
        rule=found,
        title=title,
        text=text,
        starts_at=starts_at,
        ends_at=ends_at,
        affects_service=affects,
        reason=reason,
        notice_due_at=notice_due_at(found, starts_at, affects_service=affects),
        announced_at=now,
        planned_by=by,
    )


@transaction.atomic
def call_off(*, window_id: int, by: str, now: datetime) -> PlannedWindow:
    """Say that a planned window does not take place. Customers read that too, until its time is over."""
    window = PlannedWindow.objects.select_for_update(of=("self",)).get(pk=window_id)
    if window.called_off_at is not None:
        raise Refused("This window was called off already.")
    if window.ends_at <= now:
        raise Refused("This window is over; there is nothing to call off.")
    window.called_off_at, window.called_off_by = now, by
    window.save(update_fields=["called_off_at", "called_off_by"])
    return window


def rule_of(code: str) -> MaintenanceWindow:
    """The row of the process under which a window is planned."""
    for rule in rules_for_planning():
        if rule.code == code:
            return rule
    raise Refused(f"The process has no windows of the kind '{code}' that are planned one by one.")


def notice_due_at(rule: MaintenanceWindow, starts_at: datetime, *, affects_service: bool) -> datetime | None:
    """The last moment to tell customers; None where no notice is owed."""
    if not (rule.notice and affects_service):
        return None
    return latest_notice(starts_at, rule.notice["amount"], rule.notice["unit"], current_vendor().zone)


def check_plan(
    rule: MaintenanceWindow,
    *,
    starts_at: datetime,
    ends_at: datetime,
    affects_service: bool,
    reason: str,
    now: datetime,
) -> None:
    """Refuse a window that the process does not allow."""
    if ends_at <= starts_at:
        raise Refused("A window ends after it starts.")
    if ends_at <= now:
        raise Refused("This window would be over already.")
    if rule.kind == "emergency":
        if not reason.strip():
            raise Refused("Emergency maintenance needs a reason.")
        return
    _check_notice(rule, starts_at, affects_service=affects_service, now=now)
    outside = has_regular_windows(rule.category) and not inside_a_regular_window(rule.category, starts_at, ends_at)
    if outside and not reason.strip():
        raise Refused(f"This is outside the regular windows of {rule.category}. Give the reason.")


def _check_notice(rule: MaintenanceWindow, starts_at: datetime, *, affects_service: bool, now: datetime) -> None:
    due_at = notice_due_at(rule, starts_at, affects_service=affects_service)
    if due_at is not None and due_at < now:
        moment = written(due_at.astimezone(current_vendor().zone), "D j F Y, H:i")
        length = f"{rule.notice['amount']} {UNITS[rule.notice['unit']]}"
        raise Refused(
            f"Customers are told {length} before; for this start the last moment was {moment}. "
            "Choose a later start, or save it as emergency maintenance with a reason."
        )
    if starts_at < now:
        raise Refused("Planned work lies ahead. What has begun already is emergency maintenance.")
