"""Work on a ticket: time that is logged, estimates that are offered."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.agent.forms import EstimateForm, OutsideForm, WorkForm
from portal.agent.gate import agent_view
from portal.agent.page import find_ticket
from portal.agent.views.ticket import act_on
from sla.commands import log_work, mark_outside, offer_estimate


@require_POST
@agent_view
def log(request: Any, number: str) -> HttpResponse:
    """Log minutes of work."""
    found = find_ticket(request, number)
    form = WorkForm(request.POST)

    def act(now: Any) -> None:
        log_work(ticket_id=found.pk, **form.cleaned_data, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Logged."))


@require_POST
@agent_view
def estimate(request: Any, number: str) -> HttpResponse:
    """Offer the customer an estimate."""
    found = find_ticket(request, number)
    form = EstimateForm(request.POST)

    def act(now: Any) -> None:
        offer_estimate(ticket_id=found.pk, **form.cleaned_data, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Offered."))


@require_POST
@agent_view
def outside(request: Any, number: str) -> HttpResponse:
    """Mark the ticket as outside the agreement, and tell the customer."""
    found = find_ticket(request, number)
    form = OutsideForm(request.POST)

    def act(now: Any) -> None:
        mark_outside(ticket_id=found.pk, **form.cleaned_data, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Marked."))
