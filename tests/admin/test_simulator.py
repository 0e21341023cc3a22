"""The simulator's page: a story is put together by submits, played, explained, and nothing of it stays."""

import re
from typing import Any

import pytest
import yaml

from helpdesk.models import ProcessVersion, Vendor
from helpdesk.process.files import dump, load
from helpdesk.tenancy import acting_for
from tests.admin.pages import said
from tests.people import NOW
from tickets.models import Rule, Ticket

PAGE = "/acme/admin/simulator/"
OPENED = {"action": ["open"], "step0-when": "2026-05-19 10:02", "step0-subject": "Where is it"}


def held_by(page: Any) -> dict[str, list[str]]:
    """What a browser would send back from the form of the simulator, without its buttons."""
    form = page.content.decode().split('<form method="post" action="/acme/admin/simulator/"')[1]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="(?:text|hidden)" name="([\w-]+)"(?: value="([^"]*)")?', form):
        fields.setdefault(name, []).append(value)
    for name, options in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields.setdefault(name, []).append(chosen[1] if chosen else "")
    for name, text in re.findall(r'<textarea name="([\w-]+)".*?>\n?(.*?)</textarea>', form, re.DOTALL):
        fields.setdefault(name, []).append(text)
    return fields


def test_a_story_is_put_together_step_by_step_and_played(at_acme: Any, vendor: Vendor) -> None:
    empty = held_by(at_acme.get(PAGE))
    assert empty["action"] == ["open"]

    added = held_by(at_acme.post(PAGE, {**OPENED, "step0-severity": "high", "do": "add", "new_action": "agent_reply"}))
    assert added["action"] == ["open", "agent_reply"]
    assert (added["step0-severity"], added["step0-subject"], added["step1-when"]) == (["high"], ["Where is it"], ["1h"])
    added |= {"step1-when": ["30m"], "step1-status": ["waiting"]}
    page = at_acme.post(PAGE, {**added, "do": "Play"})

    assert page.status_code == 200
    assert "This cannot be played" not in said(page)
    told = said(page)
    assert (
        "Tue 2026-05-19 10:02 CEST 08:02 clock_due first_response due Tue 2026-05-19 11:02 CEST sla_targets[0]" in told
    )
    assert "Tue 2026-05-19 10:05 CEST 08:05 queue in → desk, by worker routing_rules: empty" in told
    assert "Fri 2026-05-22 10:32 CEST 08:32 closed status solved auto_close_rules: silence" in told
    assert 'class="sla-bar' in page.content.decode()
    with acting_for(vendor):
        rule = Rule.objects.get(code="silence")
        assert f'href="/acme/admin/tickets/rule/{rule.pk}/change/"' in page.content.decode()
        assert not Ticket.objects.exists()

    removed = held_by(at_acme.post(PAGE, {**added, "do": "remove-1"}))
    assert removed["action"] == ["open"]


def test_the_form_becomes_a_text_that_plays_the_same(at_acme: Any) -> None:
    form = {
        **OPENED,
        "action": ["open", "record_facts", "phone_call"],
        "company-country": "SE",
        "step1-when": "1h",
        "step1-facts": "workaround: Restart it",
        "step1-by": "lead",
        "step2-when": "2026-05-19 12:00",
        "step2-customer_spoke": "on",
        "until": "2026-05-20 09:00",
    }
    played = at_acme.post(PAGE, {**form, "do": "Play"})
    text = at_acme.post(PAGE, {**form, "do": "text"})

    scenario = yaml.safe_load(text.context["draft"].text)
    assert scenario == {
        "people": {"companies": [{"name": "Customer", "country": "SE"}]},
        "steps": [
            {"at": "2026-05-19 10:02", "open": {"subject": "Where is it"}},
            {"after": "1h", "by": "lead", "record_facts": {"facts": {"workaround": "Restart it"}}},
            {"at": "2026-05-19 12:00", "phone_call": {"customer_spoke": True}},
        ],
        "until": "2026-05-20 09:00",
    }
    again = at_acme.post(PAGE, {"as_text": "yes", "text": text.context["draft"].text, "do": "Play"})
    assert [row.what for row in again.context["rows"]] == [row.what for row in played.context["rows"]] != []


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"step0-when": "tomorrow"}, "Step 1, at: 'tomorrow' is no time"),
        ({"step0-severity": "gone"}, "Step 1, open, severity: unknown severity 'gone'"),
        ({"step0-when": "1h"}, "Step 1, after: the first step needs a time"),
        ({"action": []}, "steps: list should have at least 1 item"),
        ({"until": "later"}, "until: 'later' is no time"),
        ({"as_text": "yes", "text": "steps: ["}, "line 1: not readable as YAML"),
        ({"as_text": "yes", "text": ""}, "file: a scenario has keys such as `vendor:` and `steps:`"),
        ({"process": "pasted", "process_text": "vendor: {slug: acme}"}, "process: vendor.name: this is missing"),
        ({"process": "pasted", "process_text": ""}, "process: file: a process file is a list of sections"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(at_acme: Any, sent: dict[str, Any], sentence: str) -> None:
    page = at_acme.post(PAGE, {**OPENED, **sent, "do": "Play"})
    assert page.status_code == 200
    assert sentence in said(page)
    if "as_text" not in sent and sent.get("action") != []:
        assert held_by(page)["step0-subject"] == ["Where is it"]


def test_what_is_refused_is_named_by_its_step(at_acme: Any) -> None:
    page = at_acme.post(
        PAGE, {**OPENED, "action": ["open", "status"], "step1-when": "1h", "step1-status": "waiting", "do": "Play"}
    )
    assert "Step 2: refused: “Waiting” cannot be set yet. Still needed: A question." in said(page)


def test_an_earlier_version_or_a_pasted_process_is_played(at_acme: Any, vendor: Vendor) -> None:
    with acting_for(vendor):
        before = dump(vendor)
        first = ProcessVersion.objects.latest("number").number
    load(before.replace("interval_minutes: 5", "interval_minutes: 60"), now=NOW, by="tests")

    def moved(**chosen: Any) -> tuple[str, str]:
        rows = at_acme.post(PAGE, {**OPENED, **chosen, "do": "Play"}).context["rows"]
        return next((row.when, row.address) for row in rows if row.event.kind == "queue")

    assert moved()[0] == "Tue 2026-05-19 11:00 CEST"
    when, address = moved(process=str(first))
    assert when == "Tue 2026-05-19 10:05 CEST"
    assert address, "a rule is known by its code in every version"
    pasted = before.replace("slug: acme", "slug: another").replace("code: empty", "code: emptied")
    assert moved(process="pasted", process_text=pasted) == ("Tue 2026-05-19 10:05 CEST", "")
    assert f'value="{first}"' in at_acme.get(f"{PAGE}?process={first}").content.decode()


def test_the_platform_s_page_leads_to_the_vendors(platform: Any, vendor: Vendor) -> None:
    page = platform.get("/admin/simulator/")
    assert f'href="/{vendor.slug}/admin/simulator/"' in page.content.decode()
    assert platform.post(PAGE, {**OPENED, "do": "Play"}).context["rows"]


def test_only_administrators_play(client_for: Any, agent: Any, customer: Any) -> None:
    assert client_for(agent).get(PAGE).status_code == 403
    assert client_for(customer).post(PAGE, OPENED).status_code == 403
