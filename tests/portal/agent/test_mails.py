"""One mail of a ticket in the agent portal: what it shows, and what it keeps from whoever sent it."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from notifications.commands.receiving import store
from notifications.models import IncomingMail, Mailbox, RawMail
from tickets.models import Ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PAGE = (
    '<p style="color:#c00000">It <b>howls</b>.</p><img src="cid:Photo@x"><img src="https://spy.example/1.png">'
    '<script>alert(1)</script><a href="https://mills.example/">log</a>'
)
INVITATION = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260526T080000Z\r\n"
    "DTSTART:20260527T120000Z\r\nDTEND:20260527T130000Z\r\nSUMMARY:Listen together\r\nLOCATION:Hall 2\r\n"
    "ORGANIZER:mailto:mo@mills.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)  # fmt: skip


def mail_with(html: str = PAGE, text: str = "It howls.\n\n-- \nMo", *, subject: str = "Howling") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Mo Miller <mo@mills.example>", "bench@workshop.example", subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
        mail.get_payload()[1].add_related(PNG, "image", "png", cid="<Photo@x>")
    return mail.as_bytes()


@pytest.fixture
def mailed(workshop: Vendor, miller: Contact, ticket_of: Callable[..., Ticket]) -> Callable[..., Ticket]:
    """A ticket whose first line came as this mail."""

    def made(raw: bytes = b"", **facts: Any) -> Ticket:
        with acting_for(workshop):
            ticket = ticket_of(miller)
            mail = store(raw or mail_with(), way="imap", now=timezone.now(), mailbox=Mailbox.objects.get())
            mail.ticket, mail.seq, mail.state, mail.outcome, mail.subject = ticket, 1, "done", "created", "Howling"
            mail.sender, mail.sender_name = "mo@mills.example", "Mo Miller"
            mail.trace = [{"asked": "sender", "found": "mo@mills.example", "so": "contact"}]
            for name, value in facts.items():
                setattr(mail, name, value)
            mail.save()
            return ticket

    return made


@pytest.fixture
def sam(smith: Agent, client_for: Callable[..., Any]) -> Any:
    return client_for(smith)


def address(ticket: Ticket, part: str = "", seq: int = 1) -> str:
    return f"/workshop/agent/tickets/{ticket.number}/mails/{seq}/{part}"


def words_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_page_shows_the_mail_in_a_frame_and_how_it_came(sam: Any, mailed: Any) -> None:
    ticket = mailed()

    page = sam.get(address(ticket))

    frame = re.search(r"<iframe[^>]*>", page.content.decode())
    assert frame is not None
    assert f'src="{address(ticket, "layout/")}"' in frame[0]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame[0]
    assert "howls" not in re.sub(r"<title>.*?</title>", "", page.content.decode()), "the HTML is in the frame alone"
    said = words_of(page)
    assert "Mo Miller, mo@mills.example" in said
    assert "Who sent it mo@mills.example a contact" in said
    assert "One image of another server is not shown" in said
    assert "Show quoted text" in said


def test_the_frame_runs_nothing_and_asks_nobody(sam: Any, mailed: Any) -> None:
    answer = sam.get(address(mailed(), "layout/"))

    page, policy = answer.content.decode(), answer["Content-Security-Policy"]
    assert '<p style="color:#c00000">It <b>howls</b>.</p>' in page
    assert 'src="data:image/png;base64,' in page
    assert "script" not in page
    assert "spy.example" not in page
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert (answer["Referrer-Policy"], answer["X-Frame-Options"]) == ("no-referrer", "SAMEORIGIN")
    assert answer["Cache-Control"] == "private, no-store"


def test_remote_images_are_shown_when_asked_for(sam: Any, mailed: Any) -> None:
    ticket = mailed()

    page = sam.get(address(ticket), {"images": "1"})
    frame = sam.get(address(ticket, "layout/"), {"images": "1"})

    assert f'src="{address(ticket, "layout/")}?images=1"' in page.content.decode()
    assert "not shown" not in words_of(page)
    assert 'src="https://spy.example/1.png"' in frame.content.decode()
    assert "img-src data: https:;" in frame["Content-Security-Policy"]
    assert "script" not in frame.content.decode()


def test_a_plain_mail_is_shown_as_text_with_the_rest_folded(sam: Any, mailed: Any) -> None:
    page = sam.get(address(mailed(mail_with("", text="It howls.\n\n-- \nMo Miller\nMills"))))

    html = page.content.decode()
    assert "<iframe" not in html
    assert re.search(r'<div class="prose mail-text"><p>It howls\.</p></div>', html)
    assert re.search(r"<details.*?Mills.*?</details>", html, re.DOTALL)


def test_an_invitation_says_when_where_and_who_in_the_vendors_time(sam: Any, mailed: Any, workshop: Vendor) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "mo@mills.example", "Listen"
    mail.set_content("Come.")
    mail.add_attachment(INVITATION, subtype="calendar", filename="invite.ics")
    Vendor.objects.filter(pk=workshop.pk).update(time_zone="Asia/Tokyo")

    said = words_of(sam.get(address(mailed(mail.as_bytes()))))

    assert "Listen together When Wed 27 May, 21:00 – 22:00 Where Hall 2 Organizer mo@mills.example" in said


def test_a_page_too_heavy_to_clean_is_shown_as_text(sam: Any, mailed: Any) -> None:
    ticket = mailed(mail_with("<div>" * 1000 + "Still here"))

    page = sam.get(address(ticket))

    assert "nested too deeply" in words_of(page)
    assert "It howls." in words_of(page)
    assert sam.get(address(ticket, "layout/")).status_code == 404


def test_the_original_is_plain_text_or_a_file(sam: Any, mailed: Any) -> None:
    raw = mail_with()
    ticket = mailed(raw)

    read, saved = sam.get(address(ticket, "original/")), sam.get(address(ticket, "original/"), {"save": ""})

    assert read.content == saved.content == raw
    assert read["Content-Type"] == "text/plain; charset=utf-8"
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"] == 'attachment; filename="mail-1.eml"'
    for answer in (read, saved):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_an_original_that_is_no_longer_kept(sam: Any, mailed: Any, workshop: Vendor) -> None:
    ticket = mailed(rest="> what was quoted")
    with acting_for(workshop):
        RawMail.objects.update(content=b"")

    page = sam.get(address(ticket))

    assert "no longer kept" in words_of(page)
    assert "what was quoted" in words_of(page)
    assert "Show original" not in words_of(page)
    assert sam.get(address(ticket, "original/")).status_code == 404
    assert sam.get(address(ticket, "layout/")).status_code == 404


@pytest.mark.parametrize("part", ["", "layout/", "original/"])
def test_a_line_that_came_otherwise_has_no_mail(part: str, sam: Any, mailed: Any, ticket_of: Any, miller: Any) -> None:
    mailed()
    assert sam.get(address(mailed(mail_with(subject="Another")), part, seq=2)).status_code == 404


def test_each_line_that_came_by_mail_leads_to_it(sam: Any, mailed: Any, workshop: Vendor) -> None:
    ticket = mailed()
    sam.post(f"/workshop/agent/tickets/{ticket.number}/reply/", {"body": "We listen.", "mode": "reply", "seen": "99"})

    page = sam.get(f"/workshop/agent/tickets/{ticket.number}/").content.decode()

    assert re.findall(r'<p class="by-mail">By mail · <a href="([^"]*)">', page) == [address(ticket)]


def test_customers_see_nothing_of_it(mailed: Any, miller: Contact, client_for: Any) -> None:
    ticket = mailed()
    page = client_for(miller).get(f"/workshop/tickets/{ticket.number}/")
    assert page.status_code == 200
    assert "By mail" not in words_of(page)
    assert "/mails/" not in page.content.decode()


@pytest.mark.parametrize("mails", [1, 4])
def test_the_ticket_costs_the_same_however_many_mails(
    mails: int, sam: Any, mailed: Any, workshop: Vendor, django_assert_num_queries: Any
) -> None:
    ticket = mailed()
    with acting_for(workshop):
        for n in range(2, mails + 1):
            more = store(mail_with(subject=f"More {n}"), way="imap", now=timezone.now())
            IncomingMail.objects.filter(pk=more.pk).update(ticket=ticket, seq=1, state="done")
    sam.get(f"/workshop/agent/tickets/{ticket.number}/")

    with django_assert_num_queries(COST_OF_A_TICKET):
        sam.get(f"/workshop/agent/tickets/{ticket.number}/")


COST_OF_A_TICKET = 30
