"""The real stack, as `make run` starts it, and a real browser. One worker runs all of it: one stack is enough."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e import stack as stacks
from tests.e2e.browser import Room, launched
from tests.e2e.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`manage.py up` with servers of its own, from an empty folder whose path has a space in it."""
    with stacks.running(tmp_path_factory.mktemp("a stack") / "var") as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser. While one is open, Django in this process refuses its database: not for the whole session."""
    with launched() as started:
        yield started


@pytest.fixture(scope="session")
def passes() -> dict[str, Any]:
    """The sessions of those who have signed in, by their addresses."""
    return {}


@pytest.fixture
def room(browser: Browser, stack: Stack, passes: dict[str, Any]) -> Iterator[Room]:
    """Where people open browser windows; script errors and policy violations fail the test."""
    opened = Room(browser, stack.url, passes)
    yield opened
    opened.close()
    assert opened.complaints == []
