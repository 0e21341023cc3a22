"""Statuses: who may set which, from where, with what; deadlines; and what a customer's reply does to the finished."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from helpdesk.access import Actor, Refused, worker
from helpdesk.models import Contact, Vendor
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for, current_vendor
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tickets.commands import (
    assign,
    change_severity,
    change_status,
    log_call,
    make_arrangement,
    move_queue,
    note,
    open_ticket,
    record_facts,
    reply,
    say_solved,
    take,
)
from tickets.models import Entry, Payload, ReopenPolicy, Status, Ticket
from tickets.queries.catalogue import catalogue

PROCESS = """
vendor: {slug: movers, name: Movers, time_zone: Europe/Berlin}
severity_selectable_by: [customer, agent]
calendars: [{code: desk, time_zone: Europe/Berlin, weekly_hours: [{days: mon-fri, opens: "08:00", closes: "17:00"}]}]
teams: [{code: desk, name: Desk, calendar: desk}]
queues: [{code: desk, name: Desk, teams: [desk]}, {code: other, name: Other, teams: [desk]}]
ticket_types: [{code: incident, name: Incident}]
severities: [{code: high, name: High}, {code: low, name: Low, is_default: true}]
statuses:
- {code: new, name: New, category: new}
- {code: open, name: Open, category: open, set_on: [assignment, agent_reply, customer_reply]}
- code: waiting
  name: Waiting
  category: pending_customer
  requires: [{key: message, label: What we need, kind: message}]
  takes_deadline: true
- {code: hold, name: On hold, category: pending_customer, set_by: [agent, customer, worker]}
- code: review
  name: In review
  category: pending_internal
  requires: [{key: analysis, label: The analysis}]
  moves_to: [open, solved]
- code: solved
  name: Solved
  customer_name: Done
  category: resolved
  requires: [{key: solution, label: What solved it}, {key: agreed, label: The customer agrees, kind: confirm}]
  override_role: team_lead
  message: A reply opens it again.
- code: rejected
  name: Rejected
  category: closed
  requires: [{key: message, label: Why, kind: message, unless_reason: [duplicate, silence]}]
  reasons:
  - {code: unsupported, name: Not supported}
  - {code: duplicate, name: Known already, message: There is a ticket for this.}
  - {code: silence, name: No answer, set_by: [worker]}
- {code: gone, name: Gone, category: closed, set_by: [worker]}
sla_policy: {name: Standard}
notifications: [{event: ticket_closed, audience: [requester]}]
portal_menu: [{page: new_ticket, label: New}]
form_fields:
- {key: subject, label: Subject, kind: subject, required: true}
- {key: description, label: Text, kind: description, required: true}
"""

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
SOLUTION = {"solution": "Another printer", "agreed": True}


@pytest.fixture(autouse=True)
def _movers(db: None) -> Iterator[None]:
    load(PROCESS, now=datetime(2026, 1, 1, tzinfo=UTC), by="tests")
    with acting_for(Vendor.objects.get(slug="movers")):
        yield


@pytest.fixture
def agent() -> Actor:
    return acts(make_agent())


@pytest.fixture
def contact() -> Contact:
    return make_contact()


@pytest.fixture
def ticket(contact: Contact) -> Ticket:
    return make_ticket(contact)


def status(code: str) -> Status:
    return catalogue().statuses[code]


def status_of(ticket: Ticket) -> str:
    return str(Ticket.objects.select_related("status").get(pk=ticket.pk).status.code)


def set_to(ticket: Ticket, code: str, actor: Actor, now: datetime = NOW, **facts: Any) -> Ticket:
    return change_status(ticket_id=ticket.pk, status=status(code), actor=actor, now=now, **facts)


def words(ticket: Ticket) -> list[str]:
    return list(Payload.objects.filter(ticket=ticket).exclude(body="").order_by("seq").values_list("body", flat=True))


def refused(sentence: str) -> Any:
    return pytest.raises(Refused, match=sentence)


# --- Moves ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["new", "open", "hold", "gone", "review", "solved"])
def test_a_status_that_names_no_next_ones_leads_anywhere(ticket: Ticket, target: str) -> None:
    set_to(ticket, target, worker("rule"))
    assert status_of(ticket) == target


@pytest.mark.parametrize(("target", "allowed"), [("open", True), ("solved", True), ("new", False), ("hold", False)])
def test_a_status_that_names_its_next_ones_leads_nowhere_else(
    ticket: Ticket, agent: Actor, target: str, allowed: bool
) -> None:
    set_to(ticket, "review", agent, facts={"analysis": "A fuse"})
    if allowed:
        set_to(ticket, target, agent, facts=SOLUTION)
    else:
        with refused("A ticket in “In review” cannot move to"):
            set_to(ticket, target, agent)
    assert status_of(ticket) == (target if allowed else "review")


def test_a_status_that_is_no_longer_in_use_is_set_no_more(ticket: Ticket, agent: Actor) -> None:
    Status.objects.filter(code="hold").update(retired=True)
    current_vendor().touch_process()
    with refused("“On hold” is no longer in use"):
        set_to(ticket, "hold", agent)


def test_the_line_in_the_log_holds_codes_and_what_hangs_on_the_status_follows(ticket: Ticket, agent: Actor) -> None:
    set_to(ticket, "solved", agent, NOW + HOUR, facts=SOLUTION)
    moved = Ticket.objects.get()
    assert (moved.is_finished, moved.finished_at, moved.turn) == (True, NOW + HOUR, "nobody")
    line = Entry.objects.get(kind="status")
    assert line.meta == {"old": "new", "new": "solved", "reason": ""}
    assert words(ticket)[-1] == "A reply opens it again."
    message = Entry.objects.latest("seq")
    assert (message.kind, message.visibility, message.meta["automatic"]) == ("message", "public", True)


@pytest.mark.parametrize(
    ("code", "turn"), [("open", "vendor"), ("hold", "customer"), ("review", "vendor"), ("gone", "nobody")]
)
def test_a_status_says_whose_turn_it_is(ticket: Ticket, code: str, turn: str) -> None:
    set_to(ticket, code, worker())
    assert Ticket.objects.get().turn == turn


# --- What a status requires ----------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{}, {"analysis": ""}, {"solution": "A fuse"}])
def test_a_required_fact_is_asked_for_by_its_label(ticket: Ticket, agent: Actor, facts: dict[str, Any]) -> None:
    with refused("“In review” cannot be set yet. Still needed: The analysis."):
        set_to(ticket, "review", agent, facts=facts)
    assert status_of(ticket) == "new"
    assert Ticket.objects.get().facts == {}


def test_a_fact_that_was_recorded_before_is_not_asked_for_again(ticket: Ticket, agent: Actor) -> None:
    record_facts(ticket_id=ticket.pk, facts={"analysis": "A fuse"}, actor=agent, now=NOW)
    set_to(ticket, "review", agent)
    assert status_of(ticket) == "review"


def test_everything_that_is_missing_is_named_at_once(ticket: Ticket, agent: Actor) -> None:
    with refused("Still needed: What solved it, The customer agrees."):
        set_to(ticket, "solved", agent, facts={"agreed": False})


def test_a_message_is_required_with_the_change_or_is_the_reply_itself(ticket: Ticket, agent: Actor) -> None:
    with refused("Still needed: What we need."):
        set_to(ticket, "waiting", agent, message="   ")
    set_to(ticket, "waiting", agent, message="Which printer?")
    assert words(ticket)[-1] == "Which printer?"
    set_to(ticket, "open", agent)
    reply(ticket_id=ticket.pk, body="On which floor?", actor=agent, now=NOW, status=status("waiting"))
    assert status_of(ticket) == "waiting"


@pytest.mark.parametrize("role", ["team_lead", "vendor_admin"])
def test_the_overriding_role_does_without_the_facts(ticket: Ticket, role: str) -> None:
    set_to(ticket, "solved", acts(make_agent(role)))
    assert status_of(ticket) == "solved"


@pytest.mark.parametrize("role", ["agent", "team_lead"])
def test_nobody_else_does_and_nowhere_else(ticket: Ticket, role: str) -> None:
    with refused("Still needed: The analysis."):
        set_to(ticket, "review", acts(make_agent(role)))


# --- Reasons -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "boredom"])
def test_one_of_the_status_own_reasons_is_required_of_everybody(ticket: Ticket, reason: str) -> None:
    for actor in (acts(make_agent()), acts(make_agent("vendor_admin"))):
        with refused("“Rejected” needs a reason: Not supported, Known already"):
            set_to(ticket, "rejected", actor, reason=reason, message="No")


def test_some_reasons_need_no_words_of_the_agent_because_they_bring_their_own(ticket: Ticket, agent: Actor) -> None:
    with refused("Still needed: Why."):
        set_to(ticket, "rejected", agent, reason="unsupported")
    set_to(ticket, "rejected", agent, reason="duplicate")
    assert Ticket.objects.get().status_reason == "duplicate"
    assert words(ticket)[-1] == "There is a ticket for this."


def test_a_reason_may_be_the_worker_s_alone(ticket: Ticket, agent: Actor) -> None:
    with refused("The reason “No answer” is not yours to give."):
        set_to(ticket, "rejected", agent, reason="silence")
    set_to(ticket, "rejected", worker("silence"), reason="silence")
    assert status_of(ticket) == "rejected"


# --- Who -----------------------------------------------------------------------------------------------------


def test_a_customer_sets_what_is_open_to_customers_and_nothing_else(ticket: Ticket, contact: Contact) -> None:
    for code in ("open", "solved", "rejected", "gone"):
        with refused("is not a status that you can set here"):
            set_to(ticket, code, contact.actor, reason="duplicate", facts=SOLUTION)
    set_to(ticket, "hold", contact.actor)
    assert status_of(ticket) == "hold"


def test_a_refusal_names_the_status_as_the_customer_knows_it(ticket: Ticket, contact: Contact) -> None:
    with refused("“Done” is not a status that you can set here."):
        set_to(ticket, "solved", contact.actor, facts=SOLUTION)


def test_a_customer_s_reply_resolves_nothing(ticket: Ticket, contact: Contact) -> None:
    reply(ticket_id=ticket.pk, body="Close it", actor=contact.actor, now=NOW, status=status("solved"), facts=SOLUTION)
    say_solved(ticket_id=ticket.pk, actor=contact.actor, now=NOW)
    assert status_of(ticket) == "new"
    assert Ticket.objects.get().facts == {}


def test_only_the_worker_sets_what_is_the_worker_s(ticket: Ticket, agent: Actor) -> None:
    with refused("“Gone” is not a status that you can set here."):
        set_to(ticket, "gone", agent)
    set_to(ticket, "gone", worker("rule"))
    assert status_of(ticket) == "gone"


def test_a_contact_of_another_company_finds_no_such_ticket(ticket: Ticket) -> None:
    stranger = make_contact().actor
    for act in (
        lambda: set_to(ticket, "hold", stranger),
        lambda: reply(ticket_id=ticket.pk, body="Hello", actor=stranger, now=NOW),
        lambda: say_solved(ticket_id=ticket.pk, actor=stranger, now=NOW),
    ):
        with refused("There is no such ticket."):
            act()


def test_a_colleague_who_sees_the_company_may_answer_and_one_who_does_not_may_not(
    ticket: Ticket, contact: Contact
) -> None:
    reply(ticket_id=ticket.pk, body="Me too", actor=make_contact(contact.company).actor, now=NOW)
    with refused("There is no such ticket."):
        reply(ticket_id=ticket.pk, body="Me", actor=make_contact(contact.company, sees_company=False).actor, now=NOW)


COMMANDS: dict[str, Callable[[Ticket, Actor], Any]] = {
    "reply": lambda ticket, actor: reply(ticket_id=ticket.pk, body="x", actor=actor, now=NOW),
    "note": lambda ticket, actor: note(ticket_id=ticket.pk, body="x", actor=actor, now=NOW),
    "log_call": lambda ticket, actor: log_call(ticket_id=ticket.pk, body="x", actor=actor, now=NOW),
    "take": lambda ticket, actor: take(ticket_id=ticket.pk, actor=actor, now=NOW),
    "assign": lambda ticket, actor: assign(ticket_id=ticket.pk, agent=None, actor=actor, now=NOW),
    "move_queue": lambda ticket, actor: move_queue(
        ticket_id=ticket.pk, queue=catalogue().queues["other"], reason="x", actor=actor, now=NOW
    ),
    "change_severity": lambda ticket, actor: change_severity(
        ticket_id=ticket.pk, severity=catalogue().severities["high"], reason="x", actor=actor, now=NOW
    ),
    "change_status": lambda ticket, actor: set_to(ticket, "open", actor),
    "record_facts": lambda ticket, actor: record_facts(
        ticket_id=ticket.pk, facts={"analysis": "x"}, actor=actor, now=NOW
    ),
    "make_arrangement": lambda ticket, actor: make_arrangement(
        ticket_id=ticket.pk, until=NOW + DAY, words="x", actor=actor, now=NOW
    ),
    "open_ticket": lambda ticket, actor: open_ticket(
        requester=ticket.requester, subject="x", body="x", actor=actor, now=NOW
    ),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_an_agent_who_may_only_read_changes_nothing(ticket: Ticket, command: Callable[[Ticket, Actor], Any]) -> None:
    reader = acts(make_agent("read_only"))
    before = Entry.objects.count()
    with refused("You may read tickets here, but not change them."):
        command(ticket, reader)
    assert Entry.objects.count() == before
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"reply", "open_ticket", "change_status", "change_severity"}))
def test_what_is_the_staff_s_is_not_the_customer_s(ticket: Ticket, contact: Contact, name: str) -> None:
    with refused("Only the support staff can do this."):
        COMMANDS[name](ticket, contact.actor)


def test_a_ticket_is_not_given_to_somebody_who_may_only_read(ticket: Ticket, agent: Actor) -> None:
    with refused("cannot work on tickets"):
        assign(ticket_id=ticket.pk, agent=make_agent("read_only"), actor=agent, now=NOW)


# --- Deadlines -----------------------------------------------------------------------------------------------


def with_reply(ticket: Ticket, code: str, actor: Actor, deadline_at: datetime) -> None:
    reply(ticket_id=ticket.pk, body="Words", actor=actor, now=NOW, status=status(code), deadline_at=deadline_at)


def with_change(ticket: Ticket, code: str, actor: Actor, deadline_at: datetime) -> None:
    set_to(ticket, code, actor, message="Words", deadline_at=deadline_at)


@pytest.mark.parametrize("way", [with_reply, with_change])
@pytest.mark.parametrize(
    ("code", "deadline_at", "sentence"),
    [
        ("waiting", NOW, "The deadline has passed already."),
        ("waiting", NOW - DAY, "The deadline has passed already."),
        ("hold", NOW + DAY, "“On hold” takes no deadline."),
    ],
)
def test_a_deadline_lies_ahead_and_in_a_status_that_takes_one(
    ticket: Ticket, agent: Actor, way: Any, code: str, deadline_at: datetime, sentence: str
) -> None:
    with refused(sentence):
        way(ticket, code, agent, deadline_at)
    assert status_of(ticket) == "new"
    assert "Words" not in words(ticket)


@pytest.mark.parametrize("way", [with_reply, with_change])
def test_a_deadline_goes_with_its_status(ticket: Ticket, agent: Actor, way: Any) -> None:
    way(ticket, "waiting", agent, NOW + DAY)
    assert Ticket.objects.get().deadline_at == NOW + DAY
    assert Entry.objects.get(kind="status").meta["deadline_at"] == (NOW + DAY).isoformat()
    set_to(ticket, "open", agent)
    assert Ticket.objects.get().deadline_at is None


def test_an_arrangement_lies_ahead(ticket: Ticket, agent: Actor) -> None:
    with refused("The arrangement would have ended already."):
        make_arrangement(ticket_id=ticket.pk, until=NOW, words="x", actor=agent, now=NOW)


# --- Replies to the finished ---------------------------------------------------------------------------------


def policy(**columns: Any) -> None:
    ReopenPolicy.objects.update(**columns)
    current_vendor().touch_process()


@pytest.fixture
def solved(ticket: Ticket, agent: Actor) -> Ticket:
    return set_to(ticket, "solved", agent, NOW, facts=SOLUTION)


def say(ticket: Ticket, contact: Contact, now: datetime = NOW + HOUR, **facts: Any) -> Ticket:
    return reply(ticket_id=ticket.pk, body="It burns again", actor=contact.actor, now=now, **facts)


@pytest.mark.parametrize("code", ["solved", "gone"])
def test_without_a_policy_a_reply_reopens_under_the_same_number(ticket: Ticket, contact: Contact, code: str) -> None:
    set_to(ticket, code, worker())
    assert say(ticket, contact, NOW + 400 * DAY).pk == ticket.pk
    assert status_of(ticket) == "open"
    assert Ticket.objects.get().finished_at is None


def test_resolved_and_closed_may_be_answered_differently(ticket: Ticket, contact: Contact, agent: Actor) -> None:
    policy(reply_to_resolved="append", reply_to_closed="reopen")
    set_to(ticket, "solved", agent, facts=SOLUTION)
    say(ticket, contact)
    assert status_of(ticket) == "solved"
    assert words(ticket)[-1] == "It burns again"
    set_to(ticket, "gone", worker())
    say(ticket, contact)
    assert status_of(ticket) == "open"


@pytest.mark.parametrize("answer", ["follow_up", "new_ticket"])
def test_a_follow_up_has_a_number_of_its_own_and_both_know_each_other(
    solved: Ticket, contact: Contact, answer: str
) -> None:
    policy(reply_to_resolved=answer)
    made = say(solved, contact)
    assert made.number != solved.number
    assert (made.follows_id, made.requester_id, made.subject) == (solved.pk, contact.pk, solved.subject)
    assert status_of(solved) == "solved"
    assert (status_of(made), words(made)) == ("new", ["It burns again"])
    assert "It burns again" not in words(solved)
    assert Entry.objects.get(ticket=solved, kind="followed_by").meta["by"] == made.number
    assert Entry.objects.get(ticket=made, kind="follows").meta["of"] == solved.number


def test_a_form_that_is_sent_twice_makes_one_follow_up_and_leads_to_it(solved: Ticket, contact: Contact) -> None:
    policy(reply_to_resolved="follow_up")
    key = uuid4()
    assert say(solved, contact, key=key).pk == say(solved, contact, key=key).pk
    assert Ticket.objects.count() == 2


def test_after_the_window_a_reply_is_a_follow_up(ticket: Ticket, contact: Contact, agent: Actor) -> None:
    """Calendar days: the same local time, although the clocks change in between."""
    policy(window_days=7)
    finished = datetime(2026, 10, 22, 10, tzinfo=UTC)
    set_to(ticket, "solved", agent, finished, facts=SOLUTION)
    last = finished + 7 * DAY + HOUR
    assert say(ticket, contact, last + SECOND).pk != ticket.pk
    assert status_of(ticket) == "solved"
    assert say(ticket, contact, last).pk == ticket.pk
    assert status_of(ticket) == "open"


def test_the_situation_is_described_again_where_the_policy_wants_it(solved: Ticket, contact: Contact) -> None:
    policy(restatement_required=True)
    for restatement in ("", "perhaps"):
        with refused("Say whether the situation is the same as before or different"):
            say(solved, contact, restatement=restatement)
    assert "It burns again" not in words(solved)
    say(solved, contact, restatement="changed")
    assert status_of(solved) == "open"
    assert Entry.objects.filter(kind="message", actor_kind="contact").get().meta["restatement"] == "changed"
    say(solved, contact)  # what is open needs no second description


def test_an_agent_s_words_on_a_finished_ticket_reopen_nothing(solved: Ticket, agent: Actor) -> None:
    reply(ticket_id=solved.pk, body="By the way", actor=agent, now=NOW + HOUR)
    assert status_of(solved) == "solved"


def test_what_is_finished_cannot_be_said_to_be_solved(solved: Ticket, contact: Contact, agent: Actor) -> None:
    with refused("This is finished already; nothing is left to do."):
        say_solved(ticket_id=solved.pk, actor=contact.actor, now=NOW)
    with refused("Only the customer can say that."):
        say_solved(ticket_id=solved.pk, actor=agent, now=NOW)


def test_what_waited_for_the_customer_goes_on_with_the_answer(ticket: Ticket, contact: Contact, agent: Actor) -> None:
    set_to(ticket, "waiting", agent, message="Which?", deadline_at=NOW + DAY)
    say(ticket, contact)
    woken = Ticket.objects.get()
    assert (status_of(ticket), woken.turn, woken.deadline_at) == ("open", "vendor", None)


def test_what_waits_for_ourselves_stays_where_it_is(ticket: Ticket, contact: Contact, agent: Actor) -> None:
    set_to(ticket, "review", agent, facts={"analysis": "A fuse"})
    say(ticket, contact)
    assert status_of(ticket) == "review"


def test_an_answer_to_whether_it_is_solved_takes_the_question_away(
    ticket: Ticket, contact: Contact, agent: Actor
) -> None:
    reply(ticket_id=ticket.pk, body="Does it work?", actor=agent, now=NOW, ask_confirmation=True)
    assert (Ticket.objects.get().turn, Ticket.objects.get().confirmation_requested_at) == ("customer", NOW)
    say(ticket, contact)
    assert (Ticket.objects.get().turn, Ticket.objects.get().confirmation_requested_at) == ("vendor", None)
