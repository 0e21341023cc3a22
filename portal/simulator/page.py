"""The simulator in the admin: facts and steps, or a text; the timeline, the clocks, and the rules behind them."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from helpdesk.models import ProcessVersion, Vendor
from helpdesk.process.files import ProcessInvalid, dump, parse
from helpdesk.process.section import Parsed
from helpdesk.process.spec import Problem
from helpdesk.tenancy import current_vendor, current_vendor_or_none
from portal.simulator.actions import ACTIONS
from portal.simulator.draft import COMPANY, PASTED, Draft, DraftStep
from portal.simulator.events import Event
from portal.simulator.fields import choices_of, form_of
from portal.simulator.links import address_of
from portal.simulator.play import Outcome, simulate
from portal.simulator.scenario import ScenarioInvalid, Step, read
from portal.simulator.telling import local, shown, what

T = TypeVar("T")
NEWEST = 30  # versions to choose from
BY = {"by": Step.model_fields["by"]}
TICKET = {"ticket": Step.model_fields["ticket"]}
TONES = {
    "breach": "bad",
    "refused": "bad",
    "warning": "warn",
    "reminder": "warn",
    "closed": "good",
    "clock_due": "info",
}
PLACE = re.compile(r"steps\[(\d+)\]([\w.\[\]]*): ")


@dataclass(frozen=True)
class StepShown:
    """A step of the form: its own fields, those of its action that everybody needs, and the others."""

    number: int
    action: str
    about: str
    general: forms.Form
    first: list[Any]
    more: list[Any]


@dataclass(frozen=True)
class Row:
    """A line of the timeline."""

    event: Event
    when: str
    utc: str
    what: str
    tone: str
    address: str


def simulator(request: HttpRequest) -> HttpResponse:
    """At the platform's address the vendors to choose from, at a vendor's the simulator of its process."""
    if current_vendor_or_none() is None:
        vendors = Vendor.objects.filter(is_active=True).order_by("name")
        there = [(vendor.name, f"/{vendor.slug}{request.path}") for vendor in vendors]
        return _page(request, "admin/simulator/vendors.html", vendors=there)
    vendor = current_vendor()
    now = timezone.localtime(timezone.now(), vendor.zone)
    if request.method != "POST":
        draft = Draft.fresh(opened_at=f"{now:%Y-%m-%d %H:%M}", process=request.GET.get("process", ""))
        return _shown(request, draft)
    draft = Draft.sent(request.POST)
    play = draft.press(request.POST.get("do", ""), request.POST.get("new_action", ""))
    return _shown(request, draft, play=play)


def _shown(request: HttpRequest, draft: Draft, *, play: bool = False) -> HttpResponse:
    vendor, problems, outcome = current_vendor(), [], None
    text, now = _process(draft, vendor), dump(vendor)
    try:
        process = parse(text)
    except ProcessInvalid as invalid:
        problems, process, play = (
            [Problem(f"process: {each.path}", each.sentence) for each in invalid.problems],
            parse(now),
            False,
        )
    if play:
        try:
            scenario = read(draft.scenario())
            outcome = apart(lambda: simulate(scenario, text))
        except ScenarioInvalid as invalid:
            problems = invalid.problems
    return _page(
        request,
        "admin/simulator/simulator.html",
        draft=draft,
        problems=[_told(str(problem)) for problem in problems],
        processes=_processes(),
        company=form_of("company", COMPANY, draft.company, choices_of(process)),
        steps=list(_steps(draft.steps, process)),
        actions=[(name, _words(name)) for name in ACTIONS if name != "open"] + [("open", "Open another ticket")],
        outcome=outcome,
        differences=[_told(sentence) for sentence in outcome.differences] if outcome else (),
        several=len({event.ticket for event in outcome.events if event.ticket}) > 1 if outcome else False,
        rows=_rows(outcome, same_process=text == now) if outcome else (),
        scenario=draft.scenario(),
    )


def apart(play: Callable[[], T]) -> T:
    """Call it in a thread, which has a connection and a door of its own: this page's transaction is the vendor's."""

    def alone() -> T:
        try:
            return play()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as one:
        return one.submit(alone).result()


# --- The process -----------------------------------------------------------------------------------------


def _process(draft: Draft, vendor: Vendor) -> str:
    """The text that is chosen: the pasted one, an earlier version's, or what the rows say now."""
    if draft.process == PASTED:
        return draft.process_text
    if draft.process.isdigit():
        version = ProcessVersion.objects.filter(number=int(draft.process)).first()
        if version is not None:
            return version.text
    return dump(vendor)


def _processes() -> list[tuple[str, str]]:
    newest = ProcessVersion.objects.order_by("-number").defer("text")[:NEWEST]
    earlier = [(str(row.number), f"Version {row.number}, {row.applied_by}") for row in newest]
    return [("", "As it is now"), *earlier, (PASTED, "The text below")]


# --- The form --------------------------------------------------------------------------------------------


def _steps(steps: list[DraftStep], process: Parsed) -> Iterator[StepShown]:
    choices = choices_of(process)
    for number, step in enumerate(steps):
        spec = ACTIONS[step.action]
        form = form_of(f"step{number}", spec.model_fields, step.values, choices)
        fields = [form[name] for name in (*spec.first, *(each for each in spec.model_fields if each not in spec.first))]
        general = form_of(f"step{number}", BY, step.values, choices)
        general.fields["when"] = forms.CharField(
            label="When", required=False, help_text="A time, or 2h after the step before."
        )
        general.order_fields(["when", "by"])
        ticket = form_of(f"step{number}", TICKET, step.values, choices)
        shown_at_once = len(spec.first) or len(fields)
        about = (spec.__doc__ or "").strip()
        yield StepShown(number, step.action, about, general, fields[:shown_at_once], [*fields[shown_at_once:], *ticket])


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _told(sentence: str) -> str:
    """A sentence that begins with a place; a step has the number that it has on the page."""
    place = PLACE.match(sentence)
    if place is None:
        return sentence
    rest = place[2].replace(".", ", ").replace("_", " ")
    return f"Step {int(place[1]) + 1}{rest}: {sentence[place.end() :]}"


# --- What happened ---------------------------------------------------------------------------------------


def _rows(outcome: Outcome, *, same_process: bool) -> list[Row]:
    return [
        Row(
            event,
            local(event.at, outcome.zone),
            f"{event.at:%H:%M}",
            _told(what(event, outcome.zone)),
            TONES.get(event.kind, "neutral"),
            address_of(event.source, same_process=same_process) if event.source else "",
        )
        for event in shown(outcome)
    ]


def _page(request: Any, template: str, **context: Any) -> HttpResponse:
    site = admin.site
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), "title": "Simulator", **context})
