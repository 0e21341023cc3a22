"""Escalation on the vendors' own processes: whom it asks, in which order, who is told, how it ends."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from helpdesk.access import Actor, Refused
from helpdesk.models import Contact, Team, Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from notifications.outbound.mails import compose
from sla.commands import answer_escalation, close_escalation, escalate
from sla.models import Escalation
from sla.queries.escalations import offered
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tests.timelines.scene import sweep
from tickets.commands import change_status, reply
from tickets.commands.rules import closing_timers
from tickets.models import Entry, Payload, Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WHY = "Nobody has called back since Monday."


@pytest.fixture
def at() -> Iterator[Callable[[str], Vendor]]:
    """Opens the door of a vendor, with one agent in every team and an administrator."""
    entered: list[Any] = []

    def open_door(slug: str) -> Vendor:
        door = acting_for(Vendor.objects.get(slug=slug))
        vendor = door.__enter__()
        entered.append(door)
        make_agent("vendor_admin", name="Administrator", teams=())
        return vendor

    yield open_door
    for door in entered:
        door.__exit__(None, None, None)


def asks(ticket: Ticket, actor: Actor, kind: str, now: Any = NOW + HOUR, why: str = WHY, **facts: Any) -> Escalation:
    return escalate(ticket_id=ticket.pk, kind=kind, reason=why, actor=actor, now=now, **facts)


def flags_of(ticket: Ticket) -> list[str]:
    return list(Ticket.objects.get(pk=ticket.pk).flags)


def told(ticket: Ticket, now: Any) -> set[tuple[str, str]]:
    """(event, address) of the mails that were queued at this instant."""
    return set(Delivery.objects.filter(ticket=ticket, created_at=now).values_list("event", "to_address"))


def body_of(ticket: Ticket, seq: int | None) -> str:
    return str(Payload.objects.get(ticket=ticket, seq=seq).body)


def managed(**facts: Any) -> Contact:
    """A contact of a company that has an account manager."""
    facts = {"account_manager": "Kim Keyes", "account_manager_email": "kam@vendor.example", **facts}
    return make_contact(make_company(**facts))


# --- Whom it asks ----------------------------------------------------------------------------------------


def test_the_director_first_then_the_key_account_manager(at: Any) -> None:
    """NX-4.3-01, NX-4.3-02: level 1, then level 2; both are told with the reason, and the ticket says who asked when."""
    at("nexus")
    contact = managed()
    ticket = make_ticket(contact)

    first = asks(ticket, contact.actor, "hierarchical")
    assert (first.level, first.title, first.asked_by_name, first.asked_at) == (
        1, "Director of Support", contact.name, NOW + HOUR,
    )  # fmt: skip
    assert told(ticket, NOW + HOUR) == {
        ("escalated", "director.support@nexus.example"),
        ("escalated", contact.email),
    }
    mail = compose(Delivery.objects.get(to_address="director.support@nexus.example"))
    assert WHY in mail.body
    assert f"/agent/tickets/{ticket.number}/" in mail.body
    assert "Escalated: " in mail.subject
    assert flags_of(ticket) == ["escalated"]

    second = asks(ticket, contact.actor, "hierarchical", NOW + 2 * HOUR, "Still nothing.")
    first.refresh_from_db()
    assert (first.outcome, second.level, second.title) == ("raised", 2, "Key Account Manager")
    assert second.told == [{"name": "Kim Keyes", "address": "kam@vendor.example", "role": "role:key_account_manager"}]
    assert ("escalated", "kam@vendor.example") in told(ticket, NOW + 2 * HOUR)


def test_without_an_account_manager_an_administrator_is_told(at: Any) -> None:
    """NX-4.3-02: nobody is stored on the company."""
    at("nexus")
    ticket = make_ticket()
    for hours in (1, 2):
        asks(ticket, ticket.requester.actor, "hierarchical", NOW + hours * HOUR)
    last = Escalation.objects.latest("pk")
    assert (last.title, [person["name"] for person in last.told]) == ("Key Account Manager", ["Administrator"])


@pytest.mark.parametrize(
    ("queue", "title"), [("partner-assist", "Director of Support"), ("inbox", "Director of Support")]
)
def test_partner_assistance_falls_back_to_the_director(at: Any, queue: str, title: str) -> None:
    """NX-5.1-03: the contact is not yet defined."""
    at("nexus")
    ticket = make_ticket(queue=catalogue().queues[queue])
    asked = asks(ticket, acts(make_agent()), "hierarchical")
    assert (asked.title, [person["address"] for person in asked.told]) == (title, ["director.support@nexus.example"])


def test_in_a_project_the_business_consultant_is_asked(at: Any) -> None:
    """NX-5.1-02: until projects name their consultant, the director reads it in the consultant's place."""
    vendor = at("nexus")
    queue = catalogue().queues["inbox"]
    type(queue).objects.filter(pk=queue.pk).update(kind="project")
    vendor.touch_process()
    ticket = make_ticket(queue=catalogue().queues["inbox"])
    asked = asks(ticket, ticket.requester.actor, "hierarchical")
    assert (asked.role, asked.title) == ("responsible_business_consultant", "Responsible business consultant")
    assert [person["address"] for person in asked.told] == ["director.support@nexus.example"]


def test_the_account_manager_can_be_asked_at_any_hour(at: Any) -> None:
    """XE-8-02: on a Sunday night, too; the case shows it."""
    at("xecuritas")
    contact = managed()
    ticket = make_ticket(contact)
    night = NOW + 5 * DAY + 15 * HOUR
    asked = asks(ticket, contact.actor, "customer", night)
    assert (asked.title, asked.told[0]["address"]) == ("Account manager", "kam@vendor.example")
    assert flags_of(ticket) == ["escalated"]


def test_the_technical_support_director_is_asked_by_phone(at: Any) -> None:
    """XE-8-03, XE-8-01: the customer has no button for it; the engineer who takes the call records it with a reason."""
    at("xecuritas")
    contact, engineer = managed(), acts(make_agent(name="Engineer"))
    ticket = make_ticket(contact)
    with pytest.raises(Refused, match="nobody to escalate this to"):
        asks(ticket, contact.actor, "management")
    asked = asks(ticket, engineer, "management")
    assert (asked.level, asked.title, asked.asked_by_name) == (2, "Technical support director", "Engineer")
    assert told(ticket, NOW + HOUR) == {("escalated", "support.director@xecuritas.example")}
    line = Entry.objects.get(ticket=ticket, seq=asked.seq)
    assert (line.visibility, body_of(ticket, asked.seq)) == ("internal", WHY)


def test_a_partner_is_not_satisfied_with_any_ticket(at: Any) -> None:
    """LX-3.6-01, LX-3.6-02: the Partner Success Manager, then the CEO; on a resolved ticket, too, which stays so."""
    at("luxcloud")
    ticket, desk = make_ticket(), acts(make_agent())
    done = catalogue().statuses["resolved"]
    change_status(ticket_id=ticket.pk, status=done, reason="solved", message="Done.", actor=desk, now=NOW)
    partner = ticket.requester.actor
    first = asks(ticket, partner, "satisfaction")
    now = Ticket.objects.get(pk=ticket.pk)
    assert (first.title, now.is_finished, now.flags) == ("Partner Success Manager", True, ["escalated"])
    [step] = offered(now, partner, [first])
    assert (step.level, step.title) == (2, "CEO")
    asks(ticket, partner, "satisfaction", NOW + 2 * HOUR)
    assert ("escalated", "ceo@luxcloud.example") in told(ticket, NOW + 2 * HOUR)
    with pytest.raises(Refused, match="This went to the highest level already"):
        asks(ticket, partner, "satisfaction", NOW + 3 * HOUR)


def test_each_level_has_title_and_address(at: Any) -> None:
    """LX-3.6-03, NX-5.1.1-01: what the escalation page shows is data of the step."""
    at("luxcloud")
    steps = offered(make_ticket(), acts(make_agent()), [])
    assert [(step.title, step.email) for step in steps] == [
        ("Partner Success Manager", "partner.success@luxcloud.example")
    ]


def test_what_is_finished_is_opened_first(at: Any) -> None:
    """NX-4.3-01: elsewhere a finished ticket says what to do instead."""
    at("nexus")
    ticket, desk = make_ticket(), acts(make_agent())
    done = catalogue().statuses["closed_other"]
    change_status(ticket_id=ticket.pk, status=done, reason="not_an_incident", actor=desk, now=NOW)
    with pytest.raises(Refused, match="Write an answer first: that opens it again"):
        asks(ticket, ticket.requester.actor, "hierarchical")
    assert not Escalation.objects.exists()


def test_where_no_path_is_there_is_nobody_to_ask(at: Any) -> None:
    at("xmpro")
    ticket = make_ticket()
    with pytest.raises(Refused, match="There is nobody to escalate this to"):
        asks(ticket, ticket.requester.actor, "hierarchical")
    assert offered(ticket, ticket.requester.actor, []) == []


def test_strangers_and_readers_escalate_nothing(at: Any) -> None:
    at("nexus")
    ticket = make_ticket()
    for actor in (make_contact().actor, acts(make_agent("read_only"))):
        with pytest.raises(Refused):
            asks(ticket, actor, "hierarchical")
    with pytest.raises(Refused, match="Say why"):
        asks(ticket, ticket.requester.actor, "hierarchical", why="  ")


def test_a_double_click_is_one_escalation(at: Any) -> None:
    at("nexus")
    ticket, key = make_ticket(), uuid4()
    first = asks(ticket, ticket.requester.actor, "hierarchical", key=key)
    again = asks(ticket, ticket.requester.actor, "hierarchical", NOW + HOUR + MINUTE, key=key)
    assert (again.pk, Escalation.objects.count()) == (first.pk, 1)


# --- Answer and end --------------------------------------------------------------------------------------


def test_the_answer_and_the_end_go_to_whoever_asked(at: Any) -> None:
    """NX-4.3-01: the ticket shows all of it, and the mark goes with the last that is open."""
    at("nexus")
    contact, desk = managed(), acts(make_agent())
    colleague = make_contact(contact.company)
    ticket = make_ticket(contact)
    asked = asks(ticket, colleague.actor, "hierarchical")

    answered = answer_escalation(escalation_id=asked.pk, words="I call you at ten.", actor=desk, now=NOW + 2 * HOUR)
    assert (answered.answered_by_id, answered.is_open) == (desk.id, True)
    assert told(ticket, NOW + 2 * HOUR) == {("escalation_answered", colleague.email)}
    assert "I call you at ten." in compose(Delivery.objects.get(created_at=NOW + 2 * HOUR)).body
    assert flags_of(ticket) == ["escalated"]
    with pytest.raises(Refused, match="answered already"):
        answer_escalation(escalation_id=asked.pk, words="Again.", actor=desk, now=NOW + 3 * HOUR)

    ended = close_escalation(
        escalation_id=asked.pk, outcome="satisfied", words="Agreed on the phone.", actor=desk, now=NOW + 4 * HOUR
    )
    assert (ended.outcome, ended.closed_by_id, flags_of(ticket)) == ("satisfied", desk.id, [])
    assert told(ticket, NOW + 4 * HOUR) == {("escalation_closed", colleague.email)}
    kinds = Entry.objects.filter(ticket=ticket, kind__startswith="escalation").order_by("seq")
    assert [(line.kind, line.visibility) for line in kinds] == [
        ("escalation", "public"), ("escalation_answered", "public"), ("escalation_closed", "public"),
    ]  # fmt: skip
    with pytest.raises(Refused, match="has ended already"):
        close_escalation(escalation_id=asked.pk, outcome="satisfied", words="Twice", actor=desk, now=NOW + 5 * HOUR)


@pytest.mark.parametrize(("outcome", "level"), [("satisfied", 1), ("withdrawn", 1), ("unsatisfied", 2)])
def test_after_an_end_it_starts_again_or_goes_on(at: Any, outcome: str, level: int) -> None:
    """NX-4.3-02: who was not content goes one level up."""
    at("nexus")
    ticket, desk = make_ticket(), acts(make_agent())
    asked = asks(ticket, ticket.requester.actor, "hierarchical")
    close_escalation(escalation_id=asked.pk, outcome=outcome, words="So it is.", actor=desk, now=NOW + 2 * HOUR)
    assert asks(ticket, ticket.requester.actor, "hierarchical", NOW + 3 * HOUR).level == level


def test_ends_that_come_by_themselves_are_not_given_by_hand(at: Any) -> None:
    at("nexus")
    ticket, desk = make_ticket(), acts(make_agent())
    asked = asks(ticket, desk, "hierarchical")
    for outcome, words, sentence in (("raised", "x", "Choose how"), ("satisfied", " ", "Say how it ended")):
        with pytest.raises(Refused, match=sentence):
            close_escalation(escalation_id=asked.pk, outcome=outcome, words=words, actor=desk, now=NOW + DAY)
    with pytest.raises(Refused, match="Write down the answer"):
        answer_escalation(escalation_id=asked.pk, words="", actor=desk, now=NOW + DAY)


def test_customers_see_what_customers_asked(at: Any) -> None:
    at("xecuritas")
    contact = managed()
    ticket = make_ticket(contact)
    asks(ticket, contact.actor, "customer")
    asks(ticket, acts(make_agent()), "management", NOW + 2 * HOUR)
    seen = Escalation.objects.visible_to(contact.actor)
    assert [row.kind for row in seen] == ["customer"]


def test_an_escalation_is_a_word_of_the_customer(at: Any) -> None:
    """XE-7-10: it is an answer to whatever was asked, so nothing is closed for want of one."""
    at("xecuritas")
    contact, desk = managed(), acts(make_agent())
    ticket = make_ticket(contact)
    status = catalogue().statuses["info_requested"]
    reply(ticket_id=ticket.pk, body="Logs?", actor=desk, now=NOW, status=status)
    asks(ticket, contact.actor, "customer")
    now = Ticket.objects.select_related("status").get(pk=ticket.pk)
    assert (now.status.code, now.turn, closing_timers(now)) == ("open", "vendor", frozenset())
    sweep(NOW + 11 * DAY)
    assert not Ticket.objects.get(pk=ticket.pk).is_finished


# --- By rules --------------------------------------------------------------------------------------------


def test_a_missed_target_goes_to_the_management_once(at: Any) -> None:
    """XE-4-15, XE-6-04: one notice to management in the rule's name, the mark, and the case shows it."""
    at("xecuritas")
    manager = make_agent(name="Manager", teams=("management",))
    ticket = make_ticket(severity=catalogue().severities["1"], actor=acts(make_agent(teams=("support",))))
    for minutes in (61, 62, 120):
        sweep(NOW + minutes * MINUTE)
    [asked] = Escalation.objects.filter(ticket=ticket)
    assert (asked.kind, asked.rule, asked.asked_by_kind, asked.title) == (
        "target", "response-missed", "worker", "Technical support management",
    )  # fmt: skip
    assert (asked.asked_at, [person["name"] for person in asked.told]) == (NOW + 61 * MINUTE, ["Manager"])
    assert [pair for pair in told(ticket, NOW + 61 * MINUTE) if pair[0] != "page"] == [
        ("escalated", manager.user.email)
    ]
    line = Entry.objects.get(ticket=ticket, seq=asked.seq)
    assert (line.kind, line.actor_kind, line.meta["rule"], line.visibility) == (
        "escalation", "worker", "response-missed", "internal",
    )  # fmt: skip
    sweep(NOW + DAY + MINUTE)
    assert set(Escalation.objects.values_list("rule", flat=True)) == {"response-missed", "resolution-missed"}
    assert flags_of(ticket) == ["escalated"]


def test_what_a_rule_asked_ends_with_the_ticket(at: Any) -> None:
    """XE-4-15: nobody is left marked on what is finished."""
    at("xecuritas")
    desk = acts(make_agent())
    ticket = make_ticket(severity=catalogue().severities["1"], actor=desk)
    sweep(NOW + 61 * MINUTE)
    facts = {"initial_recommendation": "x", "customer_agreed": True, "support_agreed": True}
    lead = acts(make_agent("team_lead"))
    change_status(ticket_id=ticket.pk, status=catalogue().statuses["closed"], facts=facts, actor=lead, now=NOW + DAY)
    assert list(Escalation.objects.values_list("outcome", flat=True)) == ["finished"]
    assert flags_of(ticket) == []


def test_a_missed_target_goes_to_the_team_lead(at: Any) -> None:
    """HG-2.1-05: the warning is a notice, the breach an escalation; both are in the ticket."""
    at("hypergene")
    lead = make_agent("team_lead", name="Lead", teams=("line1",))
    ticket = make_ticket()
    sweep(NOW + 2 * DAY)
    [asked] = Escalation.objects.filter(ticket=ticket)
    assert (asked.rule, [person["name"] for person in asked.told]) == ("response-missed", ["Lead"])
    assert ("escalated", lead.user.email) in told(ticket, NOW + 2 * DAY)
    kinds = list(Entry.objects.filter(ticket=ticket).values_list("kind", flat=True))
    assert {"warning", "breach", "escalation"} <= set(kinds)


def test_an_escalation_never_goes_nowhere(at: Any) -> None:
    """HG-2.1-05: without a single team lead, an administrator is told."""
    at("hypergene")
    make_ticket()
    sweep(NOW + 2 * DAY)
    assert [person["name"] for person in Escalation.objects.get().told] == ["Administrator"]


def test_a_role_is_the_head_of_a_team_where_the_path_has_none(at: Any) -> None:
    """XE-8-03: without an address of its own, the director is reached through the team that the director leads."""
    vendor = at("xecuritas")
    from sla.models import EscalationStep

    EscalationStep.objects.filter(kind="management").update(email="")
    Team.objects.filter(code="management").update(email="tsm@xecuritas.example")
    vendor.touch_process()
    asked = asks(make_ticket(), acts(make_agent(teams=("support",))), "management")
    assert [person["address"] for person in asked.told] == ["tsm@xecuritas.example"]
