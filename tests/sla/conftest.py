"""A vendor whose process has every kind of target, made for these tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.models import Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for

PROCESS = """
vendor: {slug: clockmakers, name: Clockmakers, time_zone: Europe/Berlin}
severity_selectable_by: [customer, agent]
calendars:
- code: berlin
  time_zone: Europe/Berlin
  weekly_hours: [{days: mon-fri, opens: "08:00", closes: "17:00"}]
  holidays: {2026-05-25: Whit Monday}
  special_days:
    2026-06-12: {name: Town fair, hours: [{opens: "08:00", closes: "12:00"}]}
    2026-06-13: {hours: [{opens: "10:00", closes: "11:00"}], assumed: true}
- {code: lisbon, time_zone: Europe/Lisbon, weekly_hours: [{days: mon-fri, opens: "09:00", closes: "18:00"}]}
- {code: saturdays, time_zone: Europe/Berlin, weekly_hours: [{days: mon-sat, opens: "10:00", closes: "20:00"}]}
teams: [{code: berlin, name: Berlin, calendar: berlin}, {code: lisbon, name: Lisbon, calendar: lisbon}]
queues: [{code: in, name: In, kind: inbox, teams: [berlin]}, {code: south, name: South, teams: [lisbon]}]
ticket_types: [{code: incident, name: Incident}, {code: wish, name: Wish, sla_applies: false}]
severities:
- {code: critical, name: Critical}
- {code: high, name: High}
- {code: normal, name: Normal, is_default: true}
- {code: whenever, name: Whenever, best_effort: true}
statuses:
- {code: new, name: New, category: new}
- {code: open, name: Open, category: open, set_on: [assignment, agent_reply, customer_reply]}
- {code: waiting, name: Waiting for you, category: pending_customer, pauses: [resolution]}
- {code: solved, name: Solved, category: resolved}
- {code: closed, name: Closed, category: closed}
routing_rules:
- {code: vip, trigger: on_create, when: {subject_contains_exact_case: VIP}, then: {flag: vip}}
- {code: southwards, trigger: scheduled, interval_minutes: 5, when: {queue: in, agreement_kind: partner},
   then: {queue: south, responsible_team: lisbon}}
sla_policy: {name: Standard, resolution_met_by: [resolved, workaround]}
sla_targets:
- {severity: critical, metric: first_response, amount: 1, unit: elapsed_hours, clock: 24x7, response_via: phone}
- {severity: critical, metric: resolution, amount: 1, unit: calendar_days, clock: 24x7}
- {severity: high, metric: first_response, amount: 2, unit: business_hours, clock: responsible_team}
- {severity: high, metric: first_response, amount: 30, unit: elapsed_hours, clock: 24x7, when: {flag: vip}}
- {severity: high, metric: resolution, amount: 1, unit: business_days, clock: responsible_team,
   warn_at: {amount: 6, unit: business_hours}}
- {severity: normal, metric: first_response, amount: 1, unit: business_days, clock: responsible_team, assumed: true}
- {severity: normal, metric: periodic_update, amount: 2, unit: business_days, clock: berlin}
- {severity: normal, metric: resolution, amount: 3, unit: business_days, clock: responsible_team}
notifications: [{event: target_breached, audience: [queue_team]}]
portal_menu: [{page: new_ticket, label: New}]
form_fields:
- {key: subject, label: Subject, kind: subject, required: true}
- {key: description, label: Text, kind: description, required: true}
"""


@pytest.fixture
def clockmakers(db: None) -> Iterator[Any]:
    """The vendor, its door open."""
    load(PROCESS, now=datetime(2026, 1, 1, tzinfo=UTC), by="tests")
    vendor = Vendor.objects.get(slug="clockmakers")
    with acting_for(vendor):
        yield vendor
