"""Demo tickets as small scripts: who does what when, in the vendor's own codes.

Times are `N HH:MM`, the Nth weekday before today at the vendor's local time (`0` is today, on a weekend the
next Monday), or `-2h` and `-20m` before now. A step that would lie in the future is left out, with all that
follow it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from helpdesk.models import Vendor
from portal.demo.people import Cast
from sla.commands import escalate, log_work, offer_estimate
from tickets.commands import (
    change_severity,
    change_status,
    hand_over,
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
from tickets.commands.rules import run_scheduled_rules
from tickets.commands.timers import fire_due
from tickets.models import Ticket, Timer
from tickets.queries.catalogue import catalogue

Script = Mapping[str, Any]

SHORTLY = timedelta(seconds=20)
SCHEDULED = timedelta(minutes=5)  # by then a scheduled rule has had its turn
AS_WRITTEN = ("product_version", "external_reference", "language", "mailbox", "fields", "secrets")


def instant(text: str, vendor: Vendor, now: datetime) -> datetime:
    """The instant (UTC) that a script's time stands for."""
    if text.startswith("-"):
        amount = int(text[1:-1])
        return now - (timedelta(hours=amount) if text.endswith("h") else timedelta(minutes=amount))
    back, _, clock = text.partition(" ")
    day = now.astimezone(vendor.zone).date()
    remaining = int(back)
    while day.weekday() > 4:
        day += timedelta(days=1)
    while remaining:
        day -= timedelta(days=1)
        remaining -= day.weekday() < 5
    return datetime.combine(day, time.fromisoformat(clock), vendor.zone).astimezone(UTC)


def play_all(scripts: Iterable[Script], cast: Cast, vendor: Vendor, now: datetime) -> list[Ticket]:
    """Play the scripts in the order of their opening, so that numbers and scheduled rules follow the time."""
    ordered = sorted(scripts, key=lambda script: instant(script["at"], vendor, now))
    played = (play(script, cast, vendor, now) for script in ordered)
    return [ticket for ticket in played if ticket is not None]


def play(script: Script, cast: Cast, vendor: Vendor, now: datetime) -> Ticket | None:
    """Open the script's ticket and play its steps, with the workers' sweeps in between."""
    opened_at = instant(script["at"], vendor, now)
    if opened_at >= now:
        return None
    ticket = _open(script, cast, opened_at)
    run_scheduled_rules(now=min(opened_at + SCHEDULED, now))
    for step in script.get("steps", ()):
        at = instant(step["at"], vendor, now)
        if at >= now:
            break
        _sweep(ticket, at)
        actor = _actor(step["by"], cast)
        STEPS[step["do"]](ticket, actor, at, step)
    _sweep(ticket, now)
    return ticket


def _open(script: Script, cast: Cast, at: datetime) -> Ticket:
    known, contact = catalogue(), cast.contacts[script.get("from", "customer")]
    chosen = {
        name: known.row(rows, script[name])
        for name, rows in (
            ("type", "types"),
            ("queue", "queues"),
            ("severity", "severities"),
            ("priority", "priorities"),
            ("impact", "impacts"),
            ("product", "products"),
        )
        if name in script
    }
    by_staff = script.get("channel") in ("phone", "chat", "voicemail")
    return open_ticket(
        requester=contact,
        subject=script["subject"],
        body=script["body"],
        actor=_actor("agent", cast) if by_staff else contact.actor,
        now=at,
        channel=script.get("channel", "portal"),
        **{name: script[name] for name in AS_WRITTEN if name in script},
        **chosen,
    )


def _sweep(ticket: Ticket, until: datetime) -> None:
    """Fire what came due on the ticket before `until`, each shortly after its own due time."""
    while timer := Timer.objects.filter(ticket=ticket, state="pending", due_at__lt=until).order_by("due_at").first():
        if not fire_due([ticket.pk], now=min(timer.due_at + SHORTLY, until)):
            return


def _actor(who: str, cast: Cast) -> Any:
    if who in cast.contacts:
        return cast.contacts[who].actor
    agent = cast.agents[who]
    return agent.actor_in(frozenset(agent.memberships.values_list("team__code", flat=True)))


def _reply(ticket: Ticket, actor: Any, at: datetime, step: Script) -> None:
    status = catalogue().statuses[step["status"]] if "status" in step else None
    reply(
        ticket_id=ticket.pk,
        body=step["text"],
        actor=actor,
        now=at,
        status=status,
        reason=step.get("reason", ""),
        facts=step.get("facts", {}),
        deadline_at=at + timedelta(days=step["deadline_days"]) if "deadline_days" in step else None,
        ask_confirmation=step.get("ask_confirmation", False),
        restatement=step.get("restatement", ""),
        channel=step.get("channel", "portal"),
    )


def _status(ticket: Ticket, actor: Any, at: datetime, step: Script) -> None:
    change_status(
        ticket_id=ticket.pk,
        status=catalogue().statuses[step["status"]],
        actor=actor,
        now=at,
        reason=step.get("reason", ""),
        facts=step.get("facts", {}),
        message=step.get("text", ""),
    )


def _severity(ticket: Ticket, actor: Any, at: datetime, step: Script) -> None:
    severity = catalogue().severities[step["severity"]]
    change_severity(ticket_id=ticket.pk, severity=severity, reason=step.get("reason", ""), actor=actor, now=at)


def _queue(ticket: Ticket, actor: Any, at: datetime, step: Script) -> None:
    queue = catalogue().queues[step["queue"]]
    move_queue(ticket_id=ticket.pk, queue=queue, reason=step["reason"], actor=actor, now=at)


def _arrange(ticket: Ticket, actor: Any, at: datetime, step: Script) -> None:
    until = at + timedelta(days=step["days"])
    make_arrangement(ticket_id=ticket.pk, until=until, words=step["text"], actor=actor, now=at)


def _estimate(ticket: Ticket, actor: Any, at: datetime, step: Script) -> None:
    until = (at + timedelta(days=step["days"])).date()
    offer_estimate(
        ticket_id=ticket.pk, words=step["text"], minutes=step["minutes"], valid_until=until, actor=actor, now=at
    )


def _hand_over(ticket: Ticket, actor: Any, at: datetime, step: Script) -> None:
    level = catalogue().levels[step["level"]]
    hand_over(ticket_id=ticket.pk, level=level, summary=step["text"], actor=actor, now=at)


STEPS: Mapping[str, Callable[..., Any]] = {
    "reply": _reply,
    "status": _status,
    "severity": _severity,
    "queue": _queue,
    "arrange": _arrange,
    "facts": lambda ticket, actor, at, step: record_facts(
        ticket_id=ticket.pk, facts=step["facts"], actor=actor, now=at
    ),
    "take": lambda ticket, actor, at, _step: take(ticket_id=ticket.pk, actor=actor, now=at),
    "note": lambda ticket, actor, at, step: note(ticket_id=ticket.pk, body=step["text"], actor=actor, now=at),
    "call": lambda ticket, actor, at, step: log_call(ticket_id=ticket.pk, body=step["text"], actor=actor, now=at),
    "work": lambda ticket, actor, at, step: log_work(
        ticket_id=ticket.pk, minutes=step["minutes"], note=step["text"], actor=actor, now=at
    ),
    "estimate": _estimate,
    "escalate": lambda ticket, actor, at, step: escalate(
        ticket_id=ticket.pk, kind=step["kind"], reason=step["text"], actor=actor, now=at
    ),
    "hand_over": _hand_over,
    "solved": lambda ticket, actor, at, _step: say_solved(ticket_id=ticket.pk, actor=actor, now=at),
}
