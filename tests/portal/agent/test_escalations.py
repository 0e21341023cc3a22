"""Escalation and support levels on the agent's pages."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from sla.commands import escalate
from sla.models import Escalation
from tests.people import acts
from tests.portal.agent.conftest import desk_of
from tickets.models import Ticket
from tickets.queries.lists import ORDERS, in_view


def asked_on(workshop: Vendor, ticket: Ticket) -> list[Escalation]:
    with acting_for(workshop):
        return list(Escalation.objects.filter(ticket=ticket).order_by("id"))


def text(page: Any) -> str:
    return page.content.decode()


def test_an_agent_asks_answers_and_ends(workshop: Vendor, bench: Any, ticket: Ticket, now_is: Any) -> None:
    assert "Foreman: to the next in line, level 1" in text(bench())
    assert bench("escalate", kind="hierarchical", reason="It smokes.").status_code == 302
    [asked] = asked_on(workshop, ticket)
    page = text(bench())
    assert "waits for an answer" in page
    assert "“It smokes.”" in page
    assert "escalated it to <b>Foreman</b>" in page
    assert now_is(ticket).flags == ["escalated"]

    assert bench("answer_escalation", escalation=asked.pk, words="I come at ten.").status_code == 302
    assert "answered by Sam Smith" in text(bench())
    closed = bench("close_escalation", escalation=asked.pk, outcome="satisfied", words="Seen together.")
    assert closed.status_code == 302
    page = text(bench())
    assert "ended the escalation: <b>Settled</b>: “Seen together.”" in page
    assert now_is(ticket).flags == []


def test_what_is_refused_stays_in_its_form(workshop: Vendor, bench: Any, ticket: Ticket) -> None:
    nothing = bench("escalate", kind="hierarchical", reason=" ")
    assert (nothing.status_code, "Say why: whoever is asked reads it first." in text(nothing)) == (422, True)
    bench("escalate", kind="hierarchical", reason="It smokes.")
    [asked] = asked_on(workshop, ticket)
    unsaid = bench("close_escalation", escalation=asked.pk, outcome="unsatisfied", words="")
    assert unsaid.status_code == 422
    assert "Say how it ended" in text(unsaid)
    assert '<option value="unsatisfied" selected>' in text(unsaid)
    strange = bench("answer_escalation", escalation=asked.pk + 1, words="Hello")
    assert (strange.status_code, "There is no such escalation on this ticket." in text(strange)) == (422, True)


def test_the_view_holds_what_is_escalated_finished_or_not(
    workshop: Vendor, smith: Agent, miller: Contact, ticket_of: Any, bench: Any, ticket: Ticket, client_for: Any
) -> None:
    ticket_of(miller, subject="Quiet")
    bench("escalate", kind="hierarchical", reason="It smokes.")
    with acting_for(workshop):
        Ticket.objects.filter(pk=ticket.pk).update(is_finished=True)

    page = client_for(smith).get("/workshop/agent/escalated/")

    assert [row.ticket.pk for row in page.context["rows"]] == [ticket.pk]
    assert page.context["side"].counts["escalated"].number == 1
    marked = client_for(smith).get("/workshop/agent/all/?mark=escalated&status=any")
    assert [row.ticket.pk for row in marked.context["rows"]] == [ticket.pk]


def test_the_view_reads_its_own_index(workshop: Vendor, smith: Agent) -> None:
    with acting_for(workshop), connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        now = timezone.now()
        tickets = Ticket.objects.filter(in_view("escalated", acts(smith), now))
        plan = tickets.order_by(*ORDERS["due"].columns()).values_list("pk").explain()
    assert "ticket_escalated" in plan
    assert "Sort" not in plan


def test_a_ticket_costs_the_same_however_often_it_was_escalated(
    workshop: Vendor, smith: Agent, ticket: Ticket, bench: Any
) -> None:
    costs = []
    for _ in range(2):
        with acting_for(workshop):
            asked = {"kind": "hierarchical", "reason": "Why", "actor": acts(smith), "now": timezone.now()}
            escalate(ticket_id=ticket.pk, **asked)
        bench()
        with CaptureQueriesContext(connection) as queries:
            bench()
        costs.append(len(queries))
    assert costs[0] == costs[1]


# --- Levels ----------------------------------------------------------------------------------------------


def test_a_level_is_handed_over_with_its_summary_shown_and_found(
    workshop: Vendor, bench: Any, ticket: Ticket, smith: Agent, founder: Agent, client_for: Any
) -> None:
    refused = bench("level", level="l2", summary="")
    assert (refused.status_code, "needs a summary" in text(refused)) == (422, True)
    assert bench("level", level="l2", summary="The bearing is warm.").status_code == 302

    page = text(bench())
    assert "Not your level" in page
    assert "The bearing is warm." in page
    assert "Not your level" not in text(desk_of(client_for(founder), ticket)())
    found = client_for(founder).get("/workshop/agent/all/?level=l2")
    [row] = found.context["rows"]
    assert (row.level, row.summary) == ("Foundry line", "The bearing is warm.")
    assert not client_for(founder).get("/workshop/agent/all/?level=l1").context["rows"]
    assert bench("level", level="l1", summary="Back.").status_code == 422
    assert desk_of(client_for(founder), ticket)("level", level="l1").status_code == 302


def test_a_team_is_called_in(bench: Any, kinds: Any, ticket: Ticket) -> None:
    assert bench("call_in", team="foundry", reason="").status_code == 422
    assert bench("call_in", team="foundry", reason="We need a furnace.").status_code == 302
    assert kinds(ticket)[-1] == "team_called"
    assert "We need a furnace." in text(bench())


def test_the_turn_is_on_the_page_and_a_call_says_whether_the_customer_spoke(
    bench: Any, ticket: Ticket, now_is: Any
) -> None:
    assert "Our turn" in text(bench())
    assert "The customer answered; we go on" not in text(bench())
    bench("reply", body="Which one?", then="asked")
    page = text(bench())
    assert "Customer&#x27;s turn" in page
    assert "The customer answered; we go on" in page
    bench("call", mode="call", body="The left one.", customer_spoke="on")
    assert (now_is(ticket).status.code, now_is(ticket).turn) == ("open", "vendor")
