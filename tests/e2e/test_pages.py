"""The main pages as everybody meets them: with a screen reader, in the dark, on a telephone, without scripts, by keys."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.browser import Room
from tests.e2e.hands import INTAKE, number_in, open_ticket, send
from tests.e2e.process import FILES, Process

PHONE = {"width": 390, "height": 844}
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > width + 1);
  return [`${document.documentElement.scrollWidth} px`, ...wide.slice(0, 5).map((part) => part.outerHTML.slice(0, 120))];
}"""
CUSTOMER_PAGES = ("new/", "tickets/", "company/", "search/?q=a", "help/", "contact/")
AGENT_PAGES = ("agent/all/", "agent/unassigned/", "agent/search/?q=a", "agent/suspended/", "agent/new/?q=a")


def pages_of_a_customer(page: Page, vendor: str) -> Iterator[str]:
    """Walks through the customer's pages, one after the other, and names each."""
    for path in CUSTOMER_PAGES:
        page.goto(f"/{vendor}/{path}")
        yield path
    page.goto(f"/{vendor}/new/")
    send(page, INTAKE)
    page.wait_for_selector(".error-summary")
    yield "the form with what is wrong"
    page.goto(f"/{vendor}/tickets/")
    page.locator(".line a").first.click()
    page.wait_for_selector(".conversation")
    yield "a ticket"


def pages_of_an_agent(page: Page, vendor: str) -> Iterator[str]:
    """The same for an agent."""
    for path in AGENT_PAGES:
        page.goto(f"/{vendor}/{path}")
        yield path
    page.locator(".people a").first.click()
    page.wait_for_selector(".phone-form")
    yield "the phone form"
    page.goto(f"/{vendor}/agent/all/")
    page.locator("tr[data-row] a").first.click()
    page.wait_for_selector("#thread")
    yield "a ticket"
    for summary in page.locator("details.edit > summary").all():
        summary.click()
    yield "a ticket with everything open that can be changed"


@pytest.mark.parametrize(("scheme", "rules"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})])
def test_nothing_is_out_of_reach(room: Room, scheme: str, rules: dict[str, Any]) -> None:
    """Axe finds nothing on any main page. It tries colours with styles of its own, which our policy would block."""
    found, eyes = {}, {"color_scheme": scheme, "bypass_csp": True}
    stranger = room.window(**eyes)
    for path in ("accounts/login/", "accounts/password/reset/"):
        stranger.goto(f"/luxcloud/{path}")
        found[path] = violations(stranger, rules)
    customer = room.signed_in("customer", "luxcloud", **eyes)
    found |= {f"customer: {name}": violations(customer, rules) for name in pages_of_a_customer(customer, "luxcloud")}
    agent = room.signed_in("agent", "luxcloud", **eyes)
    found |= {f"agent: {name}": violations(agent, rules) for name in pages_of_an_agent(agent, "luxcloud")}
    assert {name: broken for name, broken in found.items() if broken} == {}


def violations(page: Page, rules_of: dict[str, Any]) -> list[str]:
    """What axe finds on this page: the rule and where it is broken."""
    told = Axe().run(page, options=rules_of).response
    assert told["passes"]
    broken = told["violations"]
    return [f"{rule['id']}: {node['target']} {node['html'][:160]}" for rule in broken for node in rule["nodes"][:4]]


@pytest.mark.parametrize("vendor", FILES)
def test_nothing_is_wider_than_a_telephone(room: Room, vendor: str) -> None:
    customer = room.signed_in("customer", vendor, viewport=PHONE)
    wide = {f"customer: {name}": customer.evaluate(OVERFLOWING) for name in pages_of_a_customer(customer, vendor)}
    agent = room.signed_in("agent", vendor, viewport=PHONE)
    wide |= {f"agent: {name}": agent.evaluate(OVERFLOWING) for name in pages_of_an_agent(agent, vendor)}
    assert {name: parts for name, parts in wide.items() if parts} == {}


def test_without_scripts_a_ticket_is_filed_answered_and_worked_on(room: Room) -> None:
    process = Process("nexus")
    customer = room.signed_in("customer", "nexus", java_script_enabled=False)
    number = open_ticket(customer, "nexus", process.label("subject"), "Written without scripts")
    customer.fill("textarea[name=body]", "And answered without them.")
    send(customer, "form.composer")
    assert number_in(customer) == number
    expect(customer.locator(".conversation")).to_contain_text("And answered without them.")

    agent = room.signed_in("agent", "nexus", java_script_enabled=False)
    agent.goto(f"/nexus/agent/tickets/{number}/")
    agent.locator("#ticket-head form[action*='/take/'] button").click()
    agent.locator("#composer input[value=note]").check(force=True)
    agent.fill("#say-body", "Noted without scripts.")
    send(agent, "#composer")
    expect(agent.locator("#thread .entry-note")).to_contain_text("Noted without scripts.")
    agent.fill("#say-body", "Which release do you use?")
    agent.select_option("#composer select[name=then]", "waiting_customer")
    send(agent, "#composer")
    expect(agent.locator("#ticket-head .status")).to_have_text(process.row("statuses", "waiting_customer")["name"])


def test_an_agent_walks_the_list_by_keys(room: Room) -> None:
    page = room.signed_in("agent", "luxcloud")
    page.goto("/luxcloud/agent/all/")
    links = page.locator("tr[data-row] .cell-subject a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    subject = links.nth(0).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-head h1")).to_have_text(subject)
    page.keyboard.press("n")
    expect(page.locator("#composer input[value=note]")).to_be_checked()
    expect(page.locator("#say-body")).to_be_focused()
    page.keyboard.type("jk are only letters here")
    expect(page.locator("#say-body")).to_have_value("jk are only letters here")
    page.fill("#say-body", "")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.wait_for_url("**/agent/all/**")
    page.keyboard.press("/")
    expect(page.locator("input[name=q]")).to_be_focused()
