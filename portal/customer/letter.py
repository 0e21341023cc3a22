"""Everything that the page of one ticket shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from helpdesk.access import Actor
from helpdesk.tenancy import current_vendor
from portal.customer.desk import kept_line, phones
from portal.customer.escalating import EscalateForm, above
from portal.customer.happenings import happening
from portal.customer.levels import rank_of
from portal.customer.lines import turn_since
from portal.customer.outlook import outlook, reply_effect, said_solved
from portal.customer.replying import ReplyForm, StatusForm, settable
from portal.customer.terms import term
from portal.customer.work import estimate_parts, included_time
from portal.intake.asking import language_name, shown_value
from portal.intake.form import form_rows
from tickets.commands.verbs import waits_for_agreement
from tickets.models import Status, Ticket
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import Item, conversation

CAME_BY = {  # channels worth a word: who wrote here knows it
    "email": gettext_noop("E-mail"),
    "phone": gettext_noop("Phone"),
    "chat": gettext_noop("Chat"),
    "social": gettext_noop("Social message"),
    "voicemail": gettext_noop("Voicemail"),
    "monitoring": gettext_noop("Monitoring"),
}
CHANNEL_MARKS = {"email": "mail"}  # how the parts of a page call a channel, where that differs


@dataclass(frozen=True)
class Row:
    """One line of the conversation: words, or an event in one sentence."""

    item: Item
    files: list[dict[str, Any]]
    kind: str = ""
    role: str = ""
    channel: str = ""
    icon: str = ""
    sentence: str = ""
    is_new: bool = False


def letter(
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    *,
    form: ReplyForm,
    wrong: StatusForm | None = None,
    conflict: bool = False,
    escalating: EscalateForm | None = None,
) -> dict[str, Any]:
    """The context of the page. `wrong` and `escalating` are forms to show again; a conflict marks what is new."""
    items = conversation(ticket, actor)
    newest = items[-1].seq if items else 0
    seen = _seen(form) if conflict else newest
    if form.is_bound and conflict:
        form.seen_now(newest)
    elif not form.is_bound:
        form.initial["seen"] = newest
    known = catalogue()
    severity = known.severities.by_id[ticket.severity_id]
    status = known.statuses.by_id[ticket.status_id]
    calls = severity.phone_call_required and ticket.last_agent_at is None and not ticket.is_finished
    calls = calls and ticket.channel != "phone"
    return {
        "ticket": ticket,
        "status": status,
        "turn": turn_since(ticket, actor),
        "number_word": term("number"),
        "ticket_word": term("ticket"),
        "outlook": outlook(ticket, items, actor, now),
        "said_solved": said_solved(items),
        "rows": [row for item in items if (row := _row(item, seen)) is not None],
        "form": form,
        "effect": reply_effect(ticket, now),
        "conflict": conflict,
        "above": above(ticket, actor, now, escalating),
        "may_accept": ticket.turn == "customer" and waits_for_agreement(ticket),
        "may_follow_up": ticket.is_finished and known.reopen.follow_up,
        "status_forms": _status_forms(ticket, actor, wrong),
        "wrong": wrong,
        "severity": None if severity.is_unassigned else severity,
        "severity_word": term("severity"),
        "rank": rank_of(severity),
        "phones": phones(now, severity) if calls else [],
        "asks_for_call": calls,
        "kept_line": [] if calls or ticket.is_finished or ticket.last_agent_at else kept_line(now, severity),
        "facts": _facts(ticket, status),
        "budget": included_time(actor.company_id, now),
        **estimate_parts(ticket, actor),
    }


def _seen(form: ReplyForm) -> int:
    return int(form.cleaned_data.get("seen") or 0)


def _row(item: Item, seen: int) -> Row | None:
    is_new = item.seq > seen and not item.is_own
    if not item.has_words:
        told = happening(item)
        return Row(item, [], icon=told[0], sentence=told[1], is_new=is_new) if told is not None else None
    files = [{"name": file.name, "size": file.size, "url": reverse("download", args=[file.pk])} for file in item.files]
    kind = "call" if item.kind in ("call", "voicemail") else "customer" if item.side == "customer" else "agent"
    role = _("sent automatically") if item.is_automatic else ""
    return Row(item, files, kind=kind, role=role, channel=CHANNEL_MARKS.get(item.channel, item.channel), is_new=is_new)


def _status_forms(ticket: Ticket, actor: Actor, wrong: StatusForm | None) -> list[dict[str, Any]]:
    """One small form per status that the customer may set, named for what it does."""
    forms = []
    for status in settable(ticket, actor):
        form = wrong if wrong is not None and wrong.target.pk == status.pk else StatusForm(status=status)
        forms.append({"form": form, "label": _verb(form), "question": _question(form), "icon": _icon(status)})
    return forms


def _verb(form: StatusForm) -> str:
    """What setting the status is to the customer."""
    if form.target.category in ("new", "open"):
        return _("Resume")
    return _("Put on hold") if _is_hold(form) else _("Set to “%s”") % form.target.public_name


def _question(form: StatusForm) -> str:
    """What it leads to, said before it is done."""
    if form.target.category in ("new", "open"):
        return _("We go on with it.")
    if _is_hold(form):
        return _("We stop, and wait until you write again.")
    return form.target.help or _("It is then “%s”.") % form.target.public_name


def _is_hold(form: StatusForm) -> bool:
    """A waiting status that has a reason of the customer's own."""
    return form.target.waits_for_customer and "reason" in form.fields


def _icon(status: Status) -> str:
    if status.is_final:
        return "check"
    return "play" if status.category in ("new", "open") else "circle-pause"


def _facts(ticket: Ticket, status: Status) -> list[tuple[str, Any]]:
    """What is known of the ticket, in the words of the vendor's form; empty ones are left to the page to hide."""
    known = catalogue()
    labels = {row.kind: row.label for row in form_rows()}
    product = known.products.by_id.get(ticket.product_id or 0)
    priority = known.priorities.by_id.get(ticket.priority_id or 0)
    impact = known.impacts.by_id.get(ticket.impact_id or 0)
    facts = [
        (labels.get("type", _("Type")), known.types.by_id[ticket.type_id].name),
        (_("Answer"), ticket.answer),
        (labels.get("product", _("Product")), product.name if product else ""),
        (labels.get("product_version", _("Version")), ticket.product_version),
        (labels.get("priority", _("Priority")), priority.name if priority else ""),
        (labels.get("impact", _("Impact")), impact.name if impact else ""),
        (labels.get("external_reference", _("Your reference")), ticket.external_reference),
        (labels.get("language", _("Language")), _language(ticket)),
        (_("Opened by"), ticket.requester.name),
        (_("Came by"), _(CAME_BY[ticket.channel]) if ticket.channel in CAME_BY else ""),
    ]
    own = [(row.label, shown_value(row, ticket.fields[row.key])) for row in form_rows() if row.key in ticket.fields]
    recorded = [
        (fact["label"], ticket.facts.get(fact["key"], ""))
        for fact in status.requires
        if fact.get("kind", "text") == "text"
    ]
    return facts + own + recorded


def _language(ticket: Ticket) -> str:
    """Named only where the vendor's process has a say in it and the ticket is not in its standard language."""
    standard = current_vendor().ticket_languages.get("standard", "")
    return language_name(ticket.language) if standard and ticket.language not in ("", standard) else ""
