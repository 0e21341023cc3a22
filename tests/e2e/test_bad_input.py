"""What goes wrong on the way: nothing that was typed is lost, nothing happens twice, and a sentence says what to do."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from helpdesk.bootstrap import embedded
from helpdesk.bootstrap.valkey import Valkey
from tests.e2e.browser import Room, sign_in
from tests.e2e.hands import INTAKE, attach, fill_in_what_is_required, open_ticket, send, write
from tests.e2e.stack import PASSWORD, Stack

WORDS = "Since this morning nobody can sign in. We have restarted the server twice."
REPLY = "form.composer"
BODY = "textarea[name=body]"
BROKEN_LONGER = 60.0  # seconds; a worker asks a lost broker again at growing intervals


def test_a_missing_field_keeps_what_was_typed(room: Room, tmp_path: Path) -> None:
    page = room.signed_in("customer", "luxcloud")
    page.goto("/luxcloud/new/")
    fill_in_what_is_required(page)
    write(page, "Subject", "")
    write(page, "Situation", WORDS)
    note = tmp_path / "note.txt"
    note.write_text("as it was")
    attach(page, INTAKE, note)
    send(page, INTAKE)
    expect(page.locator(".error-summary")).to_contain_text("Subject")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("textarea[name=situation]")).to_have_value(WORDS)
    kept = page.locator("input[type=file]").first.evaluate("input => [...input.files].map(file => file.name)")
    assert kept == ["note.txt"]
    write(page, "Subject", "Nobody can sign in")
    page.locator("input[type=password]").fill("somebody, with a password")
    send(page, INTAKE)
    expect(page.locator(".conversation")).to_contain_text("note.txt")
    expect(page.locator(".conversation")).to_contain_text(WORDS)


def test_a_file_that_is_too_big_is_refused_with_a_sentence(room: Room, tmp_path: Path) -> None:
    page = room.signed_in("customer", "xmpro")
    page.goto("/xmpro/new/")
    fill_in_what_is_required(page)
    write(page, "Description", WORDS)
    big = tmp_path / "memory.dump"
    with big.open("wb") as file:
        file.truncate(30 * 1024 * 1024)
    attach(page, INTAKE, big)
    expect(page.locator(".too-big")).to_be_visible()
    send(page, INTAKE)
    expect(page.locator(".error-summary")).to_contain_text("memory.dump")
    expect(page.locator("textarea[name=description]")).to_have_value(WORDS)
    assert "/new/" in page.url


def test_an_answer_to_a_ticket_that_was_finished_meanwhile(room: Room) -> None:
    customer, agent = room.signed_in("customer", "xmpro"), room.signed_in("agent", "xmpro")
    number = open_ticket(customer, "xmpro", "Title", "Finished while somebody was writing")
    customer.fill(BODY, WORDS)
    agent.goto(f"/xmpro/agent/tickets/{number}/")
    agent.fill("#say-body", "This is solved with the update of last night.")
    agent.select_option("#composer select[name=then]", "resolved")
    send(agent, "#composer")
    expect(agent.locator("#ticket-head .status")).to_have_text("Resolved")

    send(customer, REPLY)
    expect(customer.locator(".answer .notice")).to_contain_text(["This changed while you were writing"])
    expect(customer.locator(".conversation")).to_contain_text("update of last night")
    expect(customer.locator(".ticket-meta .status")).to_have_text("Resolved")
    expect(customer.locator(BODY)).to_have_value(WORDS)
    send(customer, REPLY)
    expect(customer.locator(".conversation .entry").last).to_contain_text(WORDS)
    expect(customer.locator(".ticket-meta .status")).to_have_text("In progress")


def test_an_agent_s_answer_that_crosses_the_customer_s(room: Room) -> None:
    customer, agent = room.signed_in("customer", "xmpro"), room.signed_in("agent", "xmpro")
    number = open_ticket(customer, "xmpro", "Title", "Two people write at once")
    agent.goto(f"/xmpro/agent/tickets/{number}/")
    agent.fill("#say-body", WORDS)
    customer.fill(BODY, "One more thing: it is the old version.")
    send(customer, REPLY)
    expect(customer.locator(".conversation .entry")).to_have_count(2)

    send(agent, "#composer")
    expect(agent.locator("#say-notes .unseen")).to_contain_text("the old version")
    expect(agent.locator("#say-body")).to_have_value(WORDS)
    expect(agent.locator("#thread .entry-agent")).to_have_count(0)
    send(agent, "#composer")
    expect(agent.locator("#thread .entry-agent")).to_contain_text(WORDS)
    expect(agent.locator("#say-body")).to_have_value("")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_click_makes_one_ticket(room: Room, scripts: bool) -> None:
    page = room.signed_in("customer", "xmpro", java_script_enabled=scripts)
    subject = f"Clicked twice {'with' if scripts else 'without'} scripts"
    page.goto("/xmpro/new/")
    fill_in_what_is_required(page)
    write(page, "Title", subject)
    page.locator(f"{INTAKE} button.primary").dblclick()
    page.wait_for_url("**/tickets/**")
    page.goto("/xmpro/tickets/")
    expect(page.locator(".line", has_text=subject)).to_have_count(1)


def test_a_wrong_password_is_slowed_down_with_a_sentence(room: Room) -> None:
    page = room.window()
    page.goto("/xmpro/accounts/login/")
    for _ in range(6):
        _try(page, "colleague@xmpro.example", "not the password")
    expect(page.locator(".error-summary")).to_contain_text("Too many")
    _try(page, "colleague@xmpro.example", PASSWORD)
    expect(page.locator(".error-summary")).to_contain_text("Too many")
    sign_in(page, "xmpro", "customer@xmpro.example")


def _try(page: Page, email: str, password: str) -> None:
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")
    expect(page.locator(".error-summary")).to_be_visible()


def test_a_forgotten_password_is_set_again_by_mail(room: Room, stack: Stack) -> None:
    page, email, fresh = room.window(), "lead@xecuritas.example", "another-good-password-5"
    page.goto("/xecuritas/accounts/login/")
    page.locator("a[href*='/xecuritas/accounts/password/reset/']").click()
    page.fill("input[name=email]", email)
    page.locator("button.primary").click()
    page.wait_for_url("**/xecuritas/accounts/password/reset/done/")
    found = re.search(r"https?://\S+/password/reset/\S+", stack.mail(email, "/password/reset/").text)
    assert found
    assert urlsplit(found[0]).path.startswith("/xecuritas/accounts/password/reset/")
    page.goto(found[0])
    page.fill("input[name=password1]", fresh)
    page.fill("input[name=password2]", fresh)
    page.locator("button.primary").click()
    page.wait_for_url("**/xecuritas/**/done/")
    window = room.window()
    sign_in(window, "xecuritas", email, fresh)
    expect(window.locator(".side")).to_be_visible()


@pytest.fixture
def broker_gone(stack: Stack) -> Iterator[None]:
    """Valkey ends, and is back after the test."""
    Valkey(stack.var / "valkey", log=stack.var / "log" / "valkey.log", password="").stop()
    yield
    _start_broker(stack)


def _start_broker(stack: Stack) -> None:
    embedded.ensure(stack.var).release()


def test_without_the_broker_an_answer_is_saved_and_mailed_later(
    room: Room, stack: Stack, request: pytest.FixtureRequest
) -> None:
    customer, agent = room.signed_in("customer", "xmpro"), room.signed_in("agent", "xmpro")
    number = open_ticket(customer, "xmpro", "Title", "While the broker is away")
    stack.mail("customer@xmpro.example", number)
    agent.goto(f"/xmpro/agent/tickets/{number}/")
    request.getfixturevalue("broker_gone")

    agent.fill("#say-body", WORDS)
    began = time.monotonic()
    send(agent, "#composer")
    expect(agent.locator("#thread .entry-agent")).to_contain_text(WORDS)
    assert time.monotonic() - began < 5
    expect(agent.locator("#live")).to_contain_text("Mails go out as soon as the background service is back")
    customer.reload()
    expect(customer.locator(".conversation")).to_contain_text(WORDS)
    customer.fill(BODY, "Thank you, that is it.")
    send(customer, REPLY)
    expect(customer.locator(".messages")).to_contain_text("as soon as our mail service is back")
    assert not stack.mails("customer@xmpro.example", number, WORDS)

    _start_broker(stack)
    stack.mail("customer@xmpro.example", number, WORDS, patience=BROKEN_LONGER)
