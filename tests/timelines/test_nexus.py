"""The worked timelines of Nexus, on its real process file."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail

from helpdesk.access import Refused
from notifications.commands import claim, send
from tests.timelines.scene import (
    MINUTE,
    SECOND,
    Scene,
    assert_due,
    assert_nothing_was_late,
    at,
    clock,
    fresh,
    recorded,
    staged,
    status_of,
    sweep,
    told,
)
from tickets.commands import answer_request, move_queue, note, publish_release, send_version, take
from tickets.commands.rules import run_scheduled_rules
from tickets.models import Release, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def nexus() -> Iterator[Scene]:
    with staged("nexus") as scene:
        scene.based_in("SE")
        yield scene


def test_nx_t1_mail_is_routed_by_region_and_answered_after_the_weekend(nexus: Scene) -> None:
    """NX-3.1-01, NX-3.1-02, NX-3.3-09, NX-4-01, NX-4-02, NX-4-05, NX-5.1.3-05, NX-5.1.3-09, NX-5.1.3-10."""
    nexus.based_in("PL")
    run_scheduled_rules(now=at("Fri 2026-04-24 16:50 CEST"))
    received = at("Fri 2026-04-24 16:52 CEST")

    ticket = nexus.mails(received, mailbox="helpdesk@nexus.example", severity="B")

    ticket = fresh(ticket)
    assert (ticket.status.code, ticket.queue.code, ticket.severity.code) == ("new", "inbox", "B")
    assert told(ticket, received) == {("ticket_created", "requester"), ("ticket_in_queue", "queue_team")}
    for delivery in claim(now=received + MINUTE):
        send(delivery, now=received + MINUTE)
    [receipt] = [sent for sent in mail.outbox if nexus.contact.email in sent.to[0]]
    assert ticket.number in receipt.subject

    assert run_scheduled_rules(now=at("Fri 2026-04-24 16:55 CEST") - SECOND) == 0
    assert run_scheduled_rules(now=at("Fri 2026-04-24 16:55 CEST")) == 1
    ticket = fresh(ticket)
    assert (ticket.queue.code, ticket.responsible_team.code) == ("dach", "germany")
    [move] = recorded(ticket, "queue")
    assert (move.actor_kind, move.meta["rule"]) == ("worker", "inbox-to-dach")
    assert_due(ticket, "first_response", at("Mon 2026-04-27 11:52 CEST"))
    assert_due(ticket, "resolution", at("Wed 2026-04-29 16:52 CEST"))

    take(ticket_id=ticket.pk, actor=nexus.agent, now=at("Mon 2026-04-27 09:10 CEST"))
    assert status_of(ticket) == "open"
    assert_due(ticket, "first_response", at("Mon 2026-04-27 11:52 CEST"))  # taking is not answering
    nexus.agent_says(ticket, at("Mon 2026-04-27 11:52 CEST"))  # an answer at the due instant is in time
    assert clock(ticket, "first_response").state == "met"
    assert_nothing_was_late(ticket, at("Wed 2026-04-29 16:52 CEST"))


def test_nx_t1_the_same_mail_from_sweden_goes_to_the_swedish_team(nexus: Scene) -> None:
    """NX-3.1-01, NX-3.3-08: whoever is not in the DACH region is Sweden's."""
    ticket = nexus.mails(at("Fri 2026-04-24 16:52 CEST"), mailbox="helpdesk@nexus.example")
    run_scheduled_rules(now=at("Fri 2026-04-24 16:55 CEST"))
    ticket = fresh(ticket)
    assert (ticket.queue.code, ticket.responsible_team.code) == ("sweden", "sweden")


def test_nx_t2_a_move_for_competence_changes_neither_team_nor_clock(nexus: Scene) -> None:
    """NX-3.1-05, NX-3.1-06, NX-3.3-10: Germany is closed on Whit Monday, the responsible Swedish team is not."""
    ticket = nexus.opens(
        at("Fri 2026-05-22 14:00 CEST"), queue="sweden", severity="C", product=nexus.known.products["prime"]
    )
    due = [clock(ticket, metric).due_at for metric in ("first_response", "resolution")]

    move_queue(
        ticket_id=ticket.pk,
        queue=nexus.known.queues["dach"],
        reason="PRIME is the German team's",
        actor=nexus.agent,
        now=at("Fri 2026-05-22 14:30 CEST"),
    )

    ticket = fresh(ticket)
    assert (ticket.queue.code, ticket.responsible_team.code) == ("dach", "sweden")
    assert [clock(ticket, metric).due_at for metric in ("first_response", "resolution")] == due
    assert_due(ticket, "first_response", at("Mon 2026-05-25 14:00 CEST"))
    assert_due(ticket, "resolution", at("Fri 2026-06-05 14:00 CEST"))


def test_nx_t2_on_the_german_calendar_it_would_be_a_day_later(nexus: Scene) -> None:
    """NX-3.1-06: the calendar is the responsible team's."""
    nexus.based_in("DE")
    ticket = nexus.opens(at("Fri 2026-05-22 14:00 CEST"), queue="sweden", severity="C")
    assert_due(ticket, "first_response", at("Tue 2026-05-26 14:00 CEST"))


def test_nx_t3_severity_a_over_the_end_of_summer_time(nexus: Scene) -> None:
    """NX-4.2-01, NX-4.2-04, NX-5.1.2-20: working time is local time, whatever the clocks do at the weekend."""
    created = at("Fri 2026-10-23 16:30 CEST")
    ticket = nexus.opens(created, queue="sweden", severity="A", product=nexus.known.products["certificate-manager"])
    assert_due(ticket, "first_response", at("Mon 2026-10-26 08:30 CET"))
    assert_due(ticket, "resolution", at("Mon 2026-10-26 16:30 CET"))
    assert clock(ticket, "resolution").due_at - created == timedelta(hours=73)
    assert nexus.known.severities["A"].phone_call_required


def test_nx_t4_eves_are_working_days(nexus: Scene) -> None:
    """NX-3-01, part 1.4: 24 December is an ordinary Thursday in the file, 25 December is closed."""
    ticket = nexus.opens(at("Wed 2026-12-23 15:00 CET"), queue="sweden", severity="B")
    assert_due(ticket, "first_response", at("Thu 2026-12-24 10:00 CET"))
    assert_due(ticket, "resolution", at("Tue 2026-12-29 15:00 CET"))


def test_nx_t4_until_an_administrator_closes_one(nexus: Scene) -> None:
    """Part 1.4: a holiday that an administrator adds counts for new tickets, and for old ones as they go on."""
    old = nexus.opens(at("Wed 2026-12-23 15:00 CET"), queue="sweden", severity="B")

    nexus.close_on("sweden", "2026-12-24")

    new = nexus.opens(at("Wed 2026-12-23 15:00 CET"), queue="sweden", severity="B")
    note(ticket_id=old.pk, body="Nobody is here tomorrow.", actor=nexus.agent, now=at("Wed 2026-12-23 15:10 CET"))
    for ticket in (new, old):
        assert_due(ticket, "first_response", at("Mon 2026-12-28 10:00 CET"))
        assert_due(ticket, "resolution", at("Wed 2026-12-30 15:00 CET"))


ASKED = at("Mon 2026-06-15 10:00 CEST")
DEADLINE = at("Mon 2026-06-29 17:00 CEST")


@pytest.fixture
def waiting(nexus: Scene) -> Ticket:
    """Severity C, answered in time, waiting for log files with a deadline."""
    ticket = nexus.opens(at("Mon 2026-06-08 09:00 CEST"), queue="sweden", severity="C")
    take(ticket_id=ticket.pk, actor=nexus.agent, now=at("Mon 2026-06-08 09:30 CEST"))
    nexus.agent_says(ticket, at("Mon 2026-06-08 10:00 CEST"))
    assert clock(ticket, "resolution").due_at == at("Mon 2026-06-22 09:00 CEST")
    nexus.agent_says(ticket, ASKED, status="waiting_customer", deadline_at=DEADLINE)
    assert (clock(ticket, "resolution").state, clock(ticket, "resolution").due_at) == ("paused", None)
    return ticket


def test_nx_t5_without_an_answer_the_customer_is_reminded_and_the_ticket_closed(nexus: Scene, waiting: Ticket) -> None:
    """NX-4.6-07, NX-4.6-13, NX-4.6-15: reminder two business days before the deadline, closed after it, with a mail."""
    reminder = at("Fri 2026-06-26 08:00 CEST")
    sweep(reminder)
    assert recorded(waiting, "reminder") == []
    sweep(reminder + SECOND)
    assert told(waiting, reminder + SECOND) == {("reminder", "requester")}

    sweep(DEADLINE)
    assert status_of(waiting) == "waiting_customer"
    sweep(DEADLINE + MINUTE)
    sweep(DEADLINE + 2 * MINUTE)
    assert status_of(waiting) == "closed_inactivity"
    assert told(waiting, DEADLINE + MINUTE) == {("ticket_closed", "requester")}
    closing = recorded(waiting, "status")[-1]
    assert (closing.actor_kind, closing.meta["rule"]) == ("worker", "customer-deadline")
    assert len(recorded(waiting, "reminder")) == 1
    assert recorded(waiting, "breach") == []


def test_nx_t5_an_answer_cancels_the_deadline_and_the_restore_clock_goes_on(nexus: Scene, waiting: Ticket) -> None:
    """NX-4.6-03, NX-4.6-07: back to Open, the due time later by the open time that was paused."""
    nexus.customer_says(waiting, at("Wed 2026-06-24 09:00 CEST"))
    assert (status_of(waiting), fresh(waiting).deadline_at) == ("open", None)
    assert_due(waiting, "resolution", at("Tue 2026-06-30 17:00 CEST"))
    sweep(DEADLINE + MINUTE)
    assert status_of(waiting) == "open"
    assert recorded(waiting, "reminder") == []


ANSWERED = at("Mon 2026-03-09 11:00 CET")
PUBLISHED = at("Mon 2026-11-16 09:00 CET")


@pytest.fixture
def wish(nexus: Scene) -> Ticket:
    """A feature request; no service-level clock runs."""
    ticket = nexus.opens(at("Mon 2026-03-02 10:00 CET"), type="feature_request", queue="sweden")
    assert status_of(ticket) == "new"
    assert not ticket.clocks.exists()
    return ticket


def answers(nexus: Scene, ticket: Ticket, answer: str) -> None:
    answer_request(
        ticket_id=ticket.pk, answer=answer, words="The Product Owner says so.", actor=nexus.agent, now=ANSWERED
    )


def publishes(nexus: Scene, *tickets: Ticket, product: str = "prime") -> Release:
    """Release 6.2 goes out with these tickets on its list."""
    row = nexus.known.products[product]
    return publish_release(product=row, version="6.2", tickets=tickets, actor=nexus.agent, now=PUBLISHED)


def test_nx_t6_a_feature_request_is_answered_reopened_on_release_and_closed_again(nexus: Scene, wish: Ticket) -> None:
    """NX-4.4-03, NX-4.5-01, NX-4.5-02, NX-4.5-03, NX-4.5-04, NX-4.6-10, NX-4.6-12: one number all its life."""
    answers(nexus, wish, "accepted")
    ended = fresh(wish)
    assert (ended.status.code, ended.status_reason, ended.answer) == ("closed_other", "not_an_incident", "accepted")
    assert told(wish, ANSWERED) == {("ticket_closed", "requester")}
    for delivery in claim(now=ANSWERED + MINUTE):
        send(delivery, now=ANSWERED + MINUTE)
    assert "Answer: accepted" in mail.outbox[-1].body
    assert "The Product Owner says so." in mail.outbox[-1].body

    publishes(nexus, wish)
    sweep(PUBLISHED)
    assert status_of(wish) == "closed_other"
    sweep(PUBLISHED + MINUTE)
    assert status_of(wish) == "open"
    reopening = recorded(wish, "status")[-1]
    assert (reopening.actor_kind, reopening.meta["rule"]) == ("worker", "reopen_on_release")
    publishes(nexus, wish)
    sweep(PUBLISHED + 2 * MINUTE)
    assert len(recorded(wish, "released")) == 1

    sent = at("Mon 2026-11-16 09:05 CET")
    send_version(ticket_id=wish.pk, actor=nexus.agent, now=sent)
    ended = fresh(wish)
    assert (ended.status.code, ended.number, ended.facts) == (
        "closed_successful",
        wish.number,
        {"resolution": "PRIME 6.2"},
    )
    assert told(wish, sent) == {("ticket_closed", "requester")}
    for delivery in claim(now=sent + MINUTE):
        send(delivery, now=sent + MINUTE)
    assert "PRIME 6.2 has what you asked for here." in mail.outbox[-1].body
    publishes(nexus, wish)
    sweep(sent + MINUTE)
    assert status_of(wish) == "closed_successful"  # published again, it opens nothing a second time
    assert not wish.clocks.exists()


def test_nx_t6_a_rejected_request_stays_closed(nexus: Scene, wish: Ticket) -> None:
    """NX-4.5-03: only what was accepted is opened again."""
    answers(nexus, wish, "rejected")
    publishes(nexus, wish)
    sweep(PUBLISHED + MINUTE)
    assert status_of(wish) == "closed_other"
    assert recorded(wish, "released") == []


def test_nx_t6_without_an_answer_it_cannot_be_closed(nexus: Scene, wish: Ticket) -> None:
    """NX-4.5-01, NX-4.5-02: exactly two answers, and no closing without one of them."""
    with pytest.raises(Refused, match="Still needed: an answer to the request, accepted or rejected"):
        nexus.agent_says(wish, ANSWERED, status="closed_other", reason="not_an_incident")
    with pytest.raises(Refused, match="The answer is accepted or rejected"):
        answers(nexus, wish, "perhaps")
    assert status_of(wish) == "new"
    assert recorded(wish, "message") == []
