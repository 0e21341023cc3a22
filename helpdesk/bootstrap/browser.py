"""The browser of the tests: Debian's Chromium where it is or can be installed, else Playwright's own.

python -m helpdesk.bootstrap.browser          makes sure that there is one
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from helpdesk.bootstrap import debian

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)


def executable() -> str | None:
    """The path of a browser that starts, or None if there is none."""
    return _system_browser() or _playwright_browser()


def main() -> int:
    """Install a browser if none is there; without one, CI fails and anybody else is told."""
    if path := executable():
        print(f"Browser: {path}")
        return 0
    print("No browser yet; installing one", flush=True)
    if not (_install_from_debian() or _install_from_playwright()):
        print("No browser could be installed. Install the package chromium, then run make test again.")
        return 1 if os.environ.get("CI") == "true" else 0
    print(f"Browser: {executable()}")
    return 0


def _system_browser() -> str | None:
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and debian.starts(path)), None)


def _playwright_browser() -> str | None:
    # In a process of its own, because Playwright refuses to be asked while it drives a browser.
    asked = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], check=False, capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if Path(path).is_file() and debian.starts(path) else None


def _install_from_debian() -> bool:
    debian.install("chromium")
    return _system_browser() is not None


def _install_from_playwright() -> bool:
    extra = ["--with-deps"] if debian.may_install() else []
    subprocess.run([sys.executable, "-m", "playwright", "install", *extra, "chromium"], check=False)
    return _playwright_browser() is not None


if __name__ == "__main__":
    sys.exit(main())
