"""A place for real servers, apart from pytest's own folders.

Started by root, servers run as another account and need their way in. Every pytest session that starts
closes the folder that pytest shares between sessions, and would shut them out halfway.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.bootstrap import embedded


@pytest.fixture(scope="module")
def server_folder() -> Iterator[Path]:
    """A folder with a space in its path for one module; it ends without servers, whatever the tests did."""
    with tempfile.TemporaryDirectory(prefix="helpdesk test ") as folder:
        yield Path(folder)
        for var in Path(folder).glob("*"):
            embedded.stop_unused(var)
