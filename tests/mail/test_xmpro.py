"""Mail at XMPro, clause by clause: raw mails in, what became of them."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from notifications.models import Delivery
from notifications.outbound.mails import compose
from tests.people import NOW, acts, make_agent, make_contact
from tests.post import answer_to, arrive, letter
from tests.timelines.scene import Scene, staged
from tickets.commands import reply
from tickets.models import Attachment, Entry, Payload, Ticket
from tickets.queries.conversation import conversation

BOX = "support@xmpro.example"
MARKER = "Please reply above this line"
PIXEL = b"\x89PNG\r\n\x1a\n" + b"x" * 40
pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Scene]:
    with staged("xmpro") as scene:
        yield scene


def words(ticket: Ticket) -> list[str]:
    """What the customer and we said, as it is stored."""
    seqs = Entry.objects.filter(ticket=ticket, kind__in=("opened", "message")).values("seq")
    return list(Payload.objects.filter(ticket=ticket, seq__in=seqs).order_by("seq").values_list("body", flat=True))


def told(address: str) -> str:
    """What the sender of a suspended mail is told."""
    return str(compose(Delivery.objects.get(event="mail_suspended", to_address=address)).body)


def receipt(ticket: Ticket) -> Delivery:
    return Delivery.objects.get(ticket=ticket, event="ticket_created", audience="requester")


# --- 1 Logging a ticket ----------------------------------------------------------------------------------


def test_a_mail_to_the_support_mailbox_opens_a_ticket(stage: Scene) -> None:
    """XP-1-01: the subject becomes the title, the body the description."""
    mail = arrive(letter(sender=stage.contact.email, to=BOX, subject="Login fails", body="Since this morning."))

    assert (mail.outcome, mail.ticket.subject, words(mail.ticket)) == (
        "created",
        "Login fails",
        ["Since this morning."],
    )
    assert mail.ticket.requester == stage.contact


def test_a_mail_with_the_mailbox_only_in_cc_opens_nothing_and_its_sender_is_told(stage: Scene) -> None:
    """XP-1-02: suspended; with the mailbox in To it is accepted whatever is in Cc."""
    copied = arrive(letter(sender=stage.contact.email, to="boss@customer.example", Cc=BOX))

    assert (copied.state, copied.reason, Ticket.objects.count()) == ("suspended", "cc_only", 0)
    assert "stood only in Cc" in told(stage.contact.email)
    both = arrive(letter(sender=stage.contact.email, to=f"x@y.example, {BOX}", Cc=f"boss@customer.example, {BOX}"))
    assert both.outcome == "created"


def with_images(body: str, **headers: str) -> bytes:
    """A mail with an image among its words, and one in its signature."""
    mail = EmailMessage()
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{body}\n\n[screenshot]\n\n-- \nAnn Miller\nHead of Everything\n")
    mail.add_alternative(
        f'<p>{body}</p><p><img src="cid:shot@x"></p><div>-- <br>Ann Miller<br><img src="cid:logo@x"></div>',
        subtype="html",
    )
    html = mail.get_payload()[1]
    html.add_related(PIXEL, "image", "png", cid="<shot@x>", filename="screenshot.png", disposition="inline")
    html.add_related(PIXEL, "image", "png", cid="<logo@x>", filename="logo.png", disposition="inline")
    return mail.as_bytes()


def test_signatures_and_their_images_bury_neither_a_ticket_nor_a_reply(stage: Scene) -> None:
    """XP-1-03, XP-1-04, XP-1-06, XP-2-08: the same mail as new ticket and as reply."""
    head = {"From": stage.contact.email, "To": BOX}
    first = arrive(with_images("It is broken.", Subject="Broken", Message_ID="<one@x.example>", **head))
    subject = f"Re: Ticket [{first.ticket.number}] Broken"
    second = arrive(with_images("It is broken still.", Subject=subject, Message_ID="<two@x.example>", **head))

    assert second.ticket == first.ticket
    for body in words(first.ticket):
        assert body.startswith("It is broken")
        assert "Ann Miller" not in body
        assert "Head of Everything" not in body
    files = Attachment.objects.filter(ticket=first.ticket).order_by("id")
    assert [file.name for file in files] == ["screenshot.png", "screenshot.png"]
    assert "Ann Miller" in first.rest


def test_customers_read_why_signatures_matter(stage: Scene, client_for: Any) -> None:
    """XP-1-05: the reason is given together with the rule on To and Cc and the hint on signatures."""
    page = client_for(stage.contact).get("/xmpro/contact/").content.decode()

    for part in ("in To, not in Cc", "leave out your signature", "stays visible as the thread grows"):
        assert part in page


# --- 2 Responding ----------------------------------------------------------------------------------------


@pytest.fixture
def ticket(stage: Scene) -> Ticket:
    return arrive(letter(sender=stage.contact.email, to=BOX, subject="Login fails", body="It does.")).ticket


def test_every_mail_to_the_customer_can_be_replied_to(stage: Scene, ticket: Ticket) -> None:
    """XP-2-01: the reply address is the support mailbox, and the reply lands in the ticket."""
    stage.agent_says(ticket, NOW + timedelta(hours=1))
    for delivery in Delivery.objects.filter(ticket=ticket, to_address=stage.contact.email):
        sent = compose(delivery)
        assert sent.extra_headers["Reply-To"] == BOX
        assert (
            arrive(answer_to(delivery, sender=stage.contact.email, to=BOX, subject=f"Re: {sent.subject}")).ticket
            == ticket
        )


def test_a_reply_with_the_mailbox_only_in_cc_is_not_added(stage: Scene, ticket: Ticket) -> None:
    """XP-2-02: as XP-1-02."""
    subject = f"Re: {compose(receipt(ticket)).subject}"

    mail = arrive(answer_to(receipt(ticket), sender=stage.contact.email, to="x@y.example", Cc=BOX, subject=subject))

    assert (mail.state, mail.reason, words(ticket)) == ("suspended", "cc_only", ["It does."])


@pytest.mark.parametrize("subject", ["RE: Ticket [{n}] Login fails", "Fwd: AW: ticket [ {n} ] Something else entirely"])
def test_the_token_in_the_subject_adds_to_the_ticket(stage: Scene, ticket: Ticket, subject: str) -> None:
    """XP-2-03, XP-2-04: by the token alone, whatever else of the subject was changed."""
    mail = arrive(letter(sender=stage.contact.email, to=BOX, subject=subject.format(n=ticket.number), body="And now?"))

    assert (mail.outcome, mail.ticket, words(ticket)) == ("appended", ticket, ["It does.", "And now?"])
    assert Entry.objects.get(ticket=ticket, seq=mail.seq).visibility == "public"


def test_without_the_token_a_reply_is_a_new_ticket(stage: Scene, ticket: Ticket) -> None:
    """XP-2-05: a new number, and nothing is added to the old one."""
    mail = arrive(
        answer_to(receipt(ticket), sender=stage.contact.email, to=BOX, subject="RE: Login fails", body="More.")
    )

    assert (mail.outcome, mail.ticket.number == ticket.number) == ("created", False)
    assert words(ticket) == ["It does."]
    assert mail.claims == ticket


def test_a_token_of_no_ticket_opens_a_new_one_and_one_of_others_waits(stage: Scene, ticket: Ticket) -> None:
    """XP-2-04, XP-A09."""
    nowhere = arrive(letter(sender=stage.contact.email, to=BOX, subject="Ticket [999999]"))
    other = arrive(letter(sender=make_contact().email, to=BOX, subject=f"Ticket [{ticket.number}]"))

    assert (nowhere.outcome, other.state, other.reason) == ("created", "suspended", "no_part_in_ticket")


def test_only_what_stands_above_the_line_is_the_message(stage: Scene, ticket: Ticket) -> None:
    """XP-2-06, XP-2-07: every mail begins with the line, and what is below is not repeated."""
    stage.agent_says(ticket, NOW + timedelta(hours=1))
    last = Delivery.objects.filter(ticket=ticket, to_address=stage.contact.email).latest("id")
    sent = compose(last)
    assert sent.body.lstrip().splitlines()[0].strip(" #-=*").startswith(MARKER)
    quoted = "\n".join(f"> {line}" for line in sent.body.splitlines())

    raw = answer_to(
        last, sender=stage.contact.email, to=BOX, subject=f"Re: {sent.subject}", body=f"It works.\n\n{quoted}"
    )
    mail = arrive(raw)

    assert words(ticket)[-1] == "It works."
    assert "Words of the agent." in mail.rest


def test_a_reply_with_nothing_above_the_line_waits_and_its_sender_is_told_how(stage: Scene, ticket: Ticket) -> None:
    """XP-2-07."""
    sent = compose(receipt(ticket))
    quoted = "\n".join(f"> {line}" for line in sent.body.splitlines())

    mail = arrive(
        answer_to(receipt(ticket), sender=stage.contact.email, to=BOX, subject=f"Re: {sent.subject}", body=quoted)
    )

    assert (mail.state, mail.reason, words(ticket)) == ("suspended", "nothing_above_marker", ["It does."])
    assert f"above the line “{MARKER}”" in told(stage.contact.email)


def test_the_thread_grows_below_the_line_and_stands_once_in_the_portal(stage: Scene, ticket: Ticket) -> None:
    """XP-2-09: each message once, in order, in the portal; the mail repeats the earlier public ones below the line."""
    agent = acts(make_agent())
    for hour in (1, 2, 3):
        reply(ticket_id=ticket.pk, body=f"Step {hour} is done.", actor=agent, now=NOW + timedelta(hours=hour))
        last = Delivery.objects.filter(ticket=ticket, to_address=stage.contact.email).latest("id")
        sent = compose(last)
        quoted = "\n".join(f"> {line}" for line in sent.body.splitlines())
        raw = answer_to(
            last, sender=stage.contact.email, to=BOX, subject=f"Re: {sent.subject}", body=f"Seen {hour}.\n\n{quoted}"
        )
        arrive(raw, now=NOW + timedelta(hours=hour, minutes=5))

    for earlier in ("It does.", "Step 1 is done.", "Seen 1.", "Step 2 is done.", "Seen 2."):
        assert sent.body.count(earlier) == 1
        assert sent.body.index(earlier) > sent.body.index("Step 3 is done.")
    shown = [item.body for item in conversation(ticket, stage.contact.actor) if item.has_words]
    assert shown == [
        "It does.",
        "Step 1 is done.",
        "Seen 1.",
        "Step 2 is done.",
        "Seen 2.",
        "Step 3 is done.",
        "Seen 3.",
    ]
