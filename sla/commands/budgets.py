"""Work: logging it against the included time or an estimate, offering estimates, and the customer's decision."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk.access import Actor, Refused, worker
from helpdesk.models import Company
from helpdesk.tenancy import current_vendor
from sla.core.budget import COUNTED, ESTIMATED, EXEMPT, end_of, period_of
from sla.events import BudgetExhausted, EstimateDecided, EstimateExpired, EstimateOffered, WorkLogged
from sla.models import Estimate, WorkLog
from sla.permissions import check_decide
from sla.queries.budgets import OUTSIDE, Budget, budget_of, entitlement, estimates_of, offered, room_in, treatment_of
from tickets.commands.change import Change, changing
from tickets.commands.submissions import claim, made_before
from tickets.commands.talking import hear_customer, say
from tickets.commands.timers import Pairs, rewrite_timers
from tickets.commands.verbs import add_automatic_message, enter_status, follow_occasion, pass_turn, raise_flag
from tickets.models import Ticket
from tickets.models.process import CATEGORIES, FINAL_CATEGORIES
from tickets.permissions import check_work
from tickets.queries.catalogue import catalogue

LONGEST_WORK = 24 * 60
CENTS = Decimal("0.01")
UNFINISHED = tuple(category for category in CATEGORIES if category not in FINAL_CATEGORIES)


# --- Work ------------------------------------------------------------------------------------------------


def log_work(
    *, ticket_id: int, minutes: int, actor: Actor, now: datetime, note: str = "", key: UUID | None = None
) -> Ticket:
    """Log minutes of work: on an approved estimate, else on the company's included time, or not counted at all.

    Work that has no cover is refused. When the included time is used up, the customer is told.
    """
    check_work(actor)
    if not actor.is_agent:
        raise Refused("Only an agent logs work.")
    if not 1 <= minutes <= LONGEST_WORK:
        raise Refused(f"Give the minutes, from 1 to {LONGEST_WORK}.")
    if key is not None and (made := made_before(key)) is not None:
        return made
    with changing(ticket_id, actor=actor, now=now) as change:
        if key is not None and not claim(key, change.ticket, now):
            return change.ticket
        # Two agents on two tickets of one company must not both take the last minutes.
        Company.objects.select_for_update(no_key=True).get(pk=change.ticket.company_id)
        left = budget_of(change.ticket.company_id, now)
        treatment, estimate = _cover(change.ticket, minutes, left)
        period = period_of(now, current_vendor().zone)
        WorkLog.objects.create(
            ticket=change.ticket,
            company_id=change.ticket.company_id,
            agent_id=actor.id,
            minutes=minutes,
            at=now,
            treatment=treatment,
            period=period,
            estimate=estimate,
        )
        facts: dict[str, Any] = {"minutes": minutes, "treatment": treatment, "period": f"{period:%Y-%m}"}
        change.record("work", WorkLogged(minutes), data={"words": note.strip()} if note.strip() else {}, **facts)
        if treatment == COUNTED and left is not None and left.used < left.minutes <= left.used + minutes:
            _tell_exhausted(change, left)
        return change.ticket


def _cover(ticket: Ticket, minutes: int, left: Budget | None) -> tuple[str, Estimate | None]:
    """What the work is logged on. The estimate that the customer approved for this ticket comes first."""
    treatment = treatment_of(ticket)
    if treatment == EXEMPT:
        return EXEMPT, None
    estimates = estimates_of(ticket)
    for estimate in estimates:
        room = room_in(estimate)
        if estimate.status == "approved" and (room is None or minutes <= room):
            return ESTIMATED, estimate
    fits = left is not None and minutes <= left.left
    if treatment == COUNTED and not offered(estimates) and (fits or _goes_on()):
        return COUNTED, None
    raise Refused(_no_cover(ticket, treatment, estimates, left))


def _goes_on() -> bool:
    given = entitlement()
    return given is not None and given.on_exhausted == "allow"


def _no_cover(ticket: Ticket, treatment: str, estimates: list[Estimate], left: Budget | None) -> str:
    """Why nothing covers the work, and what to do."""
    waiting = offered(estimates)
    if waiting is not None:
        until = date_format(waiting.valid_until, "j F Y")
        todo = f"The estimate needs approval first: the customer has until {until} to decide."
    else:
        todo = "An estimate needs approval before more is logged: offer one to the customer."
    rooms = [room for row in estimates if row.status == "approved" and (room := room_in(row))]
    if rooms:
        return f"{max(rooms)} minutes are left in the approved estimate. Log these. {todo}"
    if treatment == ESTIMATED:
        return f"Work on this ticket is outside the agreement. {todo}"
    if waiting is not None:
        return todo
    if left is not None and left.left:
        return f"{left.left} of {left.minutes} minutes are left in {left.month}. Log these. {todo}"
    return f"The {left.minutes if left else 0} minutes of {left.month if left else 'the month'} are used up. {todo}"


def _tell_exhausted(change: Change, left: Budget) -> None:
    facts: dict[str, Any] = {"minutes": left.minutes, "period": f"{left.period:%Y-%m}"}
    change.record("budget_exhausted", BudgetExhausted(), public=True, **facts)
    if _goes_on():
        return
    with translation.override(change.ticket.requester.language or current_vendor().default_language):
        text = _(
            "The %(minutes)d minutes of work that your agreement includes are used up for %(month)s."
            " Further work needs an estimate that you have approved."
        )
        add_automatic_message(change, text % {"minutes": left.minutes, "month": left.month})


def mark_outside(*, ticket_id: int, words: str, actor: Actor, now: datetime, seen: int | None = None) -> Ticket:
    """Say that the ticket is outside the agreement: to the customer, in words, and on the ticket."""
    check_work(actor)
    if not words.strip():
        raise Refused("Write to the customer why this is outside the agreement. Without that it cannot be marked.")
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        say(change, words, (), "portal")
        raise_flag(change, OUTSIDE)
        pass_turn(change, customer_spoke=False)
        return change.ticket


# --- Estimates -------------------------------------------------------------------------------------------


def offer_estimate(
    *,
    ticket_id: int,
    words: str,
    valid_until: date,
    actor: Actor,
    now: datetime,
    minutes: int | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    seen: int | None = None,
    key: UUID | None = None,
) -> Ticket:
    """Offer the customer what the work takes, in minutes or money or both. It replaces an offer that still waits."""
    check_work(actor)
    if not actor.is_agent:
        raise Refused("Only an agent offers an estimate.")
    _check_offer(words, minutes, amount, currency)
    if valid_until < now.astimezone(current_vendor().zone).date():
        raise Refused("The estimate would have ended already. Choose a later date.")
    if key is not None and (made := made_before(key)) is not None:
        return made
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        ticket = change.ticket
        if key is not None and not claim(key, ticket, now):
            return ticket
        if ticket.is_finished:
            raise Refused("This is finished. Open it again before you offer an estimate.")
        say(change, words, (), "portal")
        Estimate.objects.filter(ticket=ticket, status="offered").update(status="expired")
        estimate = Estimate.objects.create(
            ticket=ticket,
            minutes=minutes,
            amount=amount.quantize(CENTS) if amount is not None else None,
            currency=currency if amount is not None else "",
            valid_until=valid_until,
            offered_by_id=actor.id,
            offered_at=now,
        )
        change.record("estimate_offered", EstimateOffered(estimate.pk), public=True, **_facts(estimate))
        follow_occasion(change, "estimate_offered", only_from=UNFINISHED)
        change.set(turn="customer")
        _arm(ticket, estimate, now)
        return ticket


def _check_offer(words: str, minutes: int | None, amount: Decimal | None, currency: str) -> None:
    if not words.strip():
        raise Refused("Write what the estimate is for: the customer decides by it.")
    if minutes is None and amount is None:
        raise Refused("Give the minutes, the amount, or both.")
    if (minutes is not None and minutes < 1) or (amount is not None and amount <= 0):
        raise Refused("An estimate is more than nothing.")
    if amount is not None and not (len(currency) == 3 and currency.isalpha() and currency.isupper()):
        raise Refused("Give the currency of the amount in three capital letters, such as EUR.")


def _facts(estimate: Estimate) -> dict[str, Any]:
    facts: dict[str, Any] = {"estimate": estimate.pk, "valid_until": estimate.valid_until.isoformat()}
    if estimate.minutes is not None:
        facts["minutes"] = estimate.minutes
    if estimate.amount is not None:
        facts |= {"amount": str(estimate.amount), "currency": estimate.currency}
    return facts


def decide_estimate(
    *, ticket_id: int, estimate_id: int, approve: bool, actor: Actor, now: datetime, remark: str = ""
) -> Ticket:
    """The customer approves or declines the estimate that waits; either way the ticket is the vendor's again."""
    with changing(ticket_id, actor=actor, now=now) as change:
        ticket = change.ticket
        check_decide(actor, ticket)
        estimate = Estimate.objects.filter(ticket=ticket, pk=estimate_id).first()
        if estimate is None or estimate.status != "offered":
            raise Refused("This estimate waits for no decision any more. See how it stands now.")
        if now > end_of(estimate.valid_until, current_vendor().zone):
            raise Refused("This estimate is no longer valid. Ask us for a new one.")
        if ticket.is_finished:
            raise Refused("This is finished already; nothing is left to do.")
        if remark.strip():
            say(change, remark, (), "portal")
        estimate.status = "approved" if approve else "declined"
        estimate.decided_by_id, estimate.decided_at = actor.id, now
        estimate.save(update_fields=["status", "decided_by", "decided_at"])
        event = EstimateDecided(estimate.pk, approve)
        change.record(f"estimate_{estimate.status}", event, public=True, estimate=estimate.pk)
        hear_customer(change)
        _arm(ticket, estimate, now)
        return ticket


def _arm(ticket: Ticket, estimate: Estimate, now: datetime) -> None:
    """The end of the offer, while it waits."""
    due_at = end_of(estimate.valid_until, current_vendor().zone)
    waits = frozenset({(str(estimate.pk), due_at)}) if estimate.status == "offered" else frozenset()
    rewrite_timers("estimate", {ticket.pk: waits}, now=now)


def fire_estimate(pairs: Pairs) -> None:
    """End the offers on which nobody has decided; their tickets are the vendor's again."""
    ids = [int(timer.ref) for _, timer in pairs]
    waiting = {str(row.pk): row for row in Estimate.objects.filter(pk__in=ids, status="offered")}
    for change, timer in pairs:
        estimate = waiting.get(timer.ref)
        if estimate is None:
            continue
        estimate.status = "expired"
        estimate.save(update_fields=["status"])
        actor = worker("estimate")
        change.record("estimate_expired", EstimateExpired(estimate.pk), actor=actor, public=True, estimate=estimate.pk)
        if "estimate_offered" in change.ticket.status.set_on:
            enter_status(change, catalogue().resumed_status, actor=actor)
        elif not change.ticket.is_finished:
            change.set(turn="vendor")
