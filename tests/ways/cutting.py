"""A connection that is cut at one of its commands: before the server gets it, before its answer comes back, or amidst
it; or that hangs there.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

HOWS = ("before", "unanswered", "half")
LONG_ANSWERS = (b"CAPA", b"LIST", b"UIDL", b"RETR")


class Cutter:
    """Stands before a server. Cuts once, at the n-th command of a conversation or at the first one that holds a word;
    afterwards it passes everything on.
    """

    def __init__(self, upstream: int, protocol: str, at: int | bytes, how: str) -> None:
        self.upstream, self.protocol, self.at, self.how = upstream, protocol, at, how
        self.did_cut = False
        self.reached, self.let_go = Event(), Event()
        self.commands: list[bytes] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.let_go.set()
        self._door.close()

    def _is_at(self, number: int, command: bytes) -> bool:
        return number == self.at if isinstance(self.at, int) else self.at in command

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client = self._door.accept()[0]
                with client, socket.create_connection(("127.0.0.1", self.upstream), 20) as server, suppress(OSError):
                    self._talk(client, server)

    def _talk(self, client: socket.socket, server: socket.socket) -> None:
        commands, answers = client.makefile("rb"), server.makefile("rb")
        client.sendall(answers.readline())
        for number, command in enumerate(commands, 1):
            cuts = not self.did_cut and self._is_at(number, command)
            if cuts:
                self.did_cut = True
                self.commands.append(command)
                self.reached.set()
                if self.how == "hang":
                    self.let_go.wait(60)
                    return
                if self.how == "before":
                    return
            server.sendall(command)
            answer = b"".join(self._answer(command, answers))
            if not cuts:
                client.sendall(answer)
            elif self.how == "half":
                client.sendall(answer[: len(answer) // 2])
            if cuts:
                return

    def _answer(self, command: bytes, answers: Iterator[bytes]) -> Iterator[bytes]:
        """All that the server says to one command."""
        if self.protocol == "imap":
            tag = command.split()[0] + b" "
            for line in answers:
                yield line
                if line.startswith(tag):
                    return
        else:
            first = next(answers, b"")
            yield first
            words = command.upper().split()
            is_long = words[:1] and words[0] in LONG_ANSWERS and first.startswith(b"+OK") and len(words) < 3
            if is_long and not (words[0] in (b"LIST", b"UIDL") and len(words) > 1):
                for line in answers:
                    yield line
                    if line == b".\r\n":
                        return


@contextmanager
def cutting(upstream: int, protocol: str, at: int | bytes, how: str) -> Iterator[Cutter]:
    """A server's port, with a cut at the given command."""
    cutter = Cutter(upstream, protocol, at, how)
    try:
        yield cutter
    finally:
        cutter.close()
