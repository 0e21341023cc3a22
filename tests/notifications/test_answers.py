"""What the sender of a suspended mail is told: each reason in two languages, and nothing of what the mail said."""

from typing import Any

import pytest
from django.utils import translation

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery, IncomingMail, Mailbox, MailPolicy
from notifications.outbound.answers import REASONS, explanation
from notifications.outbound.mails import compose
from tests.notifications.test_mails import html_of, sent
from tests.people import NOW, make_company, make_contact

pytestmark = pytest.mark.django_db


def answer(reason: str, sender: str = "eve@strangers.example", **facts: Any) -> Delivery:
    """The answer to a mail that was suspended for this reason."""
    mail = IncomingMail.objects.create(
        sender=sender,
        sender_name="BUY NOW",
        subject="CHEAP THINGS",
        message_id="1@strangers.example",
        reason=reason,
        way="imap",
        received_at=NOW,
        size=1,
        fingerprint=f"{reason}{sender}",
        state="suspended",
        next_attempt_at=NOW,
        **facts,
    )
    return Delivery.objects.create(
        mail=mail,
        seq=0,
        event="mail_suspended",
        audience="sender",
        to_address=sender,
        to_name="BUY NOW",
        message_id=f"<s{mail.pk}.1@acme.example>",
        next_attempt_at=NOW,
        created_at=NOW,
    )


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_told_without_a_word_of_the_mail(reason: str) -> None:
    mail = sent(answer(reason))
    whole = mail.as_string()
    assert not [word for word in ("BUY NOW", "CHEAP THINGS") if word in whole]
    assert mail["Subject"] == "Your mail to Acme"
    assert mail["In-Reply-To"] == mail["References"] == "<1@strangers.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Helpdesk-Loop"] == "acme"
    assert mail["Thread-Index"] is None


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("reason", [*REASONS, "never heard of"])
def test_each_reason_has_its_sentences_in_both_languages(vendor: Vendor, reason: str) -> None:
    told = {}
    for language in ("en", "sv"):
        with translation.override(language):
            told[language] = explanation(reason, vendor, MailPolicy(), partner="")
    assert len(told["en"]) == len(told["sv"]) >= 2
    assert not set(told["en"]) & set(told["sv"]), "every sentence is translated"


@pytest.mark.usefixtures("door")
def test_an_end_customer_learns_whom_to_ask() -> None:
    """LX-1.1.1-01: end customers make their requests to their sales partner, by name where it is known."""
    partner = make_company("Sales & Co", kind="partner")
    end = make_company(kind="end_customer", partner=partner, mail_domains=["end.example"])
    contact = make_contact(end, language="en")
    assert "Please send your request to Sales & Co." in compose(answer("end_customer", contact.email)).body
    assert "Please send your request to Sales & Co." in compose(answer("end_customer", "new@end.example")).body
    unknown = compose(answer("end_customer", "x@nobody.example")).body
    assert "the partner that you bought from" in unknown
    assert "Sales &amp; Co" in html_of(Delivery.objects.order_by("id")[0])


@pytest.mark.usefixtures("door")
def test_who_is_not_registered_is_sent_to_the_own_administrators_and_learns_no_name() -> None:
    company = make_company("Customer", mail_domains=["customer.example"])
    make_contact(company, name="Secret Admin", is_company_admin=True)
    body = compose(answer("not_a_contact", "new@customer.example")).body
    assert "ask your company's administrators" in body
    assert "Secret Admin" not in body


@pytest.mark.usefixtures("door")
def test_the_answer_comes_from_the_mailbox_that_got_the_mail() -> None:
    Mailbox.objects.create(address="first@acme.example", position=0)
    second = Mailbox.objects.create(address="second@acme.example", position=1, plus_addressing=True)
    mail = sent(answer("cc_only", mailbox=second))
    assert mail["From"] == "Support <second@acme.example>"
    assert mail["Reply-To"] == "second@acme.example", "no ticket, so no token"


def test_it_is_written_in_the_vendors_language_to_a_stranger() -> None:
    with acting_for(Vendor.objects.get(slug="hypergene")):
        mail = compose(answer("unknown_sender"))
    assert mail.subject.startswith("Ditt mejl till")
    assert "Support" not in mail.body.splitlines()[0]
