"""Every raw mail that we have goes the whole way: stored as it came, one line of JSON, exit 0."""

import email
import io
import json
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from notifications.models import IncomingMail, Mailbox, RawMail
from tests.mime.cases import CASES
from tests.post import mail_rules

# Where Python was installed with its own tests.
SHIPPED = sorted((Path(email.__file__).parents[1] / "test" / "test_email" / "data").glob("*.txt"))
BOX = "help@acme.example"
OUTCOMES = {"created", "appended", "suspended", "ignored", "rejected"}


@pytest.fixture
def inbound(door, monkeypatch):
    """`manage.py inbound --mailbox help@acme.example < raw`, in this process."""
    Mailbox.objects.create(address=BOX)
    mail_rules(most_a_day=1_000_000)

    def take_in(raw: bytes) -> dict:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        out = io.StringIO()
        call_command("inbound", "--mailbox", BOX, stdout=out)
        (line,) = out.getvalue().splitlines()
        return json.loads(line)

    return take_in


def test_mails_of_our_own(inbound):
    answers = [_taken(inbound, case.raw) for case in CASES]
    assert {"created", "suspended", "ignored"} <= {answer["outcome"] for answer in answers}
    assert "error" not in {answer["reason"] for answer in answers}


def test_mails_that_python_ships(inbound):
    answers = [_taken(inbound, path.read_bytes()) for path in SHIPPED]
    assert "error" not in {answer["reason"] for answer in answers}


def _taken(inbound, raw: bytes) -> dict:
    answer = inbound(raw)
    assert set(answer) == {"outcome", "ticket", "reason"}
    assert answer["outcome"] in OUTCOMES
    if answer["reason"] != "duplicate":
        newest = IncomingMail.objects.latest("pk")
        assert newest.state != "new", (newest.attempts, raw[:300])
        assert bytes(RawMail.objects.get(mail=newest).content) == raw
    return answer
