"""A gate before the database of the tests: shut, and whoever talks through it finds the database away."""

import shutil
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


class Gate:
    """Listens on a socket of its own and passes everything on, while it is open."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.address, self.is_open = parts, True
        self.asked = dict(parse_qsl(parts.query))
        self.folder = Path(tempfile.mkdtemp(prefix="gate-"))
        self._open: list[socket.socket] = []
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self.folder / ".s.PGSQL.5432"))
        self._door.listen()
        Thread(target=self._serve, daemon=True).start()

    def url(self) -> str:
        """The address of the database behind the gate."""
        login = self.address.netloc.rpartition("@")[0]
        query = urlencode(self.asked | {"host": str(self.folder), "port": "5432"})
        return urlunsplit(self.address._replace(netloc=f"{login}@", query=query))

    def shut(self) -> None:
        """Cut everybody off, and let nobody in."""
        self.is_open = False
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def open(self) -> None:
        """Let people in again."""
        self.is_open = True

    def close(self) -> None:
        """The end of it."""
        self.shut()
        self._door.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client = self._door.accept()[0]
                if not self.is_open:
                    client.close()
                    continue
                server = self._database()
                self._open += [client, server]
                for one, other in ((client, server), (server, client)):
                    Thread(target=_pass_on, args=(one, other), daemon=True).start()

    def _database(self) -> socket.socket:
        host = self.asked.get("host") or self.address.hostname or "127.0.0.1"
        port = int(self.asked.get("port") or self.address.port or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port), 20)
        database = socket.socket(socket.AF_UNIX)
        database.connect(f"{host}/.s.PGSQL.{port}")
        return database


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while said := one.recv(65536):
            other.sendall(said)
    for sock in (one, other):
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
