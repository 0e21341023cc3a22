"""Real processes against the database of the test: Celery workers, and Python that acts at the same moment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
START = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
import django
django.setup()
from django.utils import timezone
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
vendor = Vendor.objects.get(slug="acme")
print("ready", flush=True)
sys.stdin.readline()
"""


def environment(var: Path, broker: str) -> dict[str, str]:
    """Where a process finds the test's own database, its broker, and a folder for what it writes."""
    addresses = {}
    for alias, name in (("default", "DATABASE_URL"), ("owner", "DATABASE_OWNER_URL")):
        database = settings.DATABASES[alias]["NAME"]
        addresses[name] = urlsplit(os.environ[name])._replace(path=f"/{database}").geturl()
    return {**os.environ, **addresses, "REDIS_URL": broker, "HELPDESK_VAR": str(var), "HELPDESK_LOG_FORMAT": "json"}


@contextmanager
def worker(var: Path, broker: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker as production starts it, in a process group of its own."""
    with _celery("worker", "--concurrency", "2", var=var, broker=broker) as process:
        yield process


@contextmanager
def beat(var: Path, broker: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery beat as production starts it, but every second."""
    with _celery("beat", "--pidfile=", "--schedule", str(var / "schedule"), var=var, broker=broker) as process:
        yield process


@contextmanager
def _celery(role: str, *options: str, var: Path, broker: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "-A", "helpdesk", role, "--loglevel", "INFO", *options]
    var.mkdir(exist_ok=True)
    with (var / f"{role}.log").open("ab") as log:
        surroundings = environment(var, broker) | {"HELPDESK_SWEEP_SECONDS": "1"}
        process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[Any]) -> None:
    """The end without a word: the whole group gets SIGKILL."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def all_at_once(codes: list[str], var: Path, broker: str) -> list[str]:
    """Run these pieces of Python, a process each, from the same moment; what each of them said."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", START + code],
            cwd=ROOT,
            env=environment(var, broker),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for code in codes
    ]
    for process in processes:
        assert process.stdout
        first = process.stdout.readline()
        assert first == "ready\n", first + process.stdout.read()
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    return [process.communicate(timeout=PATIENCE)[0] for process in processes]


def until(holds: Callable[[], bool], *, each: float = 0.02, patience: float = PATIENCE) -> None:
    """Wait until it is so; fails when it takes too long."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not come to be so in time"
        time.sleep(each)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do these at the same moment, a thread and a database connection each; their results or exceptions."""
    results: list[Any] = [None] * len(acts)
    gate = Barrier(len(acts))

    def run(place: int) -> None:
        try:
            connections["default"].ensure_connection()
            gate.wait(PATIENCE)
            results[place] = acts[place]()
        except Exception as error:  # noqa: BLE001 - the caller looks at each
            results[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return results
