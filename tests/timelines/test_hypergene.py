"""The worked timelines of Hypergene, on its real process file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from helpdesk.access import Refused
from notifications.commands import claim, send
from notifications.models import Delivery
from portal.maintenance.commands import plan_window
from portal.maintenance.queries import coming, occurrences
from sla.commands import log_work
from sla.models import Gateway, OnCallSchedule, Pager
from sla.queries.budgets import budget_of
from tests.people import make_agent
from tests.sla.duty import put_on_call, steps
from tests.timelines.scene import (
    MINUTE,
    SECOND,
    Scene,
    assert_due,
    assert_warns,
    at,
    clock,
    recorded,
    staged,
    supposing,
    told,
)
from tickets.commands import change_severity
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

RECEIPT = {("ticket_created", "requester"), ("ticket_created", "queue_team")}


@pytest.fixture
def hypergene() -> Iterator[Scene]:
    with staged("hypergene") as scene:
        yield scene


def test_hg_t1_easter_and_the_start_of_summer_time(hypergene: Scene) -> None:
    """HG-2.1-05, HG-2.3-03, HG-2.6-01, HG-2.7-01: a receipt with the id, a priority at once, targets from creation."""
    created = at("Thu 2027-03-25 16:00 CET")
    ticket = hypergene.opens(created)
    assert ticket.severity.code == "P3"
    assert told(ticket, created) == RECEIPT
    for delivery in claim(now=created + MINUTE):
        send(delivery, now=created + MINUTE)
    [receipt] = [sent for sent in mail.outbox if hypergene.contact.email in sent.to[0]]
    assert ticket.number in receipt.subject

    change_severity(
        ticket_id=ticket.pk,
        severity=hypergene.known.severities["P2"],
        reason="The whole department waits",
        actor=hypergene.agent,
        now=created + 5 * MINUTE,
    )
    assert_due(ticket, "first_response", at("Tue 2027-03-30 11:00 CEST"))
    assert_due(ticket, "resolution", at("Thu 2027-04-01 16:00 CEST"))
    assert clock(ticket, "first_response").due_at - created == timedelta(hours=114)
    assert_warns(ticket, "first_response", at("Tue 2027-03-30 10:00 CEST"))  # three of four hours


def test_hg_t2_received_on_a_saturday_counted_from_monday(hypergene: Scene) -> None:
    """HG-2.3-01, HG-2.3-02, HG-2.7-01: the receipt goes out although the desk is closed."""
    created = at("Sat 2026-06-06 10:15 CEST")
    ticket = hypergene.opens(created)
    assert told(ticket, created) == RECEIPT
    assert_due(ticket, "first_response", at("Mon 2026-06-08 17:00 CEST"))


def works(scene: Scene, ticket: Ticket, minutes: int, now: datetime) -> None:
    """The agent logs time."""
    log_work(ticket_id=ticket.pk, minutes=minutes, actor=scene.agent, now=now)


def left(scene: Scene, now: datetime) -> int:
    """The customer's minutes that are left."""
    budget = budget_of(scene.contact.company_id, now)
    assert budget is not None
    return budget.left


def test_hg_t3_fifteen_minutes_per_customer_and_month(hypergene: Scene) -> None:
    """HG-2.4-10, HG-2.4-11: the month is Sweden's, and an incident in the standard software costs nothing."""
    opened = at("Mon 2026-03-30 08:00 CEST")
    question = hypergene.opens(opened, type="support")
    another = hypergene.opens(opened, type="support")
    incident = hypergene.opens(opened, type="incident", solution_scope=hypergene.known.solution_scopes["standard"])

    works(hypergene, question, 10, now := at("Mon 2026-03-30 14:00 CEST"))
    assert left(hypergene, now) == 5
    works(hypergene, incident, 120, now := at("Mon 2026-03-30 15:00 CEST"))
    assert left(hypergene, now) == 5
    works(hypergene, another, 5, used_up := at("Tue 2026-03-31 09:00 CEST"))
    assert left(hypergene, used_up) == 0
    assert told(another, used_up) == {("budget_exhausted", "requester")}
    for delivery in claim(now=used_up + MINUTE):
        send(delivery, now=used_up + MINUTE)
    [notice] = [sent for sent in mail.outbox if "estimat" in sent.body]
    assert hypergene.contact.email in notice.to[0]

    with pytest.raises(Refused, match="estimate needs approval"):
        works(hypergene, question, 5, at("Tue 2026-03-31 23:50 CEST"))
    works(hypergene, question, 5, now := at("Wed 2026-04-01 00:05 CEST"))  # still 31 March in UTC
    assert left(hypergene, now) == 10
    assert left(hypergene, at("Tue 2026-03-31 23:50 CEST")) == 0
    assert [line.meta["period"] for line in recorded(question, "work")] == ["2026-03", "2026-04"]


def test_hg_t6_midsummer_eve_is_a_working_day(hypergene: Scene) -> None:
    """HG-2.3-03: it is no public holiday in the strict sense."""
    ticket = hypergene.opens(at("Thu 2026-06-18 15:00 CEST"))
    assert_due(ticket, "first_response", at("Fri 2026-06-19 15:00 CEST"))


def test_hg_t6_unless_the_optional_closed_dates_are_on(hypergene: Scene) -> None:
    """HG-2.3-03: an administrator's switch closes the eves."""
    hypergene.close_on_optional_dates("servicecenter")
    ticket = hypergene.opens(at("Thu 2026-06-18 15:00 CEST"))
    assert_due(ticket, "first_response", at("Mon 2026-06-22 15:00 CEST"))


def test_hg_t4_a_week_s_notice_for_an_upgrade(hypergene: Scene) -> None:
    """HG-4.1.3-01, HG-4.1.3-06, HG-4.1-02: in time until the last moment; then only an emergency, with a reason."""
    upgrade: Any = {
        "title": "Uppgradering",
        "starts_at": at("Thu 2026-10-29 18:00 CET"),
        "ends_at": at("Thu 2026-10-29 22:00 CET"),
        "by": "planner@hypergene.example",
    }
    latest = at("Thu 2026-10-22 18:00 CEST")

    with supposing():
        window = plan_window(rule="planned-upgrade", now=latest, **upgrade)
        assert (window.notice_due_at, window.announced_at, window.affects_service) == (latest, latest, True)
        assert coming(latest) == [window]
    with pytest.raises(
        Refused, match=r"told 7 calendar days before.* the last moment was Thu 22 October 2026, 18:00\."
    ):
        plan_window(rule="planned-upgrade", now=latest + SECOND, **upgrade)
    with pytest.raises(Refused, match="needs a reason"):
        plan_window(rule="emergency", now=latest + SECOND, **upgrade)
    assert coming(latest) == []

    emergency = plan_window(rule="emergency", now=latest + SECOND, reason="A hole in the library", **upgrade)
    assert (emergency.notice_due_at, emergency.announced_at) == (None, latest + SECOND)
    assert coming(latest + SECOND) == [emergency]


def test_hg_t5_windows_keep_their_local_time(hypergene: Scene) -> None:
    """HG-4.1.3-02, HG-4.1.3-03, HG-4.1.3-05: before and after the end of summer time."""
    october, november = at("Sat 2026-10-03 08:30 CEST"), at("Sat 2026-11-07 08:30 CET")

    [first] = occurrences(october, october + timedelta(hours=2))
    assert (first.code, first.starts_at) == ("infrastructure-monthly", at("Sat 2026-10-03 09:00 CEST"))
    assert first.ends_at == at("Sat 2026-10-03 18:00 CEST")
    [second] = occurrences(november, november + timedelta(hours=2))
    assert (second.code, second.starts_at) == ("infrastructure-monthly", at("Sat 2026-11-07 09:00 CET"))
    assert second.ends_at == at("Sat 2026-11-07 18:00 CET")

    weekend = occurrences(at("Sat 2026-10-24 00:00 CEST"), at("Mon 2026-10-26 00:00 CET"))
    assert [(each.code, each.starts_at, each.ends_at) for each in weekend] == [
        ("infrastructure-daily", at("Sat 2026-10-24 04:00 CEST"), at("Sat 2026-10-24 05:00 CEST")),
        ("integrations-daily", at("Sat 2026-10-24 05:00 CEST"), at("Sat 2026-10-24 08:00 CEST")),
        ("infrastructure-daily", at("Sun 2026-10-25 04:00 CET"), at("Sun 2026-10-25 05:00 CET")),
        ("integrations-daily", at("Sun 2026-10-25 05:00 CET"), at("Sun 2026-10-25 08:00 CET")),
    ]


def test_planned_work_on_the_infrastructure_stays_inside_its_windows(hypergene: Scene) -> None:
    """HG-4.1.2-02, HG-4.1.3-04: inside a window nothing is asked and no notice is owed; outside, the reason."""
    now = at("Mon 2026-03-02 10:00 CET")
    restart: Any = {"rule": "infrastructure-planned", "title": "Omstart", "by": "planner@hypergene.example", "now": now}
    inside = (at("Wed 2026-03-04 04:10 CET"), at("Wed 2026-03-04 05:00 CET"))
    outside = (at("Wed 2026-03-04 04:10 CET"), at("Wed 2026-03-04 05:10 CET"))

    quiet = plan_window(starts_at=inside[0], ends_at=inside[1], affects_service=False, **restart)
    assert quiet.notice_due_at is None
    with pytest.raises(Refused, match=r"outside the regular windows of Infrastruktur\. Give the reason\."):
        plan_window(starts_at=outside[0], ends_at=outside[1], affects_service=False, **restart)
    late = plan_window(starts_at=outside[0], ends_at=outside[1], affects_service=False, reason="It is long", **restart)
    assert coming(now) == [quiet, late]


def test_emergency_maintenance_may_begin_at_once(hypergene: Scene) -> None:
    """HG-4.1-02: no notice period, only a reason; it is announced in the moment in which it is saved."""
    now = at("Tue 2026-05-05 13:00 CEST")
    window = plan_window(
        rule="emergency", title="Akut omstart", reason="The disk is full", starts_at=now - MINUTE,
        ends_at=now + timedelta(hours=1), by="planner@hypergene.example", now=now,
    )  # fmt: skip
    assert window.announced_at == now
    assert [each.planned for each in occurrences(now, now + MINUTE)] == [window]


def test_the_incident_manager_is_told_of_the_gravest_tickets_through_several_channels(hypergene: Scene) -> None:
    """HG-3-04: by mail and by SMS within a minute, at any hour, each of them in the outbox; P1 is assumed."""
    manager = make_agent(name="Incident Manager", teams=("incident-team",))
    Pager.objects.create(agent=manager, phone="+46701740605")
    Gateway.objects.create(channel="sms", url="https://sms.example/send")
    schedule = OnCallSchedule.objects.get(code="incident-manager")
    put_on_call(schedule, manager, time_zone="Europe/Stockholm")
    created = at("Sat 2026-06-06 10:15 CEST")
    ticket = hypergene.opens(created)
    assert steps(ticket) == []
    worst = hypergene.known.severities["P1"]
    facts = {"severity": worst, "reason": "Nobody can log in", "actor": hypergene.agent}
    change_severity(ticket_id=ticket.pk, now=created + 5 * MINUTE, **facts)
    rows = Delivery.objects.filter(ticket=ticket, event="page").values_list("channel", "to_address", "next_attempt_at")
    now = created + 5 * MINUTE
    assert set(rows) == {("mail", manager.user.email, now), ("sms", "+46701740605", now)}
