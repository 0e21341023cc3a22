"""The connection is cut at every command in turn: the next look finishes, nothing is lost, nothing is there twice."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from helpdesk.tenancy import acting_for
from notifications.models import MailAccount
from tests.ways.cutting import HOWS, cutting
from tests.ways.mails import all_settled, fresh, look, mail, stored, subjects

pytestmark = pytest.mark.django_db
MAILS = 3


def cut_everywhere(vendor: Any, server: Any, account: Callable[..., Any], protocol: str, how: str, **facts: Any) -> Any:
    """Cut a look at its first command, the next one at its second, and so on, until one ends before its cut.

    Yields the user, the numbers of the mails, and the command at which it was cut, when the look after it is done.
    """
    for at in count(1):
        user, numbers = f"cut{at}-{vendor.slug}-{protocol}-{how}-{facts['afterwards']}", range(at * 10, at * 10 + MAILS)
        server.deliver(user, *(mail(number) for number in numbers))
        with cutting(server.ports[protocol], protocol, at, how) as cutter:
            box = account(protocol=protocol, username=user, port=cutter.port, address=f"{user}@acme.example", **facts)
            look(vendor, box)
            if cutter.did_cut:
                look(vendor, box, times=1)
            yield user, numbers, b"".join(cutter.commands)
            assert fresh(vendor, box).last_error == "", cutter.commands
        with acting_for(vendor):
            MailAccount.objects.filter(pk=box.pk).update(is_active=False)
        if not cutter.did_cut:
            return


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("afterwards", ["flag", "move", "delete"])
def test_imap_cut_at_every_command(vendor: Any, server: Any, account: Any, afterwards: str, how: str) -> None:
    cut: list[bytes] = []
    facts = {"afterwards": afterwards, "move_to": "Read"}
    for user, numbers, command in cut_everywhere(vendor, server, account, "imap", how, **facts):
        cut.append(command)
        told = (afterwards, how, command)
        assert sorted(stored(vendor)[-MAILS:]) == sorted(mail(number) for number in numbers), told
        assert len(stored(vendor)) == MAILS * len(cut), told
        assert all_settled(vendor), told
        left = {"flag": subjects(*numbers), "move": [], "delete": []}[afterwards]
        assert server.subjects(user) == left, told
        assert server.subjects(user, criteria="UNSEEN") == [], told
        if afterwards == "move":
            assert server.subjects(user, "Read") == subjects(*numbers), told
    said = b" ".join(cut)
    for word in (b"CAPABILITY", b"LOGIN", b"SELECT", b"SEARCH", b"SIZE", b"BODY.PEEK", b"LOGOUT"):
        assert word in said, cut
    assert {"flag": b"STORE", "move": b"MOVE", "delete": b"EXPUNGE"}[afterwards] in said, cut


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("afterwards", ["flag", "delete"])
def test_pop3_cut_at_every_command(vendor: Any, server: Any, account: Any, afterwards: str, how: str) -> None:
    cut: list[bytes] = []
    for user, numbers, command in cut_everywhere(vendor, server, account, "pop3", how, afterwards=afterwards):
        cut.append(command)
        told = (afterwards, how, command)
        assert sorted(stored(vendor)[-MAILS:]) == sorted(mail(number) for number in numbers), told
        assert len(stored(vendor)) == MAILS * len(cut), told
        assert all_settled(vendor), told
        assert server.subjects(user) == (subjects(*numbers) if afterwards == "flag" else []), told
    for word in (b"USER", b"PASS", b"UIDL", b"LIST", b"RETR", b"QUIT"):
        assert word in b" ".join(cut), cut
