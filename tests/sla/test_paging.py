"""Paging: whom, when, how often, and what ends it."""

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.access import Refused
from helpdesk.models import TeamMembership, Vendor
from helpdesk.tenancy import current_vendor
from notifications.commands import send
from notifications.models import Delivery
from notifications.outbound.mails import compose
from sla.commands.paging import acknowledge, call, send_test_page
from sla.models import Gateway, Override, Page
from sla.queries.on_call import outlooks, people_on_call
from tests.people import NOW, acts, make_agent, make_contact, make_ticket
from tests.sla.duty import make_engineer, make_schedule, page_of, put_on_call, steps
from tests.timelines.scene import sweep
from tickets.commands import change_severity, change_status, log_call, note, reply, take
from tickets.models import Entry, Severity, Ticket, Timer
from tickets.queries.catalogue import catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door")]
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def urgent(**facts: Any) -> Ticket:
    return make_ticket(severity=catalogue().severities["high"], **facts)


def paged(ticket: Ticket) -> list[tuple[str, str]]:
    """The pages in the outbox: (channel, address), in order."""
    rows = Delivery.objects.filter(ticket=ticket, event="page").order_by("id")
    return list(rows.values_list("channel", "to_address"))


def kinds(ticket: Ticket) -> list[str]:
    return list(
        Entry.objects.filter(ticket=ticket, kind__startswith="page").order_by("seq").values_list("kind", flat=True)
    )


# --- Who is paged ------------------------------------------------------------------------------------------


def test_whoever_is_on_call_is_paged_in_the_moment_the_ticket_is_opened() -> None:
    first, other = make_engineer("First"), make_engineer("Other")
    put_on_call(make_schedule(), first, other)
    ticket = urgent()
    assert steps(ticket) == [(NOW, 1, 1, [other.pk])]  # the twentieth week: an odd number of hand-overs
    assert paged(ticket) == [("mail", other.user.email)]
    assert page_of(ticket).next_at == NOW + 10 * MINUTE


def test_a_ticket_that_does_not_fit_pages_nobody() -> None:
    put_on_call(make_schedule(), make_engineer("First"))
    ticket = make_ticket()
    assert (kinds(ticket), paged(ticket)) == ([], [])


def test_where_no_rotation_covers_the_instant_the_whole_team_is_paged_and_the_gap_is_shown() -> None:
    schedule = make_schedule()
    members = [make_engineer("One"), make_engineer("Two")]
    make_agent(name="Gone", teams=("desk",), is_active=False)
    ticket = urgent()
    assert steps(ticket) == [(NOW, 0, 1, [agent.pk for agent in members])]
    [outlook] = outlooks(NOW, NOW + timedelta(days=1))
    assert outlook.is_gap_now
    assert outlook.gaps == ((NOW, NOW + timedelta(days=1)),)
    assert list(outlook.everybody) == members
    assert people_on_call(schedule, NOW) == {0: tuple(agent.pk for agent in members)}


def test_the_turn_of_somebody_who_has_left_is_a_gap() -> None:
    schedule = make_schedule()
    gone, here = make_engineer("Gone"), make_engineer("Here")
    put_on_call(schedule, gone)
    gone.user.is_active = False
    gone.user.save()
    assert people_on_call(schedule, NOW) == {0: (here.pk,)}


def test_an_override_is_paged_in_the_place_of_the_rotation() -> None:
    schedule = make_schedule()
    usual, deputy = make_engineer("Usual"), make_engineer("Deputy")
    put_on_call(schedule, usual)
    Override.objects.create(schedule=schedule, agent=deputy, starts_at=NOW, ends_at=NOW + 10 * MINUTE)
    ticket = urgent()
    sweep(NOW + 10 * MINUTE + SECOND)
    assert [agents for _, _, _, agents in steps(ticket)] == [[deputy.pk], [usual.pk]]


def test_only_outside_business_hours_where_the_process_says_so() -> None:
    """XE-A06: in support hours the queue is told, and nobody is paged."""
    put_on_call(make_schedule(page_when="outside_business_hours", business_hours="main"), make_engineer("First"))
    at_ten = urgent()
    at_night = urgent(now=NOW + timedelta(hours=12))
    assert (steps(at_ten), len(steps(at_night))) == ([], 1)


def test_only_within_the_hours_that_are_covered() -> None:
    put_on_call(make_schedule(coverage="main"), make_engineer("First"))
    assert len(steps(urgent())) == 1
    assert steps(urgent(now=NOW + timedelta(hours=12))) == []


def test_a_team_without_anybody_is_said_to_be_unreachable_at_once(lead: Any) -> None:
    make_schedule()
    TeamMembership.objects.all().delete()
    ticket = urgent()
    assert (kinds(ticket), page_of(ticket).state) == (["page_exhausted"], "exhausted")
    told = Delivery.objects.filter(ticket=ticket, event="page_exhausted").values_list("to_address", flat=True)
    assert list(told) == [lead.user.email]


# --- When an agent sets the severity -----------------------------------------------------------------------


def grade(ticket: Ticket, code: str, actor: Any, now: Any) -> None:
    change_severity(ticket_id=ticket.pk, severity=catalogue().severities[code], reason="It is.", actor=actor, now=now)


def test_an_agent_who_sets_the_severity_pages_and_one_who_confirms_it_does_not() -> None:
    """XE-5-07, XE-A06."""
    engineer = make_engineer("First")
    put_on_call(make_schedule(), engineer)
    ticket, desk = make_ticket(channel="email"), acts(make_agent(name="Desk"))
    grade(ticket, "low", desk, NOW + MINUTE)
    assert steps(ticket) == []
    grade(ticket, "high", desk, NOW + 2 * MINUTE)
    assert steps(ticket) == [(NOW + 2 * MINUTE, 1, 1, [engineer.pk])]
    assert page_of(ticket).cause == "severity_set"


def test_a_ticket_is_paged_once_until_it_is_finished() -> None:
    put_on_call(make_schedule(), make_engineer("First"))
    contact, desk = make_contact(), acts(make_agent(name="Desk", teams=()))
    ticket = urgent(requester=contact)
    acknowledge(page_id=page_of(ticket).pk, actor=desk, now=NOW + MINUTE)
    grade(ticket, "low", desk, NOW + 2 * MINUTE)
    grade(ticket, "high", desk, NOW + 3 * MINUTE)
    assert kinds(ticket) == ["page", "page_acknowledged"]

    change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=desk, now=NOW + 4 * MINUTE)
    reply(ticket_id=ticket.pk, body="Again", actor=contact.actor, now=NOW + 5 * MINUTE)
    grade(ticket, "low", desk, NOW + 6 * MINUTE)
    grade(ticket, "high", desk, NOW + 7 * MINUTE)
    assert kinds(ticket) == ["page", "page_acknowledged", "page"]


# --- The chain ---------------------------------------------------------------------------------------------


def test_the_page_is_repeated_then_goes_to_the_next_level_then_somebody_is_told(lead: Any) -> None:
    """XE-5-06: each step once, all of them in the log."""
    schedule = make_schedule()
    first, second = make_engineer("First"), make_engineer("Second")
    put_on_call(schedule, first)
    put_on_call(schedule, second, level=2)
    ticket = urgent()
    due = [NOW + n * 10 * MINUTE for n in range(1, 5)]
    for n, at in enumerate(due):
        before = len(kinds(ticket))
        sweep(at + n * SECOND - SECOND)
        assert len(kinds(ticket)) == before, "not before its time"
        for again in range(3):
            sweep(at + (n + 1) * SECOND + again * SECOND / 10)
        assert len(kinds(ticket)) == before + 1
    assert [(level, attempt, agents) for _, level, attempt, agents in steps(ticket)] == [
        (1, 1, [first.pk]),
        (1, 2, [first.pk]),
        (2, 1, [second.pk]),
        (2, 2, [second.pk]),
    ]
    assert kinds(ticket)[-1] == "page_exhausted"
    assert page_of(ticket).state == "exhausted"
    told = Delivery.objects.filter(ticket=ticket, event="page_exhausted")
    assert [(row.to_address, row.audience) for row in told] == [(lead.user.email, "team_leads")]
    assert "nobody has acknowledged" in compose(told[0]).body
    sweep(NOW + timedelta(days=2))
    assert kinds(ticket).count("page_exhausted") == 1
    assert not Timer.objects.filter(kind="page", state="pending").exists()


def test_a_worker_that_slept_takes_one_step_and_skips_nobody() -> None:
    schedule = make_schedule()
    put_on_call(schedule, make_engineer("First"))
    ticket, late = urgent(), NOW + timedelta(hours=3)
    sweep(late)
    assert [at for at, *_ in steps(ticket)] == [NOW, late]
    assert page_of(ticket).next_at == late + 10 * MINUTE


def test_who_acknowledges_stops_the_chain_and_the_log_says_who_and_when() -> None:
    """XE-5-06: the case logs page and acknowledgement."""
    engineer = make_engineer("First")
    put_on_call(make_schedule(), engineer)
    ticket = urgent()
    page = acknowledge(page_id=page_of(ticket).pk, actor=acts(engineer), now=NOW + MINUTE)
    assert (page.state, page.acknowledged_by, page.acknowledged_at) == ("acknowledged", engineer, NOW + MINUTE)
    line = Entry.objects.get(ticket=ticket, kind="page_acknowledged")
    assert (line.actor_kind, line.actor_id, line.at) == ("agent", engineer.pk, NOW + MINUTE)
    assert not Timer.objects.filter(kind="page", state="pending").exists()
    sweep(NOW + timedelta(days=1))
    assert kinds(ticket) == ["page", "page_acknowledged"]


def test_who_acknowledges_second_learns_who_has_it() -> None:
    first, second = make_engineer("First"), make_engineer("Second")
    put_on_call(make_schedule(), first)
    ticket = urgent()
    pk = page_of(ticket).pk
    acknowledge(page_id=pk, actor=acts(first), now=NOW + MINUTE)
    page = acknowledge(page_id=pk, actor=acts(second), now=NOW + 2 * MINUTE)
    assert (page.acknowledged_by, page.acknowledged_at) == (first, NOW + MINUTE)
    assert kinds(ticket) == ["page", "page_acknowledged"]


def test_who_may_only_read_does_not_acknowledge() -> None:
    put_on_call(make_schedule(), make_engineer("First"))
    ticket = urgent()
    with pytest.raises(Refused, match="read tickets here"):
        acknowledge(page_id=page_of(ticket).pk, actor=acts(make_agent("read_only")), now=NOW)
    assert page_of(ticket).state == "open"


def test_a_page_that_nobody_acknowledged_can_still_be_taken_up() -> None:
    engineer = make_engineer("First")
    put_on_call(make_schedule(attempts=1), engineer)
    ticket = urgent()
    sweep(NOW + 11 * MINUTE)
    assert page_of(ticket).state == "exhausted"
    acknowledge(page_id=page_of(ticket).pk, actor=acts(engineer), now=NOW + 12 * MINUTE)
    assert page_of(ticket).state == "acknowledged"


# --- What else ends a page ---------------------------------------------------------------------------------


def test_a_member_of_the_team_who_takes_the_ticket_acknowledges_and_others_do_not() -> None:
    engineer, stranger = make_engineer("First"), make_agent(name="Stranger", teams=())
    put_on_call(make_schedule(), engineer)
    ticket = urgent()
    take(ticket_id=ticket.pk, actor=acts(stranger), now=NOW + MINUTE)
    assert page_of(ticket).state == "open"
    take(ticket_id=ticket.pk, actor=acts(engineer), now=NOW + 2 * MINUTE, instead_of=stranger.pk)
    page = page_of(ticket)
    assert (page.state, page.acknowledged_by) == ("acknowledged", engineer)
    assert not Timer.objects.filter(kind="page", state="pending").exists()


@pytest.mark.parametrize(("speak", "state"), [(reply, "acknowledged"), (log_call, "acknowledged"), (note, "open")])
def test_a_member_of_the_team_who_speaks_to_the_customer_has_it(speak: Any, state: str) -> None:
    engineer = make_engineer("First")
    put_on_call(make_schedule(), engineer)
    contact = make_contact()
    ticket = urgent(requester=contact)
    reply(ticket_id=ticket.pk, body="Hurry", actor=contact.actor, now=NOW + SECOND)
    assert page_of(ticket).state == "open"
    speak(ticket_id=ticket.pk, body="We are on it.", actor=acts(engineer), now=NOW + MINUTE)
    assert page_of(ticket).state == state


@pytest.mark.parametrize("end", ["solved", "downgraded"])
def test_a_page_about_what_is_no_longer_so_is_cancelled(end: str) -> None:
    """XE-5-06: a lower severity pages nobody."""
    put_on_call(make_schedule(), make_engineer("First"))
    ticket, desk = urgent(), acts(make_agent(name="Desk"))
    if end == "solved":
        change_status(ticket_id=ticket.pk, status=catalogue().statuses["solved"], actor=desk, now=NOW + MINUTE)
    else:
        grade(ticket, "low", desk, NOW + MINUTE)
    assert page_of(ticket).state == "cancelled"
    sweep(NOW + timedelta(days=1))
    assert kinds(ticket) == ["page", "page_cancelled"]


def test_a_schedule_may_page_about_everything_that_is_major() -> None:
    put_on_call(make_schedule(triggers=[{"occasion": "opened", "when": {"is_major": True}}]), make_engineer("First"))
    assert steps(urgent()) == []
    Severity.objects.filter(code="high").update(is_major=True)
    current_vendor().touch_process()
    assert len(steps(urgent())) == 1


# --- Called, and tried out ---------------------------------------------------------------------------------


def test_an_agent_calls_whoever_is_on_call() -> None:
    """LX-1.1.3-04, LX-1.1.5-02: engineers may be called in, whatever the ticket is."""
    schedule, engineer = (
        make_schedule(page_when="outside_business_hours", business_hours="main"),
        make_engineer("First"),
    )
    put_on_call(schedule, engineer)
    ticket, desk = make_ticket(), acts(make_agent(name="Desk"))
    page = call(ticket_id=ticket.pk, schedule=schedule, actor=desk, now=NOW + MINUTE)
    assert (page.cause, steps(ticket)) == ("called", [(NOW + MINUTE, 1, 1, [engineer.pk])])
    with pytest.raises(Refused, match="being paged about this already"):
        call(ticket_id=ticket.pk, schedule=schedule, actor=desk, now=NOW + MINUTE)
    grade(ticket, "high", desk, NOW + 2 * MINUTE)
    grade(ticket, "low", desk, NOW + 3 * MINUTE)
    assert page_of(ticket).state == "open", "a call ends when somebody answers it"


def test_a_test_page_goes_through_the_outbox_and_can_be_acknowledged(mailoutbox: list[Any]) -> None:
    engineer = make_engineer("First")
    schedule = make_schedule()
    put_on_call(schedule, engineer)
    earlier = send_test_page(schedule=schedule, now=NOW - MINUTE)
    page = send_test_page(schedule=schedule, now=NOW)
    earlier.refresh_from_db()
    assert earlier.state == "cancelled"
    delivery = page.deliveries.get()
    assert send(delivery.pk, now=NOW)
    [mail] = mailoutbox
    assert mail.subject == "Test page: Duty"
    assert "Nothing is wrong" in mail.body
    acknowledge(page_id=page.pk, actor=acts(engineer), now=NOW + MINUTE)
    page.refresh_from_db()
    assert (page.state, page.acknowledged_by) == ("acknowledged", engineer)


def test_a_test_page_to_nobody_is_refused() -> None:
    schedule = make_schedule()
    TeamMembership.objects.all().delete()
    with pytest.raises(Refused, match="no active member"):
        send_test_page(schedule=schedule, now=NOW)
    assert not Page.objects.exists()


# --- What is sent ------------------------------------------------------------------------------------------


def test_every_channel_that_has_somewhere_to_go(vendor: Vendor) -> None:
    """HG-3-04: several channels, each delivery a row of its own."""
    put_on_call(make_schedule(channels=["mail", "sms", "webhook"]), make_engineer("First", phone="+4930123456"))
    before = urgent()
    assert [channel for channel, _ in paged(before)] == ["mail"], "no gateway is set up yet"
    for channel in ("sms", "webhook"):
        Gateway.objects.create(channel=channel, url="https://pager.example/in")
    ticket = urgent()
    assert sorted(channel for channel, _ in paged(ticket)) == ["mail", "sms", "webhook"]
    assert ("sms", "+4930123456") in paged(ticket)
    assert Entry.objects.get(ticket=ticket, kind="page").meta["channels"] == ["mail", "sms", "webhook"]


def test_whoever_has_no_telephone_gets_a_mail() -> None:
    with_phone, without = make_engineer("With", phone="+4930123456"), make_engineer("Without")
    Gateway.objects.create(channel="sms", url="https://pager.example/in")
    schedule = make_schedule(channels=["sms"])
    put_on_call(schedule, with_phone)
    put_on_call(schedule, without)
    assert sorted(paged(urgent())) == [("mail", without.user.email), ("sms", "+4930123456")]


def test_a_page_by_mail_is_short_and_holds_the_link_and_is_the_only_mail_to_that_person() -> None:
    engineer = make_engineer("First")
    put_on_call(make_schedule(), engineer)
    ticket = urgent(subject="All mail is down")
    [delivery] = Delivery.objects.filter(to_address=engineer.user.email)
    mail = compose(delivery)
    assert mail.subject == f"[{ticket.number}] Duty: High, All mail is down"
    assert "/acme/pages/" in mail.body
    assert f"/acme/agent/tickets/{ticket.number}/" in mail.body
    assert len(mail.body.splitlines()) < 20
    assert compose(delivery).extra_headers["Message-ID"] == mail.extra_headers["Message-ID"] == delivery.message_id


def test_what_still_waits_when_somebody_has_it_is_not_sent_any_more(mailoutbox: list[Any]) -> None:
    engineer = make_engineer("First")
    put_on_call(make_schedule(), engineer)
    ticket = urgent()
    [delivery] = Delivery.objects.filter(event="page")
    acknowledge(page_id=page_of(ticket).pk, actor=acts(engineer), now=NOW + SECOND)
    assert send(delivery.pk, now=NOW + MINUTE) is False
    delivery.refresh_from_db()
    assert (delivery.state, mailoutbox) == ("void", [])
