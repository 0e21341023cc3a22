"""How long mail is kept: originals, suspended mail that nobody decides about, mail that is for no vendor."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.remembered import forget
from helpdesk.tenancy import acting_for, current_vendor
from notifications.commands import retention
from notifications.commands.receiving import store
from notifications.commands.retention import discard_forgotten, empty_originals
from notifications.models import IncomingMail, MailPolicy, RawMail, StrayMail
from notifications.queries.suspended import original_of, waiting_count
from notifications.tasks import tidy_mail
from tests.people import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def kept_mail(state: str, at: datetime, words: str = "x") -> IncomingMail:
    """A mail that came at this moment and was decided like this."""
    mail = store(f"From: a@b.example\nMessage-ID: <{words}{at}@b>\n\n{words}".encode(), way="command", now=at)
    outcome = {"suspended": "suspended", "done": "ignored"}.get(state, "")
    IncomingMail.objects.filter(pk=mail.pk).update(state=state, outcome=outcome, reason="cc_only")
    return mail


def keep(**days: int) -> None:
    """Keep mail for these days."""
    MailPolicy.objects.update(**days)
    forget(current_vendor().pk)


@pytest.mark.usefixtures("door")
def test_suspended_mail_is_discarded_after_its_days_and_its_reason_stays() -> None:
    keep(suspended_days=7)
    old, young = kept_mail("suspended", NOW - 8 * DAY), kept_mail("suspended", NOW - 6 * DAY)

    assert (waiting_count(), discard_forgotten(now=NOW), discard_forgotten(now=NOW)) == ("2", 1, 0)

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, old.outcome, old.reason, old.decided_at) == ("done", "rejected", "cc_only", NOW)
    assert old.trace == [{"asked": "retention", "found": "7 days", "so": "rejected"}]
    assert (young.state, waiting_count()) == ("suspended", "1")


@pytest.mark.usefixtures("door")
def test_originals_of_decided_mail_are_emptied_and_the_same_mail_is_still_known() -> None:
    keep(keep_days=90)
    old, young = kept_mail("done", NOW - 91 * DAY), kept_mail("done", NOW - 89 * DAY)
    waits, unread = kept_mail("suspended", NOW - 100 * DAY), kept_mail("new", NOW - 99 * DAY)

    assert empty_originals(now=NOW) is None

    assert original_of(old) is None
    assert RawMail.objects.get(mail=old).emptied_at == NOW
    assert all(original_of(mail) for mail in (young, waits, unread))
    assert kept_mail("done", NOW - 91 * DAY).pk == old.pk


@pytest.mark.usefixtures("door")
def test_emptying_goes_on_behind_what_has_to_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    mails = [kept_mail(state, NOW - 400 * DAY, str(at)) for at, state in enumerate(["suspended"] * 2 + ["done"] * 3)]

    last: int | None = 0
    while last is not None:
        last = empty_originals(now=NOW, after=last)

    assert [original_of(mail) is None for mail in mails] == [False, False, True, True, True]


def test_the_task_tidies_every_vendor_and_stray_mail(vendor: Any, other_vendor: Any) -> None:
    """Days count from the clock of the worker: these mails are from long ago."""
    for one in (vendor, other_vendor):
        with acting_for(one):
            kept_mail("done", NOW - 4000 * DAY)
            kept_mail("suspended", NOW - 4000 * DAY, "waits")
    common = {"way": "lmtp", "reason": "no_mailbox", "content": b"x"}
    StrayMail.objects.create(received_at=NOW - 4000 * DAY, fingerprint="old", **common)
    StrayMail.objects.create(received_at=NOW + 4000 * DAY, fingerprint="young", **common)

    tidy_mail()

    assert list(StrayMail.objects.values_list("fingerprint", flat=True)) == ["young"]
    for one in (vendor, other_vendor):
        with acting_for(one):
            assert RawMail.objects.filter(emptied_at__isnull=True).count() == 0
            assert list(IncomingMail.objects.order_by("id").values_list("outcome", flat=True)) == [
                "ignored",
                "rejected",
            ]
