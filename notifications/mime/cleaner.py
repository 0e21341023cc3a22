"""HTML is cleaned in a process of its own, which the system ends if it takes too much time or memory."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from notifications.mime.display import Shown, shown
from notifications.mime.letter import Unreadable

CPU_SECONDS = 3
MEMORY = 400_000_000  # bytes of data
WALL_SECONDS = 10
_ROOT = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG")  # what Python needs to start, and no secret


def cleaned(html: str, *, images: Mapping[str, str], remote: bool) -> Shown:
    """`display.shown` under limits; `Unreadable` where it would take too long."""
    asked = json.dumps({"html": html, "images": dict(images), "remote": remote})
    try:
        child = subprocess.run(
            [sys.executable, "-m", "notifications.mime.cleaner"],
            input=asked.encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            check=True,
            cwd=_ROOT,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        )
        answer = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Unreadable("html_too_slow", "The layout of the mail takes too long to clean.") from None
    if "refused" in answer:
        raise Unreadable(*map(str, answer["refused"]))
    return Shown(str(answer["html"]), int(answer["images_left_out"]))


def main() -> None:
    """One request on the input, one answer on the output."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin.buffer)
    try:
        found = shown(asked["html"], images=asked["images"], remote=asked["remote"])
        answer: dict[str, object] = {"html": found.html, "images_left_out": found.images_left_out}
    except Unreadable as unreadable:
        answer = {"refused": [unreadable.reason, unreadable.sentence]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
