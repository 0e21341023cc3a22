"""The link in a page: whoever was paged says that they have it, without signing in.

Looking at the page changes nothing, because programs that check mails for viruses follow every link; only the
button does. The link is signed for one person, and says nothing once that person has left.
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from helpdesk.access import Actor, Refused
from helpdesk.middleware import actor_of
from helpdesk.models import Agent
from sla.commands import acknowledge
from sla.models import Page
from sla.queries.page_links import read_token


@require_http_methods(["GET", "HEAD", "POST"])
def paged(request: Any, token: str) -> HttpResponse:
    """Show the page and who has it; the button acknowledges."""
    if request.vendor is None or (named := read_token(token)) is None:
        raise Http404
    page_id, agent_id = named
    pages = Page.objects.select_related("schedule", "ticket__company", "acknowledged_by")
    page, actor, refusal = get_object_or_404(pages, pk=page_id), _actor(agent_id), ""
    if request.method == "POST":
        try:
            acknowledge(page_id=page.pk, actor=actor, now=timezone.now())
        except Refused as refused:
            refusal = refused.sentence
        else:
            return redirect("paged", token=token)
    context = {
        "page": page,
        "ticket": page.ticket,
        "refusal": refusal,
        "is_mine": page.acknowledged_by_id == agent_id,
        "waits": page.state in ("open", "exhausted"),
    }
    response = render(request, "paged.html", context, status=409 if refusal else 200)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _actor(agent_id: int) -> Actor:
    """The agent whom the link names, if they still work here."""
    agent = get_object_or_404(Agent, pk=agent_id, is_active=True, user__is_active=True)
    actor = actor_of(agent.user_id)
    if actor is None:
        raise Http404
    return actor
