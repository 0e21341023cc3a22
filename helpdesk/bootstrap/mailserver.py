"""The mail server of the tests: Debian's Dovecot, for IMAP and POP3.

python -m helpdesk.bootstrap.mailserver       makes sure that there is one
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from helpdesk.bootstrap import debian

PACKAGES = ("dovecot-imapd", "dovecot-pop3d")
FOLDERS = ("/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot")
OURS = "2.3"  # the tests write its configuration, which 2.4 does not read
MISSING = (
    f"The tests of mail need Dovecot {OURS}. Install the packages {' and '.join(PACKAGES)}, then run make test again."
)


def program() -> str | None:
    """The path of a Dovecot that speaks both IMAP and POP3, or None if there is none."""
    path = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    speaks = any((Path(folder) / "imap").exists() and (Path(folder) / "pop3").exists() for folder in FOLDERS)
    return path if path and speaks and _version(path).startswith(f"{OURS}.") else None


def main() -> int:
    """Install a mail server if none is there; without one, CI fails and anybody else is told."""
    if program() is None:
        print("No mail server yet; installing one", flush=True)
        debian.install(*PACKAGES)
    if path := program():
        print(f"Mail server: {path}")
        return 0
    print(MISSING)
    return 1 if os.environ.get("CI") == "true" else 0


def _version(path: str) -> str:
    return subprocess.run([path, "--version"], check=False, capture_output=True, text=True, timeout=30).stdout


if __name__ == "__main__":
    sys.exit(main())
