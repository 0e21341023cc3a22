"""Mail in the admin: stray mail of the platform, and senders that nobody wants to hear from."""

from typing import Any

import pytest

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.commands.receiving import receive, store_for
from notifications.models import BlockedSender, IncomingMail, RawMail, StrayMail
from tests.people import NOW

RAW = b"From: <b>Ann</b> <ann@elsewhere.example>\r\nTo: support@nobody.example\r\nSubject: =?utf-8?q?L=C3=B6st?=\r\n\r\nWho has this?\r\n"


@pytest.fixture
def stray(db: None) -> StrayMail:
    assert (
        store_for(RAW, way="lmtp", now=NOW, to=["support@nobody.example"], envelope_from="ann@elsewhere.example") == []
    )
    return StrayMail.objects.get()


def test_stray_mail_is_the_platforms(platform: Any, at_acme: Any, stray: StrayMail) -> None:
    listed = platform.get("/admin/notifications/straymail/")
    shown = platform.get(f"/admin/notifications/straymail/{stray.pk}/change/").content.decode()

    assert "support@nobody.example" in listed.content.decode()
    assert "From: &lt;b&gt;Ann&lt;/b&gt; &lt;ann@elsewhere.example&gt;<br>To: support@nobody.example" in shown
    assert "Subject: Löst" in shown
    for browser in (platform, at_acme):
        assert browser.get("/acme/admin/notifications/straymail/").status_code == 403
        assert browser.get(f"/acme/admin/notifications/straymail/{stray.pk}/change/").status_code == 403
    assert at_acme.get("/admin/notifications/straymail/").status_code == 404


def test_stray_mail_is_given_to_a_vendor_and_read_there(platform: Any, stray: StrayMail, vendor: Vendor) -> None:
    page = f"/admin/notifications/straymail/{stray.pk}/change/"
    assert platform.post(page, {"vendor": ""}).status_code == 200

    answer = platform.post(page, {"vendor": vendor.pk})

    assert (answer.status_code, answer.url) == (302, "/admin/notifications/straymail/")
    assert not StrayMail.objects.exists()
    with acting_for(vendor):
        mail = IncomingMail.objects.get()
        assert (mail.way, mail.envelope_from, mail.state) == ("lmtp", "ann@elsewhere.example", "new")
        assert bytes(RawMail.objects.get().content) == RAW
        assert receive(mail.pk, now=NOW).outcome in ("created", "suspended")


def test_stray_mail_can_be_thrown_away(platform: Any, stray: StrayMail) -> None:
    platform.post(f"/admin/notifications/straymail/{stray.pk}/delete/", {"post": "yes"})

    assert not StrayMail.objects.exists()


def test_an_administrator_blocks_an_address_and_takes_it_back(at_acme: Any, boss: Any, vendor: Vendor) -> None:
    page = "/acme/admin/notifications/blockedsender/"

    assert at_acme.post(f"{page}add/", {"address": "Loud@Elsewhere.example"}).status_code == 302
    twice = at_acme.post(f"{page}add/", {"address": "loud@elsewhere.example"})

    assert (twice.status_code, "This sender is blocked already." in twice.content.decode()) == (200, True)
    with acting_for(vendor):
        row = BlockedSender.objects.get()
        assert (row.address, row.blocked_by) == ("loud@elsewhere.example", boss)
    at_acme.post(f"{page}{row.pk}/delete/", {"post": "yes"})
    with acting_for(vendor):
        assert not BlockedSender.objects.exists()
