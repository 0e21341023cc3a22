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
def acme(committed: None) -> Any:
    """The test vendor in a database where commits are real."""
    from helpdesk.models import Vendor

    return Vendor.objects.get(slug="acme")


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """The run-time folder of the processes of one test."""
    folder = tmp_path / "var"
    folder.mkdir()
    return folder
