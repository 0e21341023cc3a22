"""`manage.py up` and its neighbours: what they refuse, and with which sentence."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpdesk.bootstrap import environment
from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.locks import claim
from helpdesk.bootstrap.up import Start, check_port, read_port
from helpdesk.bootstrap.valkey import free_port
from helpdesk.bootstrap.vault import open_vault

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {
    "DATABASE_URL": "postgresql://a@h/d",
    "DATABASE_OWNER_URL": "postgresql://o@h/d",
    "REDIS_URL": "redis://h",
}


def manage(var: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py as on a machine where nothing is set."""
    bare = {name: value for name, value in os.environ.items() if name not in {*GIVEN, "PORT", "HOST"}}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=bare | {"HELPDESK_VAR": str(var)} | environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def var(tmp_path) -> Path:
    return tmp_path / "a b" / "var"


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_taken_port_is_refused_before_anything_slow(var, how):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        began = time.monotonic()
        done = manage(var, "up", "--port", str(port)) if how == "option" else manage(var, "up", PORT=str(port))

    assert done.returncode == 1
    assert done.stderr == (
        f"Cannot listen on 127.0.0.1, port {port}: Address already in use. "
        f"Stop what listens there, or choose another port: PORT={port % 60000 + 1} make run\n"
    )
    assert time.monotonic() - began < 10
    assert not (var / "postgres").exists()


def test_a_free_port_is_free_for_us_after_the_check():
    port = free_port(0)
    check_port("127.0.0.1", port)
    socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.parametrize("text", ["", "0", "65536", "80a", "-1", "8000 ", "٨"])
def test_a_port_that_is_none_gets_a_sentence(text):
    with pytest.raises(CannotStart, match="not a number from 1 to 65535"):
        read_port(text)


def test_a_port_for_mail_is_looked_at_as_well(var):
    done = manage(var, "up", "--port", str(free_port(0)), HELPDESK_LMTP_PORT="mail")
    assert (done.returncode, done.stderr) == (
        1,
        "HELPDESK_LMTP_PORT is 'mail', which is not a number from 1 to 65535.\n",
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = manage(var, "up", "--port", str(free_port(0)), HELPDESK_LMTP_PORT=str(port))
    assert f"Cannot listen on 127.0.0.1, port {port}" in done.stderr
    assert f"HELPDESK_LMTP_PORT={port % 60000 + 1} make run" in done.stderr


@pytest.mark.parametrize("port", ["", "8024"])
def test_the_listener_for_mail_is_started_where_it_has_a_port(var, monkeypatch, port):
    monkeypatch.setenv("HELPDESK_LMTP_PORT", port)
    started = dict(Start(port=8000, demo=False, var=var).processes())
    assert list(started) == ["web", "worker", "beat", *(["lmtp"] if port else [])]
    assert started.get("lmtp", ["django", "lmtp", "--port", port])[1:] == ["lmtp", "--port", port]


def test_a_second_start_with_the_same_data_is_refused(var):
    open_vault(var)
    first = claim(var / "up.lock")
    assert first is not None
    with first:
        done = manage(var, "up", "--port", str(free_port(0)))
    assert done.returncode == 1
    assert done.stderr == f"Helpdesk already runs with the data in {var}. Stop that first (Ctrl-C).\n"


def test_some_addresses_without_the_others_are_refused(var):
    done = manage(var, "up", "--port", str(free_port(0)), DATABASE_URL=GIVEN["DATABASE_URL"])
    assert done.returncode == 1
    assert done.stderr == (
        "Set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL together, or none of them: "
        "DATABASE_OWNER_URL and REDIS_URL are missing.\n"
    )


def test_a_command_without_a_database_says_what_to_do(var):
    done = manage(var, "showmigrations")
    assert done.returncode == 1
    assert done.stderr.endswith("No database: start `make run`, or set DATABASE_URL.\n")
    assert "Traceback" not in done.stderr


def test_a_command_that_needs_no_database_runs_without(var):
    done = manage(var, "help", "up")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--no-demo" in done.stdout
    assert not var.exists()


def test_given_servers_are_used_as_they_are(var):
    environ = GIVEN | {"HELPDESK_VAR": str(var)}
    assert environment.names_servers(environ)
    assert environment.fill(environ)
    assert environ == GIVEN | {"HELPDESK_VAR": str(var)}


def test_an_address_may_stand_in_a_file(tmp_path):
    (tmp_path / "address").write_text("redis://h\n")
    environ = {"REDIS_URL_FILE": str(tmp_path / "address")}
    environment.read_address_files(environ)
    assert environ == {"REDIS_URL": "redis://h"}
    with pytest.raises(CannotStart, match="DATABASE_URL_FILE: cannot read /nowhere: No such file"):
        environment.read_address_files({"DATABASE_URL_FILE": "/nowhere"})


def test_secrets_are_made_once_and_for_us_alone(var):
    first = open_vault(var)
    assert open_vault(var) == first
    assert (var / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert var.stat().st_mode & 0o777 == 0o700
    assert len(set(first.values())) == len(first)


def test_a_new_secret_joins_those_that_are_kept(var):
    kept = open_vault(var)
    (var / "secrets.json").write_text(f'{{"secret_key": "{kept["secret_key"]}", "broker_port": "4711"}}')
    again = open_vault(var)
    assert (again["secret_key"], again["broker_port"]) == (kept["secret_key"], "4711")
    assert again.keys() == kept.keys() | {"broker_port"}


def test_damaged_secrets_get_a_sentence(var):
    open_vault(var)
    (var / "secrets.json").write_text("{")
    done = manage(var, "up", "--port", str(free_port(0)))
    assert done.returncode == 1
    assert done.stderr == f"{var / 'secrets.json'} is damaged. Put it back from a copy, or remove {var}.\n"
