"""What the API answers: tickets, clocks that add up, calendars, due times, a schema that keeps its word."""

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from tests.people import acts, make_contact, make_ticket
from tickets.commands import change_status, note, reply
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def schema() -> Any:
    return Client().get("/api/v1/schema/?format=json").json()


@pytest.fixture
def fits(schema: Any) -> Any:
    """Whether an answer is what the schema says of this operation."""

    def check(answer: Any, operation: str) -> Any:
        described = next(
            op for path in schema["paths"].values() for op in path.values() if op["operationId"] == operation
        )
        shape = described["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        whole = {**strict(shape), "components": strict(schema["components"])}
        jsonschema.validate(answer.json(), whole, format_checker=jsonschema.FormatChecker())
        return answer.json()

    return check


def strict(shape: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: null in words, and no key that is not described."""
    if isinstance(shape, list):
        return [strict(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    found = {name: strict(part) for name, part in shape.items() if name != "nullable"}
    if "properties" in found and isinstance(found["properties"], dict) and found.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return {"anyOf": [found, {"type": "null"}]} if shape.get("nullable") is True else found


def at(text: str) -> Any:
    return parse_datetime(text)


# --- Tickets -------------------------------------------------------------------------------------------------


def test_an_agent_reads_every_ticket_the_last_changed_first(
    opened: Any, rival: Any, maker: Any, program: Any, fits: Any
) -> None:
    first, second = opened(subject="First", ago=HOUR), opened("high", by=rival, subject="Second")
    answer = fits(program(maker)("tickets/"), "list_tickets")
    assert [found["number"] for found in answer["tickets"]] == [second.number, first.number]
    assert answer["next"] is None
    found = answer["tickets"][0]
    assert (found["subject"], found["company"], found["severity"]) == (
        "Second",
        "Belfries",
        {"code": "high", "name": "High"},
    )
    assert found["queue"] == {"code": "in", "name": "In"}
    assert found["url"].endswith(f"/clockmakers/agent/tickets/{second.number}/")
    assert [clock["metric"] for clock in found["clocks"]] == ["first_response", "resolution"]


def test_a_contact_reads_its_company_s_tickets_without_what_is_for_staff(
    opened: Any, rival: Any, contact: Any, program: Any, fits: Any
) -> None:
    own, other = opened(), opened(by=rival)
    call = program(contact)
    [found] = fits(call("tickets/"), "list_tickets")["tickets"]
    assert found["number"] == own.number
    assert not {"queue", "assignee", "team", "flags"} & set(found)
    assert found["url"].endswith(f"/clockmakers/tickets/{own.number}/")
    assert [clock["metric"] for clock in found["clocks"]] == ["resolution"], "an assumed figure is no promise"
    assert fits(call(f"tickets/{own.number}/"), "read_ticket")["subject"] == own.subject
    for path in (f"tickets/{other.number}/", f"tickets/{other.number}/clocks/", "tickets/no/", "no/such/thing/"):
        answer = call(path)
        assert (answer.status_code, answer.json()["error"]) == (404, "There is nothing here.")


def test_a_contact_who_sees_only_its_own_reads_only_its_own(
    makers: Vendor, opened: Any, contact: Any, program: Any
) -> None:
    with acting_for(makers):
        colleague = make_contact(contact.company, sees_company=False)
    ticket = opened()
    call = program(colleague)
    assert call("tickets/").json()["tickets"] == []
    assert call(f"tickets/{ticket.number}/").status_code == 404


def test_another_vendor_s_ticket_is_nothing(vendor: Vendor, maker: Any, program: Any) -> None:
    with acting_for(vendor):
        ticket = make_ticket()
    call = program(maker)
    assert call("tickets/").json()["tickets"] == []
    for path in (f"tickets/{ticket.number}/", f"tickets/{ticket.number}/clocks/"):
        assert call(path).status_code == 404


def test_pages_lose_and_double_nothing_while_tickets_change(opened: Any, maker: Any, program: Any) -> None:
    numbers = {opened(ago=n * HOUR).number for n in range(7)}
    call, seen, query = program(maker), [], {"limit": 3}
    for size in (3, 3, 1):
        page = call("tickets/", **query).json()
        assert len(page["tickets"]) == size
        seen += [found["number"] for found in page["tickets"]]
        query = dict(re.findall(r"[?&](\w+)=([^&]+)", page["next"])) if page["next"] else {}
    assert (set(seen), len(seen), query) == (numbers, 7, {})


def test_lists_are_narrowed_by_codes(makers: Vendor, opened: Any, maker: Any, contact: Any, program: Any) -> None:
    normal, high = opened(), opened("high")
    with acting_for(makers):
        reply(
            ticket_id=high.pk,
            body="Which?",
            actor=acts(maker),
            now=timezone.now(),
            status=catalogue().statuses["waiting"],
        )
    call = program(maker)

    def found(**query: str) -> set[str]:
        return {row["number"] for row in call("tickets/", **query).json()["tickets"]}

    assert found(severity="high") == found(status="waiting") == found(turn="customer") == {high.number}
    assert found(queue="in") == {normal.number, high.number}
    assert found(queue="south") == found(severity="normal", status="waiting") == set()
    assert program(contact)("tickets/", queue="in").json()["parameters"] == {"queue": "Only agents see queues."}


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"status": "waitin"}, "unknown status 'waitin'; did you mean 'waiting'?"),
        ({"turn": "ours"}, '"ours" is not a valid choice.'),
        ({"limit": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"cursor": "!"}, "Take it from `next` of the page before, as it is."),
        ({"cursor": "4pyTIDEyMzQ"}, "Take it from `next` of the page before, as it is."),
        ({"sort": "age"}, "There is no such parameter; known: status, severity, queue, turn, cursor, limit."),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(
    maker: Any, program: Any, fits: Any, query: dict[str, str], wrong: str
) -> None:
    answer = fits(program(maker)("tickets/", **query), "list_tickets")
    [name] = query
    assert answer == {"code": "invalid", "error": f"{name}: {wrong}", "parameters": {name: wrong}}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_is_read_only_and_says_so(opened: Any, maker: Any, program: Any, method: str) -> None:
    from helpdesk import tokens

    ticket = opened()
    with acting_for(ticket.vendor):
        token = tokens.issue(maker.user, now=timezone.now())
    send = getattr(Client(), method)
    address = f"/clockmakers/api/v1/tickets/{ticket.number}/"
    answer = send(address, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]) == (
        405,
        "The API is read-only for now: only GET, HEAD and OPTIONS.",
    )


# --- Clocks --------------------------------------------------------------------------------------------------


def assert_adds_up(clock: dict[str, Any]) -> None:
    """The intervals have no gap; the counted ones of the present round come to the target at the due time."""
    parts = clock["intervals"]
    assert all(one["to"] == other["from"] for one, other in pairwise(parts))
    now_on = [part for part in parts if part["round"] == parts[-1]["round"]]
    upto_due = sum(part["counted_seconds"] for part in now_on if part["phase"] != "over")
    assert upto_due == clock["sum"]["at_due"]
    assert sum(part["counted_seconds"] for part in now_on if part["phase"] != "ahead") == clock["sum"]["so_far"]
    if clock["state"] in ("running", "warning", "late"):
        assert upto_due == clock["sum"]["target"] == clock["target"]["seconds"]
        last = [part for part in now_on if part["phase"] != "over"][-1]
        assert at(last["to"]) == at(clock["due_at"])


@pytest.mark.parametrize("severity", ["critical", "high", "normal"])
@pytest.mark.parametrize("days", [0, 3])
def test_every_clock_explains_itself_to_the_second(
    opened: Any, maker: Any, program: Any, fits: Any, severity: str, days: int
) -> None:
    ticket = opened(severity, ago=days * DAY)
    answer = fits(program(maker)(f"tickets/{ticket.number}/clocks/"), "read_clocks")
    assert {clock["metric"] for clock in answer["clocks"]} == {"first_response", "resolution"}
    for clock in answer["clocks"]:
        assert_adds_up(clock)
        assert (clock["policy"], clock["sentence"][:1].isdigit()) == ("standard", True)
        assert clock["moments"][0]["kind"] == "start"


def test_a_ticket_s_whole_story_is_in_its_clocks(
    makers: Vendor, opened: Any, maker: Any, contact: Any, program: Any, fits: Any
) -> None:
    ticket, now = opened(ago=2 * DAY), timezone.now()
    with acting_for(makers):
        agent = acts(maker)
        reply(ticket_id=ticket.pk, body="On it", actor=agent, now=now - DAY)
        reply(ticket_id=ticket.pk, body="Which?", actor=agent, now=now - HOUR, status=catalogue().statuses["waiting"])
        note(ticket_id=ticket.pk, body="Hm", actor=agent, now=now)
    staff = {
        clock["metric"]: clock
        for clock in fits(program(maker)(f"tickets/{ticket.number}/clocks/"), "read_clocks")["clocks"]
    }
    assert [staff[metric]["state"] for metric in ("periodic_update", "resolution")] == ["running", "paused"]
    assert staff["first_response"]["state"] in ("met", "met_late")
    assert staff["first_response"]["assumed"] is True
    assert staff["periodic_update"]["intervals"][-1]["round"] == 1
    assert (staff["resolution"]["due_at"], staff["resolution"]["paused_why"]) == (None, "Waiting for you")
    assert staff["resolution"]["intervals"][-1]["kind"] == "paused"
    for clock in staff.values():
        assert_adds_up(clock)
    own = fits(program(contact)(f"tickets/{ticket.number}/clocks/"), "read_clocks")["clocks"]
    assert [clock["metric"] for clock in own] == ["periodic_update", "resolution"]
    assert own[0]["sentence"].startswith("You hear from us again by ")


def test_a_solved_ticket_s_clocks_are_met_and_still_add_up(
    makers: Vendor, opened: Any, maker: Any, program: Any, fits: Any
) -> None:
    ticket = opened("high", ago=HOUR)
    with acting_for(makers):
        change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=acts(maker), now=timezone.now())
    for clock in fits(program(maker)(f"tickets/{ticket.number}/clocks/"), "read_clocks")["clocks"]:
        assert clock["state"] in ("met", "ended")
        assert_adds_up(clock)


# --- Calendars -----------------------------------------------------------------------------------------------


def test_calendars_are_told_as_the_process_has_them(maker: Any, contact: Any, program: Any, fits: Any) -> None:
    for person in (maker, contact):
        found = {row["code"]: row for row in fits(program(person)("calendars/"), "list_calendars")["calendars"]}
        assert list(found) == ["berlin", "lisbon", "saturdays", "24x7"]
        berlin = found["berlin"]
        assert (berlin["time_zone"], berlin["assumed"]) == ("Europe/Berlin", False)
        assert berlin["hours"][0] == {"weekday": 0, "opens": "08:00:00", "closes": "17:00:00"}
        assert berlin["closed"] == [{"date": "2026-05-25", "name": "Whit Monday"}]


def test_a_due_time_is_computed_and_explained(maker: Any, program: Any, fits: Any) -> None:
    """A weekend with a holiday behind it explains why Friday afternoon leads to Tuesday."""
    query = {"start": "2026-05-22T15:00:00+02:00", "amount": 3, "unit": "business_hours"}
    answer = fits(program(maker)("calendars/berlin/due/", **query), "compute_due")
    assert at(answer["due_at"]) == at("2026-05-26T09:00:00+02:00")
    assert [
        (part["kind"], part["why"], part["counted_seconds"], part["total_seconds"]) for part in answer["intervals"]
    ] == [
        ("counted", "", 7200, 7200),
        ("closed", "outside opening hours, Whit Monday", 0, 7200),
        ("counted", "", 3600, 10800),
    ]
    assert (answer["seconds"], answer["calendar"]) == (10800, "berlin")


@pytest.mark.parametrize(
    ("unit", "due", "counts_on"),
    [
        ("business_days", "2026-05-26T15:00:00+02:00", "berlin"),
        ("business_weeks", "2026-06-01T15:00:00+02:00", "berlin"),
        ("elapsed_hours", "2026-05-22T16:00:00+02:00", "24x7"),
        ("calendar_days", "2026-05-23T15:00:00+02:00", "24x7"),
    ],
)
def test_each_unit_counts_as_the_vendor_s_clocks_do(
    maker: Any, program: Any, unit: str, due: str, counts_on: str
) -> None:
    answer = program(maker)("calendars/berlin/due/", start="2026-05-22T15:00:00+02:00", amount=1, unit=unit).json()
    assert (at(answer["due_at"]), answer["calendar"]) == (at(due), counts_on)
    assert sum(part["counted_seconds"] for part in answer["intervals"]) == answer["seconds"]


def test_a_plus_that_an_address_turned_into_a_space_is_understood(maker: Any, program: Any) -> None:
    answer = program(maker)("calendars/berlin/due/", start="2026-05-22T15:00:00 02:00", amount=1, unit="elapsed_hours")
    assert at(answer.json()["start"]) == at("2026-05-22T15:00:00+02:00")


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"start": "2026-05-22T15:00:00"}, "write an instant with its offset"),
        ({"start": "2026-13-22T15:00:00Z"}, "write an instant with its offset"),
        ({"start": "yesterday"}, "write an instant with its offset"),
        ({"start": "9990-01-01T00:00:00Z"}, "too far away"),
        ({"amount": "0"}, "greater than or equal to 1"),
        ({"amount": "5001"}, "at most 5000 business hours"),
        ({"unit": "minutes"}, "not a valid choice"),
    ],
)
def test_a_due_time_asked_wrongly_is_told_in_a_sentence(
    maker: Any, program: Any, fits: Any, query: dict[str, str], wrong: str
) -> None:
    asked = {"start": "2026-05-22T15:00:00Z", "amount": "1", "unit": "business_hours", **query}
    answer = fits(program(maker)("calendars/berlin/due/", **asked), "compute_due")
    assert wrong in answer["parameters"][next(iter(query))]


def test_an_unknown_calendar_is_nothing(maker: Any, program: Any) -> None:
    assert program(maker)("calendars/paris/due/", start="x", amount=1, unit="business_hours").status_code == 404


# --- The whole -----------------------------------------------------------------------------------------------


def test_the_schema_describes_every_address_and_that_nothing_is_written(schema: Any) -> None:
    assert schema["openapi"].startswith("3.")
    assert set(schema["paths"]) == {
        "/api/v1/tickets/",
        "/api/v1/tickets/{number}/",
        "/api/v1/tickets/{number}/clocks/",
        "/api/v1/calendars/",
        "/api/v1/calendars/{code}/due/",
    }
    assert {method for path in schema["paths"].values() for method in path} == {"get"}
    assert "Read-only for now" in schema["info"]["description"]
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_too_many_calls_are_slowed_down(maker: Any, program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was refused counts as well, so that probing for numbers is slow."""
    from portal.api.gate import CallsOfAPerson

    monkeypatch.setattr(CallsOfAPerson, "rate", "2/min", raising=False)
    call = program(maker)
    assert [call("tickets/no/").status_code for _ in range(2)] == [404, 404]
    answer = call("calendars/")
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60


@pytest.mark.parametrize("count", [1, 5])
def test_answers_cost_the_same_however_many_tickets_and_lines(
    makers: Vendor, opened: Any, maker: Any, program: Any, django_assert_num_queries: Any, count: int
) -> None:
    ticket: Ticket = [opened() for _ in range(count)][-1]
    with acting_for(makers):
        for minute in range(count):
            reply(ticket_id=ticket.pk, body="More", actor=acts(maker), now=timezone.now() + minute * HOUR / 60)
    call = program(maker)
    costs = {"tickets/": 0, f"tickets/{ticket.number}/": 0, f"tickets/{ticket.number}/clocks/": 0, "calendars/": 0}
    for path in costs:
        call(path)  # the process is read, and the day of use noted, once
    for path, queries in zip(costs, COSTS, strict=True):
        with django_assert_num_queries(queries):
            assert call(path).status_code == 200


COSTS = (18, 17, 19, 15)
