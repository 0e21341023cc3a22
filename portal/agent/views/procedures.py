"""Steps of checklists, and messages on telephone lines."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.agent.gate import agent_view
from portal.agent.page import find_ticket
from portal.agent.procedures import VoicemailForm
from portal.agent.views.ticket import act_on
from tickets.commands import log_voicemail, take_step
from tickets.queries.catalogue import catalogue


@require_POST
@agent_view
def step(request: Any, number: str) -> HttpResponse:
    """Tick one step."""
    found = find_ticket(request, number)
    checklist = catalogue().checklists.get(request.POST.get("checklist", ""))
    if checklist is None:
        raise Http404

    def act(now: Any) -> None:
        code = request.POST.get("step", "")
        take_step(ticket_id=found.pk, checklist=checklist, step=code, actor=request.actor, now=now)

    return act_on(request, number, None, act, _("Step taken."))


@require_POST
@agent_view
def voicemail(request: Any, number: str) -> HttpResponse:
    """Write down a message."""
    found = find_ticket(request, number)
    line = catalogue().voicemail_lines.get(request.POST.get("line", ""))
    if line is None:
        raise Http404
    form = VoicemailForm(request.POST, line=line)

    def act(now: Any) -> None:
        log_voicemail(ticket_id=found.pk, line=line, answers=form.answers, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Message written down."))
