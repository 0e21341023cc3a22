"""On call in the agent portal: the rota, gaps, my shifts, pages, and the ticket's own notice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from sla.models import OnCallSchedule, Override, Page
from tests.sla.duty import put_on_call
from tickets.models import Ticket

URL = "/workshop/agent/on-call/"


@pytest.fixture
def bell(workshop: Vendor) -> OnCallSchedule:
    with acting_for(workshop):
        return OnCallSchedule.objects.get(code="bell")


@pytest.fixture
def flood(
    bell: OnCallSchedule, miller: Contact, ticket_of: Callable[..., Ticket], workshop: Vendor, smith: Agent
) -> Page:
    """Sam is on call, and the machine floods."""
    with acting_for(workshop):
        put_on_call(bell, smith, time_zone="Europe/Stockholm")
    ticket = ticket_of(miller, subject="FLOOD under the lathe")
    with acting_for(workshop):
        return Page.objects.select_related("ticket").get(ticket=ticket)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_who_is_on_call_now_and_in_the_next_two_weeks(
    workshop: Vendor, bell: OnCallSchedule, smith: Agent, founder: Agent, client_for: Any
) -> None:
    now = timezone.now()
    with acting_for(workshop):
        put_on_call(bell, founder, time_zone="Europe/Stockholm")
        Override.objects.create(
            schedule=bell, agent=smith, starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=3)
        )
    page = words(client_for(founder).get(URL))
    assert "Night bell" in page
    assert "Pages at any hour." in page
    assert "Fia Founder" in page
    assert "Sam Smith" in page
    assert "Times that nobody covers" not in page
    assert "You have no shift" not in page
    assert "You have no shift" not in words(client_for(smith).get(URL))


def test_a_gap_is_warned_of_in_plain_words(
    workshop: Vendor, bell: OnCallSchedule, smith: Agent, client_for: Any
) -> None:
    page = words(client_for(smith).get(URL))
    assert "Nobody is on the rota now: a page goes to all of Bench" in page
    assert "Sam Smith" in page
    assert "Times that nobody covers" in page
    assert "You have no shift in the next two weeks." in page


def test_the_page_costs_the_same_however_many_shifts_there_are(
    workshop: Vendor,
    bell: OnCallSchedule,
    smith: Agent,
    founder: Agent,
    client_for: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_for(smith)
    with acting_for(workshop):
        for level in (1, 2, 3):
            put_on_call(bell, smith, founder, level=level, days=1, time_zone="Europe/Stockholm")
    client.get(URL)
    with django_assert_max_num_queries(20):
        assert client.get(URL).status_code == 200


def test_a_vendor_without_schedules_has_no_such_page(agent: Agent, client_for: Any) -> None:
    client = client_for(agent)
    assert client.get("/acme/agent/on-call/").status_code == 404
    assert "on-call" not in words(client.get("/acme/agent/all/"))


def test_an_open_page_is_shown_and_acknowledged_there(
    flood: Page, smith: Agent, workshop: Vendor, client_for: Any
) -> None:
    client = client_for(smith)
    page = words(client.get(URL))
    assert f"Night bell is being paged about {flood.ticket.number}" in page
    assert "pages that nobody has acknowledged" in page
    answer = client.post(URL, {"page": flood.pk}, follow=True)
    assert "You have it. Nobody is paged any more." in words(answer)
    with acting_for(workshop):
        assert Page.objects.get(pk=flood.pk).acknowledged_by_id == smith.pk
    assert "is being paged" not in words(client.get(URL))


@pytest.mark.parametrize("sent", ["", "0", "x", "9" * 30, "-1"])
def test_a_page_that_is_not_there_is_not_found(bell: OnCallSchedule, smith: Agent, client_for: Any, sent: str) -> None:
    assert client_for(smith).post(URL, {"page": sent}).status_code == 404


def test_the_ticket_says_that_somebody_is_paged_and_who_has_it(
    flood: Page, smith: Agent, founder: Agent, client_for: Any
) -> None:
    """XE-5-06: the case shows page and acknowledgement."""
    client, address = client_for(smith), f"/workshop/agent/tickets/{flood.ticket.number}/"
    page = words(client.get(address))
    assert "Somebody on call is being paged" in page
    assert "<b>Night bell</b> paged <b>Sam Smith</b> (<b>Mail</b>)" in page
    assert "You have it" in words(client.post(f"{address}acknowledge/", {"page": flood.pk}, follow=True))
    after = words(client_for(founder).get(address))
    assert "Sam Smith has it since" in after
    assert "<b>Sam Smith</b> has it: <b>Night bell</b> pages nobody any more" in after
    assert "Sam Smith has it already." in words(
        client_for(founder).post(f"{address}acknowledge/", {"page": flood.pk}, follow=True)
    )


def test_an_agent_pages_whoever_is_on_call(bench: Any, workshop: Vendor, ticket: Ticket, bell: OnCallSchedule) -> None:
    """LX-1.1.3-04, LX-1.1.5-02: called in from the ticket."""
    assert "page somebody" in words(bench())
    assert bench("page", schedule="bell").status_code == 302
    with acting_for(workshop):
        assert Page.objects.get(ticket=ticket).cause == "called"
    refused = bench("page", schedule="bell")
    assert refused.status_code == 422
    assert "Night bell is being paged about this already." in words(refused)
    assert bench("page", schedule="nobody").status_code == 422


def test_with_htmx_the_parts_come_back(flood: Page, smith: Agent, client_for: Any) -> None:
    address = f"/workshop/agent/tickets/{flood.ticket.number}/acknowledge/"
    answer = client_for(smith).post(address, {"page": flood.pk}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "has it since" in words(answer)
