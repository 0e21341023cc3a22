"""A hostile mail before a real browser: nothing in it runs, and nobody but this installation is asked for anything."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Room
from tests.e2e.stack import Stack
from tests.mime.test_display import REMOTE, SCRIPTS

PHONE = {"width": 390, "height": 844}
HEADER = "From: customer@luxcloud.example\nTo: support@luxcloud.example\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"
TAKE_IN = """
from django.utils import timezone
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands.receiving import receive, store
with acting_for(Vendor.objects.get(slug="luxcloud")):
    mail = receive(store({raw!r}.encode(), way="command", now=timezone.now()).pk, now=timezone.now())
    print(mail.ticket.number, mail.seq)
"""


def opened(stack: Stack, page: Page, subject: str, html: str) -> list[str]:
    """Takes a mail in, opens its page, and says whom the browser asked for anything."""
    number, seq = stack.shell(TAKE_IN.format(raw=f"Subject: {subject}\n{HEADER}\n{html}")).split()[-2:]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/luxcloud/agent/tickets/{number}/mails/{seq}/")
    page.wait_for_load_state("networkidle")
    return [url for url in asked if not url.startswith((stack.url, "data:"))]


def test_nothing_runs_and_nobody_is_asked(room: Room, stack: Stack) -> None:
    attacks = [attack.replace("alert(1)", "top.document.title='ran'") for attack in SCRIPTS.values()]
    html = "<p>It smokes.</p>" + "".join(f"<div>{attack}</div>" for attack in [*attacks, *REMOTE.values()])
    page = room.signed_in("agent", "luxcloud")
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))

    strangers = opened(stack, page, "A hostile mail", html)

    expect(page.frame_locator("iframe.mail-layout").locator("body")).to_contain_text("It smokes.")
    assert strangers == []
    assert said == []
    assert "ran" not in page.title().split()
    expect(page.get_by_role("link", name="Show remote images")).to_be_visible()


def test_even_what_was_not_cleaned_could_not_run(room: Room, stack: Stack) -> None:
    """The frame's own policy and sandbox hold without the cleaner: its answer is replaced by a raw attack."""
    page = room.signed_in("agent", "luxcloud")
    attack = "<script>top.document.title='ran'; document.title='ran'</script><img src='https://spy.example/1.png'>"

    def unclean(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        route.fulfill(response=answer, body=f"<!doctype html><p>Raw</p>{attack}")  # type: ignore[attr-defined]

    page.route("**/layout/", unclean)
    sent: list[str] = []
    page.on("requestfinished", lambda request: sent.append(request.url))

    opened(stack, page, "A raw mail", "<p>Hello</p>")

    frame = page.frame_locator("iframe.mail-layout")
    expect(frame.locator("body")).to_contain_text("Raw")
    assert "ran" not in page.title().split()
    assert not [url for url in sent if "spy.example" in url]
    assert room.complaints, "the browser says what it blocked"
    room.complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mail_fits_a_telephone(room: Room, stack: Stack, scheme: str) -> None:
    page = room.signed_in("agent", "luxcloud", viewport=PHONE, color_scheme=scheme)
    long = "word" * 60
    opened(
        stack,
        page,
        f"A wide mail with a {scheme} subject that goes on and on",
        f"<p>{long}</p><table width=2000><tr><td>x</table>",
    )

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
