"""The page of one ticket: what happens next, the conversation, and answers to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.people import acts
from tickets.commands import change_status, note, reply
from tickets.models import Entry, Ticket
from tickets.queries.catalogue import catalogue


@pytest.fixture
def ticket(buyer: Contact, ticket_of: Callable[..., Ticket]) -> Ticket:
    return ticket_of(buyer, now=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def page(buyer: Contact, ticket: Ticket, client_for: Callable[..., Any]) -> Any:
    """The buyer's browser on the ticket: `page()` reads it, `page("reply", …)` sends a form."""
    client = client_for(buyer)

    def send(act: str = "", *, htmx: bool = False, **fields: Any) -> Any:
        address = f"/kiosk/tickets/{ticket.number}/"
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(f"{address}{act}/", fields, headers=headers) if act else client.get(address)

    return send


@pytest.fixture
def staff(kiosk: Vendor, clerk: Agent, ticket: Ticket) -> Any:
    """What the clerk does: `staff(reply, body=…)`, `staff(change_status, status="done")`."""

    def does(command: Callable[..., Any], **given: Any) -> None:
        with acting_for(kiosk):
            if "status" in given:
                given["status"] = catalogue().statuses[given["status"]]
            command(ticket_id=ticket.pk, actor=acts(clerk), now=timezone.now(), **given)

    return does


def lines(vendor: Vendor, ticket: Ticket) -> list[str]:
    with acting_for(vendor):
        return list(Entry.objects.filter(ticket=ticket).order_by("seq").values_list("kind", flat=True))


def state(vendor: Vendor, ticket: Ticket) -> str:
    with acting_for(vendor):
        return str(Ticket.objects.select_related("status").get(pk=ticket.pk).status.code)


def test_the_page_costs_the_same_however_long_the_conversation(
    page: Any, staff: Any, django_assert_num_queries: Any
) -> None:
    staff(reply, body="One.")
    page()  # the process is remembered from here on

    for text in ("Two.", "Three."):
        staff(reply, body=text)
        with django_assert_num_queries(19):
            page()


def test_a_given_target_is_promised_and_an_assumed_one_is_not(
    kiosk: Vendor, buyer: Contact, ticket: Ticket, ticket_of: Callable[..., Ticket], client_for: Callable[..., Any]
) -> None:
    with acting_for(kiosk):
        red = catalogue().severities["red"]
    graded = ticket_of(buyer, severity=red, now=timezone.now())
    client = client_for(buyer)

    promised = client.get(f"/kiosk/tickets/{graded.number}/")
    plain = client.get(f"/kiosk/tickets/{ticket.number}/")

    assert promised.context["outlook"].title.startswith("We answer by ")
    assert plain.context["outlook"].title == "We have this and look at it next."
    assert [reach.point.label for reach in promised.context["phones"]] == ["Fire bell"]
    assert "Please call us as well" in promised.content.decode()
    assert "Please call us as well" not in plain.content.decode()


def test_a_waiting_ticket_says_when_it_is_closed(page: Any, staff: Any) -> None:
    staff(change_status, status="waiting", message="Which till?")

    outlook = page().context["outlook"]

    assert outlook.title == "We wait for your answer."
    assert outlook.details[1].startswith("We close this on ")
    assert outlook.details[1].endswith(" if we do not hear from you.")


def test_the_conversation_shows_what_is_public_under_the_vendors_label(page: Any, staff: Any) -> None:
    staff(note, body="Difficult customer.")
    staff(reply, body="We look at it.")

    text = page().content.decode()

    assert text.index("It burns.") < text.index("We look at it.")
    assert "The counter" in text
    assert "Cleo Clerk" not in text
    assert "Difficult" not in text
    assert "Status: In good hands" in text


def test_an_answer_is_added_and_leads_back_to_the_page(kiosk: Vendor, page: Any, ticket: Ticket) -> None:
    key = str(uuid4())
    paper = SimpleUploadedFile("a.txt", b"a")

    first = page("reply", body="It still burns.", key=key, files=[paper])
    page("reply", body="It still burns.", key=key)

    assert (first.status_code, first.url) == (302, f"/kiosk/tickets/{ticket.number}/")
    assert lines(kiosk, ticket) == ["opened", "message"]
    text = page().content.decode()
    assert "It still burns." in text
    assert "a.txt" in text
    assert f'data-draft-sent="ticket-{ticket.number}"' in text


def test_with_htmx_the_letter_comes_back_with_an_empty_box(page: Any) -> None:
    answer = page("reply", htmx=True, body="It still burns.", key=str(uuid4()))

    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="letter">')
    assert answer.context["form"].is_bound is False


def test_an_empty_answer_is_refused(kiosk: Vendor, page: Any, ticket: Ticket) -> None:
    answer = page("reply", body="  ")

    assert answer.status_code == 422
    assert answer.context["form"].errors["body"] == ["Write something first."]
    assert lines(kiosk, ticket) == ["opened"]


def test_a_file_that_is_too_large_is_refused_and_the_words_stay(kiosk: Vendor, page: Any, ticket: Ticket) -> None:
    large = SimpleUploadedFile("video.mp4", b"0" * (30 * 1024 * 1024))

    answer = page("reply", body="Look at this.", files=[large])

    assert answer.status_code == 422
    assert "video.mp4 is 30 MB" in answer.context["form"].non_field_errors()[0]
    assert "Look at this." in answer.content.decode()
    assert lines(kiosk, ticket) == ["opened"]


def test_an_answer_that_crosses_another_is_held_once(kiosk: Vendor, page: Any, staff: Any, ticket: Ticket) -> None:
    seen, key = page().context["form"].initial["seen"], str(uuid4())
    staff(reply, body="Try another till.")

    crossed = page("reply", body="Hello?", seen=seen, key=key)
    form = crossed.context["form"]

    assert crossed.status_code == 409
    assert "Hello?" in crossed.content.decode()
    assert [row.item.body for row in crossed.context["rows"] if row.is_new and row.kind] == ["Try another till."]
    assert lines(kiosk, ticket).count("message") == 1

    again = page("reply", body="Hello?", seen=form["seen"].value(), key=form["key"].value())

    assert again.status_code == 302
    assert lines(kiosk, ticket).count("message") == 2


def test_an_answer_to_what_was_closed_meanwhile_shows_that_and_keeps_the_words(page: Any, staff: Any) -> None:
    seen = page().context["form"].initial["seen"]
    staff(change_status, status="done")

    crossed = page("reply", body="One more thing.", seen=seen)

    assert crossed.status_code == 409
    text = crossed.content.decode()
    assert "One more thing." in text
    assert "Status: Done" in text
    assert "An answer opens this again" in text


def test_reopening_asks_whether_the_situation_is_the_same(kiosk: Vendor, page: Any, staff: Any, ticket: Ticket) -> None:
    staff(change_status, status="done")

    bare = page("reply", body="It burns again.")
    answered = page("reply", body="It burns again.", restatement="identical")

    assert bare.status_code == 422
    assert bare.context["form"].non_field_errors()[0].startswith("Say whether the situation is the same")
    assert answered.status_code == 302
    assert state(kiosk, ticket) == "open"


def test_the_customer_says_that_it_is_solved(kiosk: Vendor, page: Any, ticket: Ticket) -> None:
    assert "My issue is solved" in page().content.decode()

    answer = page("solved")
    after = page()

    assert answer.status_code == 302
    assert lines(kiosk, ticket) == ["opened", "solved_by_customer"]
    assert after.context["outlook"].title == "You told us that this is solved. We close it."
    assert "My issue is solved" not in after.content.decode()


def test_what_is_closed_cannot_be_solved(page: Any, staff: Any) -> None:
    staff(change_status, status="done")

    assert (
        "This is finished already; nothing is left to do."
        in page("solved").client.get(page("solved").url).content.decode()
    )


def test_the_customer_puts_it_on_hold_and_resumes(kiosk: Vendor, page: Any, ticket: Ticket) -> None:
    offered = [entry["form"].target.code for entry in page().context["status_forms"]]
    page("status", status="hold", reason="customer")
    held, waiting = state(kiosk, ticket), page().context["outlook"].title
    then = [(entry["form"].target.code, entry["label"]) for entry in page().context["status_forms"]]
    page("status", status="open")

    assert (offered, held) == (["hold"], "hold")
    assert waiting == "This is on hold because you asked for it."
    assert then == [("open", "Resume")]
    assert state(kiosk, ticket) == "open"


@pytest.mark.parametrize("given", [{"status": "done"}, {"status": "open"}, {"status": "x"}, {"status": ""}])
def test_statuses_of_the_staff_are_not_the_customers_to_set(
    given: dict[str, str], kiosk: Vendor, page: Any, ticket: Ticket
) -> None:
    answer = page("status", **given)

    assert answer.status_code == 302
    assert state(kiosk, ticket) == "new"


def test_a_reason_of_the_staff_is_not_the_customers_to_give(kiosk: Vendor, page: Any, ticket: Ticket) -> None:
    answer = page("status", status="hold", reason="staff")

    assert answer.status_code == 422
    assert state(kiosk, ticket) == "new"


def test_signing_in_again_after_sending_leads_to_the_ticket(
    buyer: Contact, ticket: Ticket, client_for: Callable[..., Any]
) -> None:
    answer = client_for(buyer).get(f"/kiosk/tickets/{ticket.number}/reply/")

    assert (answer.status_code, answer.url) == (302, f"/kiosk/tickets/{ticket.number}/")
