"""Tokens: made by a command, known by a hash, of one person at one vendor, and over when they are."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from helpdesk import tokens
from helpdesk.models import APIToken, Vendor
from helpdesk.tenancy import acting_for
from tests.people import make_user

DAY = timedelta(days=1)


def ask(token: str, slug: str = "clockmakers", scheme: str = "Bearer") -> Any:
    return Client().get(f"/{slug}/api/v1/calendars/", headers={"Authorization": f"{scheme} {token}"})


def made(email: str, *options: str) -> str:
    out = StringIO()
    call_command("api_token", email, "--vendor", "clockmakers", *options, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_a_token_that_works_and_is_kept_only_as_a_hash(makers: Vendor, contact: Any) -> None:
    token = made(contact.user.email, "--name", "reports")
    with acting_for(makers):
        row = APIToken.objects.get()
        assert row.name == "reports"
        assert token.startswith(row.start)
        assert token not in str(APIToken.objects.values().get())
        assert row.digest == tokens.digest(token)
    assert ask(token).status_code == 200
    assert ask(token, scheme="bearer").status_code == 200


def test_nobody_gets_a_token_for_a_vendor_that_does_not_know_them(makers: Vendor, contact: Any) -> None:
    for email in (make_user().email, "nobody@nowhere.example"):
        with pytest.raises(CommandError, match="Nobody signs in to Clockmakers as"):
            made(email)
    with pytest.raises(CommandError, match="--days takes"):
        made(contact.user.email, "--days", "0")
    with pytest.raises(CommandError, match="unknown vendor"):
        call_command("api_token", contact.user.email, "--vendor", "clockmaker")


@pytest.mark.parametrize("token", ["", "hd_wrong", "hd_é", "x" * 5000])
def test_a_wrong_token_is_told_so_and_nothing_else(makers: Vendor, token: str) -> None:
    answer = ask(token.encode().decode("latin-1"))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["error"].startswith("This token is not valid here")


def test_without_a_token_a_session_does_not_help(makers: Vendor, maker: Any, client_for: Any) -> None:
    answer = client_for(maker).get("/clockmakers/api/v1/calendars/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.json()["error"].startswith("Send a token")


def test_a_token_ends_when_it_expires_is_revoked_or_its_person_goes(makers: Vendor, contact: Any, maker: Any) -> None:
    with acting_for(makers):
        now = timezone.now()
        short = tokens.issue(contact.user, now=now - 2 * DAY, expires_at=now - DAY)
        long = tokens.issue(contact.user, now=now, expires_at=now + DAY)
        of_agent = tokens.issue(maker.user, now=now)
    assert [ask(token).status_code for token in (short, long, of_agent)] == [401, 200, 200]
    with acting_for(makers):
        APIToken.objects.filter(user=contact.user).update(revoked_at=now)
        maker.is_active = False
        maker.save()
    assert [ask(token).status_code for token in (long, of_agent)] == [401, 401]


def test_a_login_that_is_switched_off_takes_its_tokens_along(makers: Vendor, maker: Any) -> None:
    with acting_for(makers):
        token = tokens.issue(maker.user, now=timezone.now())
    maker.user.is_active = False
    maker.user.save()
    assert ask(token).status_code == 401


def test_a_token_is_worth_nothing_at_another_vendor_or_at_none(makers: Vendor, maker: Any, vendor: Vendor) -> None:
    """Even where the same person is somebody as well."""
    with acting_for(makers):
        token = tokens.issue(maker.user, now=timezone.now())
    with acting_for(vendor):
        from helpdesk.models import Agent

        Agent.objects.create(user=maker.user, name="The same")
    assert ask(token, slug=vendor.slug).status_code == 401
    assert Client().get("/api/v1/calendars/", headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_use_is_noted_by_the_day(makers: Vendor, maker: Any) -> None:
    with acting_for(makers):
        token = tokens.issue(maker.user, now=timezone.now())
        assert APIToken.objects.get().last_used_on is None
    ask(token)
    with acting_for(makers):
        assert APIToken.objects.get().last_used_on == timezone.now().date()


def test_administrators_see_tokens_and_revoke_them(makers: Vendor, maker: Any, client_for: Any) -> None:
    with acting_for(makers):
        maker.role = "vendor_admin"
        maker.save()
        token = tokens.issue(maker.user, now=timezone.now())
        row = APIToken.objects.get()
    browser = client_for(maker)
    page = browser.get("/clockmakers/admin/helpdesk/apitoken/").content.decode()
    assert row.start in page
    assert row.digest not in page
    assert row.digest not in browser.get(f"/clockmakers/admin/helpdesk/apitoken/{row.pk}/change/").content.decode()
    browser.post("/clockmakers/admin/helpdesk/apitoken/", {"action": "revoke", "_selected_action": [row.pk]})
    assert ask(token).status_code == 401
