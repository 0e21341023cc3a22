"""Screenshots of the main pages, with demo people at work.

python -m tests.shots [VENDOR ...] [--url URL --password PASSWORD] [--docs]

Without --url it starts an installation of its own. The pictures go to var/shots; --docs takes those of docs/ instead.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from playwright.sync_api import Page

from tests.e2e.browser import Room, launched
from tests.e2e.stack import PASSWORD, ROOT, running

SIZES = {"1280": {"width": 1280, "height": 900}, "390": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
MOST_BYTES = 250_000
SHOWN = "nexus"  # the vendor of the pictures in docs/
STRANGERS_PAGES = {"login": "accounts/login/", "reset": "accounts/password/reset/"}
CUSTOMERS_PAGES = {
    "new": "new/",
    "tickets": "tickets/",
    "company": "company/",
    "search": "search/?q=a",
    "help": "help/",
    "contact": "contact/",
}
AGENTS_PAGES = {"list": "agent/all/", "due": "agent/due-today/", "search": "agent/search/?q=a", "who": "agent/new/?q=a"}


def main() -> None:
    """Take what the command line asks for; script errors on any page make it fail."""
    parser = argparse.ArgumentParser(prog="python -m tests.shots", description=__doc__.splitlines()[0])
    parser.add_argument("vendors", nargs="*", default=[SHOWN], metavar="VENDOR")
    parser.add_argument("--url", help="an installation that runs already")
    parser.add_argument("--password", default=PASSWORD, help="of its demo people")
    parser.add_argument("--docs", action="store_true", help="the pictures of docs/, of one vendor")
    options = parser.parse_args()
    with installation(options.url) as url, launched() as browser:
        room = Room(browser, url, {}, options.password)
        if options.docs:
            take_for_docs(room, ROOT / "docs")
        else:
            for vendor in options.vendors:
                take_all(room, vendor, ROOT / "var" / "shots")
        room.close()
    sys.exit("\n".join(room.complaints) or 0)


@contextmanager
def installation(url: str | None) -> Iterator[str]:
    """The one that is named, or one of our own for the length of the block."""
    if url:
        yield url.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="helpdesk shots ") as folder:
        print("Starting an installation", flush=True)
        with running(Path(folder) / "var") as stack:
            yield stack.url


# --- Every page, in every size and scheme ----------------------------------------------------------------


def take_all(room: Room, vendor: str, folder: Path) -> None:
    """The main pages of one vendor."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, viewport in SIZES.items():
        for scheme in SCHEMES:
            look = {"viewport": viewport, "color_scheme": scheme}
            windows = {
                "stranger": (room.window(**look), strangers_pages),
                "customer": (room.signed_in("customer", vendor, **look), customers_pages),
                "agent": (room.signed_in("agent", vendor, **look), agents_pages),
            }
            for who, (page, walk) in windows.items():
                for name in walk(page, vendor):
                    whole(page, folder / f"{vendor}-{who}-{name}-{size}-{scheme}.png")
    print(f"{vendor}: see {folder}", flush=True)


def whole(page: Page, path: Path) -> None:
    """The page in its whole length, in a window as long: columns that stay in the window reach down to its end."""
    size = page.viewport_size
    assert size is not None
    length = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(length, size["height"])})
    page.screenshot(path=path)
    page.set_viewport_size(size)


def strangers_pages(page: Page, vendor: str) -> Iterator[str]:
    """Walks through the pages for those who are not signed in, and names each."""
    yield from _pages(page, vendor, STRANGERS_PAGES)


def customers_pages(page: Page, vendor: str) -> Iterator[str]:
    """The same for a customer."""
    yield from _pages(page, vendor, CUSTOMERS_PAGES)
    open_longest(page, vendor)
    yield "ticket"


def agents_pages(page: Page, vendor: str) -> Iterator[str]:
    """The same for an agent."""
    yield from _pages(page, vendor, AGENTS_PAGES)
    page.locator(".people a").first.click()
    page.wait_for_selector(".phone-form")
    yield "phone"
    open_longest(page, vendor, desk="agent/")
    yield "ticket"


def _pages(page: Page, vendor: str, paths: dict[str, str]) -> Iterator[str]:
    for name, path in paths.items():
        page.goto(f"/{vendor}/{path}")
        yield name


def open_longest(page: Page, vendor: str, desk: str = "") -> None:
    """The demo ticket of our customer in which most happens."""
    file = ROOT / "helpdesk" / "vendors" / "demo" / f"{vendor}.yaml"
    scripts = yaml.safe_load(file.read_text(encoding="utf-8"))["tickets"]
    own = [script for script in scripts if script.get("from", "customer") == "customer"]
    subject = max(own, key=lambda script: len(script.get("steps", ())))["subject"]
    page.goto(f"/{vendor}/{desk}search/")
    page.locator("main input[name=q], header input[name=q]").last.fill(subject)
    page.keyboard.press("Enter")
    page.locator("main").get_by_role("link", name=subject).first.click()
    page.wait_for_selector(".conversation")


# --- The pictures of the documents -----------------------------------------------------------------------


def take_for_docs(room: Room, folder: Path) -> None:
    """Three pages, each small enough to lie in the repository."""
    look = {"viewport": {"width": 1280, "height": 880}, "color_scheme": "light"}
    agent, customer = room.signed_in("agent", SHOWN, **look), room.signed_in("customer", SHOWN, **look)
    agent.goto(f"/{SHOWN}/agent/all/")
    keep(agent, folder / "agent-list.png")
    open_longest(agent, SHOWN, desk="agent/")
    keep(agent, folder / "agent-ticket.png")
    open_longest(customer, SHOWN)
    keep(customer, folder / "customer-ticket.png")


def keep(page: Page, path: Path) -> None:
    """One picture of what the window shows."""
    picture = page.screenshot()
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"{path.name} has {len(picture)} bytes; {MOST_BYTES} are the most.")
    path.write_bytes(picture)
    print(f"{path}: {len(picture) // 1000} kB", flush=True)


if __name__ == "__main__":
    main()
