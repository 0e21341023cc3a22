"""One mail of a ticket: how it looked, what was folded away, why it is here, and how it came."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications.mime.letter import Unreadable
from notifications.models import IncomingMail
from notifications.queries.mails import mail_of_line
from notifications.queries.suspended import original_of
from notifications.queries.tracing import steps_of
from portal.agent.gate import agent_view
from portal.agent.mails import Layout, as_source, framed, layout_of, with_images
from portal.agent.page import find_ticket, list_key, show
from portal.agent.suspended import preview_of


@require_safe
@agent_view
def mail(request: Any, number: str, seq: int) -> HttpResponse:
    """The mail that this line came from."""
    ticket = find_ticket(request, number)
    found = _mail(request, number, seq)
    preview, remote = preview_of(found), _wants_images(request)
    layout = layout_of(preview.letter, remote=remote) if preview.letter else Layout()
    context = {
        "ticket": ticket,
        "seq": seq,
        "mail": found,
        "preview": preview,
        "letter": preview.letter,
        "layout": layout,
        "left_out": layout.shown.images_left_out if layout.shown else 0,
        "remote": remote,
        "steps": steps_of(found.trace),
    }
    return show(request, "agent/ticket/mail.html", context, now=timezone.now(), current=list_key(request, ticket))


@require_safe
@agent_view
def mail_layout(request: Any, number: str, seq: int) -> HttpResponse:
    """What the frame of that page shows."""
    letter, remote = preview_of(_mail(request, number, seq)).letter, _wants_images(request)
    if letter is None:
        raise Http404
    try:
        shown = with_images(letter, remote=remote)
    except Unreadable:
        raise Http404 from None
    return framed(render(request, "agent/ticket/mail_layout.html", {"shown": shown}), remote=remote)


@require_safe
@agent_view
def mail_original(request: Any, number: str, seq: int) -> HttpResponse:
    """The mail as it came, headers and all."""
    raw = original_of(_mail(request, number, seq))
    if raw is None:
        raise Http404
    return as_source(raw, f"mail-{seq}", save="save" in request.GET)


def _mail(request: Any, number: str, seq: int) -> IncomingMail:
    found = mail_of_line(find_ticket(request, number), seq)
    if found is None:
        raise Http404
    return found


def _wants_images(request: Any) -> bool:
    return request.GET.get("images") == "1"
