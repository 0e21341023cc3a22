"""Trying an account out: signed in as a look would, but nothing is fetched and nothing is marked."""

from datetime import datetime

from helpdesk.models import Vendor
from notifications.models import MailAccount
from notifications.ways.line import SignInRefused
from notifications.ways.oauth import access_token, forget_token
from notifications.ways.opening import opened


def try_out(vendor: Vendor, account: MailAccount, *, now: datetime) -> str:
    """What is in there, in a sentence; raises CannotFetch with another one."""
    token = access_token(vendor, account, now)
    try:
        with opened(account, token) as box:
            return f"{account.host} answers, and the sign-in works: {box.contents()}"
    except SignInRefused:
        forget_token(vendor, account)
        raise
