"""The left column: what is mine, what nobody has, what is due today, the queues, own teams' first, mail, on call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.access import Actor
from notifications.queries.suspended import receives_mail, waiting_count
from sla.queries.escalations import knows_escalation
from sla.queries.on_call import open_pages, schedules
from tickets.models import Queue
from tickets.queries.catalogue import catalogue
from tickets.queries.lists import Count, counts

VIEW_NAMES = {
    "mine": gettext_lazy("My work"),
    "unassigned": gettext_lazy("Unassigned"),
    "due-today": gettext_lazy("Due today"),
    "escalated": gettext_lazy("Escalated"),
    "all": gettext_lazy("All tickets"),
}
VIEW_KEYS = {"mine": "g i", "unassigned": "g u", "due-today": "g d", "escalated": "g e", "all": "g a"}


@dataclass(frozen=True)
class Sidebar:
    """The groups that the base template draws, and the counts that they show."""

    groups: list[dict[str, Any]]
    counts: dict[str, Count]

    @property
    def next_due_at(self) -> datetime | None:
        """When the next unfinished ticket of any group is due."""
        return min((count.next_due_at for count in self.counts.values() if count.next_due_at), default=None)


def list_url(key: str) -> str:
    """The address of a list by its key: a view's name, or "queue/CODE"."""
    kind, _slash, code = key.partition("/")
    return reverse("agent:queue", args=[code]) if code else reverse(f"agent:{kind}")


def list_name(key: str) -> str:
    """The name of a list by its key; empty if there is no such list."""
    kind, _slash, code = key.partition("/")
    if kind == "queue" and code:
        queue = catalogue().queues.get(code)
        return queue.name if queue else ""
    return str(VIEW_NAMES.get(kind, ""))


def sidebar(actor: Actor, now: datetime, current: str = "") -> Sidebar:
    """The left column for this agent; one query for its lists, one each for mail and pages."""
    queues = [queue for queue in catalogue().queues.values() if not queue.is_template]
    found = counts(actor, queues, now)
    shown = [queue for queue in queues if not queue.retired or found[f"queue/{queue.code}"].number]
    own = [queue for queue in shown if actor.teams & set(queue.teams)]
    others = [queue for queue in shown if queue not in own]
    groups = [
        {"label": "", "items": [_item(view, found.get(view), current, now) for view in VIEW_NAMES if _has(view)]},
        {"label": _("My queues") if own and others else _("Queues"), "items": _queues(own, found, current, now)},
        {"label": _("Other queues") if own else _("Queues"), "items": _queues(others, found, current, now)},
        {"label": _("Mail"), "items": _mail(current) if receives_mail() else []},
        {"label": _("On call"), "items": _on_call(current) if schedules() else []},
    ]
    return Sidebar([group for group in groups if group["items"]], found)


def _has(view: str) -> bool:
    """Whether the view means something in this vendor's process."""
    return view != "escalated" or knows_escalation()


def _queues(queues: Iterable[Queue], found: dict[str, Count], current: str, now: datetime) -> list[dict[str, Any]]:
    return [_item(f"queue/{queue.code}", found[f"queue/{queue.code}"], current, now) for queue in queues]


def _on_call(current: str) -> list[dict[str, Any]]:
    """The way to the rota, with the number of pages that nobody has acknowledged; one query."""
    waiting = len(open_pages())
    return [
        {
            "label": _("Rota and pages"),
            "url": reverse("agent:on_call"),
            "key": "g o",
            "current": current == "on_call",
            "count": waiting or "",
            "count_label": _("pages that nobody has acknowledged"),
            "tone": "bad",
        }
    ]


def _mail(current: str) -> list[dict[str, Any]]:
    """The way to suspended mail, with how much of it waits; one query."""
    return [
        {
            "label": _("Suspended mail"),
            "url": reverse("agent:suspended"),
            "key": "g m",
            "current": current == "suspended",
            "count": waiting_count(),
            "count_label": _("mails that an agent has to decide about"),
            "tone": "",
        }
    ]


def _item(key: str, count: Count | None, current: str, now: datetime) -> dict[str, Any]:
    is_late = count is not None and count.next_due_at is not None and count.next_due_at < now
    return {
        "label": list_name(key),
        "url": list_url(key),
        "key": VIEW_KEYS.get(key, ""),
        "current": key == current,
        "count": count.text if count is not None and count.number else "",
        "count_label": _("tickets, at least one is late") if is_late else _("tickets"),
        "tone": "bad" if is_late else "",
    }
