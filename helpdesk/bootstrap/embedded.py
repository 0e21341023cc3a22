"""PostgreSQL and Valkey under `var/`: started when the first user comes, stopped when the last one leaves.

    python -m helpdesk.bootstrap.embedded         stops those that a killed user left behind

Users are processes that hold a shared lock, so a killed one does not count. Servers that a killed user
left behind are found again and used.
"""

import contextlib
import hashlib
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

from helpdesk.bootstrap import postgres
from helpdesk.bootstrap.account import account_for
from helpdesk.bootstrap.environment import var_folder
from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.locks import alone, claim, share
from helpdesk.bootstrap.postgres import Postgres
from helpdesk.bootstrap.roles import APP, DATABASE, OWNER, prepare_cluster
from helpdesk.bootstrap.urls import socket_url
from helpdesk.bootstrap.valkey import Valkey, free_port
from helpdesk.bootstrap.vault import keep, open_vault, read_vault

SOCKET_PATH_LIMIT = 100  # bytes; the systems' own limits are 104 and 108
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass
class Servers:
    """The servers of one folder, in use until `release`."""

    var: Path
    environment: dict[str, str]
    _user: IO[str]

    def release(self) -> bool:
        """Stop using the servers; the last user stops them. True if this one was the last."""
        self._user.close()
        return stop_unused(self.var)


def ensure(var: Path) -> Servers:
    """Servers that answer, with roles and database, and the environment that leads to them."""
    secrets = open_vault(var)
    var = var.resolve()
    with alone(var / "servers.lock"):
        user = share(var / "users.lock")
        try:
            database, broker = _start(var, secrets)
        except BaseException:
            user.close()
            _stop_unused(var)
            raise
    return Servers(var, _addresses(database, broker, secrets), user)


def running(var: Path) -> dict[str, str] | None:
    """The environment that leads to the servers of `var`, or None unless both answer."""
    secrets = read_vault(var)
    if not secrets:
        return None
    database, broker = _found(var.resolve(), secrets)
    if not all(server.pid() and server.answers() for server in (database, broker)):
        return None
    return _addresses(database, broker, secrets)


def stop_unused(var: Path) -> bool:
    """Stop the servers of `var` unless somebody uses them; False if somebody does."""
    if not var.exists():
        return True
    var = var.resolve()
    with alone(var / "servers.lock"):
        return _stop_unused(var)


def _stop_unused(var: Path) -> bool:
    nobody_else = claim(var / "users.lock")
    if nobody_else is None:
        return False
    with nobody_else:
        secrets = read_vault(var)
        if secrets:
            database, broker = _found(var, secrets)
            broker.stop()
            database.stop()
            with contextlib.suppress(OSError):
                _socket_folder(var, secrets["instance"]).rmdir()
    return True


def _found(var: Path, secrets: dict[str, str]) -> tuple[Postgres, Valkey]:
    """The servers as they were last started, running or not."""
    logs = var / "log"
    database = Postgres(var / "postgres", log=logs / "postgres.log", password=secrets["superuser_password"])
    broker = Valkey(var / "valkey", log=logs / "valkey.log", password=secrets["broker_password"])
    database.sockets = database.socket_folder() or Path()
    broker.port = int(secrets.get("broker_port", 0))
    return database, broker


def _start(var: Path, secrets: dict[str, str]) -> tuple[Postgres, Valkey]:
    database, broker = _found(var, secrets)
    if not database.pid():
        database.sockets = _socket_folder(var, secrets["instance"])
    programs = [*database.programs(), *broker.programs()]
    account = account_for(database.folder, sockets=database.sockets, programs=programs)
    _make_private(database.sockets, owner=account.uid)
    account.give(database.sockets)
    if not broker.pid():
        broker.port = free_port(broker.port)
        keep(var, {"broker_port": str(broker.port)})
    for server in (database, broker):
        server.account = account
        server.start()
    prepare_cluster(
        database.sockets,
        password=database.password,
        owner_password=secrets["owner_password"],
        app_password=secrets["app_password"],
    )
    return database, broker


class _Place(TypedDict):
    folder: str
    port: int
    name: str


def _addresses(database: Postgres, broker: Valkey, secrets: dict[str, str]) -> dict[str, str]:
    place = _Place(folder=str(database.sockets), port=postgres.PORT, name=DATABASE)
    return {
        "DATABASE_URL": socket_url(user=APP, password=secrets["app_password"], **place),
        "DATABASE_OWNER_URL": socket_url(user=OWNER, password=secrets["owner_password"], **place),
        "REDIS_URL": broker.url,
    }


def _socket_folder(var: Path, instance: str) -> Path:
    """A folder with a path short and plain enough for sockets: under `var`, or among the temporary files."""
    private = f"helpdesk-{hashlib.sha256(f'{var} {instance}'.encode()).hexdigest()[:12]}"
    for folder in (var / "run", Path(tempfile.gettempdir(), private), Path("/tmp", private)):
        path = str(folder / f".s.PGSQL.{postgres.PORT}")
        if PLAIN.fullmatch(path) and len(path) <= SOCKET_PATH_LIMIT:
            return folder
    raise AssertionError("/tmp is short and plain")


def _make_private(folder: Path, *, owner: int | None) -> None:
    """Make `folder` for its owner only; one that somebody else put there is refused."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {os.geteuid(), owner}:
            raise CannotStart(f"{folder} is not ours. Remove it.") from None
        folder.chmod(0o700)


if __name__ == "__main__":
    if not stop_unused(var_folder()):
        sys.exit("The embedded servers are in use: stop `make run` or the tests first.")
