"""How the SLA room reacts to a ticket's changes: exceptions hand over, clocks are replayed, people are paged."""

from collections.abc import Sequence

from helpdesk.access import worker
from sla.commands import record_remeasuring, refresh
from sla.commands.escalating import end_with_ticket, escalate_by_rules
from sla.commands.paging import end_pages, page_for
from sla.events import ClocksRemeasured
from sla.models import Clock
from sla.queries.on_call import schedules
from sla.queries.targets import exceptions_of, policy_of
from tickets.commands.change import Change
from tickets.commands.verbs import put_in_queue
from tickets.events import (
    Assigned,
    Classified,
    FactsRecorded,
    MessageAdded,
    QueueMoved,
    SeverityChanged,
    StatusChanged,
    TeamChanged,
    TicketOpened,
)

# What makes running clocks count otherwise; the first that happened is named in the log.
CAUSES = {SeverityChanged: "severity", TeamChanged: "team", QueueMoved: "queue", Classified: "classified"}
ENDS_PAGES = (StatusChanged, SeverityChanged, Assigned, MessageAdded, Classified)
MOVES_CLOCKS = (TicketOpened, MessageAdded, StatusChanged, FactsRecorded, ClocksRemeasured, *CAUSES)


def apply_exceptions(changes: Sequence[Change]) -> None:
    """Hand over the tickets that an exception takes out of the desk's hands."""
    for change in changes:
        if change.events(TicketOpened, Classified):
            for exception in exceptions_of(change.ticket):
                if exception.handover_queue is not None:
                    put_in_queue(change, exception.handover_queue, actor=worker(exception.code))
                    break


def restart_clocks(changes: Sequence[Change]) -> None:
    """After a change on which the policy restarts, say in the log that time spent before counts no more."""
    for change in changes:
        causes = _causes(change)
        if not causes:
            continue
        restarting = policy_of(change.ticket).restart_on
        if "policy" in restarting and _policy_changed(change):
            causes = ["policy", *causes]
        cause = next((cause for cause in causes if cause in restarting), "")
        if cause:
            record_remeasuring(change, cause, spent="restart")


def refresh_clocks(changes: Sequence[Change]) -> None:
    """Replay the clocks of the tickets where something happened that can move one."""
    moved = [change for change in changes if change.events(*MOVES_CLOCKS)]
    if moved:
        refresh(moved, now=moved[0].now, cause_of=_cause)


def escalate(changes: Sequence[Change]) -> None:
    """Ask above where a rule says so; end with the ticket what a rule asked."""
    escalate_by_rules(changes)
    end_with_ticket(changes)


def page_on_call(changes: Sequence[Change]) -> None:
    """Page whoever is on call, as the vendor's schedules say; end pages that are answered."""
    if not schedules():
        return
    ended = [change for change in changes if change.events(*ENDS_PAGES) and not change.events(TicketOpened)]
    if ended:
        end_pages(ended)
    page_for(changes)


def _cause(change: Change) -> str:
    """What moved clocks, where the log does not say it yet."""
    return "" if change.events(ClocksRemeasured) else next(iter(_causes(change)), "")


def _causes(change: Change) -> list[str]:
    if change.events(TicketOpened):
        return []
    confirmed = [event for event in change.events(SeverityChanged) if event.old == event.new]
    return [cause for kind, cause in CAUSES.items() if [e for e in change.events(kind) if e not in confirmed]]


def _policy_changed(change: Change) -> bool:
    clocks = Clock.objects.filter(ticket=change.ticket).exclude(state="met")
    return any(clock.target["policy"] != policy_of(change.ticket).code for clock in clocks)
