"""On call: the rota with pages that wait for somebody; paging and acknowledging on a ticket."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.access import Refused
from portal.agent.forms import PageForm
from portal.agent.gate import agent_view
from portal.agent.on_call import on_call_page, who_has_it
from portal.agent.page import find_ticket, show, ticket_page
from portal.agent.views.ticket import REFUSED, act_on, done
from sla.commands import paging as commands
from sla.models import Page
from sla.queries.on_call import schedules
from tickets.permissions import check_work


@require_http_methods(["GET", "HEAD", "POST"])
@agent_view
def on_call(request: Any) -> HttpResponse:
    """Read it, or say that one has a page."""
    if not schedules():
        raise Http404
    now = timezone.now()
    if request.method == "POST":
        asked = get_object_or_404(Page, pk=_asked(request))
        try:
            answered = commands.acknowledge(page_id=asked.pk, actor=request.actor, now=now)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, who_has_it(answered, request.actor.id))
        return redirect("agent:on_call")
    context = on_call_page(request.actor, now)
    return show(request, "agent/on_call.html", context, now=now, current="on_call")


def _asked(request: Any) -> int:
    """The id of the page that the form names; 0 where it names none."""
    sent = request.POST.get("page", "")
    return int(sent) if sent.isdecimal() and len(sent) < 19 else 0


# --- On a ticket ---------------------------------------------------------------------------------------------


@require_POST
@agent_view
def page(request: Any, number: str) -> HttpResponse:
    """Page whoever is on call about the ticket."""
    found = find_ticket(request, number)
    form = PageForm(request.POST, ticket=found)

    def act(now: Any) -> None:
        commands.call(ticket_id=found.pk, schedule=form.chosen, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Paged."))


@require_POST
@agent_view
def acknowledge(request: Any, number: str) -> HttpResponse:
    """Say that one has a page about the ticket."""
    found, now = find_ticket(request, number), timezone.now()
    try:
        check_work(request.actor)
        chosen = get_object_or_404(found.pages, pk=_asked(request))
        answered = commands.acknowledge(page_id=chosen.pk, actor=request.actor, now=now)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return ticket_page(request, find_ticket(request, number), now=now, status=REFUSED)
    return done(request, found, number, who_has_it(answered, request.actor.id))
