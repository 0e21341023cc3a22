"""Chromium, and people who sign in with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from helpdesk.bootstrap.browser import executable
from tests.e2e.stack import PASSWORD

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium: Debian's where it is, else Playwright's own."""
    path = executable()
    assert path is not None, "No browser: run `make test`, which installs one."
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


def sign_in(page: Page, vendor: str, email: str, password: str = PASSWORD) -> None:
    """Go through the vendor's sign-in page."""
    page.goto(f"/{vendor}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/accounts/login/" not in address)


class Room:
    """Opens browser windows, each a person of its own, and notes what scripts complain about in them."""

    def __init__(self, browser: Browser, url: str, passes: dict[str, Any], password: str = PASSWORD) -> None:
        self.browser, self.url, self.passes, self.password = browser, url, passes, password
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def window(self, **options: Any) -> Page:
        """A page in which nobody is signed in."""
        context = self.browser.new_context(base_url=self.url, **options)
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._hear(page, message))
        return page

    def signed_in(self, who: str, vendor: str, **options: Any) -> Page:
        """A page in which this demo person of the vendor (customer, colleague, agent, ...) is signed in.

        Whoever has signed in before comes back with the same session: checking a password takes its time.
        """
        email = f"{who}@{vendor}.example"
        if email not in self.passes:
            page = self.window()
            sign_in(page, vendor, email, self.password)
            self.passes[email] = page.context.storage_state()
        page = self.window(storage_state=self.passes[email], **options)
        page.goto(f"/{vendor}/")
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _hear(self, page: Page, message: Any) -> None:
        """Script errors and content policy violations; an answer of 409 or 422 is one of ours."""
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(f"{page.url}: {message.text}")
