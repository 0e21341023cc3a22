"""The whole start, from an empty folder to a system that answers, and its end."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from helpdesk.bootstrap import embedded
from helpdesk.bootstrap.environment import ADDRESSES
from helpdesk.bootstrap.up import process_files
from helpdesk.bootstrap.valkey import free_port

ROOT = Path(__file__).resolve().parents[2]


def start(var: Path, port: int) -> tuple[subprocess.Popen[str], list[str]]:
    """Start an empty system; returns what it said until it was ready, or until it gave up."""
    bare = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
        cwd=ROOT,
        env=bare | {"HELPDESK_VAR": str(var)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    while not said or (said[-1] and not said[-1].startswith("Ctrl-C")):
        said.append(process.stdout.readline())
    return process, said


def test_from_nothing_to_ready_and_back(server_folder):
    var = server_folder / "var"
    port = free_port(0)
    address = f"http://localhost:{port}"
    for again in (False, True):
        process, said = start(var, port)
        try:
            text = "".join(said)
            assert said[-1] == "Ctrl-C stops everything.\n", text
            assert f"Helpdesk is ready: {address}/\n" in said
            assert all(f"  {address}/{path.stem}/\n" in said for path in process_files())
            assert "manage.py create_admin EMAIL" in text
            assert urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10).status == 200
        finally:
            process.send_signal(signal.SIGTERM if again else signal.SIGINT)
            rest, _ = process.communicate(timeout=60)
        assert [line.split(" ", 1)[1] for line in rest.splitlines()] == [
            "beat stopped.",
            "worker stopped.",
            "web stopped.",
            "PostgreSQL and Valkey stopped.",
        ]
        assert process.returncode == 0
        assert embedded.running(var) is None
