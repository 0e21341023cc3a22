"""Suspended mail: the list, one mail, and what an agent decides about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.access import Refused
from notifications.commands import receiving
from notifications.models import IncomingMail
from notifications.queries.reasons import reason_of
from notifications.queries.suspended import Sender, original_of, senders_of, waiting
from notifications.queries.tracing import steps_of
from portal.agent.gate import agent_view
from portal.agent.mails import as_source
from portal.agent.page import show
from portal.agent.suspended import AddForm, ReasonForm, ReleaseForm, decided, found_for, preview_of, rows_of
from portal.paging import page_of
from tickets.models import Ticket
from tickets.permissions import check_work

CURRENT = "suspended"
REFUSED, CONFLICT = 422, 409
SIZE = 50
MOST_OF_SENDER = 100


@require_safe
@agent_view
def suspended(request: Any) -> HttpResponse:
    """What waits, newest first."""
    narrowed = ReasonForm(request.GET)
    found = waiting().filter(reason=narrowed.chosen) if narrowed.chosen else waiting()
    shown = found.select_related("mailbox", "claims").defer("trace", "rest")
    page = page_of(shown, request.GET, by="received_at", size=SIZE)
    context = {
        "rows": rows_of(page.rows),
        "page": page,
        "form": narrowed,
        "reason": reason_of(narrowed.chosen) if narrowed.chosen else None,
        "columns": [
            {"label": _("Sender"), "kind": "sender"},
            {"label": _("Subject"), "kind": "subject"},
            {"label": _("Reason"), "kind": "status"},
            {"label": _("Mailbox"), "kind": "queue", "minor": True},
            {"label": _("Possible ticket"), "kind": "number", "minor": True},
            {"label": _("Received"), "kind": "time", "sorted": "descending"},
        ],
    }
    return show(request, "agent/mail/list.html", context, now=timezone.now(), current=CURRENT)


@require_safe
@agent_view
def suspended_mail(request: Any, pk: int) -> HttpResponse:
    """One mail, with all that was looked at."""
    return _page(request, _find(pk))


@require_safe
@agent_view
def suspended_original(request: Any, pk: int) -> HttpResponse:
    """The mail as it came, always to be saved and never to be shown."""
    raw = original_of(_find(pk))
    if raw is None:
        raise Http404
    return as_source(raw, f"mail-{pk}", save=True)


def _find(pk: int) -> IncomingMail:
    """A mail that waits, or that was decided; none that the machine has yet to read."""
    mails = IncomingMail.objects.select_related("mailbox", "claims", "ticket", "decided_by")
    return get_object_or_404(mails.exclude(state="new"), pk=pk)


def _sender(mail: IncomingMail) -> Sender:
    return senders_of([mail]).get(mail.sender, Sender(mail.sender))


def _page(
    request: Any,
    mail: IncomingMail,
    *,
    release: ReleaseForm | None = None,
    add: AddForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a mail; a form that was not accepted comes back with its sentence."""
    words, sender = _words(request), _sender(mail)
    waits = mail.state == "suspended"
    context = {
        "mail": mail,
        "sender": sender,
        "reason": reason_of(mail.reason) if waits or mail.outcome == "rejected" else None,
        "preview": preview_of(mail),
        "steps": steps_of(mail.trace),
        "decided": decided(mail),
        "may_act": waits and request.actor.may_write,
        "words": words,
    }
    if context["may_act"]:
        found = found_for(words, "")
        context["release"] = release or ReleaseForm(sender=sender, found=found)
        context["add"] = add or AddForm(initial={"number": mail.claims.number if mail.claims else ""})
        context["nobody_found"] = bool(words and not found)
    return show(request, "agent/mail/mail.html", context, now=timezone.now(), current=CURRENT, status=status)


def _words(request: Any) -> str:
    return str(request.GET.get("q", "")).replace("\0", "").strip()[:200]


# --- What is decided -------------------------------------------------------------------------------------


@require_POST
@agent_view
def release_mail(request: Any, pk: int) -> HttpResponse:
    """Make it a new ticket."""
    mail = _find(pk)
    chosen = str(request.POST.get("contact", ""))
    form = ReleaseForm(request.POST, sender=_sender(mail), found=found_for("", chosen) if chosen else ())

    def act(now: Any) -> Ticket:
        requester = form.chosen
        return receiving.release_as_new(mail_id=mail.pk, actor=request.actor, now=now, requester=requester)

    return _decide(request, mail, form, act, {"release": form})


@require_POST
@agent_view
def add_mail(request: Any, pk: int) -> HttpResponse:
    """Add it to a ticket."""
    mail, form = _find(pk), AddForm(request.POST)

    def act(now: Any) -> Ticket:
        number = form.cleaned_data["number"].strip().lstrip("#")
        return receiving.release_into(mail_id=mail.pk, number=number, actor=request.actor, now=now)

    return _decide(request, mail, form, act, {"add": form})


def _decide(
    request: Any, mail: IncomingMail, form: Any, act: Callable[[Any], Ticket], forms: dict[str, Any]
) -> HttpResponse:
    """To the ticket; what is refused stays in its form."""
    if not form.is_valid():
        return _page(request, mail, **forms, status=REFUSED)
    try:
        ticket = act(timezone.now())
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _refused(request, mail, refusal, forms)
    messages.success(request, _("The mail is now in %s.") % ticket.number)
    return redirect("agent:ticket", number=ticket.number)


def _refused(request: Any, mail: IncomingMail, refusal: Refused, forms: dict[str, Any]) -> HttpResponse:
    """The page as it is by now: somebody else may have decided meanwhile."""
    fresh = _find(mail.pk)
    if fresh.state == "suspended" and forms and request.actor.may_write:
        return _page(request, fresh, **forms, status=REFUSED)
    messages.error(request, refusal.sentence)
    return _page(request, fresh, status=REFUSED if fresh.state == "suspended" else CONFLICT)


@require_POST
@agent_view
def discard_mail(request: Any, pk: int) -> HttpResponse:
    """Throw it away; it stays in the record as discarded."""
    mail = _find(pk)
    try:
        receiving.discard(mail_id=mail.pk, actor=request.actor, now=timezone.now())
    except Refused as refusal:
        return _refused(request, mail, refusal, {})
    messages.success(request, _("Discarded."))
    return redirect("agent:suspended")


@require_http_methods(["GET", "HEAD", "POST"])
@agent_view
def block_sender(request: Any, pk: int) -> HttpResponse:
    """Ask once, then hear no more from the address."""
    mail = _find(pk)
    if request.method == "POST":
        try:
            receiving.block_sender(mail_id=mail.pk, actor=request.actor, now=timezone.now())
        except Refused as refusal:
            return _refused(request, mail, refusal, {})
        messages.success(request, _("Mail of %s is kept and not shown any more.") % mail.sender)
        return redirect("agent:suspended")
    if not mail.sender:
        raise Http404
    try:
        check_work(request.actor)
    except Refused as refusal:
        return _refused(request, mail, refusal, {})
    others = len(waiting().filter(sender=mail.sender).values_list("pk")[:MOST_OF_SENDER])
    context = {"mail": mail, "sender": _sender(mail), "others": others, "is_many": others >= MOST_OF_SENDER}
    return show(request, "agent/mail/block.html", context, now=timezone.now(), current=CURRENT)
