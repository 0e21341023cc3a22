"""A token server: gives access tokens, and tells Dovecot whose they are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

REFRESH = "the-refresh-token-1"
CLIENT_SECRET = "the secret of the client"


class TokenServer(ThreadingHTTPServer):
    """Knows one refresh token at a time: each answer brings the next one."""

    def __init__(self, port: int, user: str) -> None:
        self.user, self.refresh, self.lasts = user, REFRESH, 3600
        self.valid: set[str] = set()
        self.asked: list[dict[str, str]] = []
        self.answer: tuple[int, Any] | None = None
        super().__init__(("127.0.0.1", port), _Handler)

    def token_for(self, form: dict[str, str]) -> tuple[int, Any]:
        """The answer to somebody who asks for a token."""
        self.asked.append(form)
        if self.answer is not None:
            return self.answer
        if form.get("client_secret") != CLIENT_SECRET:
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "It has been used."}
        token = f"access-{len(self.asked)}"
        self.valid.add(token)
        if form["grant_type"] == "client_credentials":
            return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts}
        self.refresh = f"the-refresh-token-{len(self.asked) + 1}"
        return 200, {"access_token": token, "expires_in": str(self.lasts), "refresh_token": self.refresh}

    def introspected(self, form: dict[str, str]) -> tuple[int, Any]:
        """What Dovecot is told of a token."""
        is_valid = form.get("token") in self.valid
        return 200, {"active": "true" if is_valid else "false", "username": self.user if is_valid else ""}


class _Handler(BaseHTTPRequestHandler):
    server: TokenServer

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        status, said = self.server.token_for(form) if self.path == "/token" else self.server.introspected(form)
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def token_server(port: int, user: str) -> Iterator[TokenServer]:
    """A running one."""
    server = TokenServer(port, user)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
