"""Included time and estimates: what covers work, what is refused and why, and who decides."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from helpdesk.access import Refused
from helpdesk.models import Vendor
from helpdesk.process.files import ProcessInvalid, dump, load, parse
from helpdesk.tenancy import acting_for
from sla.commands import decide_estimate, log_work, mark_outside, offer_estimate
from sla.core.budget import COUNTED, ESTIMATED, EXEMPT, end_of, period_of, treatment
from sla.core.exceptions import Circumstances
from sla.models import Agreement, Estimate, WorkLog
from sla.queries.budgets import budget_of
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tickets.commands import change_status, classify
from tickets.commands.timers import fire_due
from tickets.models import Entry, Payload, Ticket, Timer
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONTH_LATER = NOW + timedelta(days=30)
UNTIL = date(2026, 5, 29)


class Desk:
    """The vendor with included time, one customer with a colleague who administers, and an agent."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.agent = acts(make_agent())
        self.contact = make_contact()

    def ticket(self, type: str = "support", scope: str = "") -> Ticket:
        known = catalogue()
        facts = {"solution_scope": known.solution_scopes[scope]} if scope else {}
        return make_ticket(self.contact, type=known.types[type], **facts)

    def logs(self, ticket: Ticket, minutes: int, now: datetime = NOW, **facts: Any) -> str:
        """Log the time; what it was logged on."""
        log_work(ticket_id=ticket.pk, minutes=minutes, actor=self.agent, now=now, **facts)
        return str(WorkLog.objects.filter(ticket=ticket).latest("id").treatment)

    def offers(self, ticket: Ticket, now: datetime = NOW, **facts: Any) -> Estimate:
        facts = {"minutes": 60, "words": "An hour of a consultant.", "valid_until": UNTIL, **facts}
        offer_estimate(ticket_id=ticket.pk, actor=self.agent, now=now, **facts)
        return Estimate.objects.filter(ticket=ticket).latest("id")

    def decides(self, estimate: Estimate, *, approve: bool, now: datetime = NOW, **facts: Any) -> Estimate:
        actor = facts.pop("actor", self.contact.actor)
        given = {"ticket_id": estimate.ticket_id, "estimate_id": estimate.pk, "approve": approve}
        decide_estimate(**given, actor=actor, now=now, **facts)
        estimate.refresh_from_db()
        return estimate

    def left(self, now: datetime = NOW) -> int:
        budget = budget_of(self.contact.company_id, now)
        assert budget is not None
        return budget.left


@pytest.fixture
def desk() -> Any:
    with acting_for(Vendor.objects.get(slug="hypergene")) as vendor:
        yield Desk(vendor)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("status").get(pk=ticket.pk)


def kinds(ticket: Ticket) -> list[str]:
    return list(Entry.objects.filter(ticket=ticket).order_by("seq").values_list("kind", flat=True))


# --- The core ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2026-03-31T21:59:59+00:00", date(2026, 3, 1)),
        ("2026-03-31T22:00:00+00:00", date(2026, 4, 1)),
        ("2026-12-31T22:59:59+00:00", date(2026, 12, 1)),
        ("2026-12-31T23:00:00+00:00", date(2027, 1, 1)),
    ],
)
def test_a_month_begins_at_local_midnight(at: str, first: date) -> None:
    assert period_of(datetime.fromisoformat(at), STOCKHOLM) == first


def test_a_day_ends_at_local_midnight_also_when_it_is_short() -> None:
    assert end_of(date(2026, 3, 29), STOCKHOLM) == datetime.fromisoformat("2026-03-29T22:00:00+00:00")


@pytest.mark.parametrize(
    ("facts", "estimate_required", "budget_applies", "expected"),
    [
        ({"type": "support"}, False, True, COUNTED),
        ({"type": "incident", "solution_scope": "standard"}, False, True, EXEMPT),
        ({"type": "incident", "solution_scope": "own"}, False, True, ESTIMATED),
        ({"type": "incident", "solution_scope": "own"}, False, False, ESTIMATED),
        ({"type": "incident"}, False, False, EXEMPT),
        ({"type": "order"}, True, False, ESTIMATED),
        ({"type": "wish"}, False, False, EXEMPT),
    ],
)
def test_what_work_counts_as(facts: Any, estimate_required: bool, budget_applies: bool, expected: str) -> None:
    counted_as = treatment(
        Circumstances(**facts),
        estimate_required=estimate_required,
        budget_applies=budget_applies,
        exempt={"type": "incident", "solution_scope": "standard"},
        outside={"type": "incident", "solution_scope": "own"},
    )
    assert counted_as == expected


def test_no_condition_means_no_ticket() -> None:
    facts = {"estimate_required": False, "budget_applies": True, "exempt": {}, "outside": {}}
    assert treatment(Circumstances(type="support"), **facts) == COUNTED


# --- Included time -------------------------------------------------------------------------------------------


def test_more_than_is_left_is_refused_with_what_is_left(desk: Desk) -> None:
    """HG-2.4-10, HG-A03: the agent logs the rest and offers an estimate for more."""
    ticket = desk.ticket()
    assert desk.logs(ticket, 10) == "counted"
    with pytest.raises(Refused, match=r"5 of 15 minutes are left in May 2026\. Log these\. An estimate needs approval"):
        desk.logs(ticket, 6)
    assert desk.logs(ticket, 5) == "counted"
    assert kinds(ticket)[-2:] == ["budget_exhausted", "message"]
    with pytest.raises(Refused, match=r"The 15 minutes of May 2026 are used up\. An estimate needs approval"):
        desk.logs(ticket, 1)
    assert (desk.left(), desk.left(MONTH_LATER)) == (0, 15)


def test_the_time_is_the_company_s_and_nobody_else_s(desk: Desk) -> None:
    """HG-2.4-10: per customer; a colleague's ticket uses the same minutes."""
    desk.logs(desk.ticket(), 10)
    colleague = make_ticket(make_contact(desk.contact.company), type=catalogue().types["support"])
    with pytest.raises(Refused, match="5 of 15 minutes"):
        desk.logs(colleague, 10)
    assert desk.logs(make_ticket(make_contact(make_company()), type=catalogue().types["support"]), 15) == "counted"


@pytest.mark.parametrize("scope", ["", "standard"])
def test_faults_have_no_limit(desk: Desk, scope: str) -> None:
    """HG-2.4-11: also one that nobody has classified yet."""
    assert desk.logs(desk.ticket("incident", scope), 600) == "exempt"
    assert desk.left() == 15


def test_a_fault_in_the_customers_own_solution_needs_an_estimate_unless_that_was_agreed(desk: Desk) -> None:
    """HG-2.4-07, HG-2.5-08, HG-2.5-10, HG-A02."""
    with pytest.raises(Refused, match=r"outside the agreement\. An estimate needs approval"):
        desk.logs(desk.ticket("incident", "customer_specific"), 5)
    Agreement.objects.create(company=desk.contact.company, valid_from=date(2026, 1, 1), covers_customer_solution=True)
    desk.vendor.touch_process()
    assert desk.logs(desk.ticket("incident", "customer_specific"), 5) == "exempt"


def test_what_a_ticket_turns_out_to_be_decides(desk: Desk) -> None:
    ticket = desk.ticket("incident")
    classify(ticket_id=ticket.pk, values={"type": catalogue().types["support"]}, actor=desk.agent, now=NOW)
    assert desk.logs(ticket, 5) == "counted"


def test_work_is_in_the_log_and_the_words_apart_from_the_codes(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.logs(ticket, 10, note="Looked at the report")
    line = Entry.objects.get(ticket=ticket, kind="work")
    assert (line.visibility, line.meta) == (
        "internal",
        {"minutes": 10, "treatment": "counted", "period": "2026-05"},
    )
    assert Payload.objects.get(ticket=ticket, seq=line.seq).data == {"words": "Looked at the report"}


def test_a_second_press_logs_nothing_more(desk: Desk) -> None:
    ticket, key = desk.ticket(), uuid4()
    desk.logs(ticket, 10, key=key)
    desk.logs(ticket, 10, key=key)
    assert desk.left() == 5


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_minutes_are_a_day_s_at_most(desk: Desk, minutes: int) -> None:
    with pytest.raises(Refused, match="Give the minutes, from 1 to 1440"):
        desk.logs(desk.ticket(), minutes)


def test_where_the_process_allows_it_work_goes_on(desk: Desk) -> None:
    text = dump(desk.vendor).replace("    currency: SEK\n", "    on_exhausted: allow\n    currency: SEK\n")
    load(text, now=NOW, by="test")
    desk.vendor.refresh_from_db()
    ticket = desk.ticket()
    assert desk.logs(ticket, 20) == "counted"
    assert desk.left() == 0
    assert kinds(ticket)[-1] == "budget_exhausted"  # recorded, but the customer is asked for nothing


# --- Estimates -----------------------------------------------------------------------------------------------


def test_an_order_waits_for_its_estimate_and_the_approved_time_is_the_limit(desk: Desk) -> None:
    """HG-2.4-09, HG-2.5-06: work is refused until the customer approves, and the included time stays."""
    ticket = desk.ticket("order")
    with pytest.raises(Refused, match=r"outside the agreement\. An estimate needs approval"):
        desk.logs(ticket, 5)
    estimate = desk.offers(ticket)
    assert (fresh(ticket).status.code, fresh(ticket).turn) == ("waiting_estimate", "customer")
    with pytest.raises(Refused, match="The estimate needs approval first: the customer has until 29 May 2026"):
        desk.logs(ticket, 5)

    assert desk.decides(estimate, approve=True).status == "approved"
    assert (fresh(ticket).status.code, fresh(ticket).turn) == ("in_progress", "vendor")
    assert desk.logs(ticket, 50) == "estimated"
    with pytest.raises(Refused, match=r"10 minutes are left in the approved estimate\. Log these\."):
        desk.logs(ticket, 11)
    assert desk.logs(ticket, 10) == "estimated"
    with pytest.raises(Refused, match="An estimate needs approval before more is logged"):
        desk.logs(ticket, 1)
    assert desk.left() == 15


def test_until_the_customer_decides_no_work_is_logged_at_all(desk: Desk) -> None:
    """HG-2.4-09: also where included time is left."""
    ticket = desk.ticket()
    estimate = desk.offers(ticket)
    with pytest.raises(Refused, match="The estimate needs approval first"):
        desk.logs(ticket, 5)
    desk.decides(estimate, approve=False)
    assert desk.logs(ticket, 5) == "counted"


def test_declining_returns_the_ticket_with_the_customers_remark(desk: Desk) -> None:
    """HG-2.4-09."""
    ticket = desk.ticket("order")
    estimate = desk.decides(desk.offers(ticket), approve=False, remark="Too much for us.")
    assert (estimate.status, estimate.decided_by, estimate.decided_at) == ("declined", desk.contact, NOW)
    assert (fresh(ticket).status.code, fresh(ticket).turn) == ("in_progress", "vendor")
    said = Entry.objects.filter(ticket=ticket, kind="message").latest("seq")
    assert (said.actor_kind, Payload.objects.get(ticket=ticket, seq=said.seq).body) == ("contact", "Too much for us.")
    assert "estimate_declined" in kinds(ticket)


def test_waiting_for_the_estimate_pauses_the_resolution(desk: Desk) -> None:
    """HG-2.4-09: the clock goes on when the customer has decided."""
    ticket = desk.ticket()
    estimate = desk.offers(ticket)
    assert ticket.clocks.get(metric="resolution").state == "paused"
    desk.decides(estimate, approve=True)
    assert ticket.clocks.get(metric="resolution").state == "running"


def test_a_fixed_price_has_no_minutes_to_run_out_of(desk: Desk) -> None:
    """HG-A18: minutes, or an amount with its currency."""
    ticket = desk.ticket("order")
    estimate = desk.offers(ticket, minutes=None, amount=Decimal("4500.00"), currency="SEK")
    desk.decides(estimate, approve=True)
    assert desk.logs(ticket, 900) == "estimated"
    meta = Entry.objects.get(ticket=ticket, kind="estimate_offered").meta
    assert (meta["amount"], meta["currency"], meta["valid_until"]) == ("4500.00", "SEK", "2026-05-29")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"words": " "}, "Write what the estimate is for"),
        ({"minutes": None}, "Give the minutes, the amount, or both"),
        ({"minutes": 0}, "more than nothing"),
        ({"amount": Decimal(10)}, "Give the currency"),
        ({"amount": Decimal(10), "currency": "kr"}, "Give the currency"),
        ({"valid_until": date(2026, 5, 18)}, "would have ended already"),
    ],
)
def test_an_estimate_says_what_how_much_and_until_when(desk: Desk, facts: Any, sentence: str) -> None:
    """HG-2.4-08, HG-A18."""
    with pytest.raises(Refused, match=sentence):
        desk.offers(desk.ticket("order"), **facts)
    assert not Estimate.objects.exists()


def test_a_new_offer_replaces_the_one_that_waits(desk: Desk) -> None:
    ticket = desk.ticket("order")
    old, new = desk.offers(ticket), desk.offers(ticket, minutes=30)
    with pytest.raises(Refused, match="waits for no decision any more"):
        desk.decides(old, approve=True)
    assert desk.decides(new, approve=True).minutes == 30
    old.refresh_from_db()
    assert old.status == "expired"
    with pytest.raises(IntegrityError), transaction.atomic():  # the database itself keeps one
        Estimate.objects.filter(ticket=ticket).update(status="offered")


def test_an_offer_ends_with_its_last_day(desk: Desk) -> None:
    """HG-A18: valid through that day in the vendor's zone; the worker gives the ticket back."""
    ticket = desk.ticket("order")
    estimate = desk.offers(ticket)
    end = datetime.fromisoformat("2026-05-29T22:00:00+00:00")
    assert Timer.objects.get(ticket=ticket, kind="estimate").due_at == end
    with pytest.raises(Refused, match="no longer valid"):
        desk.decides(estimate, approve=True, now=end + timedelta(seconds=1))
    fire_due([ticket.pk], now=end)
    estimate.refresh_from_db()
    assert estimate.status == "offered"
    fire_due([ticket.pk], now=end + timedelta(minutes=1))
    estimate.refresh_from_db()
    assert (estimate.status, fresh(ticket).status.code, fresh(ticket).turn) == ("expired", "in_progress", "vendor")
    assert Entry.objects.get(ticket=ticket, kind="estimate_expired").actor_kind == "worker"


def test_a_decided_offer_does_not_end(desk: Desk) -> None:
    ticket = desk.ticket("order")
    estimate = desk.decides(desk.offers(ticket), approve=True)
    assert not Timer.objects.filter(kind="estimate", state="pending").exists()
    assert estimate.status == "approved"


def test_who_may_decide(desk: Desk) -> None:
    """Part 2.5: the company's administrators approve estimates; without one, whoever sees the ticket."""
    ticket = desk.ticket("order")
    estimate = desk.offers(ticket)
    with pytest.raises(Refused, match="The customer decides"):
        desk.decides(estimate, approve=True, actor=desk.agent)
    with pytest.raises(Refused, match="There is no such ticket"):
        desk.decides(estimate, approve=True, actor=make_contact().actor)
    boss = make_contact(desk.contact.company, is_company_admin=True)
    with pytest.raises(Refused, match="administrators of your company"):
        desk.decides(estimate, approve=True)
    assert desk.decides(estimate, approve=True, actor=boss.actor).decided_by == boss


def test_customers_neither_log_nor_offer(desk: Desk) -> None:
    ticket, desk.agent = desk.ticket(), desk.contact.actor
    for attempt in (lambda: desk.logs(ticket, 5), lambda: desk.offers(ticket)):
        with pytest.raises(Refused, match="Only the support staff"):
            attempt()


def test_a_finished_ticket_takes_no_offer_and_no_decision(desk: Desk) -> None:
    ticket = desk.ticket("order")
    estimate = desk.offers(ticket)
    given = {"status": catalogue().statuses["closed"], "actor": desk.agent, "now": NOW}
    change_status(ticket_id=ticket.pk, **given)
    with pytest.raises(Refused, match="finished already"):
        desk.decides(estimate, approve=True)
    with pytest.raises(Refused, match="Open it again"):
        desk.offers(ticket)


def test_outside_the_agreement_is_said_to_the_customer_or_not_marked(desk: Desk) -> None:
    """HG-2.4-07, HG-2.4-08: the mark comes with a message, and from then on work needs an estimate."""
    ticket = desk.ticket()
    given = {"ticket_id": ticket.pk, "actor": desk.agent, "now": NOW}
    with pytest.raises(Refused, match="Without that it cannot be marked"):
        mark_outside(words=" ", **given)
    mark_outside(words="This is about your own solution.", **given)
    assert fresh(ticket).flags == ["outside_agreement"]
    assert "message" in kinds(ticket)
    with pytest.raises(Refused, match="outside the agreement"):
        desk.logs(ticket, 5)


# --- The process file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("period: calendar_month", "period: fortnight", "entitlements[0].period: unknown period 'fortnight'"),
        ("exempt: {type: incident,", "exempt: {type: accident,", "entitlements[0].exempt.type: unknown ticket type 'accident'"),
        ("currency: SEK", "currency: kr", "entitlements[0].currency"),
        ("minutes: 15", "minutes: 0", "entitlements[0].minutes"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(desk: Desk, old: str, new: str, problem: str) -> None:
    text = dump(desk.vendor)
    assert old in text
    with pytest.raises(ProcessInvalid) as invalid:
        parse(text.replace(old, new, 1))
    assert any(str(found).startswith(problem) for found in invalid.value.problems), str(invalid.value)


def test_one_entitlement_counts_and_a_budget_needs_one(desk: Desk) -> None:
    text = dump(desk.vendor)
    start = text.index("entitlements:\n")
    end = text.index("\n\n", start)
    section = text[start:end]
    twice = section + "\n" + section.removeprefix("entitlements:\n").replace("monthly-15-min", "another")
    for broken, problem in (
        (text.replace(section, twice), "entitlements[1]: one entitlement counts"),
        (text.replace(section + "\n", ""), "ticket_types[1].budget_applies: give entitlements"),
    ):
        with pytest.raises(ProcessInvalid) as invalid:
            parse(broken)
        assert any(str(found).startswith(problem) for found in invalid.value.problems), str(invalid.value)
