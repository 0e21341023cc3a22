"""Mail at Hypergene, clause by clause: raw mails in, what became of them."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from helpdesk.models import Company
from notifications.models import Delivery
from notifications.outbound.mails import compose
from sla.models import Agreement
from tests.people import NOW, make_company
from tests.post import arrive, letter
from tests.timelines.scene import Scene, at, staged, status_of
from tickets.commands import change_status
from tickets.models import Ticket

BOX = "servicecenter@hypergene.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Scene]:
    with staged("hypergene") as scene:
        scene.contact.language = "en"
        scene.contact.save()
        yield scene


def told(address: str) -> str:
    return str(compose(Delivery.objects.get(event="mail_suspended", to_address=address)).body)


def test_a_mail_of_a_registered_contact_opens_a_ticket(stage: Scene) -> None:
    """HG-2.2-04."""
    mail = arrive(letter(sender=stage.contact.email, to=BOX, subject="Budget locked"))

    assert (mail.outcome, mail.ticket.requester, mail.ticket.channel) == ("created", stage.contact, "email")


@pytest.mark.parametrize("moment", ["Sat 2026-05-23 03:12 CEST", "Thu 2026-05-14 14:00 CEST"])
def test_mail_is_taken_and_confirmed_at_night_and_on_holidays(stage: Scene, moment: str) -> None:
    """HG-2.3-01, HG-2.7-01: registered and answered with its number in the same moment."""
    now = at(moment)

    ticket = arrive(letter(sender=stage.contact.email, to=BOX), now=now).ticket

    receipt = Delivery.objects.get(ticket=ticket, audience="requester")
    assert (ticket.created_at, receipt.next_attempt_at, receipt.state) == (now, now, "queued")
    assert ticket.number in compose(receipt).subject


def agreed(company: Company, until: date | None) -> None:
    Agreement.objects.create(company=company, valid_from=date(2025, 1, 1), valid_to=until)


@pytest.mark.parametrize("through_partner", [False, True])
def test_mail_is_taken_to_the_last_day_of_the_agreement_and_not_after(stage: Scene, through_partner: bool) -> None:
    """HG-2-01: the customer's own, or the one that its partner holds; afterwards suspended, with a notice."""
    holder = stage.contact.company
    if through_partner:
        holder = make_company("Partner", kind="partner")
        stage.contact.company.partner = holder
        stage.contact.company.save()
    agreed(holder, date(2026, 5, 19))

    last = arrive(letter(sender=stage.contact.email, to=BOX), now=at("Tue 2026-05-19 23:59 CEST"))
    after = arrive(letter(sender=stage.contact.email, to=BOX), now=at("Wed 2026-05-20 00:00 CEST"))

    assert (last.outcome, after.state, after.reason) == ("created", "suspended", "no_agreement")
    assert "no support agreement in force" in told(stage.contact.email)


def test_mail_of_another_address_of_the_company_waits_and_its_sender_is_sent_to_the_administrators(
    stage: Scene,
) -> None:
    """HG-2.4-02, HG-A12: only registered contacts open tickets."""
    stage.contact.company.mail_domains = ["customer.example"]
    stage.contact.company.save()

    mail = arrive(letter(sender="intern@customer.example", to=BOX))
    stranger = arrive(letter(sender="who@elsewhere.example", to=BOX))

    assert (mail.state, mail.reason, stranger.reason) == ("suspended", "not_a_contact", "unknown_sender")
    assert Ticket.objects.count() == 0
    assert "administratörer" in told("intern@customer.example")


def test_the_customer_hears_of_each_status_of_that_name_and_of_the_start(stage: Scene) -> None:
    """HG-2.1-07, HG-2.7-02: the change to in progress sends a notice, and so does waiting for an estimate."""
    ticket = arrive(letter(sender=stage.contact.email, to=BOX)).ticket
    began = NOW + timedelta(hours=1)

    change_status(ticket_id=ticket.pk, status=stage.known.statuses["in_progress"], actor=stage.agent, now=began)

    assert status_of(ticket) == "in_progress"
    notice = Delivery.objects.get(ticket=ticket, event="status_entered", audience="requester", created_at=began)
    sent = compose(notice)
    assert stage.known.statuses["in_progress"].public_name in sent.body
    assert notice.to_address == stage.contact.email
