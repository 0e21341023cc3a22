"""A feature request at the agent's desk: answered, released, told of; and a release in the admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from tests.admin.pages import said, sent_by
from tests.people import acts, make_agent, make_ticket
from tickets.commands import publish_release
from tickets.commands.timers import fire_due
from tickets.models import Release, Ticket
from tickets.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db


class Desk:
    """One feature request, an agent's browser on it, and its customer's."""

    def __init__(self, client_for: Any) -> None:
        self.vendor = Vendor.objects.get(slug="nexus")
        with acting_for(self.vendor):
            self.agent = make_agent()
            self.boss = make_agent("vendor_admin", teams=())
            opened = timezone.now() - timedelta(days=1)
            self.ticket = make_ticket(type=catalogue().types["feature_request"], now=opened)
            self.customer = self.ticket.requester
        self.browser = client_for(self.agent)
        self.client_for = client_for

    def page(self) -> Any:
        return self.browser.get(f"/nexus/agent/tickets/{self.ticket.number}/")

    def send(self, act: str, **fields: Any) -> Any:
        return self.browser.post(f"/nexus/agent/tickets/{self.ticket.number}/{act}/", fields)

    def releases(self) -> None:
        """Release 6.2 has it, and the worker has seen so."""
        now = timezone.now()
        with acting_for(self.vendor):
            product = catalogue().products["prime"]
            tickets = [self.ticket]
            publish_release(product=product, version="6.2", tickets=tickets, actor=acts(self.agent), now=now)
            fire_due([self.ticket.pk], now=now + timedelta(seconds=1))

    def fresh(self) -> Ticket:
        with acting_for(self.vendor):
            return Ticket.objects.select_related("status").get(pk=self.ticket.pk)


@pytest.fixture
def desk(client_for: Any) -> Desk:
    return Desk(client_for)


def steps(page: Any) -> list[str]:
    return [step.title for step in page.context["steps"]]


def test_a_request_is_answered_and_closed_in_one_step(desk: Desk) -> None:
    """NX-4.5-01, NX-4.5-02: the page offers exactly the two answers, and says that one is outstanding."""
    page = desk.page()
    assert "Answer outstanding" in steps(page)
    assert [code for code, _ in page.context["forms"]["answer"].fields["answer"].choices] == ["accepted", "rejected"]

    refused = desk.send("answer", answer="accepted", words=" ")
    assert (refused.status_code, refused.context["opened_form"]) == (422, "answer")
    assert desk.send("answer", answer="accepted", words="We make it.").status_code == 302

    assert desk.fresh().status.code == "closed_other"
    lines = [line.sentence for line in desk.page().context["lines"] if not line.kind]
    assert "<b>You</b> answered: <b>accepted</b>" in lines


def test_the_customer_reads_the_answer(desk: Desk) -> None:
    """NX-4.5-02: the portal shows the value."""
    desk.send("answer", answer="rejected", words="It is not what we are for.")
    words = said(desk.client_for(desk.customer).get(f"/nexus/tickets/{desk.ticket.number}/"))
    assert "Answer: rejected" in words
    assert "It is not what we are for." in words


def test_the_version_is_told_with_the_prepared_message(desk: Desk) -> None:
    """NX-4.5-04: one step tells the version and closes the ticket as successful."""
    desk.send("answer", answer="accepted", words="We make it.")
    assert "version" not in desk.page().context["forms"]
    desk.releases()

    page = desk.page()
    assert "PRIME 6.2 has it" in steps(page)
    prepared = page.context["forms"]["version"].initial["body"]
    refused = desk.send("version", body="It is out.")
    assert (refused.status_code, refused.context["opened_form"]) == (422, "version")
    assert "Write 6.2 in it" in said(refused)
    assert desk.send("version", body=prepared).status_code == 302

    assert desk.fresh().status.code == "closed_successful"
    assert "PRIME 6.2 is released" in said(desk.client_for(desk.customer).get(f"/nexus/tickets/{desk.ticket.number}/"))


def test_an_administrator_publishes_a_release_with_its_tickets(desk: Desk) -> None:
    """NX-4.5-03: the list is made first; publishing it is what opens the request."""
    desk.send("answer", answer="accepted", words="We make it.")
    browser, add = desk.client_for(desk.boss), "/nexus/admin/tickets/release/add/"
    with acting_for(desk.vendor):
        product = catalogue().products["prime"].pk
    given = {"product": product, "version": "6.2"}

    refused = browser.post(add, {**given, "tickets": "nobody\n" + desk.ticket.number})
    assert "There is no ticket nobody." in said(refused)
    assert browser.post(add, {**given, "tickets": desk.ticket.number}).status_code == 302
    with acting_for(desk.vendor):
        release = Release.objects.get()
        assert release.published_at is None
        assert fire_due([desk.ticket.pk], now=timezone.now() + timedelta(minutes=1)) == 0

    change = f"/nexus/admin/tickets/release/{release.pk}/change/"
    assert browser.post(change, {**sent_by(browser.get(change)), "publish": "on"}).status_code == 302
    with acting_for(desk.vendor):
        assert Release.objects.get().published_at is not None
        fire_due([desk.ticket.pk], now=timezone.now() + timedelta(minutes=1))
    assert desk.fresh().status.code == "open"
    assert "Delete" not in said(browser.get(change))
