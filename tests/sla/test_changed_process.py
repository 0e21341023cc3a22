"""An edit of the process counts for open tickets too, and never for finished ones."""

from datetime import date, timedelta

import pytest

from helpdesk.models import BusinessCalendar, Holiday, Vendor
from helpdesk.tenancy import acting_for
from sla.models import Clock
from sla.tasks import BEHIND, remeasure_vendor
from tests.people import NOW, acts, make_agent, make_ticket
from tickets.commands import change_status, reply
from tickets.models import Timer
from tickets.queries.catalogue import catalogue

DAY = timedelta(days=1)


def close_tomorrow(vendor: Vendor) -> None:
    Holiday.objects.create(calendar=BusinessCalendar.objects.get(), date=date(2026, 5, 20), name="Company day")
    vendor.touch_process()


@pytest.fixture
def fresh(vendor: Vendor) -> Vendor:
    return Vendor.objects.get(pk=vendor.pk)


def test_a_new_holiday_moves_the_clocks_of_open_tickets(fresh: Vendor) -> None:
    with acting_for(fresh):
        ticket = make_ticket()
        before = {clock.metric: clock.due_at for clock in Clock.objects.all()}
        close_tomorrow(fresh)

    remeasure_vendor(fresh, NOW)

    with acting_for(fresh):
        assert {clock.metric: clock.due_at for clock in Clock.objects.all()} == {
            metric: due_at + DAY for metric, due_at in before.items()
        }
        ticket.refresh_from_db()
        assert ticket.next_due_at == before["first_response"] + DAY
    assert not Vendor.objects.filter(BEHIND, pk=fresh.pk).exists()


def test_a_new_holiday_moves_the_closing_for_inactivity(fresh: Vendor) -> None:
    with acting_for(fresh):
        ticket = make_ticket()
        agent = acts(make_agent())
        reply(ticket_id=ticket.pk, body="Which?", actor=agent, now=NOW, status=catalogue().statuses["waiting"])
        [before] = Timer.objects.filter(kind="rule").values_list("due_at", flat=True)
        close_tomorrow(fresh)

    remeasure_vendor(fresh, NOW)

    with acting_for(fresh):
        assert list(Timer.objects.filter(kind="rule").values_list("due_at", flat=True)) == [
            before + 3 * DAY
        ]  # over a weekend


def test_a_finished_ticket_keeps_the_figures_it_was_measured_by(fresh: Vendor) -> None:
    with acting_for(fresh):
        ticket = make_ticket()
        agent = acts(make_agent())
        change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=agent, now=NOW)
        before = list(Clock.objects.order_by("id").values())
        close_tomorrow(fresh)

    remeasure_vendor(fresh, NOW)

    with acting_for(fresh):
        assert list(Clock.objects.order_by("id").values()) == before
