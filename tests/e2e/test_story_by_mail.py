"""A matter that the customer lives through by mail alone, on the whole installation, at two vendors who differ."""

from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Room
from tests.e2e.hands import send
from tests.e2e.post import Mail
from tests.e2e.stack import Stack, until

ANSWER = "Please restart the export and send us its log."
WORDS = "It stopped again, at the same row."
BOXES = {"xmpro": "support@xmpro.example", "nexus": "helpdesk@nexus.example"}


def written(sender: str, to: str, subject: str, body: str, answers: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{abs(hash((sender, subject, body)))}@customer.example>"
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(body)
    return mail.as_bytes()


def answering(mail: Mail, sender: str, words: str) -> bytes:
    """An answer as mail programs write it: on top, with the whole mail quoted below."""
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    body = f"{words}\n\nOn Mon, 23 Nov 2026 at 10:05, Support <{mail.reply_to}> wrote:\n{quoted}\n"
    return written(sender, mail.reply_to, f"Re: {mail.subject}", body, answers=mail.message_id)


@pytest.mark.parametrize("slug", BOXES)
def test_a_matter_by_mail(slug: str, stack: Stack, room: Room) -> None:
    """NX-5.1.3-09, NX-5.1.3-10, XP-1-01, XP-2-01, XP-2-04, XP-2-06: filed, received, answered, answered back."""
    customer, agent = f"customer@{slug}.example", room.signed_in("agent", slug)
    subject = f"The export of {slug} stops"
    raw = written(f"Customer <{customer}>", BOXES[slug], subject, "After two hundred rows it stops.")

    opened = stack.inbound(raw)
    number = opened["ticket"]
    assert opened == {"outcome": "created", "ticket": number, "reason": None}
    assert stack.inbound(raw) == {"outcome": "ignored", "ticket": number, "reason": "duplicate"}
    receipt = stack.mail(customer, number)
    assert subject in receipt.subject

    agent.goto(f"/{slug}/agent/tickets/{number}/")
    expect(agent.locator("#thread")).to_contain_text("After two hundred rows it stops.")
    agent.fill("#say-body", ANSWER)
    send(agent, "#composer")
    expect(agent.locator("#thread .entry-agent").last).to_contain_text(ANSWER)
    answer = stack.mail(customer, number, ANSWER)
    assert answer.subject == receipt.subject, "programs group by it"

    added = stack.inbound(answering(answer, customer, WORDS))
    assert added == {"outcome": "appended", "ticket": number, "reason": None}
    agent.goto(f"/{slug}/agent/tickets/{number}/")
    last = agent.locator("#thread .entry-customer").last
    expect(last).to_contain_text(WORDS)
    expect(last).not_to_contain_text(ANSWER)
    page = room.signed_in("customer", slug)
    page.goto(f"/{slug}/tickets/{number}/")
    expect(page.locator(".conversation")).to_contain_text(WORDS)


def test_mail_of_a_stranger_waits_and_is_let_in(stack: Stack, room: Room) -> None:
    """HG-2.4-02: who is no registered contact is told so; an agent may let the mail in."""
    stranger, subject = "new.person@customer.example", "Skrivaren står still"
    held = stack.inbound(written(stranger, "servicecenter@hypergene.example", subject, "Den gör ingenting."))
    assert (held["outcome"], held["ticket"]) == ("suspended", None)
    told = stack.mail(stranger)
    assert "Den gör ingenting" not in told.words, "nobody knows yet who wrote it"

    agent = room.signed_in("agent", "hypergene")
    agent.goto("/hypergene/agent/suspended/")
    agent.get_by_role("link", name=subject).click()
    expect(agent.locator("main")).to_contain_text("Den gör ingenting.")
    agent.get_by_role("button", name="Release as a new ticket").click()
    until(lambda: "/tickets/" in agent.url, "the new ticket's page")
    expect(agent.locator("h1")).to_have_text(subject)
