"""Handing out a file, to whoever may read the line of the log that it came with."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from helpdesk.access import Actor
from portal.customer.gate import sign_in_first
from tickets.models import Attachment, Entry, Ticket


@require_safe
def download(request: Any, pk: int) -> HttpResponse | FileResponse:
    """The file, always to be saved and never to be shown: what somebody sent us must not run on our pages."""
    if request.vendor is None:
        raise Http404
    if not request.user.is_authenticated:
        return sign_in_first(request)
    if request.actor is None:
        raise Http404
    file = get_object_or_404(readable_by(request.actor), pk=pk)
    if not default_storage.exists(file.file):
        raise Http404
    response = FileResponse(default_storage.open(file.file), as_attachment=True, filename=file.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def readable_by(actor: Actor) -> QuerySet[Attachment]:
    """Files of tickets that the actor may see; for customers, only those of public lines."""
    files = Attachment.objects.filter(ticket__in=Ticket.objects.visible_to(actor))
    if actor.is_agent:
        return files
    public = Entry.objects.filter(ticket_id=OuterRef("ticket_id"), seq=OuterRef("seq"), visibility="public")
    return files.filter(Exists(public))
