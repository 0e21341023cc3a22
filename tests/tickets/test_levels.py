"""Support levels: handing a ticket up with a summary, back by those who manage it, and calling a team in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml

from helpdesk.access import Actor, Refused, allowed
from helpdesk.models import Contact, Vendor
from helpdesk.process.files import ProcessInvalid, parse
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from notifications.outbound.mails import compose
from tests.conftest import VENDOR_FILES
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket
from tickets.commands import call_in, change_status, hand_over, reply, take
from tickets.models import Entry, Payload, Ticket
from tickets.permissions import check_manages_level
from tickets.queries.catalogue import catalogue
from tickets.queries.conversation import summaries_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SUMMARY = "Domain moved twice; logs show the old tenant."


@pytest.fixture
def luxcloud(db: None) -> Iterator[Vendor]:
    with acting_for(Vendor.objects.get(slug="luxcloud")) as vendor:
        yield vendor


@pytest.fixture
def hypergene(db: None) -> Iterator[Vendor]:
    with acting_for(Vendor.objects.get(slug="hypergene")) as vendor:
        yield vendor


@pytest.fixture
def l1(luxcloud: Vendor) -> Actor:
    return acts(make_agent(name="First", teams=("l1",)))


@pytest.fixture
def l2(luxcloud: Vendor) -> Actor:
    return acts(make_agent(name="Second", teams=("l2",)))


@pytest.fixture
def ticket(luxcloud: Vendor) -> Ticket:
    return make_ticket()


def give(ticket: Ticket, level: str, actor: Actor, now: Any = NOW + MINUTE, summary: str = SUMMARY) -> Ticket:
    return hand_over(ticket_id=ticket.pk, level=catalogue().levels[level], summary=summary, actor=actor, now=now)


def level_of(ticket: Ticket) -> str:
    return str(Ticket.objects.get(pk=ticket.pk).support_level)


def said(ticket: Ticket, kind: str) -> str:
    seq = Entry.objects.filter(ticket=ticket, kind=kind).latest("seq").seq
    return str(Payload.objects.get(ticket=ticket, seq=seq).body)


def test_every_request_starts_at_level_1(ticket: Ticket) -> None:
    """LX-1.1.2-01: also what comes by mail, to either mailbox."""
    mail = make_ticket(channel="email", mailbox="business.ticket@luxcloud.example")
    assert (level_of(ticket), level_of(mail)) == ("l1", "l1")


def test_level_1_hands_up_with_a_summary(ticket: Ticket, l1: Actor, l2: Actor) -> None:
    """LX-1.1.2-04, LX-1.1.3-01, LX-1.1.3-02: the level changes, level 2 is told with the summary, and it is in the log."""
    give(ticket, "l2", l1)
    assert level_of(ticket) == "l2"
    line = Entry.objects.filter(ticket=ticket, kind="support_level").latest("seq")
    assert (line.meta["old"], line.meta["new"], line.visibility) == ("l1", "l2", "internal")
    assert said(ticket, "support_level") == SUMMARY
    told = Delivery.objects.filter(ticket=ticket, event="handed_over")
    assert [row.to_name for row in told] == ["Second"]
    assert SUMMARY in compose(told[0]).body
    assert summaries_of([ticket]) == {ticket.pk: SUMMARY}


def test_without_a_summary_it_stays(ticket: Ticket, l1: Actor) -> None:
    """LX-1.1.2-04: the next level must not start from nothing."""
    with pytest.raises(Refused, match="“Level 2” needs a summary"):
        give(ticket, "l2", l1, summary="  ")
    assert level_of(ticket) == "l1"


def test_one_level_at_a_time(ticket: Ticket, l1: Actor, l2: Actor) -> None:
    """LX-1.2-01, LX-1.1.3-06: from 1 to 2, and only from there to the suppliers, where the ticket waits for them."""
    with pytest.raises(Refused, match="“Level 3” takes tickets from Level 2"):
        give(ticket, "l3", l1)
    give(ticket, "l2", l1)
    give(ticket, "l3", l2, NOW + 2 * MINUTE)
    held = Ticket.objects.select_related("status").get(pk=ticket.pk)
    assert (held.support_level, held.status.code, held.turn) == ("l3", "on_hold", "other")
    history = Entry.objects.filter(ticket=ticket, kind="support_level").order_by("seq")
    assert [(line.meta["new"], line.at) for line in history] == [
        ("l1", NOW), ("l2", NOW + MINUTE), ("l3", NOW + 2 * MINUTE),
    ]  # fmt: skip


def test_level_2_keeps_what_it_was_given(ticket: Ticket, l1: Actor, l2: Actor) -> None:
    """LX-1.1.3-07: no answer changes the level; only level 2 hands it back; level 1 is warned before it answers."""
    give(ticket, "l2", l1)
    reply(ticket_id=ticket.pk, body="Still at it.", actor=l1, now=NOW + 2 * MINUTE)
    reply(ticket_id=ticket.pk, body="Thanks.", actor=ticket.requester.actor, now=NOW + 3 * MINUTE)
    assert level_of(ticket) == "l2"
    now = Ticket.objects.get(pk=ticket.pk)
    assert (allowed(check_manages_level, l1, now), allowed(check_manages_level, l2, now)) == (False, True)
    with pytest.raises(Refused, match="Only an agent of Level 2 can hand this back"):
        give(ticket, "l1", l1)
    give(ticket, "l1", l2, NOW + 4 * MINUTE, summary="")
    assert level_of(ticket) == "l1"


def test_who_does_not_work_there_lets_go(ticket: Ticket, l1: Actor, l2: Actor) -> None:
    """LX-1.1.3-07: what level 2 manages is not on the desk of level 1."""
    take(ticket_id=ticket.pk, actor=l1, now=NOW)
    give(ticket, "l2", l1)
    assert Ticket.objects.get(pk=ticket.pk).assignee_id is None


def test_who_works_on_both_levels_keeps_it(ticket: Ticket, luxcloud: Vendor) -> None:
    both = acts(make_agent(teams=("l1", "l2")))
    take(ticket_id=ticket.pk, actor=both, now=NOW)
    give(ticket, "l2", both)
    assert Ticket.objects.get(pk=ticket.pk).assignee_id == both.id


def test_what_is_finished_or_there_already_is_not_handed_over(ticket: Ticket, l1: Actor, l2: Actor) -> None:
    with pytest.raises(Refused, match="at “Level 1” already"):
        give(ticket, "l1", l1)
    status = catalogue().statuses["resolved"]
    change_status(ticket_id=ticket.pk, status=status, reason="solved", message="Done.", actor=l1, now=NOW)
    with pytest.raises(Refused, match="Open it again before you hand it over"):
        give(ticket, "l2", l1)


def test_customers_and_readers_hand_nothing_over(ticket: Ticket, luxcloud: Vendor) -> None:
    for actor in (ticket.requester.actor, acts(make_agent("read_only"))):
        with pytest.raises(Refused):
            give(ticket, "l2", actor)


def test_the_noc_is_called_in_from_any_level(ticket: Ticket, l1: Actor) -> None:
    """LX-1.2-01, LX-1.1.5-02, LX-1.1.3-04: it is told what for; level and assignee stay."""
    noc = make_agent(name="Night", teams=("noc",))
    team = catalogue().teams["noc"]
    with pytest.raises(Refused, match="Say what you need the team for"):
        call_in(ticket_id=ticket.pk, team=team, reason=" ", actor=l1, now=NOW)
    call_in(ticket_id=ticket.pk, team=team, reason="Is the uplink down?", actor=l1, now=NOW + MINUTE)
    [row] = Delivery.objects.filter(ticket=ticket, event="team_called", created_at=NOW + MINUTE)
    assert (row.to_address, level_of(ticket)) == (noc.user.email, "l1")
    assert "Is the uplink down?" in compose(row).body


def test_lines_and_the_third_line_s_queue(hypergene: Vendor) -> None:
    """HG-2.1-03, HG-2.1-04: assigned to the third line, a ticket changes level and queue, both in the log."""
    first, third = acts(make_agent(teams=("line1",))), make_agent(teams=("line3",))
    ticket = make_ticket()
    assert level_of(ticket) == "l1"
    give(ticket, "l3", first, summary="")
    moved = Ticket.objects.select_related("queue").get(pk=ticket.pk)
    assert (moved.support_level, moved.queue.code) == ("l3", "third-line")
    kinds = Entry.objects.filter(ticket=ticket, at=NOW + MINUTE).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["support_level", "queue"]
    told = Delivery.objects.filter(ticket=ticket, event="handed_over").values_list("to_address", flat=True)
    assert list(told) == [third.user.email]


def test_alerts_go_to_the_expert_organisation_in_second_line(hypergene: Vendor) -> None:
    """HG-4.2-07: what monitoring opened is proposed to Expert Services; what people opened stays where it is."""
    first = acts(make_agent(teams=("line1",)))
    alert, question = make_ticket(channel="monitoring"), make_ticket()
    for ticket in (alert, question):
        give(ticket, "l2", first, summary="")
    moved = Ticket.objects.select_related("queue").in_bulk([alert.pk, question.pk])
    assert moved[alert.pk].queue.code == "expert-services"
    assert moved[question.pk].queue.code == "servicecenter"


def test_a_partner_s_customers_start_at_the_third_line(hypergene: Vendor) -> None:
    """HG-1-04, HG-2.1-03: there Servicecenter is the third line, and its agents are not warned off."""
    company = make_company(agreement_kind="partner", partner=make_company(kind="partner"))
    contact: Contact = make_contact(company)
    ticket = Ticket.objects.select_related("queue").get(pk=make_ticket(contact).pk)
    assert (ticket.support_level, ticket.queue.code) == ("l3", "partner-3rd-line")
    assert allowed(check_manages_level, acts(make_agent(teams=("line1",))), ticket)


LUXCLOUD = next(file for file in VENDOR_FILES if file.stem == "luxcloud").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{code: l1, name: Level 1}", "{code: l4, name: Level 1}", "support_levels[0].code: unknown support level 'l4'"),
        ("taken_from: [l1]", "taken_from: [l2]", "support_levels[1].taken_from[0]: 'l2' is not below 'l2'"),
        ("{code: l1, name: Level 1}", "{code: l1, name: Level 1, queue_by_channel: {email: nok}}", "support_levels[0].queue_by_channel.email: unknown queue 'nok'; did you mean 'noc'?"),
        ("{code: l1, name: Level 1}", "{code: l1, name: Level 1, queue_by_channel: {pigeon: noc}}", "support_levels[0].queue_by_channel"),
        ("taken_from: [l1]", "taken_from: [l9]", "support_levels[1].taken_from[0]: unknown support level 'l9'"),
        ("status: on_hold}", "status: pending}", "support_levels[2].status: 'pending' asks for a reason or facts"),
        ("  - {code: l1, name: Level 1}\n", "", "support_levels[0].taken_from[0]: unknown support level 'l1'"),
    ],
)  # fmt: skip
def test_levels_that_cannot_work_are_named(old: str, new: str, problem: str) -> None:
    assert old in LUXCLOUD
    with pytest.raises(ProcessInvalid) as invalid:
        parse(LUXCLOUD.replace(old, new, 1))
    assert any(str(found).startswith(problem) for found in invalid.value.problems), str(invalid.value)


def test_a_level_needs_a_team_and_the_lowest_stands_first() -> None:
    process = yaml.safe_load(LUXCLOUD)
    process["support_levels"].reverse()
    process["teams"] = [team for team in process["teams"] if team["code"] != "l3"]
    with pytest.raises(ProcessInvalid) as invalid:
        parse(yaml.safe_dump(process))
    assert "support_levels[0].code: no team has the support_level 'l3'" in str(invalid.value)
    assert "support_levels[1].code: 'l2' stands behind 'l3'; the lowest first" in str(invalid.value)
