"""docker-compose.yml and Dockerfile: no secret inside, nothing named that is not there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SECRET = re.compile(r"PASSWORD|SECRET|AUTH|URL$")
OURS = ("migrate", "web", "worker", "beat")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_no_secret_has_a_value_or_a_default(services):
    for service in services.values():
        for name, value in service["environment"].items():
            if SECRET.search(name) and name != "EMAIL_HOST_PASSWORD":  # a relay may ask for none
                assert re.search(r"\$\{\w+:\?[^}]+\}", value), name


def test_only_the_migration_knows_the_owner(services):
    holders = {name for name in OURS if "OWNER" in str(services[name]["environment"])}
    assert holders == {"migrate"}


def test_everything_waits_for_the_migration_and_is_watched(services):
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert [name for name, service in services.items() if "healthcheck" not in service] == ["migrate"]


def test_what_is_mounted_is_there(services):
    sources = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])]
    assert all((ROOT / source).exists() for source in sources if source.startswith("./"))


def test_the_image_holds_neither_secrets_nor_data():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".git", "var", ".venv"} <= set(ignored)
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in dockerfile
    assert re.search(r"^USER helpdesk$", dockerfile, re.MULTILINE)
