"""Workers that die in the middle of a look, and workers that look at the same moment."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.sealed import sealed
from helpdesk.tenancy import acting_for
from notifications.models import Fetched, MailAccount, Mailbox
from notifications.ways.fetching import LEASE, fetch
from tests.faults.conftest import end_sessions_of_the_dead
from tests.faults.processes import ROOT, START, all_at_once, environment, kill
from tests.ways.cutting import cutting
from tests.ways.dovecot import PASSWORD
from tests.ways.mails import all_settled, mail, stored

NO_BROKER = "redis://127.0.0.1:1/0"
LOOK = """
from notifications.models import MailAccount
from notifications.ways.fetching import fetch
with acting_for(vendor):
    account = MailAccount.objects.get().pk
for _ in range(6):
    fetch(vendor, account, now=timezone.now())
"""


@pytest.fixture
def acme(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The test vendor, committed, for processes that trust our server."""
    from helpdesk.models import Vendor

    monkeypatch.setenv("HELPDESK_MAIL_HOSTS", "127.0.0.1")
    yield Vendor.objects.get(slug="acme")
    end_sessions_of_the_dead()


def made(vendor: Any, user: str, port: int, **facts: Any) -> MailAccount:
    with acting_for(vendor):
        mailbox = Mailbox.objects.create(address=f"{user}@acme.example")
        usual = {"host": "127.0.0.1", "port": port, "security": "none", "username": user}
        account: MailAccount = MailAccount.objects.create(
            mailbox=mailbox, sealed_secret=sealed(PASSWORD), next_fetch_at=timezone.now(), **usual | facts
        )
        return account


def test_a_worker_killed_between_commit_and_flag(acme: Any, server: Any, user: str, tmp_path: Path) -> None:
    server.deliver(user, mail(1), mail(2))
    with cutting(server.ports["imap"], "imap", b"STORE", "hang") as cutter:
        account = made(acme, user, cutter.port)
        process = subprocess.Popen(
            [sys.executable, "-c", START + LOOK],
            cwd=ROOT,
            env=environment(tmp_path, NO_BROKER),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert cutter.reached.wait(60)
        kill(process)
    assert stored(acme) == [mail(1), mail(2)], "committed before the server is told"
    assert server.subjects(user, criteria="UNSEEN") == ["Mail 1", "Mail 2"]
    with acting_for(acme):
        MailAccount.objects.update(port=server.ports["imap"])
        assert Fetched.objects.filter(settled_at__isnull=True).count() == 2
    now = timezone.now()
    assert fetch(acme, account.pk, now=now) is False, "the dead one still holds it"
    fetch(acme, account.pk, now=now + LEASE + timedelta(seconds=1))
    assert stored(acme) == [mail(1), mail(2)]
    assert server.subjects(user, criteria="UNSEEN") == []
    assert all_settled(acme)


@pytest.mark.parametrize("afterwards", ["flag", "move"])
def test_workers_that_look_at_the_same_moment(
    acme: Any, server: Any, user: str, tmp_path: Path, afterwards: str
) -> None:
    server.deliver(user, *(mail(n) for n in range(120)))
    account = made(acme, user, server.ports["imap"], afterwards=afterwards, move_to="Read")
    said = all_at_once([LOOK] * 3, tmp_path, NO_BROKER)
    assert [words for words in said if "Traceback" in words or "failed" in words] == []
    with acting_for(acme):
        account.refresh_from_db()
    assert (account.failures, account.last_error) == (0, "")
    assert sorted(stored(acme)) == sorted(mail(n) for n in range(120))
    assert all_settled(acme)
    assert (
        len(
            server.subjects(
                user, "Read" if afterwards == "move" else "INBOX", "SEEN" if afterwards == "flag" else "ALL"
            )
        )
        == 120
    )
