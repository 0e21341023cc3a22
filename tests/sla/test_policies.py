"""Which policy counts for a ticket, what suspends its targets, and what a change does to time that was spent."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from helpdesk.access import Actor
from helpdesk.models import BusinessCalendar, Holiday, Vendor
from helpdesk.process.files import ProcessInvalid, load
from helpdesk.tenancy import current_vendor
from sla.models import Agreement, Clock, SLAPolicy
from sla.queries import clock_views, explain
from sla.tasks import remeasure_vendor
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tests.sla.conftest import PROCESS
from tickets.commands import change_severity, change_status, classify, move_queue, note, reply
from tickets.models import Entry, Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.usefixtures("clockmakers")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOLD = """
sla_policies:
- code: gold
  name: Gold
  targets:
  - {severity: normal, metric: first_response, amount: 1, unit: business_hours, clock: berlin}
- code: southern
  name: In the south
  when: {queue: south}
  resolution_met_by: [resolved]
  targets:
  - {severity: normal, metric: first_response, amount: 3, unit: business_hours, clock: lisbon}
  - {severity: normal, metric: resolution, amount: 2, unit: business_days, clock: lisbon}
- code: anywhere
  name: For incidents
  when: {type: incident}
  targets:
  - {severity: high, metric: first_response, amount: 30, unit: elapsed_hours, clock: 24x7}
"""
CAUSES = """
causes: [{code: weather, name: Weather}, {code: moon, name: The moon}]
products: [{code: sundial, name: Sundial, lifecycle: discontinued}, {code: watch, name: Watch}]
solution_scopes: [{code: own, name: Made for one}]
sla_exceptions:
- {code: old, when: {product_lifecycle: discontinued}, suspend: [first_response, resolution], label: No longer made}
- {code: storm, when: {cause: weather}, suspend: [resolution], label: Best effort}
- {code: foreign, when: {language_not: en}, suspend: [first_response], label: No guaranteed time}
- {code: single, when: {solution_scope: own, agreement_covers_customer_solution: false}, suspend: [resolution],
   label: Outside the agreement, handover_queue: south}
"""


@pytest.fixture
def agent() -> Actor:
    return acts(make_agent())


@pytest.fixture
def process() -> Callable[[str], None]:
    """The test process with further sections."""

    def reloaded(*more: str, instead: tuple[str, str] = ("", "")) -> None:
        load("".join([PROCESS.replace(*instead), *more]), now=NOW, by="tests")
        current_vendor().refresh_from_db()

    return reloaded


def due(ticket: Ticket) -> dict[str, datetime | None]:
    return dict(Clock.objects.filter(ticket=ticket).values_list("metric", "due_at"))


def states(ticket: Ticket) -> dict[str, tuple[str, str]]:
    rows = Clock.objects.filter(ticket=ticket).values_list("metric", "state", "suspended_by")
    return {metric: (state, code) for metric, state, code in rows}


def remeasured(ticket: Ticket) -> list[dict[str, Any]]:
    lines = Entry.objects.filter(ticket=ticket, kind="remeasured").order_by("seq")
    return [{name: line.meta[name] for name in ("cause", "spent", "metrics")} for line in lines]


def berlin(day: int, hour: int) -> datetime:
    """A local time of May 2026 in Berlin."""
    return datetime(2026, 5, day, hour, tzinfo=UTC) - 2 * HOUR


# --- Which policy ----------------------------------------------------------------------------------------------


def test_an_agreement_comes_first_then_conditions_in_their_order_then_everybody_s(process: Any) -> None:
    process(GOLD)
    company = make_company()
    Agreement.objects.create(company=company, policy=SLAPolicy.objects.get(code="gold"), valid_from=date(2026, 1, 1))
    current_vendor().touch_process()
    south = catalogue().queues["south"]

    agreed = make_ticket(make_contact(company), queue=south)
    assert due(agreed) == {"first_response": berlin(19, 11)}
    southern = make_ticket(queue=south)
    assert due(southern)["first_response"] == berlin(19, 13)
    by_type = make_ticket(severity=catalogue().severities["high"])
    assert due(by_type) == {"first_response": NOW + 30 * HOUR}
    clock = Clock.objects.get(ticket=by_type)
    assert (clock.target["policy"], clock.calendar) == ("anywhere", "24x7")


def test_an_agreement_counts_on_its_days_in_the_vendor_s_zone(process: Any) -> None:
    process(GOLD.split("- code: southern", maxsplit=1)[0])
    company = make_company()
    gold = SLAPolicy.objects.get(code="gold")
    Agreement.objects.create(company=company, policy=gold, valid_from=date(2026, 5, 20), valid_to=date(2026, 5, 21))
    current_vendor().touch_process()
    contact = make_contact(company)

    def policy_at(now: datetime) -> str:
        ticket = make_ticket(contact, now=now)
        return str(Clock.objects.get(ticket=ticket, metric="first_response").target["policy"])

    midnight = datetime(2026, 5, 19, 22, tzinfo=UTC)  # in Berlin
    assert [policy_at(midnight - HOUR), policy_at(midnight)] == ["standard", "gold"]
    assert [policy_at(midnight + 2 * DAY - HOUR), policy_at(midnight + 2 * DAY)] == ["gold", "standard"]


def test_two_agreements_at_a_time_are_refused() -> None:
    company = make_company()
    Agreement.objects.create(company=company, valid_from=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="has an agreement from 2026-01-01 already"):
        Agreement(company=company, valid_from=date(2026, 6, 1)).full_clean()
    with pytest.raises(ValidationError, match="lies before the first"):
        Agreement(company=company, valid_from=date(2026, 6, 1), valid_to=date(2026, 5, 1)).full_clean()


def test_a_policy_that_a_company_agreed_on_is_retired_not_deleted(process: Any) -> None:
    process(GOLD)
    Agreement.objects.create(
        company=make_company(), policy=SLAPolicy.objects.get(code="gold"), valid_from=date(2026, 1, 1)
    )
    process()
    assert SLAPolicy.objects.get(code="gold").retired


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("sla_policies: [{code: standard, name: X}]", "sla_policies[0].code: 'standard' is the policy of sla_policy"),
        (
            "sla_policies: [{code: a, name: A, targets: [{severity: odd, metric: resolution, amount: 1, unit: business_days, clock: berlin}]}]",
            "sla_policies[0].targets[0].severity: unknown",
        ),
        ("sla_exceptions: [{code: a, when: {}, suspend: [resolution], label: A}]", "say when the exception applies"),
        ("sla_exceptions: [{code: a, when: {cause: x}, suspend: [resolution], label: A}]", "[0].when.cause: unknown"),
        ("sla_exceptions: [{code: a, when: {language_not: en}, suspend: [], label: A}]", "sla_exceptions[0].suspend"),
    ],
)
def test_what_a_file_gets_wrong_is_named(section: str, sentence: str) -> None:
    with pytest.raises(ProcessInvalid) as refused:
        load(PROCESS + section, now=NOW, by="tests")
    assert sentence in str(refused.value)


# --- Exceptions ------------------------------------------------------------------------------------------------


def test_an_exception_suspends_its_metrics_and_says_why(process: Any) -> None:
    process(CAUSES)
    ticket = make_ticket(product=catalogue().products["sundial"])
    assert states(ticket) == {"first_response": ("suspended", "old"), "resolution": ("suspended", "old")}
    assert set(due(ticket).values()) == {None}
    views = clock_views([ticket], NOW)[ticket.pk]
    assert {(view.state, view.paused_why) for view in views} == {("suspended", "No longer made")}
    assert "does not apply: No longer made" in explain(ticket, NOW)[0].sentence


def test_a_cause_that_is_found_later_suspends_and_one_that_is_taken_back_measures_again(
    process: Any, agent: Actor
) -> None:
    process(CAUSES)
    ticket = make_ticket()
    before = due(ticket)
    classify(ticket_id=ticket.pk, values={"cause": catalogue().causes["weather"]}, actor=agent, now=NOW + HOUR)
    assert states(ticket) == {"first_response": ("running", ""), "resolution": ("suspended", "storm")}
    assert remeasured(ticket) == [{"cause": "classified", "spent": "keep", "metrics": ["resolution"]}]

    classify(ticket_id=ticket.pk, values={"cause": catalogue().causes["moon"]}, actor=agent, now=NOW + 2 * HOUR)
    assert due(ticket) == before


def test_another_language_suspends_the_response_alone(process: Any) -> None:
    process(CAUSES)
    assert states(make_ticket(language="fr")) == {
        "first_response": ("suspended", "foreign"),
        "resolution": ("running", ""),
    }


def test_an_exception_hands_over_unless_the_agreement_covers_it(process: Any) -> None:
    process(CAUSES)
    scope = catalogue().solution_scopes["own"]
    plain = make_ticket(solution_scope=scope)
    assert Ticket.objects.get(pk=plain.pk).queue.code == "south"
    moved = Entry.objects.get(ticket=plain, kind="queue")
    assert (moved.actor_kind, moved.meta["rule"]) == ("worker", "single")

    company = make_company()
    Agreement.objects.create(company=company, valid_from=date(2026, 1, 1), covers_customer_solution=True)
    current_vendor().touch_process()
    covered = make_ticket(make_contact(company), solution_scope=scope)
    assert Ticket.objects.get(pk=covered.pk).queue.code == "in"
    assert states(covered)["resolution"] == ("running", "")


def test_what_is_suspended_is_neither_late_nor_due(process: Any) -> None:
    process(CAUSES)
    ticket = make_ticket(product=catalogue().products["sundial"])
    remeasure_vendor_now(NOW + 60 * DAY)
    assert not Entry.objects.filter(ticket=ticket, kind="breach").exists()
    assert Ticket.objects.get(pk=ticket.pk).next_due_at.year == 9999


# --- Time that was spent -----------------------------------------------------------------------------------------


def test_time_spent_is_kept_unless_the_policy_says_otherwise(agent: Actor) -> None:
    ticket = make_ticket()
    raised(ticket, agent, NOW + HOUR)
    assert due(ticket)["first_response"] == berlin(19, 12)  # two hours from creation
    assert remeasured(ticket) == [{"cause": "severity", "spent": "keep", "metrics": ["first_response", "resolution"]}]


def test_a_policy_may_start_clocks_afresh_and_the_log_says_so(process: Any, agent: Actor) -> None:
    process(instead=("resolution_met_by: [resolved, workaround]", "restart_on: [severity]"))
    ticket = make_ticket()
    raised(ticket, agent, NOW + HOUR)
    assert due(ticket)["first_response"] == berlin(19, 13)  # two hours from the change
    assert remeasured(ticket) == [{"cause": "severity", "spent": "restart", "metrics": []}]
    raised(ticket, agent, NOW + 2 * HOUR)  # the same one, confirmed
    assert due(ticket)["first_response"] == berlin(19, 13)
    intervals = explain(ticket, NOW + 2 * HOUR)[0].intervals
    assert sum((part.ends_at - part.starts_at for part in intervals), timedelta()) == 2 * HOUR


def test_another_policy_may_start_clocks_afresh(process: Any, agent: Actor) -> None:
    southern = GOLD.split("- code: anywhere", maxsplit=1)[0]
    process(southern.replace("when: {queue: south}", "when: {queue: south}\n  restart_on: [policy]"))
    ticket = make_ticket()
    move_queue(ticket_id=ticket.pk, queue=catalogue().queues["south"], reason="Theirs", actor=agent, now=NOW + HOUR)
    assert due(ticket)["first_response"] == berlin(19, 14)
    assert remeasured(ticket) == [{"cause": "policy", "spent": "restart", "metrics": []}]


def raised(ticket: Ticket, agent: Actor, now: datetime) -> None:
    change_severity(ticket_id=ticket.pk, severity=catalogue().severities["high"], reason="Worse", actor=agent, now=now)


# --- Versions of the process ---------------------------------------------------------------------------------------


def remeasure_vendor_now(now: datetime) -> None:
    """The sweep, which opens the vendor's door itself; inside this one it is a savepoint."""
    remeasure_vendor(current_vendor(), now)


def test_an_edit_that_moves_a_deadline_is_a_line_of_the_log(agent: Actor) -> None:
    ticket, calm = make_ticket(), make_ticket(severity=catalogue().severities["critical"])
    Holiday.objects.create(calendar=BusinessCalendar.objects.get(code="berlin"), date=date(2026, 5, 20), name="Strike")
    current_vendor().touch_process()
    remeasure_vendor_now(NOW + HOUR)
    assert due(ticket)["first_response"] == berlin(21, 10)
    assert [line["cause"] for line in remeasured(ticket)] == ["process"]
    assert remeasured(calm) == []


def test_a_finished_ticket_is_explained_by_the_version_it_was_measured_by(process: Any, agent: Actor) -> None:
    ticket = make_ticket(now=berlin(21, 10))
    change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=agent, now=berlin(26, 12))
    found = Ticket.objects.get(pk=ticket.pk)
    before = explain(found, NOW + 30 * DAY)
    version = Clock.objects.get(ticket=ticket, metric="resolution").version

    process(instead=("holidays: {2026-05-25: Whit Monday}", "holidays: {2026-05-22: Bridge day}"))
    note(ticket_id=ticket.pk, body="Seen again", actor=agent, now=NOW + 20 * DAY)
    assert explain(found, NOW + 30 * DAY) == before
    assert Clock.objects.get(ticket=ticket, metric="resolution").version == version
    assert any("Whit Monday" in part.why for item in before for part in item.intervals)


def test_opened_again_it_is_measured_by_the_process_of_now(process: Any, agent: Actor) -> None:
    contact = make_contact()
    ticket = make_ticket(contact, now=berlin(21, 10))
    change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=agent, now=berlin(21, 12))
    process(instead=("amount: 3, unit: business_days", "amount: 4, unit: business_days"))
    reply(ticket_id=ticket.pk, body="Not yet", actor=contact.actor, now=berlin(21, 14))
    clock = Clock.objects.get(ticket=ticket, metric="resolution")
    assert (clock.target["amount"], clock.due_at) == (4, berlin(28, 12))


def test_a_status_that_the_process_has_forgotten_is_still_read_in_old_logs(process: Any, agent: Actor) -> None:
    contact = make_contact()
    ticket = make_ticket(contact)
    reply(ticket_id=ticket.pk, body="Which?", actor=agent, now=NOW, status=catalogue().statuses["waiting"])
    reply(ticket_id=ticket.pk, body="This", actor=contact.actor, now=NOW + 2 * HOUR)
    assert due(ticket)["resolution"] == berlin(22, 12)
    process(
        instead=("- {code: waiting, name: Waiting for you, category: pending_customer, pauses: [resolution]}\n", "")
    )
    remeasure_vendor_now(NOW + 3 * HOUR)
    assert due(ticket)["resolution"] == berlin(22, 12)


def test_vendors_do_not_see_each_other_s_agreements(other_vendor: Vendor) -> None:
    Agreement.objects.create(company=make_company(), valid_from=date(2026, 1, 1))
    assert Agreement.objects.count() == 1
