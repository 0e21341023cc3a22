"""The supervisor with real processes: what dies starts again, what is told to stop stops in order."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.bootstrap.supervisor import Child, Supervisor

ROOT = Path(__file__).resolve().parents[2]
QUIET = "import time; time.sleep(60)"
# Refuses to stop politely, and says when it is deaf.
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
# Leaves a grandchild behind that holds on to nothing but its place in the process group.
PARENT = "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, flush=True); sys.exit(3)"
DRIVER = """
import sys
from pathlib import Path
from helpdesk.bootstrap.supervisor import Child, Supervisor
logs = Path(sys.argv[1])
children = [Child(f"c{i}", [sys.executable, "-c", code]) for i, code in enumerate(sys.argv[3:])]
say = lambda sentence: print(sentence, flush=True)
supervisor = Supervisor(children, logs, logs, {}, say, grace=float(sys.argv[2]))
pids = logs / "pids"
def tick():
    if not pids.exists():
        pids.with_suffix(".new").write_text(" ".join(str(child.process.pid) for child in children))
        pids.with_suffix(".new").rename(pids)
sys.exit(supervisor.run(tick))
"""


def wait_until(true: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """A zombie that nobody collects, as in a container without init, does not count as alive."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # no /proc here, or gone between the two questions
        return not Path("/proc/self").exists()


def pauses(said: list[str]) -> list[str]:
    return [found[1] for sentence in said if (found := re.search(r"starts again in (\S+) s", sentence))]


def supervisor_of(tmp_path: Path, children: list[Child], said: list[str], **times: float) -> Supervisor:
    return Supervisor(children, tmp_path, tmp_path, dict(os.environ), said.append, **times)


def drive(tmp_path: Path, *codes: str, grace: float = 10) -> tuple[subprocess.Popen[str], list[int]]:
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path), str(grace), *codes],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    wait_until((tmp_path / "pids").exists)
    return driver, [int(pid) for pid in (tmp_path / "pids").read_text().split()]


def stop_after(condition: Callable[[], bool]) -> Callable[[], None]:
    end = time.monotonic() + 30

    def tick() -> None:
        if condition() or time.monotonic() > end:
            os.kill(os.getpid(), signal.SIGTERM)

    return tick


def test_a_child_that_dies_starts_again_each_time_a_little_later(tmp_path):
    said: list[str] = []
    child = Child("short", [sys.executable, "-c", "import sys; print('here', flush=True); sys.exit(3)"])
    supervisor = supervisor_of(tmp_path, [child], said, first_pause=0.1, longest_pause=0.25)

    log = tmp_path / "short.log"
    supervisor.run(stop_after(lambda: log.read_text().count("here") >= 4))

    assert pauses(said)[:3] == ["0.1", "0.2", "0.25"]
    assert f"short ended with exit code 3; it starts again in 0.1 s. See {log}" in said
    assert "short started again." in said


def test_a_long_life_makes_the_next_pause_short_again(tmp_path):
    said: list[str] = []
    child = Child("short", [sys.executable, "-c", "pass"])
    supervisor = supervisor_of(tmp_path, [child], said, first_pause=0.1, steady=0)

    supervisor.run(stop_after(lambda: len(pauses(said)) >= 3))

    assert set(pauses(said)) == {"0.1"}


def test_a_killed_child_is_named_with_its_signal_and_its_group_goes_with_it(tmp_path):
    said: list[str] = []
    supervisor = supervisor_of(tmp_path, [Child("parent", [sys.executable, "-c", PARENT])], said)
    log = tmp_path / "parent.log"

    supervisor.run(stop_after(lambda: bool(said)))

    grandchild = int(log.read_text().split()[0])
    wait_until(lambda: not alive(grandchild))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_in_reverse_order_and_that_is_a_success(tmp_path, sign):
    driver, pids = drive(tmp_path, QUIET, QUIET, QUIET)

    driver.send_signal(sign)
    said, _ = driver.communicate(timeout=30)

    assert said.splitlines() == ["c2 stopped.", "c1 stopped.", "c0 stopped."]
    assert driver.returncode == 0
    assert not any(alive(pid) for pid in pids)


def test_what_does_not_stop_is_killed_after_the_grace(tmp_path):
    driver, pids = drive(tmp_path, DEAF, grace=0.5)
    wait_until(lambda: "deaf" in (tmp_path / "c0.log").read_text())

    driver.send_signal(signal.SIGTERM)
    said, _ = driver.communicate(timeout=30)

    assert said.splitlines() == ["c0 was killed."]
    assert driver.returncode == 0
    assert not alive(pids[0])


def test_a_second_signal_ends_the_grace(tmp_path):
    driver, pids = drive(tmp_path, DEAF, DEAF, grace=600)
    wait_until(lambda: all("deaf" in (tmp_path / f"c{i}.log").read_text() for i in range(2)))

    driver.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert driver.poll() is None
    driver.send_signal(signal.SIGINT)
    said, _ = driver.communicate(timeout=30)

    assert said.splitlines() == ["c1 was killed.", "c0 was killed."]
    assert not any(alive(pid) for pid in pids)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_killed_supervisor_takes_its_children_along(tmp_path):
    driver, pids = drive(tmp_path, QUIET, QUIET)

    driver.kill()
    driver.communicate(timeout=30)

    wait_until(lambda: not any(alive(pid) for pid in pids))


def test_a_long_log_is_put_aside_when_its_child_starts(tmp_path, monkeypatch):
    monkeypatch.setattr("helpdesk.bootstrap.supervisor.LOG_LIMIT", 10)
    (tmp_path / "chatty.log").write_text("far more than ten bytes\n")
    child = Child("chatty", [sys.executable, "-c", f"print('new', flush=True); {QUIET}"])
    supervisor = supervisor_of(tmp_path, [child], [])

    supervisor.run(stop_after(lambda: "new" in (tmp_path / "chatty.log").read_text()))

    assert (tmp_path / "chatty.log").read_text() == "new\n"
    assert (tmp_path / "chatty.old.log").read_text() == "far more than ten bytes\n"
