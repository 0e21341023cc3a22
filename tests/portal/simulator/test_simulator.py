"""The simulator itself: it leaves nothing, holds nobody up, says what is wrong, and plays the same twice."""

import json
import re
import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, connections

from helpdesk.models import Vendor
from helpdesk.remembered import _kept
from helpdesk.tenancy import acting_for
from portal.simulator import agenda, play
from portal.simulator.actions import ACTIONS
from portal.simulator.play import simulate
from portal.simulator.scenario import ScenarioInvalid, read, schema
from portal.simulator.telling import as_json, as_text
from portal.simulator.timeline import KINDS
from tests.conftest import ROOT
from tests.people import make_contact, make_ticket
from tickets.models import Ticket

ACME = (ROOT / "tests" / "process" / "acme.yaml").read_text(encoding="utf-8")
STORY = """
title: A question and its answer
vendor: acme
steps:
  - {at: 2026-05-19 10:02, open: Where is the invoice}
  - {after: 1h, take: }
  - {after: 30m, agent_reply: {text: 'Which one?', status: waiting}}
  - {after: 1d, customer_reply: The last one.}
  - {after: 5m, agent_reply: {text: 'Here it is.', status: solved}}
"""


def kinds(outcome: play.Outcome) -> list[str]:
    return [event.kind for event in outcome.events]


def rows_of_every_table() -> dict[str, int]:
    """How many rows each table holds, as its owner counts them: for all vendors."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [row[0] for row in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


@pytest.mark.usefixtures("committed")
def test_nothing_is_left_and_nothing_is_sent() -> None:
    before, kept = rows_of_every_table(), set(_kept)

    outcome = simulate(read(STORY), ACME)

    assert {"entry", "delivery", "closed", "clock_due", "queue"} <= set(kinds(outcome))
    assert rows_of_every_table() == before
    assert set(_kept) == kept  # memory holds nothing of the vendor that has been
    assert mail.outbox == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.vendor_id', true)")
        assert cursor.fetchone()[0] in ("", None)


@pytest.mark.usefixtures("committed")
def test_a_broken_play_leaves_nothing_either() -> None:
    before = rows_of_every_table()
    with pytest.raises(ScenarioInvalid, match=r"steps\[1\].ticket: unknown ticket 'other'"):
        simulate(read("steps: [{at: 2026-05-19 10:00, open: }, {after: 1h, take: , ticket: other}]"), ACME)
    assert rows_of_every_table() == before


@pytest.mark.usefixtures("committed")
def test_others_work_on_at_the_vendor_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a play another connection opens a ticket and changes the process of the real vendor."""
    made: list[Any] = []

    def elsewhere() -> None:
        vendor = Vendor.objects.get(slug="acme")
        try:
            with acting_for(vendor):
                made.append(make_ticket(make_contact()).number)
                vendor.touch_process()
        finally:
            connection.close()

    def interrupted(stage: Any) -> Any:
        if not made:
            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join(timeout=20)
            assert not thread.is_alive()
        return real(stage)

    real = agenda.due_next
    monkeypatch.setattr(play, "due_next", interrupted)
    with acting_for(Vendor.objects.get(slug="acme")):
        make_ticket(make_contact())

    outcome = simulate(read(STORY), ACME)

    assert len(made) == 1
    assert "closed" in kinds(outcome)
    with acting_for(Vendor.objects.get(slug="acme")):
        assert Ticket.objects.count() == 2


@pytest.mark.django_db
def test_the_same_scenario_gives_the_same_events() -> None:
    first, second = (simulate(read(STORY), ACME) for _ in range(2))
    assert as_json(first) == as_json(second)
    assert as_text(first) == as_text(second)


@pytest.mark.django_db
def test_the_events_of_a_story() -> None:
    """Each event names its instant, its ticket and the rule of the process that caused it."""
    events = json.loads(as_json(simulate(read(STORY), ACME)))

    def one(**facts: Any) -> dict[str, Any]:
        [found] = [event for event in events if facts.items() <= event.items()]
        return found

    opened = one(kind="entry", entry="opened")
    assert (opened["at"], opened["ticket"], opened["seq"], opened["actor"]) == (
        "2026-05-19T08:02:00Z",
        "ticket",
        1,
        "customer",
    )
    moved = one(kind="queue")
    assert (moved["at"], moved["old"], moved["new"]) == ("2026-05-19T08:05:01Z", "in", "desk")
    assert (moved["rule"], moved["source"], moved["actor"]) == ("empty", "routing_rules: empty", "worker")
    due = one(kind="clock_due", metric="first_response", state="running")
    assert (due["due_at"], due["source"]) == ("2026-05-20T08:02:00Z", "sla_targets[1]")
    assert one(kind="clock_due", metric="first_response", state="met")["at"] == "2026-05-19T09:32:00Z"
    assert one(kind="clock_due", metric="resolution", state="paused")["due_at"] is None
    assert one(kind="assigned")["to"] == "agent"
    receipt = one(kind="delivery", event="ticket_created")
    assert (receipt["to"], receipt["audience"], receipt["channel"]) == ("customer", "requester", "email")
    assert receipt["source"] == "notifications[0]"
    assert one(kind="closed")["at"] == "2026-05-20T09:37:00Z"
    explained = one(kind="explained", metric="resolution")
    assert [(part["kind"], part["why"]) for part in explained["intervals"]] == [
        ("counted", ""),
        ("paused", "Waiting"),
        ("counted", ""),
    ]
    assert explained["counted_seconds"] == 95 * 60


@pytest.mark.django_db
def test_two_tickets_and_a_refusal() -> None:
    outcome = simulate(
        read(
            """
            steps:
              - {at: 2026-05-19 10:00, open: {subject: One, severity: high}}
              - {at: 2026-05-19 10:00, open: {subject: Two}, ticket: second}
              - {after: 5m, take: , by: lead, ticket: second}
              - {after: 5m, take: , by: agent, ticket: second, refused: lead has taken this}
            expect:
              - {kind: assigned, ticket: second, to: lead, times: 1}
              - {kind: refused, ticket: second, sentence: taken this already}
              - {kind: breach, ticket: ticket, metric: first_response, times: 1}
            """
        ),
        ACME,
    )
    assert outcome.differences == []
    assert "[second]" in as_text(outcome)


@pytest.mark.django_db
def test_a_rule_that_finds_nothing_is_not_asked_every_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    process = ACME.replace("when: {queue: in}", "when: {queue: in, severity: high}")
    turns = []
    real = agenda.run_scheduled_rules
    monkeypatch.setattr(agenda, "run_scheduled_rules", lambda now: turns.append(now) or real(now=now))

    outcome = simulate(
        read(
            "steps: [{at: 2026-05-19 10:01, open: }, {after: 20d, note: },"
            " {after: 1m, severity: {severity: high, reason: Urgent}}]"
        ),
        process,
    )

    # After the opening, after each of two breaches, after the severity: not 5760 times.
    assert [f"{at:%d %H:%M:%S}" for at in turns] == ["19 08:05:01", "20 08:05:01", "21 08:05:01", "08 08:05:01"]
    assert "queue" in kinds(outcome)


# --- What is expected ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ("{kind: closed, at: 2026-05-20 11:36}", "did not happen; there was: 2026-05-20 11:37+0200 closed"),
        ("{kind: breach}", "no breach at all"),
        ("{never: closed}", "should never happen, but did: 2026-05-20 11:37+0200 closed"),
        ("{kind: delivery, to: customer, times: 9}", "should happen 9 times, not 3"),
        ("{kind: clock_due, metric: first_response, due_at: 2026-05-20 10:03}", "due_at: 2026-05-20 10:02+0200"),
        ("{kind: clock_due, metric: first_response, due_at: null, state: running}", "did not happen"),
        ("{kind: queue, rule: other}", "rule: empty"),
    ],
)
def test_a_difference_is_told(expected: str, difference: str) -> None:
    [told] = simulate(read(f"{STORY}\nexpect: [{expected}]"), ACME).differences
    assert told.startswith("expect[0]: ")
    assert difference in told


@pytest.mark.django_db
def test_what_is_refused_unexpectedly_is_a_difference() -> None:
    outcome = simulate(read("steps: [{at: 2026-05-19 10:00, open: }, {after: 1h, status: waiting}]"), ACME)
    assert outcome.differences == ["steps[1]: refused: “Waiting” cannot be set yet. Still needed: A question."]
    as_expected = simulate(
        read("steps: [{at: 2026-05-19 10:00, open: }, {after: 1h, status: waiting, refused: true}]"), ACME
    )
    assert as_expected.differences == []
    done = simulate(read("steps: [{at: 2026-05-19 10:00, open: }, {after: 1h, take: , refused: true}]"), ACME)
    assert done.differences == ["steps[1]: this should have been refused"]


@pytest.mark.django_db
def test_steps_on_a_ticket_that_was_not_opened_are_refused_after_the_reason() -> None:
    agents_only = ACME.replace("severity_selectable_by: [customer, agent]", "severity_selectable_by: [agent]")
    story = "steps: [{at: 2026-05-19 10:00, open: {severity: high}}, {after: 1h, take: }, {after: 1d, advance_to: }]"
    outcome = simulate(read(story), agents_only)
    assert outcome.differences == [
        "steps[0]: refused: The severity is set by the support staff. Describe how the matter affects your work instead.",
        "steps[1]: refused: This ticket was not opened.",
    ]


# --- What is wrong with a scenario -----------------------------------------------------------------------

OPEN = "{at: 2026-05-19 10:00, open: }"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("steps: [", "line 1: not readable as YAML"),
        ("- steps", "file: a scenario has keys such as `vendor:` and `steps:`"),
        ("steps: []", "steps: list should have at least 1 item"),
        (f"steps: [{OPEN}]\nvendr: acme", "vendr: unknown key 'vendr'"),
        ("steps: [{at: 2026-05-19 10:00, opne: }]", "steps[0]: unknown action 'opne'; did you mean 'open'?"),
        (f"steps: [{OPEN}, {{after: 1h}}]", "steps[1]: a step is one action; here none"),
        ("steps: [{open: }]", "steps[0]: say at or after, one of them"),
        ("steps: [{at: 2026-05-19 10:00, open: , take: }]", "steps[0]: a step is one action; here open and take"),
        ("steps: [{after: 1h, open: }]", "steps[0].after: the first step needs a time: at"),
        (f"steps: [{OPEN}, {{at: 2026-05-18 10:00, take: }}]", "steps[1].at: this is earlier than the step before it"),
        (f"steps: [{OPEN}, {{after: soon, take: }}]", "steps[1].after: 'soon' is no length of time"),
        ("steps: [{at: noon, open: }]", "steps[0].at: 'noon' is no time; write 2026-04-24 16:52"),
        ("steps: [{at: 2026-02-30 10:00, open: }]", "steps[0].at: day is out of range for month"),
        ("steps: [{at: 2026-03-29 02:30, open: }]", "steps[0].at: there is no 2026-03-29 02:30 in Europe/Berlin"),
        ("steps: [{at: 2026-05-19, open: }]", "steps[0].at: write the time of day too"),
        (
            "steps: [{at: 2026-05-19 10:00, open: {severity: hihg}}]",
            "steps[0].open.severity: unknown severity 'hihg'; did you mean 'high'?",
        ),
        (f"steps: [{OPEN}, {{after: 1h, take: , by: agnet}}]", "steps[1].by: unknown person 'agnet'; did you mean"),
        (f"steps: [{OPEN}, {{after: 1h, status: gone}}]", "steps[1].status.status: unknown status 'gone'"),
        ("steps: [{at: 2026-05-19 10:00, take: }]", "steps[0].ticket: no ticket is open yet"),
        (f"steps: [{OPEN}, {{after: 1h, open: }}]", "steps[1].ticket: give this ticket a name of its own"),
        (
            f"people: {{agents: [{{name: a, teams: [desks]}}]}}\nsteps: [{OPEN}]",
            "people.agents[0].teams[0]: unknown team 'desks'; did you mean 'desk'?",
        ),
        (
            f"people: {{contacts: [{{name: a}}, {{name: A}}]}}\nsteps: [{OPEN}]",
            "people.contacts[1].name: 'A' is there already",
        ),
        (f"people: {{companies: []}}\nsteps: [{OPEN}]", "people.companies: name at least one company"),
        (f"steps: [{OPEN}]\nexpect: [{{kind: brech}}]", "expect[0].kind: unknown kind of event 'brech'"),
        (f"steps: [{OPEN}]\nexpect: [{{at: 2026-05-19 10:00}}]", "expect[0]: say kind or never, one of them"),
        (
            f"steps: [{OPEN}]\nexpect: [{{kind: breach, old: new}}]",
            "expect[0]: unknown fact of breach 'old'; known: due_at, metric, rule, source, ticket",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(ScenarioInvalid) as raised:
        simulate(read(text), ACME)
    assert sentence in str(raised.value)


@pytest.mark.parametrize("written", ["2026-10-25 02:30", "2026-10-25T00:30Z", "2026-10-25 02:30+02:00"])
@pytest.mark.django_db
def test_a_local_time_that_occurs_twice_means_the_first(written: str) -> None:
    outcome = simulate(read(f"steps: [{{at: {written}, open: }}]"), ACME)
    assert json.loads(as_json(outcome))[0]["at"] == "2026-10-25T00:30:00Z"


# --- The command -----------------------------------------------------------------------------------------


def command(*words: str) -> str:
    out = StringIO()
    call_command("simulate", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_plays_the_loaded_process_or_a_file(tmp_path: Path) -> None:
    scenario, process = tmp_path / "story.yaml", tmp_path / "process.yaml"
    scenario.write_text(STORY, encoding="utf-8")
    process.write_text(ACME.replace("slug: acme", "slug: not-loaded").replace("Where", ""), encoding="utf-8")

    text = command(str(scenario))
    assert "Tue 2026-05-19 10:05 CEST  08:05Z  queue      in → desk, by worker   <- routing_rules: empty" in text
    assert "Acme, times of Europe/Berlin" in text
    listed = json.loads(command(str(scenario), "--json", "--process", str(process)))
    assert listed == json.loads(command(str(scenario), "--json"))
    assert not Vendor.objects.filter(slug="not-loaded").exists()


@pytest.mark.django_db
def test_the_command_fails_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "story.yaml"
    for text, sentence in (
        (STORY.replace("acme", "acmee"), "unknown vendor 'acmee'; did you mean 'acme'?"),
        (STORY.replace("vendor: acme", ""), "vendor: say whose process is played"),
        (STORY + "\nexpect: [{never: closed}]", "expect[0]: closed () should never happen"),
        (STORY.replace("take: ", "tkae: "), "steps[1]: unknown action 'tkae'; did you mean 'take'?"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError) as raised:
            command(str(file))
        assert sentence in str(raised.value)
    with pytest.raises(CommandError, match="No such file"):
        command(str(tmp_path / "nowhere.yaml"))


def test_the_schema_knows_every_action() -> None:
    known = json.loads(command("--schema"))
    assert known == json.loads(json.dumps(schema()))
    assert set(ACTIONS) <= set(known["$defs"]["Step"]["properties"])
    assert known["additionalProperties"] is False


@pytest.mark.django_db
def test_the_example_of_the_documents_plays_as_it_says() -> None:
    text = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    assert simulate(read(example), ACME).differences == []


def test_the_documents_name_every_action_and_every_kind_of_event() -> None:
    text = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = {word for row in rows for word in re.findall(r"`(\w+)`", row)}
    assert set(ACTIONS) | set(KINDS) <= named


@pytest.mark.django_db
def test_a_customer_escalates_along_the_path() -> None:
    """Who is asked, by whom, under which step of the process, and how it ends."""
    path = "escalation_path: [{kind: customer, level: 1, role: boss, title: The boss, email: boss@acme.example}]"
    text = """
        steps:
          - {at: 2026-05-19 10:02, open: }
          - {after: 1h, escalate: {kind: customer, reason: Nobody answers}}
          - {after: 1h, answer_escalation: I look into it}
          - {after: 1h, close_escalation: satisfied}
          - {after: 1m, close_escalation: satisfied, refused: Nothing is escalated}
        expect:
          - {at: 2026-05-19 11:02, kind: escalation, path: customer, level: 1, title: The boss, actor: customer}
          - {at: 2026-05-19 11:02, kind: delivery, event: escalated, rule: 'escalation_path[0]'}
          - {at: 2026-05-19 12:02, kind: escalation_answered, actor: agent}
          - {at: 2026-05-19 13:02, kind: escalation_closed, outcome: satisfied}
    """
    assert simulate(read(text), f"{ACME}\n{path}\n").differences == []
