"""The lock files: no index address, a hash for everything, complete for every Python that we support."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
PYTHONS = ("3.11.0", "3.11.9", "3.12.0", "3.13.0")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_hash_and_no_line_an_address(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    assert all("--hash=sha256:" in block for block in blocks if PIN.match(block))


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_is_complete_for_this_python(lock, python):
    """A lock is made by one Python; what only another needs must have been named for it."""
    locked = {canonicalize_name(name) for name, _ in PIN.findall((ROOT / lock).read_text())}
    environment = default_environment() | {"extra": ""}
    environment |= {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    for name in locked - {"async-timeout"}:  # not installed where Python has it built in
        metadata = distribution(name)
        assert python in SpecifierSet(metadata.metadata.get("Requires-Python") or ""), name
        for line in metadata.requires or []:
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate(environment):
                assert canonicalize_name(wanted.name) in locked, f"{name} needs {line}"
