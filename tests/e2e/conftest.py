"""The real stack, as `make run` starts it, and a real browser."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-demo-password-for-tests"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Stack:
    """A running installation: its address and the environment that leads to its servers."""

    url: str
    var: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command against this installation."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        """Run Python inside this installation."""
        return self.manage("shell", "--no-imports", "-c", code)

    def mails(self) -> str:
        """All mail that was sent, as text."""
        return "\n".join(path.read_text(encoding="utf-8") for path in sorted((self.var / "mail").glob("*.eml")))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`manage.py up` with servers of its own, from an empty folder whose path has a space in it."""
    var = tmp_path_factory.mktemp("a stack") / "var"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "HELPDESK_STATIC_STORAGE", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in given} | {
        "HELPDESK_VAR": str(var),
        "PORT": str(port),
        "HELPDESK_DEMO_PASSWORD": PASSWORD,
        "HELPDESK_SWEEP_SECONDS": "1",
    }
    log = (var.parent / "up.log").open("w")
    process = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process, var.parent / "up.log")
        yield Stack(url, var, environment)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as answer:  # noqa: S310 - our own stack
                if b'"ready"' in answer.read():
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.3)
    raise AssertionError("The stack was not ready in three minutes.\n" + log.read_text())


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium: Debian's where it is, else Playwright's own."""
    from playwright.sync_api import sync_playwright

    from helpdesk.bootstrap.browser import executable

    path = executable()
    assert path is not None, "No browser: run `make test`, which installs one."
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture
def sign_in(browser: Any, stack: Stack) -> Iterator[Any]:
    """Opens a page of its own in which this person is signed in at this vendor; script errors fail the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def signed_in(email: str, vendor: str) -> Any:
        context = browser.new_context(base_url=stack.url)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page.goto(f"/{vendor}/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda address: "/accounts/login/" not in address)
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert complaints == []


def _is_complaint(message: Any) -> bool:
    """Script errors and content policy violations; an answer of 409 or 422 is one of ours."""
    return message.type == "error" and "the server responded with a status of 4" not in message.text
