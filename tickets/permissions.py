"""Who may do what to a ticket. Each check raises a sentence for the person, or nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from helpdesk.access import Actor, Refused
from helpdesk.tenancy import current_vendor
from tickets.models import Participant, Severity, Status, SupportLevel, Ticket
from tickets.queries.catalogue import catalogue


def check_see(actor: Actor, ticket: Ticket) -> None:
    """Views look tickets up through `visible_to`; this guards commands that are called with an id."""
    if actor.is_customer:
        same = ticket.company_id == actor.company_id if actor.sees_company else ticket.requester_id == actor.id
        if not same:
            raise Refused("There is no such ticket.")


def check_work(actor: Actor) -> None:
    """Staff who may change tickets."""
    if actor.is_worker:
        return
    if not actor.is_agent:
        raise Refused("Only the support staff can do this.")
    if not actor.may_write:
        raise Refused("You may read tickets here, but not change them. Ask an administrator for another role.")


def check_talk(actor: Actor, ticket: Ticket, *, channel: str = "portal") -> None:
    """Customers of the ticket and staff who may write; by mail, whoever takes part in it."""
    if not actor.is_customer:
        check_work(actor)
    elif channel != "email" or not takes_part(actor, ticket):
        check_see(actor, ticket)


def takes_part(actor: Actor, ticket: Ticket) -> bool:
    """Whether a customer's person may add to the ticket by mail: who asked, people of its company, who was copied in.

    People of whom nobody knows yet where they belong have no company in common. It grants no reading.
    """
    if ticket.requester_id == actor.id:
        return True
    colleagues = ticket.company_id == actor.company_id and ticket.company.kind != "unknown"
    return colleagues or Participant.objects.filter(ticket=ticket, contact_id=actor.id).exists()


def check_grade(actor: Actor, *, channel: str = "portal") -> None:
    """Who may set a severity, as the vendor's process says."""
    if actor.is_worker:
        return
    if actor.is_agent:
        check_work(actor)
        return
    allowed = set(current_vendor().severity_selectable_by)
    if "customer" in allowed or ("customer_online" in allowed and channel == "portal"):
        return
    raise Refused("The severity is set by the support staff. Describe how the matter affects your work instead.")


def check_status(actor: Actor, ticket: Ticket, new: Status) -> None:
    """Whether this actor may put the ticket into this status from where it is."""
    check_talk(actor, ticket)
    setters = new.set_by or ["agent", "worker"]
    kind = {"contact": "customer"}.get(actor.kind, actor.kind)
    if kind not in setters:
        raise Refused(f"“{new.public_name}” is not a status that you can set here.")
    if new.retired:
        raise Refused(f"“{new.name}” is no longer in use. Choose another status.")
    if ticket.status.moves_to and new.code not in ticket.status.moves_to:
        raise Refused(f"A ticket in “{ticket.status.name}” cannot move to “{new.name}”.")


def check_requirements(
    actor: Actor, ticket: Ticket, new: Status, *, reason: str, facts: Mapping[str, Any], has_message: bool
) -> None:
    """Whether everything is given that the status requires, or the actor may do without."""
    if new.reasons and reason not in {known["code"] for known in new.reasons}:
        raise Refused(f"“{new.name}” needs a reason: {', '.join(known['name'] for known in new.reasons)}.")
    given: Mapping[str, Any] = next((known for known in new.reasons if known["code"] == reason), {})
    kind = {"contact": "customer"}.get(actor.kind, actor.kind)
    if given.get("set_by") and kind not in given["set_by"]:
        raise Refused(f"The reason “{given['name']}” is not yours to give.")
    if actor.is_worker or (new.override_role and actor.role in (new.override_role, "vendor_admin")):
        return
    missing = missing_facts(ticket, new, reason=reason, facts=facts, has_message=has_message)
    if missing:
        raise Refused(f"“{new.name}” cannot be set yet. Still needed: {', '.join(missing)}.")


def check_answered(actor: Actor, ticket: Ticket, new: Status) -> None:
    """Whether a request has the answer that its type asks for before it ends. Rules close without one."""
    if new.is_final and ticket.type.requires_answer and not ticket.answer and not actor.is_worker:
        answers = " or ".join(ticket.type.requires_answer)
        raise Refused(f"“{new.name}” cannot be set yet. Still needed: an answer to the request, {answers}.")


def missing_facts(
    ticket: Ticket, new: Status, *, reason: str, facts: Mapping[str, Any], has_message: bool
) -> list[str]:
    """The labels of what the status requires and nobody has given. Acceptance counts as the customer gave it."""

    def is_given(fact: Mapping[str, Any]) -> bool:
        match fact.get("kind"):
            case "message":
                return has_message
            case "accepted":
                return bool(ticket.facts.get(fact["key"]))
        return bool(facts.get(fact["key"]))

    return [
        fact["label"]
        for fact in asked_facts(ticket, new)
        if reason not in fact.get("unless_reason", ()) and not is_given(fact)
    ]


def asked_facts(ticket: Ticket, new: Status) -> list[dict[str, Any]]:
    """What the status requires of this ticket's company."""
    return [fact for fact in new.requires if not fact.get("where") or getattr(ticket.company, fact["where"])]


def levels_of(actor: Actor) -> frozenset[str]:
    """The support levels on which this agent works."""
    teams = catalogue().teams
    return frozenset(teams[code].support_level for code in actor.teams if code in teams) - {""}


def check_hand_over(actor: Actor, ticket: Ticket, new: SupportLevel, *, has_summary: bool = True) -> None:
    """Whether this actor may give the ticket to that support level, as the vendor's process says."""
    check_work(actor)
    now = catalogue().levels.get(ticket.support_level)
    if new.retired:
        raise Refused(f"“{new.name}” is no longer in use. Choose another level.")
    if new.code == ticket.support_level:
        raise Refused(f"The ticket is at “{new.name}” already.")
    if ticket.is_finished:
        raise Refused("This ticket is finished. Open it again before you hand it over.")
    if new.code < ticket.support_level:
        if now is not None and not _manages(actor, now):
            raise Refused(f"Only an agent of {_named(now.managed_by)} can hand this back.")
        return
    if ticket.support_level and new.taken_from and ticket.support_level not in new.taken_from:
        raise Refused(f"“{new.name}” takes tickets from {_named(new.taken_from)}. Hand it over one level at a time.")
    if new.summary_required and not has_summary:
        raise Refused(f"“{new.name}” needs a summary: what you have found, tried and ruled out.")


def check_manages_level(actor: Actor, ticket: Ticket) -> None:
    """Whether this agent is of those who manage the ticket at its level; others are warned, not stopped."""
    level = catalogue().levels.get(ticket.support_level)
    if level is not None and not _manages(actor, level):
        raise Refused(f"{level.name}: this ticket is managed by {_named(level.managed_by)}.")


def _manages(actor: Actor, level: SupportLevel) -> bool:
    return actor.is_worker or not level.managed_by or bool(levels_of(actor) & set(level.managed_by))


def _named(codes: Iterable[str]) -> str:
    known = catalogue().levels
    return " or ".join(known[code].name if code in known else code for code in codes)


def check_deadline(new: Status, deadline_at: datetime | None, now: datetime) -> None:
    """Whether the status takes a deadline, and this one."""
    if deadline_at is not None and deadline_at <= now:
        raise Refused("The deadline has passed already. Choose a later one.")
    if deadline_at is not None and not new.takes_deadline:
        raise Refused(f"“{new.name}” takes no deadline.")


def check_severity_known(severity: Severity) -> None:
    """Retired severities are not given any more."""
    if severity.retired:
        raise Refused(f"Severity “{severity.name}” is no longer in use. Choose another one.")
