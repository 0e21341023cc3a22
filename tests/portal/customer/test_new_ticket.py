"""The form for a new ticket: what it asks, what it refuses, what it keeps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.models import Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.people import make_company, make_contact
from tickets.commands.sealing import reveal
from tickets.models import Attachment, Secret, Ticket


@pytest.fixture
def filled() -> dict[str, Any]:
    """What a careful person enters."""
    return {
        "form-key": str(uuid4()),
        "type": "fault",
        "queue": "front",
        "urgency": "amber",
        "subject": "The till is stuck",
        "story": "It happened this morning.",
        "tongue": "de",
        "colour": "Blue",
        "product": "till",
        "password": "open sesame",
    }


def tickets(vendor: Vendor) -> list[Ticket]:
    with acting_for(vendor):
        return list(Ticket.objects.select_related("type", "queue", "severity", "product").order_by("id"))


def test_the_form_is_the_vendors_own(buyer: Contact, client_for: Callable[..., Any]) -> None:
    answer = client_for(buyer).get("/kiosk/new/")
    form, page = answer.context["form"], answer.content.decode()

    assert list(form.fields)[2:] == [
        "reported", "firm", "type", "queue", "urgency", "subject", "account", "story", "password", "seen_at",
        "product", "colour", "tongue", "papers",
    ]  # fmt: skip
    assert form.fields["type"].choices == [("", "Choose a kind"), ("fault", "Fault"), ("wish", "Wish")]
    assert [code for code, _ in form.fields["queue"].choices] == ["front"]
    assert [code for code, _ in form.fields["urgency"].choices] == ["red", "amber"]
    assert [code for code, _ in form.fields["product"].choices] == ["", "till"]
    assert [group.title for group in form.groups()] == ["", "details", ""]
    assert "German (no guaranteed response time)" in page
    assert "The kiosk is on fire." in page
    assert 'value="Buyers"' in page


def test_partners_are_offered_their_queue(kiosk: Vendor, client_for: Callable[..., Any]) -> None:
    with acting_for(kiosk):
        trader = make_contact(make_company("Traders", kind="partner"))

    form = client_for(trader).get("/kiosk/new/").context["form"]

    assert [code for code, _ in form.fields["queue"].choices] == ["front", "trade"]


def test_a_sent_form_becomes_a_ticket(
    kiosk: Vendor, buyer: Contact, clerk: Any, filled: dict[str, Any], client_for: Callable[..., Any]
) -> None:
    papers = [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")]

    answer = client_for(buyer).post("/kiosk/new/", filled | {"papers": papers})

    [ticket] = tickets(kiosk)
    assert (answer.status_code, answer.url) == (302, f"/kiosk/tickets/{ticket.number}/")
    assert (ticket.subject, ticket.type.code, ticket.queue.code) == ("The till is stuck", "fault", "front")
    assert (ticket.severity.code, ticket.product.code, ticket.language) == ("amber", "till", "de")
    assert ticket.fields["colour"] == "Blue"
    assert set(ticket.fields) == {"reported", "colour"}
    with acting_for(kiosk):
        assert Attachment.objects.count() == 2
        assert "sesame" not in Secret.objects.get().ciphertext
        actor = clerk.actor_in(frozenset())
        assert reveal(ticket_id=ticket.pk, key="password", actor=actor, now=timezone.now()) == "open sesame"


def test_a_form_sent_twice_makes_one_ticket(
    kiosk: Vendor, buyer: Contact, filled: dict[str, Any], client_for: Callable[..., Any]
) -> None:
    client = client_for(buyer)

    first, second = client.post("/kiosk/new/", filled), client.post("/kiosk/new/", filled)

    assert len(tickets(kiosk)) == 1
    assert first.url == second.url


def test_what_is_missing_is_said_on_top_and_what_was_typed_stays(
    kiosk: Vendor, buyer: Contact, filled: dict[str, Any], client_for: Callable[..., Any]
) -> None:
    answer = client_for(buyer).post("/kiosk/new/", filled | {"type": "", "subject": ""})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert tickets(kiosk) == []
    assert set(answer.context["form"].errors) == {"type", "subject"}
    assert "error-summary" in page
    assert 'href="#id_subject"' in page
    assert "It happened this morning." in page
    assert filled["form-key"] in page
    assert "sesame" not in page


@pytest.mark.parametrize(
    ("urgency", "subject", "missing"),
    [
        ("red", "The till is stuck", True),
        ("amber", "The till is stuck", False),
        ("amber", "FIRE in the kiosk", False),  # the word raises the flag that waives it
        ("red", "FIREWALL in the kiosk", True),
        ("red", "fire in the kiosk", True),
    ],
)
def test_a_field_can_be_required_at_a_severity_unless_the_subject_raises_a_flag(
    urgency: str,
    subject: str,
    missing: bool,
    buyer: Contact,
    filled: dict[str, Any],
    client_for: Callable[..., Any],
) -> None:
    answer = client_for(buyer).post("/kiosk/new/", filled | {"urgency": urgency, "subject": subject})

    assert answer.status_code == (422 if missing else 302)
    if missing:
        assert list(answer.context["form"].errors) == ["account"]


def test_what_happened_cannot_happen_in_the_future(
    buyer: Contact, filled: dict[str, Any], client_for: Callable[..., Any]
) -> None:
    tomorrow = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"

    answer = client_for(buyer).post("/kiosk/new/", filled | {"seen_at": tomorrow})

    assert list(answer.context["form"].errors) == ["seen_at"]


def test_a_file_that_is_too_large_is_refused_and_the_words_stay(
    kiosk: Vendor, buyer: Contact, filled: dict[str, Any], client_for: Callable[..., Any]
) -> None:
    large = SimpleUploadedFile("video.mp4", b"0" * (30 * 1024 * 1024))

    answer = client_for(buyer).post("/kiosk/new/", filled | {"papers": [large]})

    assert answer.status_code == 422
    assert tickets(kiosk) == []
    [sentence] = answer.context["form"].non_field_errors()
    assert "video.mp4 is 30 MB" in sentence
    page = answer.content.decode()
    assert "It happened this morning." in page
    assert "Choose your files again" in page


@pytest.mark.parametrize("field", [{"queue": "back"}, {"urgency": "ungraded"}, {"product": "abacus"}])
def test_what_is_not_offered_is_not_taken(
    field: dict[str, str], buyer: Contact, filled: dict[str, Any], client_for: Callable[..., Any]
) -> None:
    assert client_for(buyer).post("/kiosk/new/", filled | field).status_code == 422


def test_filled_in_facts_cannot_be_changed(
    kiosk: Vendor, buyer: Contact, filled: dict[str, Any], client_for: Callable[..., Any]
) -> None:
    client_for(buyer).post("/kiosk/new/", filled | {"reported": "2001-01-01T00:00", "firm": "Rivals"})

    [ticket] = tickets(kiosk)
    assert ticket.company_id == buyer.company_id
    assert not ticket.fields["reported"].startswith("2001")


def test_with_htmx_only_the_form_comes_back_and_success_leads_on(
    buyer: Contact, filled: dict[str, Any], client_for: Callable[..., Any]
) -> None:
    client = client_for(buyer)

    wrong = client.post("/kiosk/new/", filled | {"subject": ""}, headers={"HX-Request": "true"})
    right = client.post("/kiosk/new/", filled, headers={"HX-Request": "true"})

    assert wrong.status_code == 422
    assert wrong.content.decode().lstrip().startswith("<form")
    assert right.headers["HX-Redirect"].startswith("/kiosk/tickets/")


def test_a_new_ticket_can_follow_a_finished_one(
    kiosk: Vendor,
    buyer: Contact,
    rival: Contact,
    filled: dict[str, Any],
    ticket_of: Callable[..., Ticket],
    client_for: Callable[..., Any],
) -> None:
    done, foreign = ticket_of(buyer, subject="Old"), ticket_of(rival)
    with acting_for(kiosk):
        Ticket.objects.update(is_finished=True)

    page = client_for(buyer).get(f"/kiosk/new/?follows={done.number}")
    client_for(buyer).post("/kiosk/new/", filled | {"form-follows": done.number})
    client_for(buyer).post("/kiosk/new/", filled | {"form-follows": foreign.number, "form-key": str(uuid4())})

    assert page.context["form"]["subject"].value() == "Old"
    assert [ticket.follows_id for ticket in tickets(kiosk)[2:]] == [done.pk, None]
