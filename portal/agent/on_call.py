"""On call, as agents read it: who is on call now and in the next two weeks, gaps, pages, and their own shifts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from helpdesk.access import Actor
from helpdesk.calendars import ALWAYS
from sla.core.chain import EVERYBODY
from sla.models import OnCallSchedule, Page
from sla.queries.on_call import Outlook, Slot, open_pages, outlooks

AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Duty:
    """One schedule as its card on the page shows it."""

    outlook: Outlook
    hours: str
    has_levels: bool

    @property
    def schedule(self) -> OnCallSchedule:
        return self.outlook.schedule


def on_call_page(actor: Actor, now: datetime) -> dict[str, Any]:
    """What the page "On call" shows."""
    until = now + AHEAD
    found = outlooks(now, until)
    mine = [(each.schedule, slot) for each in found for slot in each.shifts if slot.agent.pk == actor.id]
    return {
        "duties": [Duty(each, hours_of(each.schedule), _has_levels(each.shifts)) for each in found],
        "my_shifts": sorted(mine, key=lambda pair: pair[1].starts_at),
        "pages": open_pages(),
        "may_write": actor.may_write,
        "until": until,
    }


def _has_levels(shifts: Sequence[Slot]) -> bool:
    return len({slot.level for slot in shifts}) > 1


def hours_of(schedule: OnCallSchedule) -> str:
    """When the schedule pages, in a sentence."""
    covered = _("at any hour") if schedule.coverage == ALWAYS else _("within the hours of “%s”") % schedule.coverage
    if schedule.page_when == "always":
        return _("Pages %s.") % covered
    return _("Pages %(covered)s, but not within the hours of “%(hours)s”.") % {
        "covered": covered,
        "hours": schedule.business_hours,
    }


def rota_level(level: int) -> str:
    """The level in words."""
    return _("the whole team") if level == EVERYBODY else _("level %s") % level


# --- On the page of a ticket -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Called:
    """A page about this ticket: a step of the strip, with the page that can be acknowledged."""

    title: str
    text: str
    tone: str
    icon: str
    page: int = 0


def called(pages: Sequence[Page]) -> Iterator[Called]:
    """The pages about a ticket, the ones that nobody has acknowledged first."""
    for page in sorted(pages, key=lambda page: page.state == "acknowledged"):
        name, since = page.schedule.name, _moment(page.opened_at)
        if page.state == "acknowledged":
            facts = {"who": page.acknowledged_by.name, "at": _moment(page.acknowledged_at)}
            yield Called(_("%(who)s has it since %(at)s") % facts, _("Paged: %s.") % name, "good", "siren")
        elif page.state == "exhausted":
            text = _("%(schedule)s was paged on %(at)s until nobody was left.") % {"schedule": name, "at": since}
            yield Called(_("Nobody acknowledged the page"), text, "bad", "siren", page.pk)
        else:
            facts = {"schedule": name, "level": rota_level(page.level), "n": page.step, "at": since}
            text = _("%(schedule)s, %(level)s; page %(n)s, since %(at)s.") % facts
            yield Called(_("Somebody on call is being paged"), text, "warn", "siren", page.pk)


def who_has_it(page: Page, agent_id: int | None) -> str:
    """What a person reads who has just acknowledged, or came too late."""
    if page.acknowledged_by_id == agent_id:
        return _("You have it. Nobody is paged any more.")
    if page.acknowledged_by is not None:
        return _("%s has it already.") % page.acknowledged_by.name
    return _("This page has ended.")


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "D j M, H:i")
