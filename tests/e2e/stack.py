"""The real installation, as `make run` starts it: supervisor, web, worker, beat, and servers of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.e2e.post import Mail, read

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-demo-password-for-tests"
PATIENCE = 20.0  # seconds in which the workers must have done what is due
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "HELPDESK_STATIC_STORAGE", "DJANGO_SETTINGS_MODULE")
# One long shell instead of a start of Django for each look inside: it runs the lines that it is sent.
INSIDE = """
import contextlib, io, json, sys, traceback
for line in sys.stdin:
    said, failed = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(said):
            exec(json.loads(line), {"__name__": "inside"})
    except BaseException:
        failed = traceback.format_exc()
    print(json.dumps([said.getvalue(), failed]), flush=True)
"""


@dataclass
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

    def inbound(self, raw: bytes) -> dict[str, Any]:
        """One raw mail through `manage.py inbound`: what it says became of it."""
        done = subprocess.run(
            [sys.executable, "manage.py", "inbound"],
            cwd=ROOT,
            env=self.environment,
            input=raw,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        (line,) = done.stdout.decode().splitlines()
        return dict(json.loads(line))

    def shell(self, code: str) -> str:
        """Run Python inside this installation; returns what it printed."""
        inside = self._inside
        assert inside.stdin is not None
        assert inside.stdout is not None
        inside.stdin.write(json.dumps(code) + "\n")
        inside.stdin.flush()
        said, failed = json.loads(inside.stdout.readline())
        assert not failed, failed
        return str(said)

    @cached_property
    def _inside(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", INSIDE],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """Leave the shell."""
        if "_inside" in self.__dict__:
            self._inside.communicate(timeout=20)

    def mails(self, to: str, *words: str) -> list[Mail]:
        """What was sent to this address and says all of these words, the oldest first."""
        paths = sorted((self.var / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        found = [read(path) for path in paths]
        return [mail for mail in found if to in mail.to and all(word in mail.words for word in words)]

    def mail(self, to: str, *words: str, patience: float = PATIENCE) -> Mail:
        """The mail to this address that says all of these words, as soon as it has been sent."""
        found = until(lambda: self.mails(to, *words), f"a mail to {to} with {words}", patience)
        return found[0]


def until(look: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first thing that `look` finds; asks again for as long as the workers may take."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, f"Waited {patience:.0f} s for {what}."
        time.sleep(0.2)
    return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(var: Path) -> Iterator[Stack]:
    """`manage.py up` with everything of its own under `var`, for the length of the block."""
    var.parent.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN} | {
        "HELPDESK_VAR": str(var),
        "PORT": str(port),
        "HELPDESK_DEMO_PASSWORD": PASSWORD,
        "HELPDESK_SWEEP_SECONDS": "1",
    }
    said = var.parent / "up.log"
    with said.open("w") as log:
        up = [sys.executable, "manage.py", "up"]
        process = subprocess.Popen(up, cwd=ROOT, env=environment, stdout=log, stderr=log)
    stack = Stack(f"http://127.0.0.1:{port}", var, environment)
    try:
        _wait_until_ready(stack.url, process, said)
        yield stack
    finally:
        stack.close()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    def ready() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as answer:
                return b'"ready"' in answer.read()
        except (urllib.error.URLError, OSError):
            return False

    until(ready, f"the stack; see {log}", patience=180)
