"""The link in a page: looking changes nothing, the button does, and it works for its person alone."""

from typing import Any

import pytest
from django.core import signing
from django.test import Client

from helpdesk.models import Agent, Vendor
from helpdesk.tenancy import acting_for
from sla.commands import acknowledge, send_test_page
from sla.models import Page
from sla.queries.page_links import link_token, read_token
from tests.people import NOW, acts, make_ticket
from tests.sla.duty import make_engineer, make_schedule, page_of, put_on_call
from tickets.queries.catalogue import catalogue


@pytest.fixture
def engineers(vendor: Vendor) -> list[Agent]:
    with acting_for(vendor):
        return [make_engineer("Erin Engineer"), make_engineer("Other Engineer")]


@pytest.fixture
def page(vendor: Vendor, engineers: list[Agent]) -> Page:
    with acting_for(vendor):
        put_on_call(make_schedule(), engineers[0])
        return page_of(make_ticket(severity=catalogue().severities["high"], subject="All mail is down"))


def link(page: Page, agent: Agent, slug: str = "acme") -> str:
    return f"/{slug}/pages/{link_token(page.pk, agent.pk)}/"


def state(vendor: Vendor, page: Page) -> tuple[str, int | None]:
    with acting_for(vendor):
        row = Page.objects.get(pk=page.pk)
        return row.state, row.acknowledged_by_id


def test_a_scanner_that_follows_the_link_acknowledges_nothing(
    client: Client, vendor: Vendor, page: Page, engineers: list[Agent]
) -> None:
    for look in (client.get, client.head, client.options):
        answer = look(link(page, engineers[0]))
        assert answer.status_code in (200, 405)
    shown = client.get(link(page, engineers[0]))
    assert "I have it" in shown.content.decode()
    assert "All mail is down" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert state(vendor, page) == ("open", None)


def test_the_button_acknowledges_without_signing_in(
    client: Client, vendor: Vendor, page: Page, engineers: list[Agent]
) -> None:
    answer = client.post(link(page, engineers[0]), follow=True)
    assert "You have it" in answer.content.decode()
    assert state(vendor, page) == ("acknowledged", engineers[0].pk)


def test_without_the_form_s_own_token_nothing_happens(vendor: Vendor, page: Page, engineers: list[Agent]) -> None:
    assert Client(enforce_csrf_checks=True).post(link(page, engineers[0])).status_code == 403
    assert state(vendor, page) == ("open", None)


def test_a_later_click_says_who_has_it(client: Client, vendor: Vendor, page: Page, engineers: list[Agent]) -> None:
    first, second = engineers
    with acting_for(vendor):
        acknowledge(page_id=page.pk, actor=acts(first), now=NOW)
    for answer in (client.get(link(page, second)), client.post(link(page, second), follow=True)):
        assert "Erin Engineer has it already" in answer.content.decode()
    assert state(vendor, page) == ("acknowledged", first.pk)


@pytest.mark.parametrize("end", ["gone", "locked out"])
def test_the_link_of_somebody_who_has_left_is_dead(
    client: Client, vendor: Vendor, page: Page, engineers: list[Agent], end: str
) -> None:
    with acting_for(vendor):
        agent = engineers[0]
        agent.is_active = end != "gone"
        agent.save()
        agent.user.is_active = end != "locked out"
        agent.user.save()
    assert client.post(link(page, engineers[0])).status_code == 404
    assert state(vendor, page) == ("open", None)


def test_the_link_of_somebody_who_may_only_read_says_so(
    client: Client, vendor: Vendor, page: Page, engineers: list[Agent]
) -> None:
    with acting_for(vendor):
        Agent.objects.filter(pk=engineers[0].pk).update(role="read_only")
    answer = client.post(link(page, engineers[0]))
    assert answer.status_code == 409
    assert "You may read tickets here" in answer.content.decode()


@pytest.mark.usefixtures("db")
def test_a_link_that_we_did_not_make_is_dead(client: Client, page: Page, engineers: list[Agent]) -> None:
    good = link_token(page.pk, engineers[0].pk)
    forged = signing.Signer(sep=".", salt="page", key="another-key").sign(f"{page.pk}.{engineers[0].pk}")
    for token in (f"x{good}", good[:-1], f"{page.pk}.{engineers[1].pk}.{good.rsplit('.', 1)[1]}", forged, "x", "1.2.3"):
        assert read_token(token) is None
        assert client.get(f"/acme/pages/{token}/").status_code == 404


def test_a_link_is_dead_at_another_vendor_and_at_none(
    client: Client, other_vendor: Vendor, page: Page, engineers: list[Agent]
) -> None:
    assert client.post(link(page, engineers[0], "umbrella")).status_code == 404
    assert client.post(link(page, engineers[0]).removeprefix("/acme")).status_code == 404


def test_the_link_of_a_test_page_says_that_nothing_is_wrong(
    client: Client, vendor: Vendor, page: Page, engineers: list[Agent], mailoutbox: Any
) -> None:
    with acting_for(vendor):
        test = send_test_page(schedule=page.schedule, now=NOW)
    answer = client.post(link(test, engineers[0]), follow=True)
    assert "Test page" in answer.content.decode()
    assert state(vendor, test) == ("acknowledged", engineers[0].pk)
