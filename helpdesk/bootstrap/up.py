"""`manage.py up`: from nothing to a running system, one line for each step, then the supervisor."""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from helpdesk.bootstrap.environment import ROOT, names_servers, read_address_files, var_folder
from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.locks import claim
from helpdesk.bootstrap.supervisor import Child, Supervisor
from helpdesk.bootstrap.vault import open_vault

INTERRUPTED = 130
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SLOW_START = 60.0  # seconds after which a web process that does not answer is worth a sentence
# Gunicorn ends its requests before the supervisor's grace of 10 seconds does.
ENDING = ("--graceful-timeout", "8", "--no-control-socket")
DEMO_PEOPLE = ("customer", "colleague", "agent", "lead", "admin")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `up`, here and in Django's own help."""
    parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="where to listen (PORT; 8000)")
    parser.add_argument("--no-demo", action="store_true", help="no demo people and tickets")


def main(arguments: Sequence[str]) -> int:
    """Bring the system up and keep it up; the exit code for the shell."""
    parser = argparse.ArgumentParser(prog="manage.py up", description=__doc__)
    add_arguments(parser)
    options = parser.parse_args(arguments)
    return run(port=options.port, demo=not options.no_demo)


def run(*, port: str, demo: bool) -> int:
    """The same with the options read."""
    for sign in STOPPING:  # `kill` and a closed terminal stop the servers like Ctrl-C does
        signal.signal(sign, signal.default_int_handler)
    try:
        return Start(port=read_port(port), demo=demo, var=var_folder()).run()
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        tell("Stopped before it was ready.")
        return INTERRUPTED


@dataclass
class Start:
    """One start: its options and what it has learned so far."""

    port: int
    demo: bool
    var: Path
    host: str = field(default_factory=lambda: os.environ.get("HOST") or "127.0.0.1")
    lmtp_port: str = field(default_factory=lambda: os.environ.get("HELPDESK_LMTP_PORT") or "")
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def address(self) -> str:
        """Where people go."""
        return (self.environment.get("HELPDESK_URL") or f"http://localhost:{self.port}").rstrip("/")

    def run(self) -> int:
        read_address_files(self.environment)
        secrets = open_vault(self.var)
        ours = claim(self.var / "up.lock")
        if ours is None:
            raise CannotStart(f"Helpdesk already runs with the data in {self.var}. Stop that first (Ctrl-C).")
        check_port(self.host, self.port)
        if self.lmtp_port:
            check_port("127.0.0.1", read_port(self.lmtp_port, "HELPDESK_LMTP_PORT"), "HELPDESK_LMTP_PORT")
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "HELPDESK_VAR": str(self.var),
            "HOST": self.host,
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        self.environment.setdefault("HELPDESK_SECRET_KEY", secrets["secret_key"])
        self.environment.setdefault("HELPDESK_DEMO_PASSWORD", secrets["demo_password"])
        for folder in ("log", "beat"):
            (self.var / folder).mkdir(exist_ok=True)
        with ours, self.servers():
            self.prepare()
            return self.supervise()

    @contextmanager
    def servers(self) -> Iterator[None]:
        """The servers that the environment names, or embedded ones for the length of the block."""
        if names_servers(self.environment):
            from helpdesk.bootstrap.given import check_servers  # noqa: PLC0415 - only where servers are given

            with step("Checking the servers of DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL"):
                check_servers(self.environment)
            yield
            return
        from helpdesk.bootstrap import embedded  # noqa: PLC0415 - production has no embedded servers

        with step("Starting PostgreSQL and Valkey"):
            servers = embedded.ensure(self.var)
        self.environment |= servers.environment
        try:
            yield
        finally:
            for sign in STOPPING:  # a third Ctrl-C must not leave them half stopped
                signal.signal(sign, signal.SIG_IGN)
            stopped = servers.release()
            say(f"PostgreSQL and Valkey {'stopped' if stopped else 'stay, because others use them'}.")

    def prepare(self) -> None:
        """Everything that comes before the processes; each part does nothing if there is nothing to do."""
        with step("Bringing the database up to date"):
            self.manage("migrate", "--database", "owner", "--noinput")
        files = [str(path) for path in process_files()]
        if files:
            with step(f"Loading the process files of {len(files)} vendors"):
                self.manage("load_process", "--missing", *files)
        if self.demo:
            with step("Making demo people and tickets"):
                self.manage("seed_demo")
        with step("Collecting static files"):
            self.manage("collectstatic", "--noinput", "-v0")

    def manage(self, *arguments: str) -> None:
        """Run a management command; its words go to a log, and to the person only if it fails."""
        log = self.var / "log" / "setup.log"
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=False,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with log.open("a") as handle:
            handle.write(f"--- {' '.join(arguments)}\n{done.stdout}")
        if done.returncode != 0:
            tail = "\n".join(done.stdout.strip().splitlines()[-12:])
            raise CannotStart(f"{arguments[0]} failed. All it said is in {log}; the end:\n{tail}")

    def supervise(self) -> int:
        """Start the processes, say where everything is once they answer, and stay until told to stop."""
        supervisor = Supervisor(
            children=[Child(name, [sys.executable, "-m", *command]) for name, command in self.processes()],
            logs=self.var / "log",
            folder=ROOT,
            environment=self.environment,
            say=say,
        )
        tell("Starting web, worker and beat")
        return supervisor.run(each_tick=Announcement(self))

    def processes(self) -> list[tuple[str, list[str]]]:
        """The processes of one installation, in the order of their start."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        web = "gunicorn helpdesk.wsgi:application --worker-class gthread --workers 2 --threads 8"
        worker = "celery -A helpdesk worker --concurrency 2 --loglevel INFO"
        beat = "celery -A helpdesk beat --loglevel INFO --pidfile="
        lmtp = [("lmtp", ["django", "lmtp", "--port", self.lmtp_port])] if self.lmtp_port else []
        return [
            ("web", [*web.split(), "--bind", f"{host}:{self.port}", *ENDING]),
            ("worker", worker.split()),
            ("beat", [*beat.split(), "--schedule", str(self.var / "beat" / "schedule")]),
            *lmtp,
        ]

    def ready(self) -> bool:
        """Whether the web process serves and reaches its database."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host
        status = _status(host, self.port, "/health/ready")
        if status == http.client.NOT_FOUND:
            status = _status(host, self.port, "/health/live")
        return status == http.client.OK

    def summary(self) -> str:
        """What a person needs to go on."""
        slugs = [path.stem for path in process_files()]
        lines = ["", f"Helpdesk is ready: {self.address}/", *(f"  {self.address}/{slug}/" for slug in slugs)]
        if self.demo:
            people = "  ".join(f"{name}@V.example" for name in DEMO_PEOPLE)
            lines += [
                "",
                f"  Sign in as   {people}",
                f"               where V is one of {', '.join(slugs)}",
                "               admin@helpdesk.example administers all of them",
                f"  Password     {self.environment['HELPDESK_DEMO_PASSWORD']}",
            ]
        else:
            lines += ["", "  First admin  .venv/bin/python manage.py create_admin EMAIL"]
        return "\n".join([*lines, f"  Logs         {self.var / 'log'}", "", "Ctrl-C stops everything."])


class Announcement:
    """Says once that the system is ready, and once that it takes long."""

    def __init__(self, start: Start) -> None:
        self.start, self.began = start, time.monotonic()
        self.done = self.warned = False

    def __call__(self) -> None:
        if self.done:
            return
        waited = time.monotonic() - self.began
        if self.start.ready():
            self.done = True
            tell(self.start.summary())
        elif waited > SLOW_START and not self.warned:
            self.warned = True
            say(f"web does not answer after {waited:.0f} s. See {self.start.var / 'log' / 'web.log'}")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, then how long it took."""
    tell(f"{what} ...", end="")
    began = time.monotonic()
    try:
        yield
    except BaseException:
        tell("")
        raise
    tell(f" {time.monotonic() - began:.1f} s")


def say(sentence: str) -> None:
    """One event of the running system, with the time of day."""
    tell(f"{time.strftime('%H:%M:%S')} {sentence}")


def tell(text: str, end: str = "\n") -> None:
    """Print now; a closed terminal must not keep us from stopping what we started."""
    with suppress(OSError):
        print(text, end=end, flush=True)


def read_port(text: str, name: str = "PORT") -> int:
    """The number of a TCP port."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"{name} is {text!r}, which is not a number from 1 to 65535.")
    return int(text)


def check_port(host: str, port: int, name: str = "PORT") -> None:
    """Refuse at once what would only fail after all other steps."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(f"Only root may listen on port {port}. Choose one above 1023.") from None
        except OSError as error:
            raise CannotStart(
                f"Cannot listen on {host}, port {port}: {error.strerror}. "
                f"Stop what listens there, or choose another port: {name}={port % 60000 + 1} make run"
            ) from None


def process_files() -> list[Path]:
    """One file for each vendor that comes with the product."""
    return sorted((ROOT / "helpdesk" / "vendors").glob("*.yaml"))


def _status(host: str, port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
