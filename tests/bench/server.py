"""The product's own web server, with the bare views in front."""

import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """The product's own web server, with the bare views in front."""

    def __enter__(self) -> "Server":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "HELPDESK_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "HELPDESK_SECRET_KEY": "bench-only-" + "0" * 40,
        }
        command = ["gunicorn", "helpdesk.wsgi:application", "--worker-class", "gthread", "--threads", "4"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command, "--bind", f"127.0.0.1:{self.port}", "--log-level", "error"],
            cwd=ROOT,
            env=environment,
            stderr=(Path(os.environ["HELPDESK_VAR"]) / "web.log").open("w"),
        )
        for _ in range(100):
            try:
                self.get("/health/live")
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise SystemExit("The web server did not start.")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def get(self, path: str, cookie: str = "") -> tuple[float, str]:
        return self._send("GET", path, cookie, None)

    def post(self, path: str, cookie: str, fields: dict[str, str]) -> tuple[float, str]:
        return self._send("POST", path, cookie, urllib.parse.urlencode(fields))

    def _send(self, method: str, path: str, cookie: str, body: str | None) -> tuple[float, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": cookie} if cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        took = time.perf_counter() - started
        connection.close()
        wanted = 302 if method == "POST" else 200
        assert response.status == wanted, f"{method} {path} answered {response.status}: {text[:500]}"
        return took, text
