"""Escalation as customers see it: whom they can ask on a ticket, what they asked, and who is there to ask at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from helpdesk.access import Actor
from helpdesk.models import Company
from portal.customer.desk import Desk, desk_at
from sla.models import Escalation, EscalationStep
from sla.process.escalations import ANY_TIME
from sla.queries.audiences import escalation_path, own_contact, title_of
from sla.queries.escalations import escalations_of, offered
from tickets.models import Ticket

ENDS = {
    "satisfied": gettext_noop("settled"),
    "unsatisfied": gettext_noop("not settled"),
    "withdrawn": gettext_noop("taken back"),
    "raised": gettext_noop("raised to the next level"),
    "finished": gettext_noop("ended"),
}


class EscalateForm(forms.Form):
    """Why somebody above should look at the ticket. `key` names this form, so that sending it twice asks once."""

    kind = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why do you escalate this?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": gettext_lazy("Say why: whoever is asked reads it first.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)


@dataclass(frozen=True)
class Face:
    """One step of the path as customers see it."""

    title: str
    label: str
    name: str = ""
    email: str = ""
    phones: tuple[str, ...] = ()
    desk: Desk | None = None
    is_always: bool = False
    only_by_phone: bool = False


@dataclass(frozen=True)
class Offer:
    """A button: whom it asks, and its form."""

    face: Face
    form: EscalateForm
    opened: bool = False


@dataclass(frozen=True)
class State:
    """One asking and how it stands, in the reader's words."""

    title: str
    at: datetime
    words: str
    is_open: bool


@dataclass(frozen=True)
class Above:
    """Everything about escalation on one ticket; `refused` is a form that fits no offer any more."""

    states: list[State]
    offers: list[Offer]
    refused: EscalateForm | None = None


def above(ticket: Ticket, actor: Actor, now: datetime, refused: EscalateForm | None = None) -> Above:
    """What was asked on this ticket, and what can be asked now; `refused` is a form to show again. One query."""
    if not escalation_path():
        return Above([], [], refused)
    asked = escalations_of(ticket, actor)
    offers = [_offer(step, ticket, now, refused) for step in offered(ticket, actor, asked)]
    fits = any(offer.opened for offer in offers)
    return Above([_state(row) for row in asked], offers, None if fits else refused)


def _offer(step: EscalationStep, ticket: Ticket, now: datetime, refused: EscalateForm | None) -> Offer:
    face = face_of(step, ticket.company, now)
    if refused is not None and refused.data.get("kind") == step.kind:
        return Offer(face, refused, opened=True)
    return Offer(face, EscalateForm(initial={"kind": step.kind}, auto_id=f"id_{step.kind}_%s"))


def _state(row: Escalation) -> State:
    if not row.is_open:
        return State(row.title, row.asked_at, _(ENDS[row.outcome]), False)
    return State(row.title, row.asked_at, _("answered") if row.answered_at else _("waits for an answer"), True)


def face_of(step: EscalationStep, company: Company, now: datetime) -> Face:
    """A step as customers of this company see it."""
    title = title_of(step)
    of_company = step.contact_from == "company"
    numbers = (company.account_manager_phone,) if of_company else (step.phone, step.mobile)
    return Face(
        title=title,
        label=step.label or _("Escalate to %s") % title,
        name=company.account_manager if of_company else "",
        email=next((person.address for person in own_contact(step, company)), ""),
        phones=tuple(number for number in numbers if number),
        desk=desk_at(step.available, now) if step.available not in ("", ANY_TIME) else None,
        is_always=step.available == ANY_TIME,
        only_by_phone=step.channel == "phone",
    )


def published(actor: Actor, now: datetime) -> Sequence[Face]:
    """Whom this customer can ask above the desk, for the contact page."""
    steps = [step for step in escalation_path() if step.role and step.channel != "internal" and not step.queue_kind]
    if not steps:
        return ()
    company: Any = Company.objects.get(pk=actor.company_id)
    return [face_of(step, company, now) for step in steps]
