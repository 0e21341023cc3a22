"""Paging: a page is opened with the change that calls for it, goes on until somebody acknowledges it, and ends once.

Whoever touches a page of a ticket holds that ticket's lock, so that two sweeps, or a sweep and a person, never
act on the same page at the same time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from helpdesk.access import Actor, Refused
from sla.core.chain import next_step
from sla.events import PageAcknowledged, PageCancelled, Paged, PageExhausted
from sla.models import Gateway, OnCallSchedule, Page
from sla.models.on_call import OCCASIONS
from sla.queries.on_call import Levels, pages_at, people_on_call, schedules
from tickets.commands.change import Change, changing
from tickets.commands.timers import Pairs, rewrite_timers
from tickets.core.conditions import holds
from tickets.events import Assigned, MessageAdded, SeverityChanged, StatusChanged, TicketOpened
from tickets.permissions import check_work

ONGOING = ("open", "exhausted")  # somebody may still say that they have it


# --- With a change of a ticket ---------------------------------------------------------------------------


def page_for(changes: Sequence[Change]) -> None:
    """Open the pages that these changes call for: one per ticket and schedule until the ticket is finished."""
    called = [(change, schedule, cause) for change in changes for schedule, cause in _called(change)]
    if not called:
        return
    known = Page.objects.filter(ticket_id__in={change.ticket.pk for change, _, _ in called})
    answering = known.filter(state__in=("open", "acknowledged"), is_over=False)
    answered = set(answering.values_list("ticket_id", "schedule_id"))
    for change, schedule, cause in called:
        if (change.ticket.pk, schedule.pk) not in answered:
            open_page(change, schedule, cause)


def _called(change: Change) -> Iterable[tuple[OnCallSchedule, str]]:
    """The schedules that this change pages, each with the occasion."""
    happened = _occasions(change)
    if not happened or change.ticket.is_finished:
        return
    for schedule in schedules():
        causes = [
            trigger["occasion"]
            for trigger in schedule.triggers
            if trigger["occasion"] in happened and holds(trigger.get("when", {}), change.facts)
        ]
        if causes and pages_at(schedule, change.now):
            yield schedule, causes[0]


def _occasions(change: Change) -> set[str]:
    found = set()
    for line in change.lines:
        if isinstance(line.event, TicketOpened):
            found |= {"opened", "severity_set"} if line.actor.is_agent else {"opened"}
        elif isinstance(line.event, SeverityChanged) and line.actor.is_agent and line.event.old != line.event.new:
            found.add("severity_set")
    return found


def end_pages(changes: Sequence[Change]) -> None:
    """End the open pages that these changes answer: somebody of the team has it, it is finished, or no longer so."""
    by_ticket = {change.ticket.pk: change for change in changes}
    pages = _open_pages(by_ticket)
    for page in pages:
        change = by_ticket[page.ticket_id]  # type: ignore[index]
        taker = _taken_by(change, page)
        if taker is not None:
            _acknowledged(change, page, taker)
        elif change.ticket.is_finished or not _still_called(change, page):
            _end(page, "cancelled", change.now)
            change.record("page_cancelled", PageCancelled(page.pk), page=page.pk, schedule=page.schedule.code)
    if pages:
        _write_timers(by_ticket, now=changes[0].now)
    finished = [pk for pk, change in by_ticket.items() if any(e.finishes for e in change.events(StatusChanged))]
    if finished:
        Page.objects.filter(ticket_id__in=finished).update(is_over=True)


def _taken_by(change: Change, page: Page) -> Actor | None:
    """The member of the schedule's team who has taken the ticket, or spoken to the customer, in this change."""
    for line in change.lines:
        match line.event:
            case Assigned(agent_id=agent_id):
                has_it = agent_id == line.actor.id
            case MessageAdded(kind=kind, automatic=False):
                has_it = kind in ("message", "call")
            case _:
                continue
        if has_it and line.actor.is_agent and page.schedule.team.code in line.actor.teams:
            return line.actor
    return None


def _still_called(change: Change, page: Page) -> bool:
    if page.cause not in OCCASIONS:
        return True
    return any(holds(trigger.get("when", {}), change.facts) for trigger in page.schedule.triggers)


# --- Steps -----------------------------------------------------------------------------------------------


def open_page(change: Change, schedule: OnCallSchedule, cause: str) -> Page:
    """Page whoever is on call first; where nobody could be, whoever is told at the end of the chain is told now."""
    levels = people_on_call(schedule, change.now)
    level = next(iter(levels), 0)
    page = Page.objects.create(
        schedule=schedule, ticket=change.ticket, cause=cause, level=level, opened_at=change.now, next_at=None
    )
    if levels:
        _send(change, page, levels)
    else:
        _exhausted(change, page)
    _write_timers([change.ticket.pk], now=change.now)
    return page


def fire_pages(pairs: Pairs) -> None:
    """Page again, the next level, or say that nobody is left: what has come due on these tickets."""
    pages = {page.pk: page for page in _open_pages({change.ticket.pk for change, _ in pairs})}
    for change, timer in pairs:
        page = pages.get(int(timer.ref.partition(":")[0]))
        if page is not None and (timer.ref, timer.due_at) == _timer(page):
            _go_on(change, page)
    _write_timers([change.ticket.pk for change, _ in pairs], now=pairs[0][0].now)


def _go_on(change: Change, page: Page) -> None:
    schedule = page.schedule
    levels = people_on_call(schedule, change.now)
    step = next_step(list(levels), level=page.level, attempt=page.attempt, attempts=schedule.attempts)
    if step is None:
        _exhausted(change, page)
        return
    page.level, page.attempt = step
    page.step += 1
    _send(change, page, levels)


def _send(change: Change, page: Page, levels: Levels) -> None:
    """Let the outbox page these people; the next step is counted from now, so that a late sweep skips no one."""
    agents, channels = levels[page.level], usable_channels(page.schedule)
    page.agents = list(agents)
    page.next_at = change.now + timedelta(minutes=page.schedule.repeat_minutes)
    page.save()
    change.record(
        "page",
        Paged(page.pk, agents, channels),
        page=page.pk,
        schedule=page.schedule.code,
        cause=page.cause,
        level=page.level,
        attempt=page.attempt,
        agents=list(agents),
        channels=list(channels),
    )


def usable_channels(schedule: OnCallSchedule) -> tuple[str, ...]:
    """The schedule's channels that have somewhere to go; mail always has, and stands in where no other does."""
    gateways = set(Gateway.objects.values_list("channel", flat=True))
    usable = tuple(channel for channel in schedule.channels if channel == "mail" or channel in gateways)
    return usable or ("mail",)


def _exhausted(change: Change, page: Page) -> None:
    _end(page, "exhausted", change.now)
    event = PageExhausted(page.pk, tuple(page.schedule.audience))
    change.record("page_exhausted", event, page=page.pk, schedule=page.schedule.code)


def _end(page: Page, state: str, now: datetime, **columns: Any) -> None:
    page.state, page.ended_at, page.next_at = state, now, None
    for name, value in columns.items():
        setattr(page, name, value)
    page.save()


def _open_pages(ticket_ids: Iterable[int]) -> list[Page]:
    rows = Page.objects.filter(ticket_id__in=ticket_ids, state="open").select_related("schedule__team")
    return list(rows.order_by("id"))


def _timer(page: Page) -> tuple[str, datetime] | None:
    return (f"{page.pk}:{page.step}", page.next_at) if page.next_at is not None else None


def _write_timers(ticket_ids: Iterable[int], *, now: datetime) -> None:
    wanted: dict[int, set[tuple[str, datetime]]] = {pk: set() for pk in ticket_ids}
    for page in Page.objects.filter(ticket_id__in=wanted, state="open"):
        if (timer := _timer(page)) is not None:
            wanted[page.ticket_id].add(timer)  # type: ignore[index]
    rewrite_timers("page", {pk: frozenset(timers) for pk, timers in wanted.items()}, now=now)


# --- By a person -----------------------------------------------------------------------------------------


def acknowledge(*, page_id: int, actor: Actor, now: datetime) -> Page:
    """Say that somebody has it: nobody is paged any more. A page that has ended stays as it is: look at its state."""
    check_work(actor)
    page = Page.objects.get(pk=page_id)
    if page.ticket_id is None:
        with transaction.atomic():
            page = _locked(page_id)
            if page.state in ONGOING:
                _end(page, "acknowledged", now, acknowledged_by_id=actor.id, acknowledged_at=now)
            return page
    with changing(page.ticket_id, actor=actor, now=now) as change:
        page = _locked(page_id)
        if page.state in ONGOING:
            _acknowledged(change, page, actor)
            _write_timers([change.ticket.pk], now=now)
        return page


def _locked(page_id: int) -> Page:
    rows = Page.objects.select_for_update(of=("self",)).select_related("schedule", "acknowledged_by")
    return rows.get(pk=page_id)


def _acknowledged(change: Change, page: Page, actor: Actor) -> None:
    _end(page, "acknowledged", change.now, acknowledged_by_id=actor.id, acknowledged_at=change.now)
    event = PageAcknowledged(page.pk)
    change.record("page_acknowledged", event, actor=actor, page=page.pk, schedule=page.schedule.code)


def call(*, ticket_id: int, schedule: OnCallSchedule, actor: Actor, now: datetime) -> Page:
    """Page whoever is on call about a ticket at once, at any hour: an agent asks for help."""
    check_work(actor)
    with changing(ticket_id, actor=actor, now=now) as change:
        if change.ticket.is_finished:
            raise Refused("The ticket is finished. Open it again before you page somebody about it.")
        if Page.objects.filter(ticket=change.ticket, schedule=schedule, state="open").exists():
            raise Refused(f"{schedule.name} is being paged about this already.")
        return open_page(change, schedule, "called")


@transaction.atomic
def send_test_page(*, schedule: OnCallSchedule, now: datetime) -> Page:
    """Page whoever is on call now, once, to see whether pages arrive. An earlier test that is still open ends."""
    Page.objects.filter(schedule=schedule, cause="test", state="open").update(state="cancelled", ended_at=now)
    levels = people_on_call(schedule, now)
    if not levels:
        raise Refused(f"Nobody can be paged: the team {schedule.team} has no active member.")
    level, agents = next(iter(levels.items()))
    page = Page.objects.create(schedule=schedule, cause="test", level=level, agents=list(agents), opened_at=now)
    import_string(settings.TEST_PAGES_GO_TO)(Paged(page.pk, agents, usable_channels(schedule)), now)
    return page
