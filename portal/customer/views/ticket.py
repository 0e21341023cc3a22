"""One ticket: the page, an answer to it, the customer's word that it is solved, a status the customer may set."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from helpdesk.access import Refused
from portal.customer.escalating import EscalateForm
from portal.customer.gate import customer_view
from portal.customer.letter import letter
from portal.customer.outlook import reply_effect
from portal.customer.refusals import said
from portal.customer.replying import EstimateForm, ReplyForm, StatusForm, draft_key, settable
from portal.customer.views.new_ticket import mail_note, ticket_address
from portal.intake.fields import new_files
from sla.commands import decide_estimate
from sla.commands import escalate as ask_above
from tickets.commands import Conflict, change_status, say_solved
from tickets.commands import accept as accept_solution
from tickets.commands import reply as say
from tickets.models import Ticket
from tickets.queries.catalogue import catalogue

POSTED = require_http_methods(["GET", "HEAD", "POST"])  # a GET comes from signing in again: it leads to the ticket


@require_safe
@customer_view
def ticket(request: Any, number: str) -> HttpResponse:
    """The ticket as the customer sees it."""
    found = _find(request, number)
    return _page(request, found, _reply_form(found))


@POSTED
@customer_view
def reply(request: Any, number: str) -> HttpResponse:
    """Answer. The words may land on another ticket, where the vendor's process opens one after closing."""
    found = _find(request, number)
    if request.method != "POST":
        return redirect("customer:ticket", number=number)
    form = _reply_form(found, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    given = form.cleaned_data
    try:
        answered = say(
            ticket_id=found.pk,
            body=given["body"],
            files=new_files(given["files"]),
            restatement=given.get("restatement", ""),
            seen=given["seen"],
            key=given["key"],
            actor=request.actor,
            now=timezone.now(),
        )
    except Conflict:
        return _page(request, _find(request, number), form, status=409)
    except Refused as refusal:
        form.add_error(None, said(refusal))
        return _page(request, _find(request, number), form, status=422)
    done = _("Sent.")
    messages.success(request, f"{done} {mail_note()}".strip(), extra_tags=f"sent:{draft_key(found)}")
    return _done(request, answered, stays=answered.pk == found.pk)


@POSTED
@customer_view
def solved(request: Any, number: str) -> HttpResponse:
    """The customer says that the matter is solved."""
    found = _find(request, number)
    if request.method != "POST":
        return redirect("customer:ticket", number=number)
    try:
        say_solved(ticket_id=found.pk, actor=request.actor, now=timezone.now())
    except Refused as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Thank you. We close it."))
    return redirect("customer:ticket", number=number)


@POSTED
@customer_view
def accept(request: Any, number: str) -> HttpResponse:
    """The customer accepts the solution, or the closing that was proposed."""
    found = _find(request, number)
    if request.method != "POST":
        return redirect("customer:ticket", number=number)
    try:
        changed = accept_solution(ticket_id=found.pk, actor=request.actor, now=timezone.now())
    except Refused as refusal:
        messages.error(request, said(refusal))
    else:
        done = _("Thank you. This is finished now.") if changed.is_finished else _("Thank you. We close it.")
        messages.success(request, done)
    return redirect("customer:ticket", number=number)


@POSTED
@customer_view
def status(request: Any, number: str) -> HttpResponse:
    """Set a status that the vendor leaves to customers, such as putting the ticket on hold."""
    found = _find(request, number)
    offered = {row.code: row for row in settable(found, request.actor)}
    target = offered.get(request.POST.get("status", ""))
    if request.method != "POST" or target is None:
        if request.method == "POST":
            messages.error(request, _("This changed in the meantime. See below how it stands now."))
        return redirect("customer:ticket", number=number)
    form = StatusForm(request.POST, status=target)
    if not form.is_valid():
        return _page(request, found, _reply_form(found), status=422, wrong=form)
    try:
        change_status(
            ticket_id=found.pk,
            status=target,
            reason=form.cleaned_data.get("reason", ""),
            facts=form.facts,
            message=form.message,
            actor=request.actor,
            now=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, said(refusal))
        return _page(request, _find(request, number), _reply_form(found), status=422, wrong=form)
    messages.success(request, _("Status: %s") % target.public_name)
    return redirect("customer:ticket", number=number)


@POSTED
@customer_view
def estimate(request: Any, number: str) -> HttpResponse:
    """Approve or decline the estimate that was read; a remark goes into the conversation."""
    found = _find(request, number)
    sent = EstimateForm(request.POST)
    if request.method == "POST" and not sent.is_valid():
        messages.error(request, _("This changed in the meantime. See below how it stands now."))
    elif request.method == "POST":
        given = {"estimate_id": sent.cleaned_data["estimate"], "remark": sent.cleaned_data["remark"]}
        approve = sent.cleaned_data["decision"] == "approve"
        try:
            decide_estimate(ticket_id=found.pk, approve=approve, actor=request.actor, now=timezone.now(), **given)
        except Refused as refusal:
            messages.error(request, said(refusal))
        else:
            messages.success(
                request, _("Approved. We go on with it.") if approve else _("Declined. We have been told.")
            )
    return redirect("customer:ticket", number=number)


@POSTED
@customer_view
def escalate(request: Any, number: str) -> HttpResponse:
    """Ask somebody above the desk to look at the ticket."""
    found = _find(request, number)
    if request.method != "POST":
        return redirect("customer:ticket", number=number)
    form = EscalateForm(request.POST)
    if form.is_valid():
        try:
            asked = ask_above(ticket_id=found.pk, **form.cleaned_data, actor=request.actor, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, said(refusal))
        else:
            done = _("%s has been asked and reads your reason.") % asked.title
            messages.success(request, f"{done} {mail_note()}".strip())
            return redirect("customer:ticket", number=number)
    fresh = _find(request, number)
    return _page(request, fresh, _reply_form(fresh), status=422, escalating=form)


def _find(request: Any, number: str) -> Ticket:
    visible = Ticket.objects.visible_to(request.actor).select_related("company", "requester")
    found = get_object_or_404(visible, number=number)
    found.status = catalogue().statuses.by_id[found.status_id]
    return found


def _reply_form(found: Ticket, *sent: Any) -> ReplyForm:
    return ReplyForm(*sent, ticket=found, effect=reply_effect(found, timezone.now()))


def _page(
    request: Any,
    found: Ticket,
    form: ReplyForm,
    *,
    status: int = 200,
    wrong: StatusForm | None = None,
    escalating: EscalateForm | None = None,
) -> HttpResponse:
    """The page, or for htmx only the letter on it. After a conflict the form has seen what is new."""
    now, conflict = timezone.now(), status == 409
    context = letter(found, request.actor, now, form=form, wrong=wrong, conflict=conflict, escalating=escalating)
    context["max_bytes"] = settings.ATTACHMENT_MAX_BYTES
    template = "customer/_letter.html" if request.htmx else "customer/ticket.html"
    return render(request, template, context, status=status)


def _done(request: Any, answered: Ticket, *, stays: bool) -> HttpResponse:
    if not request.htmx:
        return redirect("customer:ticket", number=answered.number)
    if not stays:
        return HttpResponseClientRedirect(ticket_address(answered))
    fresh = _find(request, answered.number)
    return _page(request, fresh, _reply_form(fresh))
