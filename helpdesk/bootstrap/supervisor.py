"""Starts the processes of an installation, restarts one that dies, stops them all in reverse order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICK = 0.2  # seconds between two looks at the children
LOG_LIMIT = 10_000_000  # bytes; a longer log is put aside when its child starts
PR_SET_PDEATHSIG = 1  # Linux: the signal that a process gets when its parent dies
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """One process: what starts it, and how it fares."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    again: float | None = None  # when to start it again


@dataclass
class Supervisor:
    """The children in the order of their start; all times are seconds."""

    children: list[Child]
    logs: Path
    folder: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    grace: float = 10.0
    first_pause: float = 1.0
    longest_pause: float = 30.0
    steady: float = 60.0  # after so long alive, a death counts as the first again
    _asked: int = 0

    def run(self, each_tick: Callable[[], None] = lambda: None) -> int:
        """Keep the children running until SIGINT, SIGTERM or SIGHUP; a second signal ends them at once."""
        with self._signals():
            try:
                for child in self.children:
                    self._start(child)
                while not self._asked:
                    self._tend()
                    each_tick()
                    time.sleep(TICK)
            finally:
                for child in reversed(self.children):
                    self._stop(child)
        return 0

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        before = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        for sign in before:
            signal.signal(sign, self._ask)
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)

    def _ask(self, *_: Any) -> None:
        self._asked += 1

    def _start(self, child: Child) -> None:
        log = self.logs / f"{child.name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old.log"))
        parent = os.getpid()
        with log.open("ab") as output:
            child.process = subprocess.Popen(
                child.command,
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own: Ctrl-C reaches only us
                preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 - we have no threads
            )
        child.started, child.again = time.monotonic(), None

    def _tend(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._plan(child, now)
            if child.again is not None and now >= child.again:
                self._start(child)
                self.say(f"{child.name} started again.")

    def _plan(self, child: Child, now: float) -> None:
        """A child died: sweep up what it left, and fix when it starts again."""
        how = _how(child.process)
        _kill(child)
        lived = now - child.started
        doubled = min(child.pause * 2, self.longest_pause)
        child.pause = self.first_pause if lived >= self.steady or not child.pause else doubled
        child.again = now + child.pause
        log = self.logs / f"{child.name}.log"
        self.say(f"{child.name} {how}; it starts again in {child.pause:g} s. See {log}")

    def _stop(self, child: Child) -> None:
        if child.process is None:
            return
        child.process.terminate()
        end = time.monotonic() + self.grace
        while child.process.poll() is None and time.monotonic() < end and self._asked < 2:
            time.sleep(0.05)
        insisted = child.process.poll() is None
        _kill(child)
        self.say(f"{child.name} {'was killed' if insisted else 'stopped'}.")


def _kill(child: Child) -> None:
    """End the child and every process of its group, and collect it."""
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        child.process = None


def _how(process: subprocess.Popen[bytes] | None) -> str:
    code = process.returncode if process is not None else 0
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def _die_with(parent: int) -> None:
    """In the new process: ask Linux to stop it when the supervisor is killed, which nobody can catch."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)
