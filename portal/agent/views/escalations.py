"""Escalation on a ticket: asking above, the answer, the end."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.agent.escalations import AnswerEscalationForm, CloseEscalationForm, EscalateForm
from portal.agent.gate import agent_view
from portal.agent.page import find_ticket, ticket_page
from portal.agent.views.ticket import REFUSED, act_on
from sla import commands
from sla.models import Escalation
from sla.queries.escalations import escalations_of


@require_POST
@agent_view
def escalate(request: Any, number: str) -> HttpResponse:
    """Ask above."""
    found = find_ticket(request, number)
    asked = escalations_of(found, request.actor)
    form = EscalateForm(request.POST, ticket=found, actor=request.actor, asked=asked)

    def act(now: Any) -> None:
        commands.escalate(ticket_id=found.pk, **form.cleaned_data, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Escalated."))


@require_POST
@agent_view
def answer_escalation(request: Any, number: str) -> HttpResponse:
    """Write down what whoever was asked says."""
    asked = _named_escalation(request, number)
    if asked is None:
        return _not_here(request, number)
    form = AnswerEscalationForm(request.POST, escalation_id=asked.pk)

    def act(now: Any) -> None:
        commands.answer_escalation(escalation_id=asked.pk, **form.cleaned_data, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Answered."))


@require_POST
@agent_view
def close_escalation(request: Any, number: str) -> HttpResponse:
    """Say how an escalation ended."""
    asked = _named_escalation(request, number)
    if asked is None:
        return _not_here(request, number)
    form = CloseEscalationForm(request.POST, escalation_id=asked.pk)

    def act(now: Any) -> None:
        commands.close_escalation(escalation_id=asked.pk, **form.cleaned_data, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Ended."))


def _named_escalation(request: Any, number: str) -> Escalation | None:
    """The escalation of this ticket that the form names."""
    asked = escalations_of(find_ticket(request, number), request.actor)
    return next((row for row in asked if str(row.pk) == request.POST.get("escalation", "")), None)


def _not_here(request: Any, number: str) -> HttpResponse:
    messages.error(request, _("There is no such escalation on this ticket."))
    return ticket_page(request, find_ticket(request, number), now=timezone.now(), status=REFUSED)
