"""The rule engine: when a ticket is made, on a schedule, and after a delay on a calendar."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count, islice, takewhile
from typing import Any

from django.db import transaction

from helpdesk.access import Actor, worker
from helpdesk.calendars import RESPONSIBLE_TEAM, resolve, working_calendars, zone_of
from helpdesk.durations import after, before
from tickets.commands.change import Change, locked, settle
from tickets.commands.timers import Pairs, rewrite_timers
from tickets.commands.verbs import enter_status, grade, make_responsible, put_in_queue, raise_flag, set_level
from tickets.core.conditions import combined_actions
from tickets.events import Reminded, TeamCalled
from tickets.models import Rule, Ticket
from tickets.queries.catalogue import catalogue

AT_ONCE = 500
MOST_REPEATS = 520  # ten years of weekly reminders


# --- On creation, and on a schedule ----------------------------------------------------------------------


def route(change: Change, rules: Iterable[Rule]) -> None:
    """Carry out the actions of the rules that match, in the worker's name and each under its rule's code."""
    asked = [(rule.code, rule.spec.get("when", {}), rule.spec.get("then", {})) for rule in rules]
    for action, (value, code) in combined_actions(asked, change.facts).items():
        ACTIONS[action](change, value, worker(code))


def _to_queue(change: Change, code: str, actor: Actor) -> None:
    # A type that is handed over goes where its type says, whatever routing would do with it.
    if change.ticket.type.handover_queue_id is None:
        put_in_queue(change, catalogue().queues[code], actor=actor)


def _call_team(change: Change, code: str, actor: Actor) -> None:
    change.record("team_called", TeamCalled(code), actor=actor, team=code)


ACTIONS: Mapping[str, Any] = {
    "queue": _to_queue,
    "responsible_team": lambda change, code, actor: make_responsible(change, catalogue().teams[code], actor=actor),
    "support_level": lambda change, level, actor: set_level(change, level, actor=actor),
    "severity": lambda change, code, actor: grade(change, catalogue().severities[code], actor=actor),
    "flag": lambda change, flag, actor: raise_flag(change, flag, actor=actor),
    "notify_team": _call_team,
}


@transaction.atomic
def run_scheduled_rules(*, now: datetime) -> int:
    """Run the vendor's scheduled rules whose turn has come; returns how many tickets they touched.

    A rule's turn is each multiple of its interval since midnight UTC. Taking the turn and moving the
    tickets is one transaction, so two workers never run one turn twice.
    """
    due = [rule for rule in catalogue().rules_of("routing", "scheduled") if _take_turn(rule, now)]
    queues = [catalogue().queues[rule.spec["when"]["queue"]] for rule in due]
    waiting = Ticket.objects.unfinished().filter(queue__in=queues).order_by("id").values_list("pk", flat=True)
    touched = 0
    for batch in _batches(list(waiting)):
        changes = [Change(ticket=ticket, actor=worker(), now=now) for ticket in locked(batch)]
        for change in changes:
            route(change, due)
        moved = [change for change in changes if change.lines]
        settle(moved)
        touched += len(moved)
    return touched


def _take_turn(rule: Rule, now: datetime) -> bool:
    seconds = rule.spec["interval_minutes"] * 60
    turn = now - timedelta(seconds=now.timestamp() % seconds)
    open_turns = Rule.objects.filter(pk=rule.pk).exclude(last_slot_at__gte=turn)
    return bool(open_turns.update(last_slot_at=turn))


def _batches(ids: list[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, AT_ONCE)):
        yield batch


# --- After a delay ---------------------------------------------------------------------------------------


def arm(tickets: Sequence[Ticket], *, now: datetime) -> None:
    """Rewrite the delays of closing rules and reminders on these tickets as they stand now."""
    rewrite_timers("rule", {ticket.pk: closing_timers(ticket) for ticket in tickets}, now=now)
    rewrite_timers("reminder", {ticket.pk: reminder_timers(ticket, now=now) for ticket in tickets}, now=now)


def closing_timers(ticket: Ticket) -> frozenset[tuple[str, datetime]]:
    """When closing rules come due on this ticket as it stands, and when their reminders do: (ref, due_at)."""
    if ticket.is_finished:
        return frozenset()
    timers = set()
    for rule in catalogue().rules_of("auto_close"):
        due_at = _closing_due(ticket, rule)
        if due_at is None:
            continue
        timers.add((rule.code, due_at))
        if remind := rule.spec.get("remind_before"):
            code = _calendar(ticket, rule)
            at = before(due_at, remind["amount"], remind["unit"], working_calendars()[code], zone_of(code))
            if at > ticket.status_since:
                timers.add((f"{rule.code}:remind", at))
    return frozenset(timers)


def _closing_due(ticket: Ticket, rule: Rule) -> datetime | None:
    spec = rule.spec
    start = {
        "status_entered": ticket.status_since,
        "confirmation_requested": ticket.confirmation_requested_at,
        "agent_deadline_passed": ticket.deadline_at,
    }[rule.trigger]
    if start is None or (spec.get("statuses") and ticket.status.code not in spec["statuses"]):
        return None
    if _customer_has_spoken(ticket, rule):
        return None
    due_at = start if rule.trigger == "agent_deadline_passed" else _after(ticket, rule, start)
    if "other_arrangement" in spec.get("cancelled_by", ()) and ticket.arrangement_until is not None:
        due_at = max(due_at, ticket.arrangement_until)
    return due_at


def _customer_has_spoken(ticket: Ticket, rule: Rule) -> bool:
    """Whether the silence that this rule counts has ended, also where the status stays, as with a supplier's."""
    if "customer_reply" not in rule.spec.get("cancelled_by", ("customer_reply",)) or ticket.last_customer_at is None:
        return False
    asked_at = ticket.status_since
    if rule.trigger == "confirmation_requested":
        asked_at = ticket.confirmation_requested_at or asked_at
    return bool(ticket.last_customer_at > asked_at)


def reminder_timers(ticket: Ticket, *, now: datetime) -> frozenset[tuple[str, datetime]]:
    """The next reminder of each rule that applies to the ticket as it stands: (ref, due_at)."""
    timers = set()
    for rule in catalogue().rules_of("reminder"):
        upcoming = (at for at in _reminders(ticket, rule) if at >= now or not rule.spec.get("repeats"))
        if (due_at := next(upcoming, None)) is not None:
            timers.add((rule.code, due_at))
    return frozenset(timers)


def _reminders(ticket: Ticket, rule: Rule) -> Iterator[datetime]:
    """The instants at which this rule reminds, oldest first."""
    if ticket.is_finished:
        return
    applies, start = {
        "severity_unassigned": (ticket.severity.is_unassigned, ticket.created_at),
        "no_public_message": (True, ticket.last_agent_at or ticket.created_at),
        "ticket_unassigned": (ticket.assignee_id is None, ticket.created_at),
    }[rule.trigger]
    if not applies:
        return
    times = islice(count(1), MOST_REPEATS) if rule.spec.get("repeats") else (1,)
    for n in times:
        yield _after(ticket, rule, start, times=n)


def _passed(change: Change, rule: Rule) -> list[datetime]:
    return list(takewhile(lambda at: at < change.now, _reminders(change.ticket, rule)))


def _after(ticket: Ticket, rule: Rule, start: datetime, times: int = 1) -> datetime:
    code = _calendar(ticket, rule)
    amount = rule.spec["amount"] * times
    return after(start, amount, rule.spec["unit"], working_calendars()[code], zone_of(code))


def _calendar(ticket: Ticket, rule: Rule) -> str:
    word = rule.spec.get("clock", RESPONSIBLE_TEAM)
    return resolve(word, team_id=ticket.responsible_team_id, company=ticket.company)


def fire_closing(pairs: Pairs) -> None:
    """Close the tickets whose customer has not answered, or remind the customer first."""
    for change, timer in pairs:
        code, _, step = timer.ref.partition(":")
        rule = catalogue().rule("auto_close", code)
        if rule is None or (timer.ref, timer.due_at) not in closing_timers(change.ticket):
            continue
        actor = worker(code)
        if step == "remind":
            # Where sweeps stood still past the closing itself, a last reminder would arrive together with it.
            closes_at = _closing_due(change.ticket, rule)
            if closes_at is not None and closes_at >= change.now:
                change.record("reminder", Reminded(code, ("requester",)), actor=actor, due_at=timer.due_at.isoformat())
            continue
        target = catalogue().statuses[rule.spec["to_status"]]
        enter_status(change, target, actor=actor, reason=rule.spec.get("reason", ""), due_at=timer.due_at)


def fire_reminder(pairs: Pairs) -> None:
    """Remind staff. Of several times that passed while sweeps stood still, one reminder is left: the latest."""
    for change, timer in pairs:
        rule = catalogue().rule("reminder", timer.ref)
        passed = _passed(change, rule) if rule is not None else []
        if rule is not None and timer.due_at in passed:
            event = Reminded(rule.code, tuple(rule.spec["audience"]))
            change.record("reminder", event, actor=worker(rule.code), due_at=passed[-1].isoformat())
