"""One ticket: what the page says, what is said on it, and what is done to it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk import wake
from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.people import acts
from tests.portal.agent.conftest import desk_of
from tickets.commands import change_status, note, reply, take
from tickets.models import Attachment, Ticket
from tickets.queries.catalogue import catalogue


def steps(page: Any) -> list[str]:
    return [step.title for step in page.context["steps"]]


def told(page: Any) -> list[str]:
    return [line.sentence for line in page.context["lines"] if not line.kind]


# --- What the page says ----------------------------------------------------------------------------------


def test_the_page_tells_the_log_in_sentences(bench: Any, ticket: Ticket) -> None:
    bench("take")
    bench("move", queue="bench", reason="It is a lathe.")
    bench("severity", severity="red", reason="Nothing turns.")

    assert told(bench()) == [
        "<b>You</b> took it",
        "<b>You</b> set the status <b>New</b> → <b>Open</b>",
        "<b>You</b> moved it <b>Inbox</b> → <b>Bench work</b>: “It is a lathe.”",
        "<b>You</b> set the severity <b>Amber</b> → <b>Red</b>: “Nothing turns.”",
        "Deadlines counted anew: another severity. Time spent still counts",
    ]


def test_rules_are_told_by_their_code(miller: Contact, ticket_of: Any, smith: Agent, client_for: Any) -> None:
    page = desk_of(client_for(smith), ticket_of(miller, subject="SMOKE in the hall"))()

    assert told(page) == ["Rule <b>smoke</b> marked it <b>smoke</b>"]


def test_words_cannot_break_out_of_a_sentence(bench: Any) -> None:
    bench("move", queue="bench", reason="<script>alert(1)</script>{0}")

    assert told(bench()) == [
        "<b>You</b> moved it <b>Inbox</b> → <b>Bench work</b>: “&lt;script&gt;alert(1)&lt;/script&gt;{0}”"
    ]


def test_a_page_costs_the_same_however_long_the_log(bench: Any) -> None:
    costs = []
    for more in (1, 4):
        for number in range(more):
            bench("note", body=f"Note {number}")
        bench()
        with CaptureQueriesContext(connection) as asked:
            bench()
        costs.append(len(asked))

    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"severity": "red"}, ["Phone call outstanding", "Severity not confirmed"]),
        ({"severity": "red", "channel": "phone"}, ["Severity not confirmed"]),
        ({"severity": "ungraded"}, ["Severity not set"]),
        ({"type": "wish"}, []),
    ],
)
def test_the_strip_says_what_the_process_expects(
    facts: dict[str, str], expected: list[str], miller: Contact, ticket_of: Any, smith: Agent, client_for: Any
) -> None:
    page = desk_of(client_for(smith), ticket_of(miller, **facts))()

    assert [title for title in steps(page) if not title.startswith("First response")] == expected


def test_a_call_is_no_longer_outstanding_once_it_is_logged(
    miller: Contact, ticket_of: Any, smith: Agent, client_for: Any
) -> None:
    desk = desk_of(client_for(smith), ticket_of(miller, severity="red"))

    desk("call", body="We spoke.")

    assert "Phone call outstanding" not in steps(desk())


def test_the_severity_is_confirmed_in_one_click(bench: Any, ticket: Ticket, now_is: Any) -> None:
    assert "Severity not confirmed" in steps(bench())

    bench("severity", severity="amber")

    assert now_is(ticket).severity_confirmed_at is not None
    assert "Severity not confirmed" not in steps(bench())


def test_the_strip_says_when_the_ticket_closes_by_itself(bench: Any) -> None:
    bench("reply", body="Which machine?", then="asked")

    assert any(title.startswith("Closes on") for title in steps(bench()))


def test_the_strip_says_that_the_customer_was_asked(bench: Any, ticket: Ticket, now_is: Any) -> None:
    bench("reply", body="It should turn again.", ask_confirmation="on")

    assert now_is(ticket).confirmation_requested_at is not None
    assert any(title.startswith("The customer was asked on") for title in steps(bench()))


def test_competence_elsewhere_is_offered_as_a_move(
    miller: Contact, ticket_of: Any, smith: Agent, client_for: Any, now_is: Any, workshop: Vendor
) -> None:
    ticket = ticket_of(miller, product="furnace")
    desk = desk_of(client_for(smith), ticket)
    assert desk().context["competence"] is None  # the inbox is worked by both teams

    desk("move", queue="bench", reason="Looked like a lathe.")
    hint = desk().context["competence"]
    desk("move", queue=hint.queue.code, reason=hint.reason)

    assert (hint.team, now_is(ticket).queue.code, desk().context["competence"]) == ("Foundry", "foundry", None)


def test_clocks_say_why_they_stand_where_they_stand(bench: Any) -> None:
    page = bench()
    clocks = {clock.view.metric: clock for clock in page.context["clocks"]}

    assert {metric: clock.view.assumed for metric, clock in clocks.items()} == {
        "first_response": True,
        "resolution": False,
    }
    assert all(round(sum(part["percent"] for part in clock.bar)) == 100 for clock in clocks.values())
    assert page.content.decode().count("The document does not give this target") == 1


def test_the_customer_and_the_company_are_beside_the_ticket(
    bench: Any, ticket: Ticket, ticket_of: Any, miller: Contact
) -> None:
    others = [ticket_of(miller, subject=f"Other {number}") for number in range(6)]

    page = bench()

    assert [other.number for other, _status in page.context["earlier"]] == [other.number for other in others[:0:-1]]
    assert page.context["regions"] == "north"


def test_the_narrow_list_is_the_one_that_the_agent_came_from(
    bench: Any, ticket: Ticket, smith: Agent, client_for: Any
) -> None:
    address = f"/workshop/agent/tickets/{ticket.number}/"
    names = [
        client_for(smith).get(address, query).context["list_name"] for query in ({"in": "unassigned"}, {"in": "?"})
    ]

    assert names == ["Unassigned", "Inbox"]


# --- What is said ----------------------------------------------------------------------------------------


def test_a_reply_is_sent_and_the_draft_forgotten(bench: Any, ticket: Ticket, kinds: Any) -> None:
    answer = bench("reply", body="We look at it.")

    page = bench()
    assert (answer.status_code, answer.url) == (302, f"/workshop/agent/tickets/{ticket.number}/")
    assert f'data-draft-sent="ticket-{ticket.number}"' in page.content.decode()
    assert kinds(ticket) == ["opened", "message", "status"]


@pytest.mark.parametrize(("mode", "kind"), [("reply", "message"), ("note", "note"), ("call", "call")])
def test_the_form_says_what_it_is(mode: str, kind: str, bench: Any, ticket: Ticket, kinds: Any) -> None:
    bench("reply", body="Words", mode=mode)

    assert kinds(ticket)[1] == kind


@pytest.mark.parametrize(("act", "kind"), [("note", "note"), ("call", "call")])
def test_the_address_says_what_a_form_without_a_mode_is(
    act: str, kind: str, bench: Any, ticket: Ticket, kinds: Any
) -> None:
    bench(act, body="Words")

    assert kinds(ticket)[1] == kind


def test_files_go_with_a_reply(bench: Any, ticket: Ticket, workshop: Vendor) -> None:
    files = [SimpleUploadedFile("a.log", b"one"), SimpleUploadedFile("b.log", b"two")]

    bench("reply", body="Here.", files=files)

    with acting_for(workshop):
        assert list(Attachment.objects.order_by("id").values_list("name", flat=True)) == ["a.log", "b.log"]


def test_a_call_takes_no_files(bench: Any, ticket: Ticket, kinds: Any) -> None:
    answer = bench("call", body="We spoke.", files=SimpleUploadedFile("a.log", b"one"))

    assert (answer.status_code, kinds(ticket)) == (422, ["opened"])
    assert "We spoke." in answer.content.decode()


def test_the_same_form_twice_says_it_once(bench: Any, ticket: Ticket, kinds: Any) -> None:
    key = str(uuid4())

    bench("note", body="Once", key=key)
    bench("note", body="Once", key=key)

    assert kinds(ticket) == ["opened", "note"]


def test_an_empty_reply_is_refused(bench: Any, ticket: Ticket, kinds: Any) -> None:
    answer = bench("reply", body="  ")

    assert (answer.status_code, "Write something first." in answer.content.decode()) == (422, True)
    assert kinds(ticket) == ["opened"]


def test_a_status_that_needs_facts_keeps_everything_that_was_typed(bench: Any, ticket: Ticket, kinds: Any) -> None:
    answer = bench("reply", body="It runs.", then="mended", **{"reason-mended": "repaired", "fact-cure": "New belt"})

    page = answer.content.decode()
    assert (answer.status_code, kinds(ticket)) == (422, ["opened"])
    assert ("Still needed: It was tested" in page, "It runs." in page, "New belt" in page) == (True, True, True)


def test_a_status_with_its_facts_goes_with_the_reply(bench: Any, ticket: Ticket, now_is: Any) -> None:
    facts = {"reason-mended": "repaired", "fact-cure": "New belt", "fact-tested": "on"}

    answer = bench("reply", body="It runs.", then="mended", **facts)

    after = now_is(ticket)
    assert (answer.status_code, after.status.code, after.status_reason) == (302, "mended", "repaired")
    assert after.facts == {"cure": "New belt", "tested": True}


def test_facts_are_not_needed_with_a_reason_that_exempts(bench: Any, ticket: Ticket, now_is: Any) -> None:
    bench("reply", body="It is beyond repair.", then="mended", **{"reason-mended": "scrap"})

    assert now_is(ticket).status_reason == "scrap"


def test_reasons_of_customers_are_not_offered(bench: Any) -> None:
    field = bench().context["composer"].fields["reason-mended"]

    assert [code for code, _name in field.choices] == ["", "repaired", "scrap"]


def test_a_deadline_is_read_in_the_vendors_zone(bench: Any, ticket: Ticket, now_is: Any) -> None:
    bench("reply", body="Which machine?", then="asked", deadline_at="2099-07-01T17:00")

    assert now_is(ticket).deadline_at.isoformat() == "2099-07-01T15:00:00+00:00"


def test_a_conflict_shows_what_is_new_and_keeps_the_text(
    bench: Any, ticket: Ticket, founder: Agent, workshop: Vendor, kinds: Any
) -> None:
    seen = bench().context["seen"]
    with acting_for(workshop):
        note(ticket_id=ticket.pk, body="I am on it.", actor=acts(founder), now=timezone.now())

    answer = bench("reply", body="A long answer", seen=seen)
    page, form = answer.content.decode(), answer.context["composer"]

    assert (answer.status_code, [line.item.body for line in answer.context["unseen"]]) == (409, ["I am on it."])
    assert ("A long answer" in page, "This changed while you were writing" in page) == (True, True)
    assert bench("reply", body="A long answer", seen=form["seen"].value()).status_code == 302
    assert kinds(ticket) == ["opened", "note", "message", "status"]


def test_a_customers_answer_stops_a_closing_that_has_not_seen_it(
    bench: Any, ticket: Ticket, miller: Contact, workshop: Vendor, now_is: Any
) -> None:
    seen = bench().context["seen"]
    with acting_for(workshop):
        reply(ticket_id=ticket.pk, body="Wait!", actor=miller.actor, now=timezone.now())

    answer = bench("status", status="mended", seen=seen, **{"reason-mended": "scrap"})

    form = answer.context["forms"]["status"]
    assert (answer.status_code, now_is(ticket).status.code) == (409, "new")
    assert bench("status", status="mended", seen=form["seen"].value(), **{"reason-mended": "scrap"}).status_code == 302


def test_a_saved_reply_says_that_mail_waits_while_the_broker_is_silent(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "broker_answers", lambda: False)

    bench("reply", body="We look at it.")

    assert "Mails go out as soon as the background service is back." in bench().content.decode()


# --- What is done ----------------------------------------------------------------------------------------


def test_the_second_who_takes_is_told_who_has_it(
    bench: Any, ticket: Ticket, smith: Agent, founder: Agent, client_for: Any, now_is: Any
) -> None:
    second = desk_of(client_for(founder), ticket)

    bench("take")
    answer = second("take")

    assert (answer.status_code, "Sam Smith has taken this already." in answer.content.decode()) == (409, True)
    assert now_is(ticket).assignee_id == smith.pk
    assert second("take", instead_of=smith.pk).status_code == 302
    assert now_is(ticket).assignee_id == founder.pk


def test_assigning_and_releasing(bench: Any, ticket: Ticket, founder: Agent, now_is: Any) -> None:
    bench("assign", agent=founder.pk)
    given = now_is(ticket).assignee_id
    bench("assign", agent="")

    assert (given, now_is(ticket).assignee_id) == (founder.pk, None)


def test_read_only_agents_and_strangers_are_given_nothing(
    bench: Any, ticket: Ticket, auditor: Agent, agent: Agent, now_is: Any
) -> None:
    assert [bench("assign", agent=who.pk).status_code for who in (auditor, agent)] == [422, 422]
    assert now_is(ticket).assignee_id is None


def test_a_move_needs_a_reason_and_keeps_the_choice(bench: Any, ticket: Ticket, now_is: Any) -> None:
    answer = bench("move", queue="foundry", reason="")

    assert (answer.status_code, answer.context["opened_form"]) == (422, "move")
    assert "Say why the ticket moves" in answer.content.decode()
    assert (answer.context["forms"]["move"]["queue"].value(), now_is(ticket).queue.code) == ("foundry", "in")


def test_another_severity_needs_a_reason(bench: Any, ticket: Ticket, now_is: Any) -> None:
    assert bench("severity", severity="red").status_code == 422
    assert bench("severity", severity="red", reason="Nothing turns.").status_code == 302
    assert now_is(ticket).severity.code == "red"


def test_a_status_that_asks_for_a_message_takes_one(bench: Any, ticket: Ticket, now_is: Any, kinds: Any) -> None:
    assert bench("status", status="asked").status_code == 422
    assert bench("status", status="asked", message="Which machine?").status_code == 302
    assert (now_is(ticket).status.code, kinds(ticket)) == ("asked", ["opened", "message", "status"])


def test_an_arrangement_is_kept_in_the_vendors_zone(bench: Any, ticket: Ticket, now_is: Any) -> None:
    assert bench("arrangement", until="2020-01-01T10:00").status_code == 422
    assert bench("arrangement", until="2099-01-01T10:00", words="Until the part is here.").status_code == 302
    assert now_is(ticket).arrangement_until.isoformat() == "2099-01-01T09:00:00+00:00"
    assert "Kept open until Thu 1 Jan, 10:00, as agreed" in steps(bench())


def test_a_secret_is_masked_and_shown_once(
    miller: Contact, ticket_of: Any, smith: Agent, client_for: Any, kinds: Any
) -> None:
    ticket = ticket_of(miller, secrets={"gate": "open sesame"})
    desk = desk_of(client_for(smith), ticket)
    before = desk().content.decode()

    shown = desk("reveal", key="gate")

    assert ("open sesame" in before, "Gate code" in before) == (False, True)
    assert ("open sesame" in shown.content.decode(), shown["Cache-Control"]) == (True, "no-store")
    assert ("open sesame" in desk().content.decode(), kinds(ticket)[-1]) == (False, "revealed")


def test_a_secret_that_is_not_there_is_refused(bench: Any) -> None:
    assert bench("reveal", key="nothing").status_code == 422


# --- Parts for htmx --------------------------------------------------------------------------------------


PARTS = ("ticket-head", "thread", "strip", "ticket-aside", "flash")


def test_acts_answer_with_the_parts_that_the_page_is_made_of(bench: Any) -> None:
    parts = bench("take", htmx=True).content.decode()

    assert "<html" not in parts
    assert [f'id="{part}"' in parts for part in (*PARTS, "say-notes", "composer")] == [True] * 6 + [False]
    assert parts.count("hx-swap-oob") == 6


def test_a_refused_reply_leaves_the_reply_box_as_it_is(bench: Any) -> None:
    answer = bench("reply", htmx=True, body="It runs.", then="mended")
    parts = answer.content.decode()

    assert (answer.status_code, 'id="composer"' in parts, 'id="say-notes"' in parts) == (422, False, True)
    assert "needs a reason" in parts


def test_a_sent_reply_brings_an_empty_reply_box(bench: Any) -> None:
    answer = bench("reply", htmx=True, body="It runs.")
    parts = answer.content.decode()

    assert ('id="composer"' in parts, ">It runs.</textarea>" in parts, "data-draft-sent" in parts) == (
        True,
        False,
        True,
    )
    assert answer["HX-Trigger"] == '{"say": {"value": "Reply sent."}}'


def test_an_expired_session_leads_to_the_sign_in_page_as_a_whole(ticket: Ticket, client: Any) -> None:
    address = f"/workshop/agent/tickets/{ticket.number}/take/"

    answer = client.post(address, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"].startswith("/workshop/accounts/login/")


def test_a_finished_ticket_can_still_be_talked_about(
    bench: Any, ticket: Ticket, smith: Agent, workshop: Vendor, now_is: Any
) -> None:
    with acting_for(workshop):
        mended = catalogue().statuses["mended"]
        take(ticket_id=ticket.pk, actor=acts(smith), now=timezone.now() - timedelta(minutes=1))
        change_status(ticket_id=ticket.pk, status=mended, reason="scrap", actor=acts(smith), now=timezone.now())

    assert steps(bench()) == []
    assert bench("note", body="Keep the old belt.").status_code == 302
    assert now_is(ticket).is_finished


def test_steps_and_messages_are_on_the_page(miller: Contact, ticket_of: Any, smith: Agent, client_for: Any) -> None:
    page = desk_of(client_for(smith), ticket_of(miller, subject="SMOKE in the hall"))
    assert "Count the tools" in page().content.decode()

    page("step", checklist="tools", step="count")
    page("voicemail", line="night", what="It howls")

    told_now = page().content.decode()
    assert "1 of 1" in told_now
    assert "What it does: It howls" in told_now
    assert page("voicemail", line="night", what="").status_code == 422
    assert page("step", checklist="tools", step="dance").status_code == 422
