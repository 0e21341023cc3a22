"""The log in plain sentences: who did what, old and new by the vendor's names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Agent
from helpdesk.models.people import LINES
from helpdesk.remembered import remembered
from helpdesk.tenancy import current_vendor
from portal.agent.on_call import rota_level
from portal.intake.form import form_rows
from sla.models.escalations import OUTCOMES
from sla.models.on_call import PAGE_CHANNELS
from sla.queries.on_call import schedules
from sla.queries.views import LABELS
from tickets.models.ticket import CHANNELS
from tickets.queries.catalogue import Rows, catalogue
from tickets.queries.conversation import Item

DRAWN_CHANNELS = {"email": "mail", "portal": "portal", "phone": "phone", "api": "api", "chat": "chat"}
SENTENCE_END = ": "


@dataclass(frozen=True)
class Line:
    """One line of the ticket page: an entry with words, or an event with an icon and a sentence."""

    item: Item
    kind: str = ""
    role: str = ""
    channel: str = ""
    files: tuple[dict[str, Any], ...] = ()
    icon: str = ""
    sentence: str = ""
    by_mail: bool = False


def lines_of(items: Iterable[Item], by_mail: frozenset[int] = frozenset()) -> list[Line]:
    """The whole log in its order; one query for the names of those whom tickets were given to.

    `by_mail` are the numbers of the lines that a mail became.
    """
    items = list(items)
    names = _assignees(items)
    return [_entry(item, by_mail) if item.has_words else _event(item, names) for item in items]


def _assignees(items: Iterable[Item]) -> dict[int, str]:
    ids = {item.meta.get("agent") for item in items if item.kind == "assigned"} - {None}
    ids |= {pk for item in items if item.kind == "page" for pk in item.meta["agents"]}
    return dict(Agent.objects.filter(pk__in=ids).values_list("pk", "name"))


# --- Entries ---------------------------------------------------------------------------------------------


def _entry(item: Item, by_mail: frozenset[int]) -> Line:
    files = tuple({"name": f.name, "size": f.size, "url": reverse("download", args=[f.pk])} for f in item.files)
    kind = (
        "call"
        if item.kind == "voicemail"
        else item.kind
        if item.kind in ("note", "call")
        else "customer"
        if item.side == "customer"
        else "agent"
    )
    return Line(
        item,
        kind=kind,
        role=_role(item),
        channel=DRAWN_CHANNELS.get(item.channel, ""),
        files=files,
        by_mail=item.seq in by_mail,
    )


def _role(item: Item) -> str:
    if item.is_automatic:
        return _("sent by itself")
    if item.kind == "voicemail":
        return _("wrote down a message on: %s") % _named(catalogue().voicemail_lines, item.meta["line"])
    if item.kind == "opened" and item.side == "agent":
        return _("for the customer, by %s") % CHANNELS[item.channel].lower()
    restated = {"identical": _("says: the same as before"), "changed": _("says: different from before")}
    return restated.get(item.meta.get("restatement", ""), "")


# --- Events ----------------------------------------------------------------------------------------------


def _event(item: Item, names: Mapping[int, str]) -> Line:
    icon, tell = TELLERS.get(item.kind, ("circle", _unknown))
    sentence = NAMING[item.kind](item, names) if item.kind in NAMING else tell(item)
    return Line(item, icon=icon, sentence=sentence)


def _who(item: Item) -> str:
    if item.side == "worker":
        rule = item.meta.get("rule")
        return format_html(_("Rule <b>{}</b>"), rule) if rule else _("The helpdesk")
    return format_html("<b>{}</b>", _("You") if item.is_own else item.author)


def _said(item: Item, sentence: str, **parts: Any) -> str:
    """The sentence with who did it, parts in bold, and the words that were given with it."""
    bold = {name: format_html("<b>{}</b>", part) for name, part in parts.items()}
    told = format_html(sentence, who=_who(item), **bold)
    words = item.data.get("reason") or item.data.get("words") or item.body
    return format_html("{}{}“{}”", told, SENTENCE_END, words) if words else told


def _named(rows: Rows[Any], code: str) -> str:
    row = rows.get(code)
    return str(row.name) if row is not None else code


def _moment(text: str) -> str:
    return date_format(localtime(datetime.fromisoformat(text)), "D j M Y, H:i")


def _status(item: Item) -> str:
    known = catalogue().statuses
    old, new = _named(known, item.meta["old"]), _named(known, item.meta["new"])
    reasons = {row["code"]: row["name"] for row in known[item.meta["new"]].reasons} if item.meta["new"] in known else {}
    if reason := item.meta.get("reason"):
        new = f"{new} ({reasons.get(reason, reason)})"
    if deadline := item.meta.get("deadline_at"):
        sentence = _("{who} set the status {old} → {new}, deadline {at}")
        return _said(item, sentence, old=old, new=new, at=_moment(deadline))
    return _said(item, _("{who} set the status {old} → {new}"), old=old, new=new)


def _severity(item: Item) -> str:
    known = catalogue().severities
    old, new = _named(known, item.meta["old"]), _named(known, item.meta["new"])
    if item.meta["old"] == item.meta["new"]:
        return _said(item, _("{who} confirmed the severity {new}"), new=new)
    return _said(item, _("{who} set the severity {old} → {new}"), old=old, new=new)


def _queue(item: Item) -> str:
    known = catalogue().queues
    return _said(
        item,
        _("{who} moved it {old} → {new}"),
        old=_named(known, item.meta["old"]),
        new=_named(known, item.meta["new"]),
    )


def _team(item: Item) -> str:
    return _said(item, _("{who} made {new} responsible"), new=_named(catalogue().teams, item.meta["new"]))


def _given(item: Item, names: Mapping[int, str]) -> str:
    agent = item.meta.get("agent")
    if agent is None:
        return _said(item, _("{who} released it: nobody has it"))
    name = names.get(agent, "?")
    if name == item.author:
        return _said(item, _("{who} took it"))
    return _said(item, _("{who} gave it to {name}"), name=name)


@remembered
def _fact_labels() -> dict[str, str]:
    return {fact["key"]: fact["label"] for row in catalogue().statuses.values() for fact in row.requires}


CAUSES = {
    "severity": gettext_lazy("another severity"),
    "team": gettext_lazy("another team"),
    "queue": gettext_lazy("another queue"),
    "policy": gettext_lazy("another policy"),
    "classified": gettext_lazy("it was classified"),
    "process": gettext_lazy("the process changed"),
}


def _remeasured(item: Item) -> str:
    cause = CAUSES.get(item.meta["cause"], item.meta["cause"])
    if item.meta["spent"] == "restart":
        return format_html(_("Deadlines start afresh: {}"), cause)
    return format_html(_("Deadlines counted anew: {}. Time spent still counts"), cause)


def _classified(item: Item) -> str:
    known = {"type": "types", "product": "products", "solution_scope": "solution_scopes", "cause": "causes"}
    told = [
        f"{_named(getattr(catalogue(), rows), item.meta[name][0]) or '—'} → "
        f"{_named(getattr(catalogue(), rows), item.meta[name][1]) or '—'}"
        for name, rows in known.items()
        if name in item.meta
    ]
    told += [item.data[name] for name in ("product_version", "language") if item.data.get(name)]
    return _said(item, _("{who} classified it: {what}"), what=", ".join(told))


def _step(item: Item) -> str:
    checklist = catalogue().checklists.get(item.meta["checklist"])
    labels = {row["code"]: row["label"] for row in checklist.items} if checklist is not None else {}
    return _said(item, _("{who} took the step {step}"), step=labels.get(item.meta["step"], item.meta["step"]))


def _facts(item: Item) -> str:
    labels = _fact_labels()
    told = "; ".join(
        labels.get(key, key) if value == "True" else f"{labels.get(key, key)}: {value}"
        for key, value in item.data.items()
    )
    return format_html("{} {}", _said(item, _("{who} recorded")), told)


def _work(item: Item) -> str:
    on = {
        "counted": _("{who} logged {minutes} of included time"),
        "estimated": _("{who} logged {minutes} on the estimate"),
        "exempt": _("{who} logged {minutes}, not counted"),
    }
    return _said(item, on[item.meta["treatment"]], minutes=_("%d min") % item.meta["minutes"])


def _exhausted(item: Item) -> str:
    return format_html(_("The <b>{}</b> minutes of {} are used up"), item.meta["minutes"], item.meta["period"])


def _offered(item: Item) -> str:
    minutes, amount = item.meta.get("minutes"), item.meta.get("amount")
    parts = [
        *([_("%d min") % minutes] if minutes is not None else []),
        *([f"{amount} {item.meta['currency']}"] if amount is not None else []),
    ]
    sentence = _("{who} offered an estimate of {what}, valid until {until}")
    return _said(
        item,
        sentence,
        what=", ".join(parts),
        until=date_format(date.fromisoformat(item.meta["valid_until"]), "D j M Y"),
    )


def _schedule(item: Item) -> str:
    named = {row.code: row.name for row in schedules()}
    return str(named.get(item.meta["schedule"], item.meta["schedule"]))


def _page(item: Item, names: Mapping[int, str]) -> str:
    people = ", ".join(names.get(pk, "?") for pk in item.meta["agents"])
    ways = ", ".join(str(PAGE_CHANNELS[channel]) for channel in item.meta["channels"])
    if item.meta["level"] != 1:
        ways = f"{rota_level(item.meta['level'])}, {ways}"
    parts = {"name": _schedule(item), "people": people, "ways": ways, "n": item.meta["attempt"]}
    if item.meta["attempt"] > 1:
        return _said(item, _("{name} paged {people} again ({ways}; attempt {n})"), **parts)
    return _said(item, _("{name} paged {people} ({ways})"), **parts)


def _metric(item: Item) -> str:
    metric = item.meta["metric"]
    return str(current_vendor().terms.get(metric) or LABELS.get(metric, metric))


def _handed(item: Item) -> str:
    return _("{who} handed it over to {level}") if item.meta.get("old") else _("{who} set {level}")


def _level(code: str) -> str:
    named = catalogue().levels.get(code)
    return str(named.name) if named is not None else LINES.get(code, code)


def _warning(item: Item) -> str:
    due_at = item.meta.get("target_due_at") or item.meta["due_at"]
    return format_html(_("<b>{}</b> is due soon: {}"), _metric(item), _moment(due_at))


def _breach(item: Item) -> str:
    return format_html(_("<b>{}</b> was due on {} and was missed"), _metric(item), _moment(item.meta["due_at"]))


def _bounce(item: Item) -> str:
    came_back = (
        _("A mail came back for good") if item.meta["permanent"] else _("A mail is delayed or came back for now")
    )
    return _said(item, came_back)


def _undelivered(item: Item) -> str:
    about = item.meta["told"].replace("_", " ")
    why = item.meta["code"] or _("no server took it")
    return format_html(_("A mail about <b>{}</b> did not reach {}: {}"), about, item.meta["audience"], why)


@remembered
def field_labels() -> dict[str, str]:
    """Labels of the vendor's form fields by key."""
    return {row.key: row.label for row in form_rows()}


def _field(item: Item) -> str:
    key = item.meta["field"]
    return field_labels().get(key, key)


def _unknown(item: Item) -> str:
    return _said(item, "{who}: {kind}", kind=item.kind.replace("_", " "))


Teller = Callable[[Item], str]
# Sentences that name people beside the one who acted.
NAMING: Mapping[str, Callable[[Item, Mapping[int, str]], str]] = {"assigned": _given, "page": _page}
TELLERS: Mapping[str, tuple[str, Teller]] = {
    "status": ("circle-dot", _status),
    "severity": ("signal-high", _severity),
    "queue": ("inbox", _queue),
    "team": ("users", _team),
    "assigned": ("user", _unknown),
    "remeasured": ("timer-reset", _remeasured),
    "classified": ("tags", _classified),
    "answer": ("scale", lambda item: _said(item, _("{who} answered: {answer}"), answer=item.meta["answer"])),
    "released": (
        "package-check",
        lambda item: _said(item, _("{release} has it"), release=item.data.get("release", "")),
    ),
    "work": ("timer", _work),
    "budget_exhausted": ("timer-off", _exhausted),
    "estimate_offered": ("receipt-text", _offered),
    "estimate_approved": ("check", lambda item: _said(item, _("{who} approved the estimate"))),
    "estimate_declined": ("x", lambda item: _said(item, _("{who} declined the estimate"))),
    "estimate_expired": ("receipt-text", lambda item: _said(item, _("The estimate ended without a decision"))),
    "facts": ("clipboard-check", _facts),
    "flag": ("flag", lambda item: _said(item, _("{who} marked it {flag}"), flag=item.meta["new"].replace("_", " "))),
    "support_level": (
        "layers",
        lambda item: _said(item, _handed(item), level=_level(item.meta["new"])),
    ),
    "team_called": (
        "siren",
        lambda item: _said(item, _("{who} called {team}"), team=_named(catalogue().teams, item.meta["team"])),
    ),
    "step": ("list-checks", _step),
    "page": ("siren", _unknown),
    "page_acknowledged": (
        "bell-off",
        lambda item: _said(item, _("{who} has it: {name} pages nobody any more"), name=_schedule(item)),
    ),
    "page_exhausted": (
        "siren",
        lambda item: _said(item, _("{name}: everybody was paged, nobody acknowledged"), name=_schedule(item)),
    ),
    "page_cancelled": (
        "bell-off",
        lambda item: _said(item, _("{name} pages nobody any more: the reason is gone"), name=_schedule(item)),
    ),
    "escalation": (
        "megaphone",
        lambda item: _said(item, _("{who} escalated it to {title}"), title=item.data.get("title", "")),
    ),
    "escalation_answered": (
        "message-square-reply",
        lambda item: _said(item, _("{who} answered the escalation")),
    ),
    "escalation_closed": (
        "circle-check",
        lambda item: _said(item, _("{who} ended the escalation: {outcome}"), outcome=OUTCOMES[item.meta["outcome"]]),
    ),
    "reminder": ("bell", lambda item: _said(item, _("{who} sent a reminder"))),
    "warning": ("alarm-clock", _warning),
    "breach": ("clock-alert", _breach),
    "confirmation": (
        "message-circle-question-mark",
        lambda item: _said(item, _("{who} asked the customer whether it is solved")),
    ),
    "accepted": ("check-check", lambda item: _said(item, _("{who} agreed to closing it"))),
    "facts_withdrawn": (
        "undo-2",
        lambda item: _said(item, _("{who} proposed closing anew; an earlier agreement ended")),
    ),
    "solved_by_customer": ("check", lambda item: _said(item, _("{who} said that it is solved"))),
    "arrangement": (
        "handshake",
        lambda item: _said(item, _("{who} agreed to keep it open until {at}"), at=_moment(item.meta["until"])),
    ),
    "follows": ("link", lambda item: _said(item, _("Follows on from {number}"), number=item.meta["of"])),
    "followed_by": ("link", lambda item: _said(item, _("Goes on in {number}"), number=item.meta["by"])),
    "possible_reply": (
        "link-2",
        lambda item: _said(item, _("It may belong to {number}; the mail did not prove it"), number=item.meta["of"]),
    ),
    "mailboxes": ("mail", lambda item: _said(item, _("The mail went to other mailboxes too"))),
    "files_left": ("paperclip", lambda item: _said(item, _("Files that are in the original mail only"))),
    "mail_failed": ("mail-x", _undelivered),
    "bounce": ("mail-x", _bounce),
    "auto_reply": ("mail-check", lambda item: _said(item, _("An automatic answer came"))),
    "restatement_asked": (
        "message-circle-question-mark",
        lambda item: _said(item, _("{who} asked whether the situation is the same as before")),
    ),
    "split_from": ("split", lambda item: _said(item, _("Split off from {number}"), number=item.meta["of"])),
    "split_off": ("split", lambda item: _said(item, _("{who} split {number} off"), number=item.meta["by"])),
    "sealed": ("lock", lambda item: _said(item, _("{who} gave {field}; it is kept sealed"), field=_field(item))),
    "revealed": ("eye", lambda item: _said(item, _("{who} looked at {field}"), field=_field(item))),
}
