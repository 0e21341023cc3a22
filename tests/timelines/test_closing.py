"""How tickets end, on the vendors' real process files: who closes, what it needs, what a late word does."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from helpdesk.access import Refused
from helpdesk.tenancy import current_vendor
from notifications.models import Delivery
from notifications.outbound.mails import compose
from sla.models import Clock
from tests.people import acts, make_agent
from tests.timelines.scene import Scene, at, clock, fresh, recorded, staged, status_of, told
from tickets.commands import accept, change_severity, change_status, record_facts, say_solved
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
MONDAY, LATER = at("Mon 2026-06-08 09:00 CEST"), at("Tue 2026-06-09 10:00 CEST")
HOUR = timedelta(hours=1)


def set_to(scene: Scene, ticket: Ticket, status: str, now: object = LATER, **given: object) -> None:
    """The agent sets a status."""
    row = scene.known.statuses[status]
    change_status(ticket_id=ticket.pk, status=row, actor=scene.agent, now=now, **given)


# --- Nexus -----------------------------------------------------------------------------------------------------


@pytest.fixture
def nexus() -> Iterator[Scene]:
    with staged("nexus") as scene:
        yield scene


def delivered(scene: Scene) -> Ticket:
    """A solution was delivered; its acceptance is pending."""
    ticket = scene.opens(MONDAY)
    scene.agent_says(
        ticket,
        LATER,
        status="pending_customer",
        reason="acceptance_pending",
        facts={"resolution": "A new certificate."},
    )
    return ticket


def test_a_delivered_solution_waits_for_acceptance_and_accepting_closes_it(nexus: Scene) -> None:
    """NX-4.6-04, NX-4.6-08, NX-4.6-10: one closing state, chosen by itself, with the closing mail."""
    ticket = delivered(nexus)
    assert (fresh(ticket).turn, clock(ticket, "resolution").state) == ("customer", "paused")
    accept(ticket_id=ticket.pk, actor=nexus.contact.actor, now=LATER + HOUR)
    found = fresh(ticket)
    assert (found.status.code, found.finished_at) == ("closed_successful", LATER + HOUR)
    assert ("ticket_closed", "requester") in told(ticket, LATER + HOUR)
    assert recorded(ticket, "accepted")[0].actor_kind == "contact"
    with pytest.raises(Refused, match="Nothing waits for your agreement"):
        accept(ticket_id=ticket.pk, actor=nexus.contact.actor, now=LATER + HOUR)


def test_what_is_not_solved_is_opened_by_saying_so(nexus: Scene) -> None:
    """NX-4.6-08: the other answer."""
    ticket = delivered(nexus)
    nexus.customer_says(ticket, LATER + HOUR)
    assert status_of(ticket) == "open"
    with pytest.raises(Refused, match="Nothing waits for your agreement"):
        accept(ticket_id=ticket.pk, actor=nexus.contact.actor, now=LATER + HOUR)


def test_where_acceptance_was_agreed_on_no_agent_closes_without_it(nexus: Scene) -> None:
    """NX-4.6-11: a setting of the company; what an agent ticks is no acceptance."""
    company = nexus.contact.company
    company.acceptance_required = True
    company.save()
    ticket = nexus.opens(MONDAY)
    with pytest.raises(Refused, match="The customer's acceptance"):
        set_to(nexus, ticket, "closed_successful", facts={"resolution": "Done.", "customer_accepted": True})
    second = delivered(nexus)
    accept(ticket_id=second.pk, actor=nexus.contact.actor, now=LATER + HOUR)
    assert status_of(second) == "closed_successful"


def test_elsewhere_proof_by_the_customer_is_optional(nexus: Scene) -> None:
    """NX-4.6-11: without the setting the agent closes."""
    ticket = nexus.opens(MONDAY)
    set_to(nexus, ticket, "closed_successful", facts={"resolution": "Done."})
    assert status_of(ticket) == "closed_successful"


def test_closing_with_a_workaround_needs_the_workaround_and_the_agreement(nexus: Scene) -> None:
    """NX-4.6-14: both conditions, each by itself refused."""
    ticket = nexus.opens(MONDAY)
    for facts in ({"workaround": "Use the other card."}, {"customer_agreed": True}):
        with pytest.raises(Refused, match="Still needed"):
            set_to(nexus, ticket, "closed_workaround", facts=facts)
    set_to(nexus, ticket, "closed_workaround", facts={"workaround": "Use the other card.", "customer_agreed": True})
    assert status_of(ticket) == "closed_workaround"


def test_closing_always_uses_one_of_four_states(nexus: Scene) -> None:
    """NX-4.6-04, NX-4.6-12, NX-4.6-15: four, one of them with three reasons."""
    closing = {row.code: row for row in nexus.known.statuses.offered if row.is_final}
    assert set(closing) == {"closed_successful", "closed_other", "closed_inactivity", "closed_workaround"}
    assert len(closing["closed_other"].reasons) == 3
    ticket = nexus.opens(MONDAY)
    with pytest.raises(Refused, match="needs a reason"):
        set_to(nexus, ticket, "closed_other")


# --- Xecuritas -------------------------------------------------------------------------------------------------


@pytest.fixture
def xecuritas() -> Iterator[Scene]:
    with staged("xecuritas") as scene:
        yield scene


def test_a_case_closes_when_both_sides_agree_whoever_proposes(xecuritas: Scene) -> None:
    """XE-7-09: two agreements, each a line with name and time."""
    ticket = xecuritas.opens(MONDAY)
    record_facts(ticket_id=ticket.pk, facts={"initial_recommendation": "Update."}, actor=xecuritas.agent, now=MONDAY)
    set_to(xecuritas, ticket, "closure_proposed")
    assert fresh(ticket).turn == "customer"
    accept(ticket_id=ticket.pk, actor=xecuritas.contact.actor, now=LATER + HOUR)
    assert status_of(ticket) == "closed"
    agreed = [(line.actor_kind, line.meta["keys"]) for line in recorded(ticket, "facts")[1:]]
    assert agreed == [("agent", ["support_agreed"]), ("contact", ["customer_agreed"])]

    second, us = xecuritas.opens(MONDAY), {"initial_recommendation": "Update.", "support_agreed": True}
    proposed = xecuritas.known.statuses["closure_proposed"]
    change_status(ticket_id=second.pk, status=proposed, actor=xecuritas.contact.actor, now=LATER)
    assert fresh(second).turn == "vendor"
    with pytest.raises(Refused, match="Nothing waits for your agreement"):
        accept(ticket_id=second.pk, actor=xecuritas.contact.actor, now=LATER)
    set_to(xecuritas, second, "closed", LATER + HOUR, facts=us)
    assert status_of(second) == "closed"


def test_one_side_alone_does_not_close_and_a_refusal_keeps_the_case_open(xecuritas: Scene) -> None:
    """XE-7-09, XE-4-14: the agent's word is not enough; the customer's answer returns it to open."""
    ticket = xecuritas.opens(MONDAY)
    with pytest.raises(Refused, match="The customer agrees to closing"):
        set_to(xecuritas, ticket, "closed", facts={"initial_recommendation": "Update.", "support_agreed": True})
    set_to(xecuritas, ticket, "closure_proposed")
    xecuritas.customer_says(ticket, LATER + HOUR)
    assert status_of(ticket) == "open"


def test_agreeing_before_the_record_is_complete_leaves_the_closing_to_staff(xecuritas: Scene) -> None:
    """XE-4-13, XE-7-09: the agreement counts, the missing fact is still needed."""
    ticket = xecuritas.opens(MONDAY)
    set_to(xecuritas, ticket, "closure_proposed")
    accept(ticket_id=ticket.pk, actor=xecuritas.contact.actor, now=LATER + HOUR)
    assert (status_of(ticket), fresh(ticket).turn) == ("closure_proposed", "vendor")
    set_to(xecuritas, ticket, "closed", LATER + 2 * HOUR, facts={"initial_recommendation": "Update."})
    assert status_of(ticket) == "closed"


def test_a_new_proposal_asks_anew(xecuritas: Scene) -> None:
    """XE-7-09: an agreement to an earlier proposal is none to this one."""
    ticket = xecuritas.opens(MONDAY)
    set_to(xecuritas, ticket, "closure_proposed")
    accept(ticket_id=ticket.pk, actor=xecuritas.contact.actor, now=LATER)
    xecuritas.agent_says(ticket, LATER, status="open")
    set_to(xecuritas, ticket, "closure_proposed", LATER + HOUR)
    assert "customer_agreed" not in fresh(ticket).facts
    assert recorded(ticket, "facts_withdrawn")[0].meta["keys"] == ["customer_agreed"]


def test_a_team_lead_may_close_without_the_agreements(xecuritas: Scene) -> None:
    """XE-7-09: "generally" leaves room for one who answers for it."""
    ticket, lead = xecuritas.opens(MONDAY), acts(make_agent("team_lead"))
    closed = xecuritas.known.statuses["closed"]
    change_status(ticket_id=ticket.pk, status=closed, actor=lead, now=LATER)
    assert status_of(ticket) == "closed"


@pytest.mark.parametrize("way", ["workaround", "alternate_plan"])
def test_a_workaround_or_another_plan_ends_the_resolution_clock(xecuritas: Scene, way: str) -> None:
    """XE-6-02: three ways; the case can stay open."""
    ticket = xecuritas.opens(MONDAY, severity="2")
    record_facts(ticket_id=ticket.pk, facts={way: "Restart it."}, actor=xecuritas.agent, now=LATER)
    resolution = clock(ticket, "resolution")
    assert (resolution.state, resolution.met_at, status_of(ticket)) == ("met", LATER, "open")


def test_solving_ends_it_too(xecuritas: Scene) -> None:
    """XE-6-02: the first of the three ways."""
    ticket = xecuritas.opens(MONDAY, severity="2")
    facts = {"initial_recommendation": "Update.", "support_agreed": True, "customer_agreed": True}
    set_to(xecuritas, ticket, "closed", facts=facts)
    assert clock(ticket, "resolution").met_at == LATER


# --- LuxCloud --------------------------------------------------------------------------------------------------


@pytest.fixture
def luxcloud() -> Iterator[Scene]:
    with staged("luxcloud") as scene:
        yield scene


def test_the_partner_s_word_tells_the_desk_and_closes_nothing(luxcloud: Scene) -> None:
    """LX-2.4.3-01, LX-2.4.3-05: the partner cannot set Resolved; an agent does, in one step."""
    ticket = luxcloud.opens(MONDAY)
    say_solved(ticket_id=ticket.pk, actor=luxcloud.contact.actor, now=LATER)
    assert ("ticket_updated", "queue_team") in told(ticket, LATER)
    assert status_of(ticket) != "resolved"
    resolved = luxcloud.known.statuses["resolved"]
    with pytest.raises(Refused, match="not a status that you can set"):
        change_status(ticket_id=ticket.pk, status=resolved, reason="solved", actor=luxcloud.contact.actor, now=LATER)
    luxcloud.agent_says(ticket, LATER + HOUR, status="resolved", reason="solved")
    assert status_of(ticket) == "resolved"


def test_resolving_needs_a_noted_solution_and_adds_the_standard_message(luxcloud: Scene) -> None:
    """LX-2.4.3-02, LX-2.4.3-06, LX-2.4.3-07: the words, the message, the mails to both sides."""
    ticket = luxcloud.opens(MONDAY)
    with pytest.raises(Refused, match="Still needed: Solution"):
        set_to(luxcloud, ticket, "resolved", reason="solved")
    luxcloud.agent_says(ticket, LATER, status="resolved", reason="solved")
    assert {("ticket_closed", "requester"), ("ticket_closed", "queue_team")} <= told(ticket, LATER)
    mail = compose(Delivery.objects.get(ticket=ticket, event="ticket_closed", audience="requester"))
    assert "You can reopen it at any time by replying" in mail.body


def test_a_reply_opens_it_again_after_a_year_under_the_same_number(luxcloud: Scene) -> None:
    """LX-2.4.4-01, LX-2.4.4-02, LX-2.4.4-03: with the situation described again, and the desk told."""
    ticket = luxcloud.opens(MONDAY)
    luxcloud.agent_says(ticket, LATER, status="resolved", reason="solved")
    year_later = at("Tue 2027-06-08 10:00 CEST")
    with pytest.raises(Refused, match="the same as before or different"):
        luxcloud.customer_says(ticket, year_later)
    luxcloud.customer_says(ticket, year_later, restatement="identical")
    assert (status_of(ticket), fresh(ticket).number) == ("open", ticket.number)
    assert "ticket_reopened" in {event for event, _ in told(ticket, year_later)}


def test_a_follow_up_has_its_own_number_and_the_old_one_stays_resolved(luxcloud: Scene) -> None:
    """LX-2.4.4-04: linked both ways."""
    ticket = luxcloud.opens(MONDAY)
    luxcloud.agent_says(ticket, LATER, status="resolved", reason="solved")
    follow_up = luxcloud.opens(LATER + HOUR, follows=fresh(ticket))
    assert (follow_up.number != ticket.number, status_of(ticket)) == (True, "resolved")
    assert recorded(follow_up, "follows")[0].meta["of"] == ticket.number


def test_a_business_day_is_nine_hours_in_targets_and_closing_rules(luxcloud: Scene) -> None:
    """LX-3.2-01, LX-1.3-07, LX-1.3-08: 540 minutes of the calendar; the standard level counts for every ticket."""
    ticket = luxcloud.opens(MONDAY)
    resolution = Clock.objects.get(ticket=ticket, metric="resolution")
    assert (resolution.target["amount"], resolution.due_at) == (2, at("Wed 2026-06-10 09:00 CEST"))
    assert resolution.target["policy"] == "standard"
    assert {row.type.code for row in (ticket,)} <= {row.code for row in luxcloud.known.types.offered if row.sla_applies}


# --- Hypergene and XMPro -----------------------------------------------------------------------------------------


def test_closing_tells_the_customer_only_if_nobody_told_of_the_solution() -> None:
    """HG-2.1-08, HG-2.7-03: the change to solved sends the solution; closing after it sends nothing."""
    with staged("hypergene") as scene:
        told_before, not_told = scene.opens(MONDAY), scene.opens(MONDAY)
        with pytest.raises(Refused, match="Still needed"):
            set_to(scene, told_before, "solved")
        required = scene.known.statuses["solved"].requires[0]["key"]
        set_to(scene, told_before, "solved", facts={required: "Starta om."})
        assert ("status_entered", "requester") in told(told_before, LATER)
        set_to(scene, told_before, "closed", LATER + HOUR, facts={required: "Starta om."})
        assert told(told_before, LATER + HOUR) == set()

        set_to(scene, not_told, "closed", LATER + HOUR, facts={required: "Starta om."})
        assert {audience for _, audience in told(not_told, LATER + HOUR)} == {"requester"}


def test_as_soon_as_possible_has_no_clock_and_stands_behind_what_is_due() -> None:
    """XP-5-14: never late, sorted last."""
    with staged("xmpro") as scene:
        ticket = scene.opens(MONDAY)
        change_severity(
            ticket_id=ticket.pk, severity=scene.known.severities["4"], actor=scene.agent, now=MONDAY, reason="Later"
        )
        assert not Clock.objects.filter(ticket=ticket, state="running").exists()
        assert scene.known.severities["4"].best_effort
        assert fresh(ticket).next_due_at.year == 9999
        assert current_vendor().slug == "xmpro"
