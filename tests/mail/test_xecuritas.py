"""Mail at Xecuritas, clause by clause: raw mails in, what became of them."""

from collections.abc import Iterator

import pytest

from notifications.models import Delivery
from notifications.outbound.mails import compose
from sla.models import Page
from tests.post import arrive, letter
from tests.timelines.scene import MINUTE, Scene, at, fresh, staged, sweep
from tickets.commands import change_severity
from tickets.models import Ticket

BOX = "cs@xecuritas.example"
NIGHT, DAY = at("Sat 2026-05-23 23:10 EDT"), at("Tue 2026-05-19 11:00 EDT")
pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Scene]:
    with staged("xecuritas") as scene:
        yield scene


def test_a_mail_opens_a_case_of_the_standard_severity_that_nobody_confirmed(stage: Scene) -> None:
    """XE-5-04, XE-A12."""
    ticket = fresh(arrive(letter(sender=stage.contact.email, to=BOX, subject="Rules are lost"), now=DAY).ticket)

    assert (ticket.severity.code, ticket.severity_confirmed_at, ticket.queue.code) == ("3", None, "support")
    assert (ticket.type.code, ticket.channel, ticket.created_at) == ("problem", "email", DAY)


def test_a_mail_that_says_severity_1_pages_nobody_until_an_engineer_sets_it(stage: Scene) -> None:
    """XE-5-07, XE-A06: whatever stands in the text, by night."""
    body = "Severity: 1\nSeverity 1! Everything is down."
    ticket = fresh(
        arrive(letter(sender=stage.contact.email, to=BOX, subject="SEVERITY 1", body=body), now=NIGHT).ticket
    )
    sweep(NIGHT + MINUTE)
    assert (ticket.severity.code, Page.objects.exists()) == ("3", False)

    gravest = stage.known.severities["1"]
    change_severity(ticket_id=ticket.pk, severity=gravest, reason="Confirmed.", actor=stage.agent, now=NIGHT + MINUTE)

    assert Page.objects.filter(ticket=ticket).count() == 1


def test_mail_outside_support_hours_is_answered_with_the_way_for_the_gravest(stage: Scene) -> None:
    """XE-5-05, XE-A17: the receipt points to the online form; within the hours it does not."""
    receipts = {}
    for name, now in (("night", NIGHT), ("day", DAY)):
        ticket: Ticket = arrive(letter(sender=stage.contact.email, to=BOX, subject=name), now=now).ticket
        receipts[name] = compose(Delivery.objects.get(ticket=ticket, audience="requester")).body

    hint = "If it is a matter of the highest severity, please use the form in the portal."
    assert (hint in receipts["night"], hint in receipts["day"]) == (True, False)
