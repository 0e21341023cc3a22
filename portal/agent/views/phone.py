"""The phone form: choose who called, then fill in the vendor's form for them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.access import Refused
from helpdesk.models import Contact
from portal.agent.gate import agent_view
from portal.agent.page import show
from portal.agent.phone import PhoneForm, find_contacts
from portal.intake.fields import new_files
from tickets.commands import open_ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agent_view
def new_ticket(request: Any) -> HttpResponse:
    """Step one finds the contact, step two asks what the matter is."""
    chosen = request.GET.get("contact", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        return _choose(request)
    contacts = Contact.objects.select_related("company__responsible_team")
    contact = get_object_or_404(contacts, pk=chosen, is_active=True, company__is_active=True)
    return _fill_in(request, contact)


def _choose(request: Any) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    context = {"words": words, "found": find_contacts(words)}
    return show(request, "agent/new_contact.html", context, now=timezone.now())


def _fill_in(request: Any, contact: Contact) -> HttpResponse:
    now = timezone.now()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PhoneForm(*sent, contact=contact, now=now)
    if sent and form.is_valid():
        try:
            made = open_ticket(
                requester=contact,
                actor=request.actor,
                now=now,
                channel=form.channel,
                files=new_files(form.uploads()),
                **form.facts(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%s is open.") % made.number, extra_tags="sent:new")
            return redirect("agent:ticket", number=made.number)
    context = {"form": form, "contact": contact}
    return show(request, "agent/new_ticket.html", context, now=now, status=422 if sent else 200)
