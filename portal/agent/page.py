"""What the agent's pages are made of, and how they are sent: as a whole page, or as the parts that changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from helpdesk.tenancy import current_vendor
from notifications.queries.mails import lines_by_mail
from portal.agent.clocks import legend, told
from portal.agent.escalations import escalation_panel, escalation_steps
from portal.agent.forms import (
    AnswerForm,
    ArrangementForm,
    AssignForm,
    ClassifyForm,
    Composer,
    MoveForm,
    PageForm,
    SeverityForm,
    SplitForm,
    StatusFields,
    StatusForm,
    VersionForm,
)
from portal.agent.levels import CallInForm, LevelForm, level_name, level_steps, stays
from portal.agent.on_call import called
from portal.agent.procedures import checklists_of, voicemail_forms
from portal.agent.rows import TURNS, rank_of, rows_of
from portal.agent.sidebar import list_name, list_url, sidebar
from portal.agent.strip import strip
from portal.agent.told import field_labels, lines_of
from portal.agent.work import work_forms, work_on, work_steps
from portal.intake.asking import language_name, shown_value
from portal.intake.form import form_rows
from sla.queries import explain
from sla.queries.on_call import pages_of, schedules
from tickets.models import Queue, Secret, Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import conversation
from tickets.queries.lists import ORDERS, VIEWS, WITH_FINISHED, earlier_of_company, in_view, page_of
from tickets.queries.releases import prepared_words, release_of

PANE = 30
CONFLICT = 409
FORMS = (AssignForm, MoveForm, SeverityForm, ArrangementForm, ClassifyForm, CallInForm, SplitForm)


def show(
    request: Any, template: str, context: Mapping[str, Any], *, now: datetime, current: str = "", status: int = 200
) -> HttpResponse:
    """A page of the workbench with its left column."""
    side = sidebar(request.actor, now, current)
    every = {"sidebar": side.groups, "side": side, "person_name": request.actor.name, "now": now}
    return render(request, template, {**every, **context}, status=status)


def find_ticket(request: Any, number: str) -> Ticket:
    """The ticket of this address, with its rows of the catalogue filled in without a query."""
    tickets = Ticket.objects.visible_to(request.actor)
    ticket = get_object_or_404(
        tickets.select_related("company__partner", "requester", "assignee", "follows"), number=number
    )
    known = catalogue()
    ticket.status = known.statuses.by_id[ticket.status_id]
    ticket.queue = known.queues.by_id[ticket.queue_id]
    ticket.severity = known.severities.by_id[ticket.severity_id]
    ticket.type = known.types.by_id[ticket.type_id]
    ticket.product = known.products.by_id.get(ticket.product_id or 0)
    ticket.solution_scope = known.solution_scopes.by_id.get(ticket.solution_scope_id or 0)
    ticket.cause = known.causes.by_id.get(ticket.cause_id or 0)
    ticket.priority = known.priorities.by_id.get(ticket.priority_id or 0)
    ticket.impact = known.impacts.by_id.get(ticket.impact_id or 0)
    ticket.responsible_team = known.teams.by_id.get(ticket.responsible_team_id or 0)
    return ticket


def list_key(request: HttpRequest, ticket: Ticket) -> str:
    """The list that the agent came from, or the ticket's queue."""
    asked = request.GET.get("in", "")
    return asked if list_name(asked) else f"queue/{ticket.queue.code}"


def ticket_page(
    request: Any,
    ticket: Ticket,
    *,
    now: datetime,
    composer: Composer | None = None,
    refused: Any = None,
    unseen: Iterable[int] = (),
    revealed: Mapping[str, str] | None = None,
    sent: str = "",
    status: int = 200,
) -> HttpResponse:
    """The ticket as a whole page, or, for htmx, its parts.

    `composer` or `refused` is the form that was not accepted; `unseen` are the lines that made a conflict.
    Parts leave the reply box as it is in the browser, files included; `sent` is the draft of one that was sent.
    """
    context = _context(request, ticket, now, refused, revealed or {})
    for form in (composer, refused):
        if isinstance(form, StatusFields) and status == CONFLICT:
            form.seen_now(context["seen"])
    unread = set(unseen)
    context["unseen"] = [line for line in context["lines"] if line.item.seq in unread]
    context["composer"] = composer or _fresh_composer(request, ticket, context["seen"])
    context["sent"] = sent
    if request.htmx:
        return render(request, "agent/ticket/_parts.html", {**context, "now": now}, status=status)
    key = list_key(request, ticket)
    context |= {"pane": _pane(request, key, now), "list_name": list_name(key), "list_url": list_url(key)}
    return show(request, "agent/ticket/ticket.html", context, now=now, current=key, status=status)


def _fresh_composer(request: Any, ticket: Ticket, seen: int) -> Composer:
    return Composer(ticket=ticket, actor=request.actor, initial={"mode": "reply", "seen": seen})


def _context(request: Any, ticket: Ticket, now: datetime, refused: Any, revealed: Mapping[str, str]) -> dict[str, Any]:
    items = conversation(ticket, request.actor)
    clocks = [told(item, now) for item in explain(ticket, now)]
    seen = items[-1].seq if items else 0
    release = release_of(ticket) if ticket.type.reopen_on_release else None
    work = work_on(ticket, now)
    panel = escalation_panel(ticket, request.actor, items, refused)
    context = {
        "ticket": ticket,
        "rank": rank_of(ticket.severity),
        "turn": TURNS[ticket.turn],
        "lines": lines_of(items, lines_by_mail(ticket)),
        "seen": seen,
        "clocks": clocks,
        "steps": [
            *escalation_steps(panel),
            *level_steps(ticket, items, request.actor),
            *strip(ticket, items, clocks, now, release),
            *work_steps(ticket, work),
        ],
        "called": list(called(pages_of(ticket.pk))) if schedules() else [],
        "release": release,
        "level_name": level_name(ticket.support_level) if ticket.support_level else "",
        "stays": stays(items),
        "escalation": panel,
        "has_levels": bool(catalogue().levels.offered),
        "work": work,
        "legend": legend(clocks),
        "given": _given(ticket),
        "checklists": checklists_of(ticket, items),
        "secrets": _secrets(ticket, revealed),
        "competence": _competence(ticket),
        "earlier": [(other, catalogue().statuses.by_id[other.status_id]) for other in earlier_of_company(ticket)],
        "written_in": _language(ticket),
        "shows_arrangement": _shows_arrangement(ticket),
        "regions": ", ".join(sorted(_regions(ticket))),
        "company_team": catalogue().teams.by_id.get(ticket.company.responsible_team_id or 0),
        "reason_name": _reason_name(ticket),
        "kept": _kept(request),
        "may_write": request.actor.may_write,
        "is_mine": ticket.assignee_id == request.actor.id,
        "opened_form": refused.name if refused else "",
    }
    if request.actor.may_write:
        context["forms"] = {form.name: form(ticket=ticket) for form in FORMS}
        context["voicemails"] = voicemail_forms(refused)
        context["forms"]["status"] = StatusForm(ticket=ticket, actor=request.actor, initial={"seen": seen})
        if ticket.type.requires_answer:
            context["forms"]["answer"] = AnswerForm(ticket=ticket)
        if release is not None and not ticket.is_finished:
            context["forms"]["version"] = VersionForm(initial={"body": prepared_words(ticket, release)})
        context["forms"]["level"] = LevelForm(ticket=ticket, actor=request.actor)
        if work is not None:
            context["forms"] |= work_forms(work)
        if schedules() and not ticket.is_finished:
            context["forms"]["page"] = PageForm(ticket=ticket)
        if refused is not None:
            context["forms"][refused.name] = refused
    return context


def _kept(request: HttpRequest) -> str:
    """The part of the address that remembers the list."""
    asked = request.GET.get("in", "")
    return f"?in={asked}" if list_name(asked) else ""


def _pane(request: Any, key: str, now: datetime) -> list[Any]:
    """The first rows of the list that the agent came from, for wide screens."""
    tickets = list_of(request, key, now)
    shown = tickets if key in WITH_FINISHED else tickets.unfinished()
    return rows_of(page_of(shown, ORDERS["due"], size=PANE).tickets, now, key)


def list_of(request: Any, key: str, now: datetime) -> Any:
    """The tickets of a list by its key."""
    tickets = Ticket.objects.visible_to(request.actor)
    if key in VIEWS:
        return tickets.filter(in_view(key, request.actor, now))
    return tickets.filter(queue=catalogue().queues[key.removeprefix("queue/")])


# --- Facts -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sealed:
    """A value that is kept sealed: its key and label, and what it says if it was just revealed."""

    key: str
    label: str
    is_erased: bool
    value: str = ""


@dataclass(frozen=True)
class Competence:
    """The team that knows the product and does not work this queue, and a queue where it does."""

    team: str
    product: str
    queue: Queue | None

    @property
    def reason(self) -> str:
        return _("Competence for %(product)s: %(team)s") % {"team": self.team, "product": self.product}


def _given(ticket: Ticket) -> list[tuple[str, str]]:
    """The vendor's own fields in the order of its form; those of an older form come last."""
    rows = {row.key: row for row in form_rows()}
    known = [(row.label, shown_value(row, ticket.fields[key])) for key, row in rows.items() if key in ticket.fields]
    return [*known, *((key, str(value)) for key, value in ticket.fields.items() if key not in rows)]


def _secrets(ticket: Ticket, revealed: Mapping[str, str]) -> list[Sealed]:
    labels = field_labels()
    return [
        Sealed(row.key, labels.get(row.key, row.key), row.erased_at is not None, revealed.get(row.key, ""))
        for row in Secret.objects.filter(ticket=ticket).order_by("id")
    ]


def _competence(ticket: Ticket) -> Competence | None:
    team = catalogue().teams.by_id.get(ticket.product.team_id or 0) if ticket.product else None
    if team is None or ticket.is_finished or team.code in ticket.queue.teams:
        return None
    queues = [row for row in catalogue().queues.offered if team.code in row.teams and not row.is_template]
    own = min(queues, key=lambda row: len(row.teams), default=None)  # the one that most belongs to the team
    return Competence(team.name, ticket.product.name, own)  # type: ignore[union-attr]


def _regions(ticket: Ticket) -> Sequence[str]:
    company = ticket.company
    return [company.sales_region] if company.sales_region else list(catalogue().regions_of(company.country))


def _language(ticket: Ticket) -> str:
    """The language, where it is not the vendor's standard one; and that no time is promised for it, if so."""
    spoken = current_vendor().ticket_languages
    if not ticket.language or ticket.language == spoken.get("standard", current_vendor().default_language):
        return ""
    name = language_name(ticket.language)
    unsure = ticket.language in spoken.get("accepted_without_guarantee", ())
    return _("%s, no guaranteed response time") % name if unsure else name


def _shows_arrangement(ticket: Ticket) -> bool:
    """Whether a closing rule of this vendor heeds an arrangement."""
    heeded = (rule.spec.get("cancelled_by", ()) for rule in catalogue().rules_of("auto_close"))
    return ticket.arrangement_until is not None or any("other_arrangement" in causes for causes in heeded)


def _reason_name(ticket: Ticket) -> str:
    named = {row["code"]: row["name"] for row in ticket.status.reasons}
    return str(named.get(ticket.status_reason, ticket.status_reason))
