"""The parent's side of reading mail: one child process, kept as long as it behaves, that dies of a bad mail for us."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from notifications.mime.answers import letter_from
from notifications.mime.frames import LENGTH, request
from notifications.mime.letter import Hints, Letter, Unreadable
from notifications.mime.limits import LIMITS, check_size

WALL_SECONDS = 20
CPU_SECONDS = 4
MEMORY = 256_000_000  # bytes of data; the code comes on top, and both stay below 300 MB
_ROOT = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG")  # what Python needs to start, and no secret
_LARGEST_ANSWER = 64_000_000  # of JSON; files come on top
_CHUNK = 1 << 20


class Reader:
    """Reads mails in a child process; safe between threads, and after a fork each process has a child of its own."""

    def __init__(
        self, wall_seconds: float = WALL_SECONDS, cpu_seconds: float = CPU_SECONDS, memory: int = MEMORY
    ) -> None:
        self._wall_seconds, self._cpu_seconds, self._memory = wall_seconds, cpu_seconds, memory
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def read(self, raw: bytes, hints: Hints | None = None) -> Letter:
        """The mail as a letter; `Unreadable` says why not."""
        check_size(raw)
        if self._owner != os.getpid():
            self._forget()
        with self._lock:
            fresh = self._start_if_gone()
            try:
                return self._ask(raw, hints or Hints())
            except EOFError:
                refusal = self._cause()
            if fresh or refusal.reason == "took_too_long":
                raise refusal
            # It may have been dying before this mail. Only a child of its own can say that the mail is to blame.
            self._start_if_gone()
            try:
                return self._ask(raw, hints or Hints())
            except EOFError:
                raise self._cause() from None

    @property
    def pid(self) -> int | None:
        """The child, if there is one."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the child; the next mail starts another one."""
        with self._lock:
            self._end()

    def _forget(self) -> None:
        """After a fork: the child, and the lock as it was, are the parent's. Ours are new."""
        self._lock, inherited, self._owner = threading.Lock(), self._child, os.getpid()
        self._child = None
        if inherited:
            inherited.returncode = 0  # not ours to wait for
            for pipe in (inherited.stdin, inherited.stdout):
                if pipe:
                    pipe.close()

    def _start_if_gone(self) -> bool:
        """Whether a new child had to be started."""
        if self._child and self._child.poll() is None:
            return False
        self._end()
        self._child = _start(self._cpu_seconds, self._memory)
        return True

    def _ask(self, raw: bytes, hints: Hints) -> Letter:
        """The child's answer; EOFError if it died instead."""
        deadline = time.monotonic() + self._wall_seconds
        try:
            letter = self._exchange(raw, hints, deadline)
        except TimeoutError:
            self._end(patience=0)
            raise Unreadable("took_too_long", "Reading the mail takes too long.") from None
        except Unreadable as refusal:
            if refusal.reason == "out_of_memory":
                self._end()
            raise
        except OSError:
            raise EOFError from None
        except (ValueError, KeyError, TypeError):
            self._end(patience=0)
            raise Unreadable("crashed", "The reader gave an answer that makes no sense.") from None
        return letter

    def _exchange(self, raw: bytes, hints: Hints, deadline: float) -> Letter:
        assert self._child
        assert self._child.stdin
        assert self._child.stdout
        source, sink = self._child.stdout.fileno(), self._child.stdin.fileno()
        for piece in request(raw, hints):
            _send(sink, piece, deadline)
        told, files = LENGTH.unpack(_receive(source, LENGTH.size, deadline))
        if told > _LARGEST_ANSWER or files > 2 * LIMITS.size:
            raise ValueError("an answer of that size is none")
        answer = bytes(_receive(source, told, deadline))
        return letter_from(answer, memoryview(_receive(source, files, deadline)))

    def _cause(self) -> Unreadable:
        """What a child that is gone died of."""
        code = self._end()
        if code in {-signal.SIGPROF, -signal.SIGXCPU}:
            return Unreadable("took_too_long", "Reading the mail takes too long.")
        if code == -signal.SIGKILL:
            return Unreadable("out_of_memory", "The system stopped the reader, most likely for want of memory.")
        return Unreadable("crashed", f"The reader ended while it read the mail (code {code}).")

    def _end(self, patience: float = 0.5) -> int | None:
        child, self._child = self._child, None
        if child is None:
            return None
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        try:
            return child.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return None


def _start(cpu_seconds: float, memory: int) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(  # noqa: S603 - our own module, by the running Python
        [sys.executable, "-m", "notifications.mime", str(cpu_seconds), str(memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd=_ROOT,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        start_new_session=True,  # Ctrl-C is for us; the child goes when its input ends
    )
    for pipe in (child.stdin, child.stdout):
        assert pipe
        os.set_blocking(pipe.fileno(), False)
    return child


def _send(descriptor: int, data: bytes, deadline: float) -> None:
    view = memoryview(data)
    while view:
        _wait(descriptor, select.POLLOUT, deadline)
        try:
            view = view[os.write(descriptor, view[:_CHUNK]) :]
        except BlockingIOError:
            continue


def _receive(descriptor: int, size: int, deadline: float) -> bytearray:
    data = bytearray()
    while len(data) < size:
        _wait(descriptor, select.POLLIN, deadline)
        piece = os.read(descriptor, min(_CHUNK, size - len(data)))
        if not piece:
            raise EOFError
        data += piece
    return data


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
        raise TimeoutError


_process_wide = Reader()
os.register_at_fork(after_in_child=_process_wide._forget)


def reader() -> Reader:
    """The reader of this process."""
    return _process_wide
