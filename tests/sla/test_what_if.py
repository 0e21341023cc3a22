"""A changed process tried on past tickets: what would have come out otherwise, and nothing is touched."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from helpdesk.models import ProcessVersion, Vendor
from sla.management.commands.what_if import what_if
from sla.models import Clock, SLATarget
from tests.people import NOW, acts, make_agent, make_ticket
from tests.sla.conftest import PROCESS
from tickets.commands import change_status, reply
from tickets.models import Entry
from tickets.queries.catalogue import catalogue

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SINCE = NOW - DAY
STRICTER = PROCESS.replace(
    "{severity: normal, metric: first_response, amount: 1, unit: business_days, clock: responsible_team, assumed: true}",
    "{severity: normal, metric: first_response, amount: 2, unit: business_hours, clock: responsible_team,\n"
    "   warn_at: {amount: 1, unit: business_hours}}",
)


@pytest.fixture
def past(clockmakers: Vendor) -> Vendor:
    """Three tickets: answered after three hours, after half an hour, and not at all but closed."""
    agent = acts(make_agent())
    late, quick, closed = (make_ticket(subject=f"Number {n}") for n in range(3))
    make_ticket(now=SINCE - DAY, subject="Too old")
    reply(ticket_id=late.pk, body="Here", actor=agent, now=NOW + 3 * HOUR)
    reply(ticket_id=quick.pk, body="Here", actor=agent, now=NOW + HOUR / 2)
    change_status(ticket_id=closed.pk, status=catalogue().statuses["closed"], actor=agent, now=NOW + HOUR)
    return clockmakers


def responses(report: Any) -> dict[str, Any]:
    return {found.ticket: found for found in report.differences if found.metric == "first_response"}


def test_it_says_what_would_have_been_breached_and_when_it_would_have_warned(past: Vendor) -> None:
    report = what_if(past, STRICTER, since=SINCE, now=NOW + 4 * HOUR)
    assert report.tickets == 3
    assert report.was["first_response"] == {"met": 2, "breached": 0, "running": 0, "suspended": 0, "unmeasured": 1}
    assert report.would_be["first_response"] == {"met": 1, "breached": 1, "running": 0, "suspended": 0, "unmeasured": 1}
    [found] = responses(report).values()
    assert (found.was, found.would_be) == ("met", "breached")
    assert (found.breached_at, found.warned_at) == ((NOW + 2 * HOUR,), (NOW + HOUR,))
    assert report.warnings["first_response"] == 1


def test_the_same_process_changes_nothing(past: Vendor) -> None:
    assert what_if(past, PROCESS, since=SINCE, now=NOW + 4 * HOUR).differences == []


def test_what_would_be_due_by_now_counts_as_breached(past: Vendor) -> None:
    open_one = make_ticket(subject="Open")
    assert open_one.number not in responses(what_if(past, STRICTER, since=SINCE, now=NOW + 2 * HOUR))
    found = responses(what_if(past, STRICTER, since=SINCE, now=NOW + 2 * HOUR + timedelta(seconds=1)))
    assert (found[open_one.number].was, found[open_one.number].would_be) == ("running", "breached")


def test_tickets_rows_and_versions_stay_as_they_are(past: Vendor) -> None:
    def everything() -> list[Any]:
        models = (Clock, Entry, SLATarget, ProcessVersion)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = everything()
    what_if(past, STRICTER, since=SINCE, now=NOW + 4 * HOUR)
    past.refresh_from_db()
    assert everything() == before


def test_an_exception_that_is_new_suspends_in_hindsight(past: Vendor) -> None:
    more = "causes: [{code: moon, name: Moon}]\n"
    rule = "sla_exceptions: [{code: m, when: {language_not: de}, suspend: [first_response], label: M}]\n"
    report = what_if(past, PROCESS + more + rule, since=SINCE, now=NOW + 4 * HOUR)
    assert {found.would_be for found in report.differences} == {"suspended"}


def test_the_command_prints_a_table_or_json_and_names_what_is_wrong(past: Vendor, tmp_path: Path) -> None:
    file = tmp_path / "process.yaml"
    file.write_text(STRICTER)

    def said(*args: str) -> str:
        out = StringIO()
        call_command("what_if", *args, stdout=out)
        return out.getvalue()

    told = said("--process", str(file), "--since", "2026-05-19")
    assert "3 tickets opened since 2026-05-19" in told
    assert "met -> breached" in told
    assert "breached 2026-05-19 10:00Z, warned 2026-05-19 09:00Z" in told
    report = json.loads(said("--process", str(file), "--since", "2026-05-19", "--json"))
    assert report["differences"][0]["breached_at"] == ["2026-05-19T10:00:00Z"]

    with pytest.raises(CommandError, match="'yesterday' is no date"):
        said("--process", str(file), "--since", "yesterday")
    with pytest.raises(CommandError, match="No such file"):
        said("--process", str(tmp_path / "none.yaml"), "--since", "2026-05-19")
    file.write_text(STRICTER.replace("slug: clockmakers", "slug: somebody"))
    with pytest.raises(CommandError, match="never loaded"):
        said("--process", str(file), "--since", "2026-05-19")
    file.write_text(STRICTER.replace("clock: berlin", "clock: nowhere"))
    with pytest.raises(CommandError, match="sla_targets"):
        said("--process", str(file), "--since", "2026-05-19")
