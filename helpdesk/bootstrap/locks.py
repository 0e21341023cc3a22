"""Locks on files: the system lets go of them when their holder dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody else is inside a block with this path."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def share(path: Path) -> IO[str]:
    """Count as one of the users of `path` until the handle is closed."""
    handle = path.open("a")
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def claim(path: Path) -> IO[str] | None:
    """Take `path` for this process alone until the handle is closed, or None if it has a user."""
    handle = path.open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle
