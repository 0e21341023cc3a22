"""Process files: every mistake is named with its place, and what is loaded dumps back to the same text."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from helpdesk.calendars import special_names, working_calendars
from helpdesk.models import ProcessVersion, Vendor
from helpdesk.process.files import ProcessInvalid, check_rows, dump, load, parse, schema, warnings
from helpdesk.tenancy import acting_for
from tests.people import NOW, make_ticket
from tickets.models import Queue
from tickets.queries.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "helpdesk" / "vendors").glob("*.yaml"))
ACME = (ROOT / "tests" / "process" / "acme.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.django_db
def test_a_vendors_file_dumps_back_to_the_same_text(file: Path) -> None:
    with acting_for(Vendor.objects.get(slug=file.stem)) as vendor:
        assert dump(vendor) == file.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_keeps_one_version(vendor: Vendor) -> None:
    again = load(ACME, now=NOW, by="test")

    assert (again.created, again.diff) == (False, "")
    with acting_for(vendor):
        assert ProcessVersion.objects.count() == 1


DATED = """\
  - code: main
    time_zone: Europe/Berlin
    weekly_hours:
      - {days: mon-fri, opens: '08:00', closes: '17:00'}
    holidays: {2026-12-25: Christmas Day}
    assumed_holidays: {2027-01-01: New Year's Day}
    optional_closed_dates: {2026-12-31: New Year's Eve}
    assumed_optional_closed_dates: {2027-12-31: New Year's Eve}
    special_days:
      2026-12-24:
        name: Christmas Eve
        hours:
          - {opens: '08:00', closes: '10:00'}
          - {opens: '10:30', closes: '12:00'}
      2026-12-25:
        hours:
          - {opens: '20:00', closes: '00:00'}
        assumed: true

"""


@pytest.mark.django_db
def test_dated_days_of_every_kind_are_read_and_written_back(vendor: Vendor) -> None:
    start, end = ACME.index("- {code: main"), ACME.index("teams:")
    load(ACME[:start] + DATED + ACME[end:], now=NOW, by="test")

    vendor.refresh_from_db()
    with acting_for(vendor):
        written, calendar = dump(vendor), working_calendars()["main"]
        load(written, now=NOW, by="test")
        assert DATED in written
        assert dump(vendor) == written
        assert special_names()["main"] == {date(2026, 12, 24): "Christmas Eve", date(2026, 12, 25): "Christmas Day"}
    assert set(calendar.holidays) == {date(2026, 12, 25), date(2027, 1, 1)}
    assert calendar.special == {
        date(2026, 12, 24): ((time(8), time(10)), (time(10, 30), time(12))),
        date(2026, 12, 25): ((time(20), time(0)),),
    }


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("teams: [desk]},{code: desk", "teams: [dsk]},{code: desk", "queues[0].teams[0]: unknown team 'dsk'; did you mean 'desk'?"),
        ("pauses: [resolution]", "pauses: [resolutoin]", "statuses[2].pauses[0]: unknown metric 'resolutoin'; did you mean 'resolution'?"),
        ("to_status: solved", "to_status: closed", "auto_close_rules[0].to_status: unknown status 'closed'; known: new, open, solved, waiting"),
        ("to_status: solved", "to_status: open", "auto_close_rules[0].to_status: 'open' does not end a ticket: open"),
        ('closes: "17:00"}]', 'closes: "17:00"}, {days: tue, opens: "16:00", closes: "18:00"}]',
         "calendars[0].weekly_hours: Tuesday: 08:00-17:00 and 16:00-18:00 overlap."),
        ('closes: "17:00"', "closes: 17:00", 'calendars[0].weekly_hours[0].closes: write a time in quotes, as "08:00"'),
        ("holidays: {", 'special_days: {2026-12-24: {hours: [{opens: "08:00", closes: "12:00"}, {opens: "11:00", closes: "13:00"}]}}, holidays: {',
         "calendars[0].special_days: 2026-12-24: 08:00-12:00 and 11:00-13:00 overlap."),
        ("holidays: {", "special_days: {2026-12-24: {hours: []}}, holidays: {", "calendars[0].special_days.2026-12-24.hours: list should have at least 1 item"),
        ("holidays: {", "special_days: {Christmas: {hours: []}}, holidays: {", "calendars[0].special_days.Christmas"),
        ("holidays: {", "optional_closed_dates: {2026-12-25: Christmas}, holidays: {", "calendars[0].optional_closed_dates: 2026-12-25 is a closed date already"),
        ("Christmas Day", "Christmas " * 13, "calendars[0].holidays.2026-12-25: string should have at most 120 characters"),
        ("Europe/Berlin}\nsev", "Europe/Berln}\nsev", "vendor.time_zone: unknown time zone 'Europe/Berln'; write one such as Europe/Stockholm"),
        ("name: High}", "name: High, is_default: true}", "severities: exactly one severity has is_default: true; here high and low"),
        ("sla_policy: {name: S}", "", "sla_policy: this section is missing"),
        ("sla_policy:", "downloads: []\nsla_policy:", "downloads: unknown section 'downloads'"),
        ("amount: 1, unit: business_hours", "amount: 0, unit: business_hours", "sla_targets[0].amount: input should be greater than or equal to 1"),
        ("audience: [queue_team]", "audience: [everybody]", "notifications[3].audience[0]: unknown audience 'everybody'"),
        ("category: new}", "category: new, colour: red}", "statuses[0].colour: unknown key 'colour'"),
        ("{code: open, name: Open,", "{code: new, name: Open,", "statuses[1].code: status 'new' is there already"),
        ("slug: acme", "slug: admin", "vendor.slug: 'admin' is an address of the product itself; choose another slug"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(old: str, new: str, problem: str) -> None:
    assert old in ACME

    with pytest.raises(ProcessInvalid) as invalid:
        parse(ACME.replace(old, new, 1))

    assert any(str(found).startswith(problem) for found in invalid.value.problems), str(invalid.value)


def test_a_year_without_closed_dates_is_warned_of_and_no_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """XE-2-04: in October the coming year needs its dates; optional ones count once they are in use."""
    optional = ACME.replace("holidays: {", "optional_closed_dates: {2027-12-31: Perhaps}, holidays: {")
    used = optional.replace("optional_closed", "use_optional: true, optional_closed")
    said = "calendars[0]: 'main' has no closed date in"

    def warned(text: str, *now: int) -> list[str]:
        return [str(problem) for problem in warnings(parse(text), now=datetime(*now, tzinfo=UTC))]  # type: ignore[misc]

    assert warned(ACME, 2026, 9, 30) == []
    assert warned(ACME, 2026, 10, 1) == warned(optional, 2026, 10, 1) == [f"{said} 2027"]
    assert warned(used, 2026, 10, 1) == []
    assert warned(ACME, 2030, 12, 1) == [f"{said} 2030", f"{said} 2031"]

    file = tmp_path / "acme.yaml"
    file.write_text(ACME.replace("2026-12-25", "1999-12-25"), encoding="utf-8")
    call_command("check_process", str(file))
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == f"warning: {said} {timezone.now().year}"
    assert printed[-1] == f"{file}: in order"


def test_all_problems_are_told_at_once() -> None:
    broken = ACME.replace("pauses: [resolution]", "pauses: [resolutoin]").replace("Europe/Berlin}\nsev", "Mars}\nsev")

    with pytest.raises(ProcessInvalid) as invalid:
        parse(broken)

    assert {problem.path for problem in invalid.value.problems} == {"vendor.time_zone", "statuses[2].pauses[0]"}


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ProcessInvalid, match="'queues' stands twice"):
        parse(ACME + "\nqueues: []\n")


@pytest.mark.django_db
def test_a_file_with_a_mistake_changes_nothing(vendor: Vendor, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(ACME.replace("name: High}", "name: Higher, colour: red}"), encoding="utf-8")

    with pytest.raises(CommandError, match=r"severities\[0\].colour: unknown key 'colour'"):
        call_command("load_process", str(file))

    with acting_for(vendor):
        assert dump(vendor).count("Higher") == 0


@pytest.mark.django_db
def test_what_tickets_use_is_retired_and_what_nothing_uses_is_deleted(vendor: Vendor) -> None:
    with acting_for(vendor):
        make_ticket(queue=catalogue().queues["in"])
    without = yaml.safe_load(ACME)
    without["queues"] = [{"code": "desk", "name": "Desk", "teams": ["desk"]}]
    without.pop("routing_rules")

    load(yaml.safe_dump(without), now=NOW, by="test")

    vendor.refresh_from_db()
    with acting_for(vendor):
        assert Queue.objects.get(code="in").retired is True
        assert [queue.code for queue in catalogue().queues.offered] == ["desk"]
    load(ACME, now=NOW, by="test")
    with acting_for(vendor):
        assert Queue.objects.get(code="in").retired is False


@pytest.mark.django_db
def test_rolling_back_applies_the_version_before(vendor: Vendor) -> None:
    load(ACME.replace("name: Waiting", "name: Held"), now=NOW, by="test")

    call_command("rollback_process", "acme")

    with acting_for(vendor):
        vendor.refresh_from_db()
        assert "name: Waiting" in dump(vendor)
        assert ProcessVersion.objects.count() == 3


@pytest.mark.django_db
def test_rows_are_checked_in_the_same_sentences(vendor: Vendor) -> None:
    with acting_for(vendor):
        Queue.objects.filter(code="in").update(teams=["nobody"])

        assert [str(problem) for problem in check_rows(vendor)] == [
            "queues[0].teams[0]: unknown team 'nobody'; known: desk"
        ]


def test_the_published_schema_is_the_one_of_the_code() -> None:
    published = json.loads((ROOT / "docs" / "process.schema.json").read_text(encoding="utf-8"))

    assert published == json.loads(json.dumps(schema()))
