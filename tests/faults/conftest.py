"""A broker of one's own, which a test may stop, and a vendor whose rows are committed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.bootstrap.valkey import Valkey, free_port


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A Valkey for the tests of one module."""
    folder = tmp_path_factory.mktemp("broker")
    server = Valkey(folder / "valkey", log=folder / "valkey.log", password="only-for-tests")
    server.port = free_port(0)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def broker(valkey: Valkey) -> str:
    """The broker's address; it answers and holds nothing."""
    import redis

    valkey.start()
    with redis.Redis.from_url(valkey.url) as client:
        client.flushdb()
    return valkey.url


@pytest.fixture
def acme(committed: None) -> Iterator[Any]:
    """The test vendor in a database where commits are real."""
    from helpdesk.models import Vendor

    yield Vendor.objects.get(slug="acme")
    end_sessions_of_the_dead()


def end_sessions_of_the_dead() -> None:
    """A killed worker's session ends with its statement; until then nobody may drop the database."""
    from django.db import connections

    from tests.faults.processes import until

    others = (
        "FROM pg_stat_activity WHERE datname = current_database() AND usename <> 'postgres' AND pid <> pg_backend_pid()"
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others} AND usename = current_user")
    connections["default"].close()

    def alone() -> bool:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"SELECT count(*) {others}")
            return bool(cursor.fetchone() == (0,))

    until(alone)


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """The run-time folder of the processes of one test."""
    folder = tmp_path / "var"
    folder.mkdir()
    return folder
