"""What customers are told of clocks: plain words, honest when late, nothing that no document gives, both times."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from helpdesk.access import Actor
from helpdesk.moments import moment, own_time, read_in
from helpdesk.process.files import load
from sla.queries import promises
from tests.people import NOW, acts, make_agent, make_ticket
from tests.sla.conftest import PROCESS
from tickets.commands import change_status, reply
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.usefixtures("clockmakers")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HELSINKI, TOKYO, PARIS = ZoneInfo("Europe/Helsinki"), ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Paris")


@pytest.fixture
def agent() -> Actor:
    return acts(make_agent())


def opened(severity: str) -> Ticket:
    return make_ticket(severity=catalogue().severities[severity])


def told(ticket: Ticket, now: datetime) -> list[tuple[str, str, str]]:
    return [(each.metric, each.state, each.sentence) for each in promises(Ticket.objects.get(pk=ticket.pk), now)]


def test_each_metric_is_promised_in_plain_words(agent: Actor) -> None:
    ticket = opened("high")
    assert told(ticket, NOW) == [
        ("first_response", "open", "We answer by Tue 19 May, 12:00."),
        ("resolution", "open", "We aim to solve this by Wed 20 May, 10:00."),
    ]
    normal = opened("normal")
    reply(ticket_id=normal.pk, body="On it", actor=agent, now=NOW + HOUR)
    assert told(normal, NOW + HOUR)[0] == ("periodic_update", "open", "You hear from us again by Thu 21 May, 11:00.")


def test_an_assumed_figure_is_never_told_in_any_state(agent: Actor) -> None:
    """The response to a normal ticket is assumed: no promise, no apology, no praise."""
    ticket = opened("normal")
    for now in (NOW, NOW + 9 * DAY):
        assert [metric for metric, _, _ in told(ticket, now)] == ["resolution"]
    reply(ticket_id=ticket.pk, body="On it", actor=agent, now=NOW + 9 * DAY)
    assert "first_response" not in {metric for metric, _, _ in told(ticket, NOW + 9 * DAY)}


def test_what_is_late_is_said_and_not_hidden() -> None:
    ticket = opened("high")
    assert told(ticket, NOW + 2 * DAY) == [
        (
            "first_response",
            "late",
            "We wanted to answer by Tue 19 May, 12:00 and are late. We are sorry; it is next on our desk.",
        ),
        (
            "resolution",
            "late",
            "We wanted to solve this by Wed 20 May, 10:00 and have not yet. We are sorry and keep at it.",
        ),
    ]


@pytest.mark.parametrize(
    ("answered", "state", "words"),
    [
        (1, "kept", "We answered on Tue 19 May, 11:00, in time."),
        (3, "kept_late", "We answered on Tue 19 May, 13:00, later than we wanted to. We are sorry."),
    ],
)
def test_what_was_kept_is_said_with_its_time(agent: Actor, answered: int, state: str, words: str) -> None:
    ticket = opened("high")
    reply(ticket_id=ticket.pk, body="Here", actor=agent, now=NOW + answered * HOUR)
    assert ("first_response", state, words) in told(ticket, NOW + 4 * HOUR)


def test_a_clock_that_stands_still_gives_no_time(agent: Actor) -> None:
    ticket = opened("high")
    waiting = catalogue().statuses["waiting"]
    reply(ticket_id=ticket.pk, body="Which?", actor=agent, now=NOW, status=waiting)
    [(_, state, words)] = [each for each in told(ticket, NOW + 9 * DAY) if each[0] == "resolution"]
    assert (state, words) == ("waiting", "The time for a solution stands still for now and goes on when we do.")


def test_a_finished_ticket_promises_nothing(agent: Actor) -> None:
    ticket = opened("high")
    change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=agent, now=NOW + HOUR)
    assert [state for _, state, _ in told(ticket, NOW + 9 * DAY)] == ["kept"]


def test_what_an_exception_suspends_is_told_in_the_process_s_own_words() -> None:
    """In place of a time, also where the suspended figure itself is assumed; nothing is owed any more."""
    said = "{code: other, when: {language_not: en}, suspend: [first_response], label: No guaranteed response time}"
    load(PROCESS.replace("notifications:", f"sla_exceptions: [{said}]\nnotifications:"), now=NOW, by="tests")
    for severity in ("high", "normal"):
        ticket = make_ticket(severity=catalogue().severities[severity], language="fi")
        assert [sentence for metric, _, sentence in told(ticket, NOW) if metric == "first_response"] == [
            "First response: No guaranteed response time."
        ]


# --- Both times ----------------------------------------------------------------------------------------------


def test_a_promise_is_written_in_the_reader_s_own_time_too() -> None:
    ticket = opened("high")
    with read_in(HELSINKI):
        assert told(ticket, NOW)[0][2] == "We answer by Tue 19 May, 12:00, your time 13:00."
    with read_in(HELSINKI), translation.override("sv"):
        assert told(ticket, NOW)[0][2].endswith("12:00, din tid 13:00.")


AT = datetime(2026, 5, 19, 20, 30, tzinfo=UTC)  # 22:30 in Berlin


@pytest.mark.parametrize(
    ("zone", "own"),
    [(None, ""), (PARIS, ""), (HELSINKI, "23:30"), (TOKYO, "Wed 20 May, 05:30"), (ZoneInfo("UTC"), "20:30")],
)
def test_the_own_time_is_named_only_where_it_differs_and_with_its_day(zone: ZoneInfo | None, own: str) -> None:
    with read_in(zone):
        assert own_time(AT) == own
        assert moment(AT) == "Tue 19 May, 22:30" + (f", your time {own}" if own else "")
    assert own_time(AT) == "", "the next reader is another one"


def test_zones_that_part_for_some_weeks_are_compared_at_the_instant() -> None:
    """New York changes its clocks on other Sundays than Berlin; Tunis never does."""
    with read_in(ZoneInfo("Africa/Tunis")):
        assert own_time(datetime(2026, 1, 15, 9, tzinfo=UTC)) == ""
        assert own_time(datetime(2026, 7, 15, 9, tzinfo=UTC)) == "10:00"
