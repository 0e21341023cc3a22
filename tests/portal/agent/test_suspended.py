"""Suspended mail in the agent portal: the list, one mail, and what agents decide."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from notifications.commands.receiving import receive, store
from notifications.mime.limits import LIMITS
from notifications.models import BlockedSender, IncomingMail, Mailbox, RawMail
from notifications.queries.suspended import waiting
from tests.people import make_company, make_contact
from tickets.models import Ticket

LIST = "/workshop/agent/suspended/"


def mail_of(sender: str = "Nora Newcomer <nora@elsewhere.example>", subject: str = "Hello", **parts: Any) -> bytes:
    """A mail to the workshop; `files` by name."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, parts.get("to", "bench@workshop.example"), subject
    mail["Message-ID"] = parts.get(
        "message_id", f"<{subject.replace(' ', '.')}.{sender.split('@', maxsplit=1)[0][-4:]}@x.example>"
    )
    mail.set_content(parts.get("text", "The lathe howls.\n\nNora"))
    for name, content in parts.get("files", {}).items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


@pytest.fixture
def suspend(workshop: Vendor) -> Callable[..., IncomingMail]:
    """A mail that was read and then waits for this reason."""

    def made(
        *, reason: str = "cc_only", ago: timedelta = timedelta(), claims: Ticket | None = None, **parts: Any
    ) -> Any:
        with acting_for(workshop):
            mail = store(mail_of(**parts), way="imap", now=timezone.now() - ago, mailbox=Mailbox.objects.get())
            sender = parts.get("sender", "Nora Newcomer <nora@elsewhere.example>")
            mail.sender_name, mail.sender = sender.split(" <")[0], sender.split("<")[1].rstrip(">")
            mail.subject = parts.get("subject", "Hello")
            mail.state = mail.outcome = "suspended"
            mail.reason, mail.claims = reason, claims
            mail.trace = [{"asked": "is_not_addressed", "found": reason, "so": "suspended"}]
            mail.save()
            return mail

    return made


@pytest.fixture
def sam(smith: Agent, client_for: Callable[..., Any]) -> Any:
    """Sam's browser."""
    return client_for(smith)


def text(page: Any) -> str:
    return page.content.decode()


def now_is(workshop: Vendor, mail: IncomingMail) -> IncomingMail:
    with acting_for(workshop):
        return IncomingMail.objects.select_related("ticket__requester", "decided_by").get(pk=mail.pk)


# --- The list --------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_it_is_for(sam: Any) -> None:
    page = sam.get(LIST)

    assert "No mail is suspended" in text(page)
    assert "waits here until an agent decides" in text(page)


def test_the_list_says_who_what_why_and_where_newest_first(
    sam: Any, suspend: Any, miller: Contact, ticket: Ticket, smith: Agent
) -> None:
    suspend(ago=timedelta(hours=2))
    suspend(sender=f"Mo <{miller.email}>", subject="Mine", reason="no_part_in_ticket", claims=ticket)
    suspend(sender=f"Sam <{smith.user.email}>", subject="Ours", reason="staff_without_token", ago=timedelta(hours=1))

    page = sam.get(LIST)

    assert [row.mail.subject for row in page.context["rows"]] == ["Mine", "Ours", "Hello"]
    shown = text(page)
    for words in ("not a contact", "Mills", "staff", "Only in Cc", "Not part of the ticket", "Staff without a token"):
        assert words in shown
    assert (ticket.number in shown, "bench@workshop.example" in shown) == (True, True)
    assert '<span class="count">3<span' in shown


def test_the_list_can_be_narrowed_to_a_reason_that_occurs(sam: Any, suspend: Any) -> None:
    suspend(subject="Copy")
    suspend(subject="Stranger", reason="unknown_sender")

    page = sam.get(f"{LIST}?reason=unknown_sender")

    assert [row.mail.subject for row in page.context["rows"]] == ["Stranger"]
    assert [code for code, _ in page.context["form"].fields["reason"].choices] == ["", "cc_only", "unknown_sender"]
    assert "Nothing fits" in text(sam.get(f"{LIST}?reason=too_large"))
    assert sam.get(f"{LIST}?reason=%27%22%3Cb%3E").status_code == 200


def test_pages_go_by_the_place_of_a_row(sam: Any, suspend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.agent.views.suspended.SIZE", 2)
    for hours in range(5):
        suspend(subject=f"Mail {hours}", ago=timedelta(hours=hours))
    seen, address = [], "?reason=cc_only"
    while address:
        page = sam.get(LIST + address)
        seen += [row.mail.subject for row in page.context["rows"]]
        address = page.context["page"].older

    assert seen == [f"Mail {hours}" for hours in range(5)]
    before = sam.get(LIST + page.context["page"].newer)
    assert [row.mail.subject for row in before.context["rows"]] == ["Mail 2", "Mail 3"]


@pytest.mark.parametrize("path", ["", "{pk}/"])
def test_a_page_costs_the_same_however_much_waits(sam: Any, suspend: Any, ticket: Ticket, path: str) -> None:
    costs = []
    for number in range(2):
        for more in range(3):
            mail = suspend(sender=f"N <n{number}{more}@e.example>", subject=f"S {number} {more}", claims=ticket)
        address = LIST + path.format(pk=mail.pk)
        sam.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert sam.get(address).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_list_reads_its_own_index(workshop: Vendor, suspend: Any) -> None:
    suspend()
    with acting_for(workshop), connection.cursor() as cursor:
        for other_way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        plan = waiting().order_by("-received_at", "-id").values_list("pk").explain()
    assert ("mail_suspended" in plan, "Sort" in plan) == (True, False)


# --- One mail --------------------------------------------------------------------------------------------


def test_a_mail_is_readable_and_says_what_was_looked_at(sam: Any, suspend: Any, ticket: Ticket) -> None:
    mail = suspend(files={"howl.wav": b"x" * 2048}, claims=ticket, text="It <b>howls</b>.\n\n> You said\n")

    shown = text(sam.get(f"{LIST}{mail.pk}/"))

    for words in (
        "It &lt;b&gt;howls&lt;/b&gt;.",
        "howl.wav",
        "2.0",
        "None of our addresses is in To",
        "Is it addressed to us",
        "an agent decides",
        "It may belong to",
        f'value="{ticket.number}"',
        "nora@elsewhere.example, as an unknown contact",
    ):
        assert words in shown, words
    assert "/files/" not in shown


def test_the_original_is_saved_as_it_came_and_never_shown(sam: Any, suspend: Any, workshop: Vendor) -> None:
    mail = suspend()

    answer = sam.get(f"{LIST}{mail.pk}/original/")

    with acting_for(workshop):
        assert answer.content == bytes(RawMail.objects.get(mail=mail).content)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="mail-{mail.pk}.eml"'
    assert answer["Cache-Control"] == "private, no-store"


def test_a_mail_that_cannot_be_read_says_so_and_can_still_be_saved(sam: Any, suspend: Any, workshop: Vendor) -> None:
    mail, many = suspend(reason="too_many_parts"), EmailMessage()
    many.make_mixed()
    for _ in range(LIMITS.parts + 1):
        many.attach(EmailMessage())
    with acting_for(workshop):
        RawMail.objects.filter(mail=mail).update(content=many.as_bytes())

    shown = text(sam.get(f"{LIST}{mail.pk}/"))

    assert f"The mail has more than {LIMITS.parts} parts." in shown
    assert f"{LIST}{mail.pk}/original/" in shown


def test_a_mail_whose_bytes_are_gone_says_so(sam: Any, suspend: Any, workshop: Vendor) -> None:
    mail = suspend()
    with acting_for(workshop):
        RawMail.objects.filter(mail=mail).update(content=b"")

    assert "no longer kept" in text(sam.get(f"{LIST}{mail.pk}/"))
    assert sam.get(f"{LIST}{mail.pk}/original/").status_code == 404


def test_mail_that_the_machine_has_yet_to_read_is_not_here(sam: Any, workshop: Vendor) -> None:
    with acting_for(workshop):
        unread = store(mail_of(), way="imap", now=timezone.now())
    assert sam.get(f"{LIST}{unread.pk}/").status_code == 404


# --- What is decided -------------------------------------------------------------------------------------


def test_a_mail_of_a_stranger_becomes_a_ticket_of_an_unknown_contact(sam: Any, suspend: Any, workshop: Vendor) -> None:
    mail = suspend(files={"log.txt": b"howl"})

    answer = sam.post(f"{LIST}{mail.pk}/release/", {"contact": ""})

    decided = now_is(workshop, mail)
    assert (answer.status_code, answer.url) == (302, f"/workshop/agent/tickets/{decided.ticket.number}/")
    assert (decided.outcome, decided.ticket.subject, decided.decided_by.name) == ("created", "Hello", "Sam Smith")
    assert decided.ticket.requester.email == "nora@elsewhere.example"
    page = text(sam.get(answer.url))
    assert ("The mail is now in" in page, "The lathe howls." in page, "log.txt" in page) == (True, True, True)


def test_another_contact_is_looked_for_and_chosen(sam: Any, suspend: Any, workshop: Vendor, miller: Contact) -> None:
    mail = suspend()
    with acting_for(workshop):
        make_contact(make_company("Smiths"), name="Ida Ironside")

    found = sam.get(f"{LIST}{mail.pk}/?q=mill")
    assert "Mo Miller, Mills" in text(found)
    assert "Ida Ironside" not in text(found)
    assert "Nobody found" in text(sam.get(f"{LIST}{mail.pk}/?q=nobody-at-all"))
    sam.post(f"{LIST}{mail.pk}/release/", {"contact": miller.pk})

    assert now_is(workshop, mail).ticket.requester.pk == miller.pk


def test_a_mail_of_a_known_contact_is_released_in_that_name(
    sam: Any, suspend: Any, workshop: Vendor, miller: Contact
) -> None:
    mail = suspend(sender=f"Mo <{miller.email}>")

    assert "Mo Miller, Mills" in text(sam.get(f"{LIST}{mail.pk}/"))
    sam.post(f"{LIST}{mail.pk}/release/", {"contact": ""})

    assert now_is(workshop, mail).ticket.requester.pk == miller.pk


@pytest.mark.parametrize("who", ["staff", "a contact who left", "nobody"])
def test_where_the_sender_cannot_ask_a_contact_has_to_be_chosen(
    sam: Any, suspend: Any, workshop: Vendor, smith: Agent, miller: Contact, who: str
) -> None:
    with acting_for(workshop):
        gone = make_contact(miller.company, email="gone@mills.example", is_active=False)
    address = {"staff": smith.user.email, "a contact who left": gone.email, "nobody": ""}[who]
    mail = suspend(sender=f"Somebody <{address}>")

    page = text(sam.get(f"{LIST}{mail.pk}/"))
    assert ("Look for the contact first" in page, "Release as a new ticket" in page) == (True, False)
    refused = sam.post(f"{LIST}{mail.pk}/release/", {"contact": ""})
    assert (refused.status_code, "Choose the contact whom the ticket is for." in text(refused)) == (422, True)
    sam.post(f"{LIST}{mail.pk}/release/", {"contact": miller.pk})

    assert now_is(workshop, mail).ticket.requester.pk == miller.pk


def test_a_mail_is_added_to_a_ticket_by_its_number(
    sam: Any, suspend: Any, workshop: Vendor, miller: Contact, ticket: Ticket
) -> None:
    mail = suspend(sender=f"Mo <{miller.email}>", claims=ticket, text="And it smokes.")

    nowhere = sam.post(f"{LIST}{mail.pk}/add/", {"number": "W-999999"})
    empty = sam.post(f"{LIST}{mail.pk}/add/", {"number": ""})
    assert (nowhere.status_code, "There is no ticket W-999999" in text(nowhere)) == (422, True)
    assert (empty.status_code, "Write the number of the ticket." in text(empty)) == (422, True)
    answer = sam.post(f"{LIST}{mail.pk}/add/", {"number": f" #{ticket.number} "})

    assert (answer.status_code, now_is(workshop, mail).outcome) == (302, "appended")
    assert "And it smokes." in text(sam.get(answer.url))


def test_a_discarded_mail_leaves_the_list_and_stays_in_the_record(sam: Any, suspend: Any, workshop: Vendor) -> None:
    mail = suspend()

    answer = sam.post(f"{LIST}{mail.pk}/discard/")

    assert answer.url == LIST
    assert sam.get(LIST).context["rows"] == []
    shown = text(sam.get(f"{LIST}{mail.pk}/"))
    assert ("Discarded by Sam Smith" in shown, "The lathe howls." in shown, "Only in Cc" in shown) == (True, True, True)
    assert "Release as a new ticket" not in shown


def test_a_sender_is_blocked_after_a_page_that_says_what_it_means(
    sam: Any, suspend: Any, workshop: Vendor, miller: Contact
) -> None:
    mail, other = suspend(), suspend(subject="Again")
    known = suspend(sender=f"Mo <{miller.email}>")

    asked = text(sam.get(f"{LIST}{mail.pk}/block/"))
    assert ("Block nora@elsewhere.example?" in asked, "The 2 suspended mails" in asked) == (True, True)
    assert "This is a contact of a customer" in text(sam.get(f"{LIST}{known.pk}/block/"))
    answer = sam.post(f"{LIST}{mail.pk}/block/")

    assert answer.url == LIST
    assert {now_is(workshop, one).outcome for one in (mail, other)} == {"rejected"}
    assert now_is(workshop, known).state == "suspended"
    with acting_for(workshop):
        assert BlockedSender.objects.get().address == "nora@elsewhere.example"
        again = receive(store(mail_of(subject="More"), way="imap", now=timezone.now()).pk, now=timezone.now())
    assert (again.outcome, again.reason) == ("ignored", "blocked")


@pytest.mark.parametrize(("act", "sent"), [("release", {}), ("add", {"number": "W-1"}), ("discard", {}), ("block", {})])
def test_whoever_comes_second_reads_who_was_first(
    sam: Any, suspend: Any, founder: Agent, client_for: Any, act: str, sent: dict[str, str]
) -> None:
    mail = suspend()
    client_for(founder).post(f"{LIST}{mail.pk}/discard/")

    late = sam.post(f"{LIST}{mail.pk}/{act}/", sent)

    assert late.status_code == 409
    assert "Somebody has dealt with this mail already." in text(late)
    assert "Discarded by Fia Founder" in text(late)


@pytest.mark.parametrize(("act", "sent"), [("release", {}), ("add", {"number": "W-1"}), ("discard", {}), ("block", {})])
def test_read_only_agents_see_and_do_not_decide(
    suspend: Any, workshop: Vendor, auditor: Agent, client_for: Any, act: str, sent: dict[str, str]
) -> None:
    mail, ava = suspend(), client_for(auditor)

    page = text(ava.get(f"{LIST}{mail.pk}/"))
    assert ("The lathe howls." in page, "Release as a new ticket" in page, "Discard" in page) == (True, False, False)
    assert ava.get(f"{LIST}{mail.pk}/block/").status_code == 422
    answer = ava.post(f"{LIST}{mail.pk}/{act}/", sent)

    assert (answer.status_code, "You may read tickets here" in text(answer)) == (422, True)
    assert now_is(workshop, mail).state == "suspended"


def test_the_mail_of_one_vendor_is_nowhere_at_another(
    suspend: Any, vendor: Vendor, agent: Agent, client_for: Any
) -> None:
    mail = suspend()
    other = client_for(agent)
    assert other.get(LIST.replace("workshop", vendor.slug)).context["rows"] == []
    for path in ("", "original/"):
        assert other.get(f"/{vendor.slug}/agent/suspended/{mail.pk}/{path}").status_code == 404
    for act in ("release", "add", "discard", "block"):
        assert other.post(f"/{vendor.slug}/agent/suspended/{mail.pk}/{act}/").status_code == 404
