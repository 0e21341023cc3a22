"""One ticket: its page, what is said on it, and everything that is done to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from helpdesk import wake
from helpdesk.access import Refused
from portal.agent.forms import (
    AnswerForm,
    ArrangementForm,
    AssignForm,
    ClassifyForm,
    Composer,
    MoveForm,
    SeverityForm,
    SplitForm,
    StatusForm,
    VersionForm,
    draft_key,
)
from portal.agent.gate import agent_view
from portal.agent.levels import CallInForm, LevelForm
from portal.agent.page import CONFLICT, find_ticket, ticket_page
from portal.intake.fields import new_files
from tickets import commands
from tickets.commands import Conflict, sealing
from tickets.models import Ticket

REFUSED = 422
SAID = {"reply": _("Reply sent."), "note": _("Note saved."), "call": _("Call logged.")}


@require_safe
@agent_view
def ticket(request: Any, number: str) -> HttpResponse:
    """The whole ticket: conversation, reply box, properties."""
    return ticket_page(request, find_ticket(request, number), now=timezone.now())


# --- What is said ----------------------------------------------------------------------------------------


@require_POST
@agent_view
def say(request: Any, number: str, mode: str) -> HttpResponse:
    """A reply, a note or a call. Where the form names a mode, that counts; the address is for those without one."""
    found, now = find_ticket(request, number), timezone.now()
    sent = request.POST.copy()
    sent.setdefault("mode", mode)
    form = Composer(sent, request.FILES, ticket=found, actor=request.actor)
    if not form.is_valid():
        return ticket_page(request, found, now=now, composer=form, status=REFUSED)
    try:
        changed = _say(form, found, request.actor, now)
    except Conflict as conflict:
        form.add_error(None, conflict.sentence)
        fresh, unseen = find_ticket(request, number), [entry.seq for entry in conflict.entries]
        return ticket_page(request, fresh, now=now, composer=form, unseen=unseen, status=CONFLICT)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return ticket_page(request, find_ticket(request, number), now=now, composer=form, status=REFUSED)
    said = form.cleaned_data["mode"]
    words = SAID[said]
    if said == "reply" and not wake.broker_answers():
        words = _("Reply saved. Mails go out as soon as the background service is back.")
    return done(request, changed, number, words, sent=draft_key(found))


def _say(form: Composer, found: Ticket, actor: Any, now: Any) -> Ticket:
    sent = form.cleaned_data
    said = {"ticket_id": found.pk, "body": sent["body"], "actor": actor, "now": now}
    said |= {"seen": sent["seen"], "key": sent["key"]}
    if sent["mode"] == "call":
        return commands.log_call(**said, customer_spoke=sent.get("customer_spoke", False))
    said["files"] = new_files(sent["files"])
    if sent["mode"] == "note":
        return commands.note(**said)
    asks = sent.get("ask_confirmation", False)
    return commands.reply(**said, **form.requirements(), ask_confirmation=asks)


# --- What is done ----------------------------------------------------------------------------------------


def done(request: Any, changed: Ticket, number: str, words: str, *, sent: str = "") -> HttpResponse:
    """Back to the ticket with what is new: the parts for htmx, otherwise a redirect. `sent` is a draft to forget."""
    if request.htmx and changed.number == number:
        response = ticket_page(request, find_ticket(request, number), now=timezone.now(), sent=sent)
        return trigger_client_event(response, "say", {"value": words})
    messages.success(request, words, extra_tags=f"sent:{sent}" if sent else "")
    address = reverse("agent:ticket", args=[changed.number])
    kept = request.GET.urlencode()
    address = f"{address}?{kept}" if kept else address
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def act_on(request: Any, number: str, form: Any, act: Callable[[Any], Any], said: str) -> HttpResponse:
    """Carry out a small form's command; what is refused stays in the form, opened, with the sentence on top.

    A button alone has no form: the sentence stands on top of the page.
    """
    now, status = timezone.now(), REFUSED
    if form is None or form.is_valid():
        try:
            act(now)
        except Refused as refusal:
            if form is None:
                messages.error(request, refusal.sentence)
            else:
                form.add_error(None, refusal.sentence)
            status = CONFLICT if isinstance(refusal, Conflict) else REFUSED
        else:
            return done(request, find_ticket(request, number), number, said)
    return ticket_page(request, find_ticket(request, number), now=now, refused=form, status=status)


@require_POST
@agent_view
def take(request: Any, number: str) -> HttpResponse:
    """Take the ticket. Somebody else's only if the page said whose it was; otherwise this says who has it."""
    found, now = find_ticket(request, number), timezone.now()
    holder = request.POST.get("instead_of", "")
    try:
        commands.take(
            ticket_id=found.pk,
            actor=request.actor,
            now=now,
            instead_of=int(holder) if holder.isdecimal() and len(holder) < 19 else None,
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return ticket_page(request, find_ticket(request, number), now=now, status=CONFLICT)
    return done(request, found, number, _("You have it."))


@require_POST
@agent_view
def assign(request: Any, number: str) -> HttpResponse:
    """Give the ticket to an agent, or to nobody."""
    found = find_ticket(request, number)
    form = AssignForm(request.POST, ticket=found)

    def act(now: Any) -> None:
        commands.assign(ticket_id=found.pk, agent=form.chosen, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Assigned."))


@require_POST
@agent_view
def move(request: Any, number: str) -> HttpResponse:
    """Move the ticket to another queue."""
    found = find_ticket(request, number)
    form = MoveForm(request.POST, ticket=found)

    def act(now: Any) -> None:
        reason = form.cleaned_data["reason"]
        commands.move_queue(ticket_id=found.pk, queue=form.chosen, reason=reason, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Moved."))


@require_POST
@agent_view
def severity(request: Any, number: str) -> HttpResponse:
    """Set another severity, or confirm the one there is."""
    found = find_ticket(request, number)
    form = SeverityForm(request.POST, ticket=found)

    def act(now: Any) -> None:
        reason = form.cleaned_data["reason"]
        chosen = form.chosen
        commands.change_severity(ticket_id=found.pk, severity=chosen, reason=reason, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Severity set."))


@require_POST
@agent_view
def status(request: Any, number: str) -> HttpResponse:
    """Move the ticket to another status."""
    found = find_ticket(request, number)
    form = StatusForm(request.POST, ticket=found, actor=request.actor)

    def act(now: Any) -> None:
        sent = form.cleaned_data
        commands.change_status(
            ticket_id=found.pk,
            **form.requirements(),
            message=sent.get("message", ""),
            seen=sent["seen"],
            actor=request.actor,
            now=now,
        )

    return act_on(request, number, form, act, _("Status set."))


@require_POST
@agent_view
def arrangement(request: Any, number: str) -> HttpResponse:
    """Keep the ticket open until a date that was agreed."""
    found = find_ticket(request, number)
    form = ArrangementForm(request.POST, ticket=found)

    def act(now: Any) -> None:
        sent = form.cleaned_data
        commands.make_arrangement(
            ticket_id=found.pk, until=sent["until"], words=sent["words"], actor=request.actor, now=now
        )

    return act_on(request, number, form, act, _("Kept open."))


@require_POST
@agent_view
def split(request: Any, number: str) -> HttpResponse:
    """Give another matter a number of its own, and go there."""
    found, now = find_ticket(request, number), timezone.now()
    form = SplitForm(request.POST, ticket=found)
    if form.is_valid():
        try:
            made = commands.split(ticket_id=found.pk, **form.cleaned_data, actor=request.actor, now=now)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return done(request, made, number, _("Split off from %s.") % found.number)
    return ticket_page(request, find_ticket(request, number), now=now, refused=form, status=REFUSED)


@require_POST
@agent_view
def classify(request: Any, number: str) -> HttpResponse:
    """Give the ticket another type, product, scope or cause."""
    found = find_ticket(request, number)
    form = ClassifyForm(request.POST, ticket=found)

    def act(now: Any) -> None:
        reason = form.cleaned_data["reason"]
        commands.classify(ticket_id=found.pk, values=form.values, reason=reason, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Classified."))


@require_POST
@agent_view
def answer(request: Any, number: str) -> HttpResponse:
    """Answer a request; the ticket gets the status that its type has for answers."""
    found = find_ticket(request, number)
    form = AnswerForm(request.POST, ticket=found)

    def act(now: Any) -> None:
        commands.answer_request(ticket_id=found.pk, **form.cleaned_data, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Answered."))


@require_POST
@agent_view
def level(request: Any, number: str) -> HttpResponse:
    """Hand the ticket over to another support level."""
    found = find_ticket(request, number)
    form = LevelForm(request.POST, ticket=found, actor=request.actor)

    def act(now: Any) -> None:
        summary = form.cleaned_data["summary"]
        commands.hand_over(ticket_id=found.pk, level=form.chosen, summary=summary, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Handed over."))


@require_POST
@agent_view
def version(request: Any, number: str) -> HttpResponse:
    """Tell the customer which version has what was asked for."""
    found = find_ticket(request, number)
    form = VersionForm(request.POST)

    def act(now: Any) -> None:
        commands.send_version(ticket_id=found.pk, **form.cleaned_data, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("The customer is told."))


@require_POST
@agent_view
def call_in(request: Any, number: str) -> HttpResponse:
    """Ask another team to help."""
    found = find_ticket(request, number)
    form = CallInForm(request.POST, ticket=found)

    def act(now: Any) -> None:
        reason = form.cleaned_data["reason"]
        commands.call_in(ticket_id=found.pk, team=form.chosen, reason=reason, actor=request.actor, now=now)

    return act_on(request, number, form, act, _("Called in."))


@require_POST
@agent_view
def reveal(request: Any, number: str) -> HttpResponse:
    """Show one sealed value, this once; the log says who looked."""
    found, now = find_ticket(request, number), timezone.now()
    key = request.POST.get("key", "")
    try:
        value = sealing.reveal(ticket_id=found.pk, key=key, actor=request.actor, now=now)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return ticket_page(request, find_ticket(request, number), now=now, status=REFUSED)
    response = ticket_page(request, find_ticket(request, number), now=now, revealed={key: value})
    response["Cache-Control"] = "no-store"
    return response
