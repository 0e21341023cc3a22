"""A server that outlives us: found again by its data folder, started if missing, stopped by signal."""

import os
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from helpdesk.bootstrap.account import Account
from helpdesk.bootstrap.errors import CannotStart

PATIENCE = 60.0  # seconds; recovery after a hard stop may replay much
# Servers that we started. Python would complain about one that it forgets while it runs.
_started: list[subprocess.Popen[bytes]] = []


class Server:
    """One server process that has `folder` as its data and as its working folder."""

    name: str
    pid_file: str
    # How to ask for an end, and how to insist.
    stop_signals: tuple[signal.Signals, signal.Signals]

    def __init__(self, folder: Path, *, log: Path, password: str) -> None:
        self.folder, self.log, self.password = folder, log, password
        self.account = Account()

    @staticmethod
    def programs() -> list[Path]:
        """The folders of installed programs that the server needs to read."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """What starts the server in the foreground."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the data folder ready for `command`."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server takes requests from us now."""
        raise NotImplementedError

    def pid(self) -> int | None:
        """The process that serves this folder, or None if the pid file is stale or missing."""
        try:
            pid = int((self.folder / self.pid_file).read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if _works_in(pid, self.folder) else None

    def start(self) -> None:
        """Return when the server answers, be it this one or one that was there already."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + PATIENCE
        process = None if self.pid() else self._launch()
        while not self.answers():
            if process is not None and process.poll() is not None:
                self._explain(f"{self.name} ended while starting.")
            if time.monotonic() > end:
                self._explain(f"{self.name} did not answer within {PATIENCE:.0f} seconds.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask the server to end, and insist if it does not."""
        for sign in self.stop_signals:
            pid = self.pid()
            if pid is None:
                return
            os.kill(pid, sign)
            end = time.monotonic() + PATIENCE
            while _works_in(pid, self.folder) and time.monotonic() < end:
                time.sleep(0.05)
                for process in _started:
                    process.poll()  # collects the exit status of a child that ended

    def _launch(self) -> subprocess.Popen[bytes]:
        self.prepare()
        (self.folder / self.pid_file).unlink(missing_ok=True)
        # A session of its own keeps Ctrl-C away; a clean environment keeps PGPORT and the like away.
        environment = {"PATH": os.defpath, "HOME": str(self.folder), "LANG": "C", "TZ": "UTC"}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.account.launch(),
            )
        _started.append(process)
        return process

    def _explain(self, sentence: str) -> None:
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        raise CannotStart(f"{sentence} The end of {self.log}:\n{tail}")


def package_folder(name: str) -> Path:
    """Where the installed package `name` lies; not imported, because we only want the programs in it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(
            f"The package {name} is not installed. Install requirements.txt, "
            "or set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0])


def _works_in(pid: int, folder: Path) -> bool:
    """Whether process `pid` lives and works in `folder`: the number may have gone to another program."""
    try:
        os.kill(pid, 0)
        if not Path("/proc/self").exists():  # not Linux: the number has to do
            return True
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False
