"""The worked timelines of the vendors' documents as scenarios, played through the command."""

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def named(file: Path) -> str:
    """The timeline and the clauses that it proves."""
    return f"{file.stem}: {' '.join(yaml.safe_load(file.read_text(encoding='utf-8'))['proves'])}"


@pytest.mark.django_db
@pytest.mark.parametrize("file", SCENARIOS, ids=named)
def test_timeline(file: Path) -> None:
    """Everything that the file expects happens to the minute; the command fails with the difference otherwise."""
    out = StringIO()
    call_command("simulate", str(file), "--json", stdout=out)
    instants = [event["at"] for event in json.loads(out.getvalue())]
    assert instants == sorted(instants)
    assert len(instants) > 3
