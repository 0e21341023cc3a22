"""The page on which a contact opens a ticket."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from helpdesk.access import Refused
from helpdesk.models import Contact
from helpdesk.wake import broker_answers
from portal.customer.desk import company_clock, desk_at, phones
from portal.customer.gate import customer_view
from portal.customer.levels import levels
from portal.customer.maintenance import felt_soon
from portal.customer.menu import label_of
from portal.customer.refusals import said
from portal.customer.terms import term
from portal.intake.fields import new_files
from portal.intake.form import FOLLOWS, FORM_KEY, IntakeForm, form_rows
from tickets.commands import open_ticket
from tickets.commands.submissions import made_before
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue


@require_http_methods(["GET", "HEAD", "POST"])
@customer_view
def new_ticket(request: Any) -> HttpResponse:
    """The form; what was sent twice makes one ticket."""
    now = timezone.now()
    contact = Contact.objects.select_related("company").get(pk=request.actor.id)
    if request.method != "POST":
        return _page(request, IntakeForm(contact=contact, now=now, initial=_follow_up(request)))
    form = IntakeForm(request.POST, request.FILES, contact=contact, now=now)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        ticket = open_ticket(
            requester=contact,
            actor=request.actor,
            now=now,
            files=new_files(form.uploads()),
            follows=_followed(request, form.cleaned_data[FOLLOWS]),
            **form.facts(),
        )
    except Refused as refusal:
        made = made_before(form.cleaned_data[FORM_KEY]) if form.cleaned_data[FORM_KEY] else None
        if made is None:
            form.add_error(None, said(refusal))
            return _page(request, form, status=422)
        ticket = made
    return _leave(request, ticket)


def _follow_up(request: Any) -> dict[str, str]:
    """What the form begins with when it follows a finished ticket."""
    old = _followed(request, request.GET.get("follows", ""))
    subject = next((row.key for row in form_rows() if row.kind == "subject"), "")
    return {FOLLOWS: old.number, subject: old.subject} if old is not None else {}


def _followed(request: Any, number: str) -> Ticket | None:
    """The finished ticket that a new one follows, where the vendor lets customers do that."""
    if not number or not catalogue().reopen.follow_up:
        return None
    return Ticket.objects.visible_to(request.actor).filter(number=number, is_finished=True).first()


def _leave(request: Any, ticket: Ticket) -> HttpResponse:
    number = {"what": term("number"), "number": ticket.number}
    sentence = _("We have it: %(what)s %(number)s.") % number
    messages.success(request, f"{sentence} {mail_note()}".strip(), extra_tags="sent:new")
    if request.htmx:
        return HttpResponseClientRedirect(ticket_address(ticket))
    return redirect("customer:ticket", number=ticket.number)


def ticket_address(ticket: Ticket) -> str:
    """Where the customer reads this ticket."""
    return str(redirect("customer:ticket", number=ticket.number).url)


def mail_note() -> str:
    """What the person may expect of e-mail now."""
    if broker_answers():
        return ""
    return _("The e-mail about it goes out as soon as our mail service is back.")


def _page(request: Any, form: IntakeForm, status: int = 200) -> HttpResponse:
    now = form.now
    context = {
        "title": label_of("new_ticket", _("New ticket")),
        "form": form,
        "max_bytes": settings.ATTACHMENT_MAX_BYTES,
        "levels": levels(),
        "severity_word": term("severity"),
        "explained": any(row.kind == "severity" for row in form.rows),
        "desk": desk_at(company_clock(form.contact.company), now),
        "phones": phones(now),
        "maintenance": felt_soon(now),
    }
    template = "customer/_intake.html" if request.htmx else "customer/new_ticket.html"
    return render(request, template, context, status=status)
