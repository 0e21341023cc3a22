"""Starts the embedded servers before Django reads its settings, unless the environment names others.

Loaded by name (`-p tests.servers`): pytest-django sets Django up before any conftest is read. Workers
inherit the addresses from the process that starts them.
"""

import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_servers: list[Any] = []

os.environ.setdefault("HELPDESK_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
if "DATABASE_URL" not in os.environ:
    from helpdesk.bootstrap import embedded

    _servers.append(embedded.ensure(Path(os.environ.setdefault("HELPDESK_VAR", str(ROOT / "var" / "test")))))
    os.environ.update(_servers[0].environment)


# Where collected static files would be; the web server looks for the folder when it starts.
(Path(os.environ.get("HELPDESK_VAR", ROOT / "var")) / "static").mkdir(parents=True, exist_ok=True)


def pytest_unconfigure() -> None:
    """Stop what was started here."""
    while _servers:
        _servers.pop().release()
