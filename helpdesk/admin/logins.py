"""Logins that administrators make: a user for an e-mail address, and the mail in which they set a password."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.forms import ResetPasswordForm
from allauth.core.context import request_context
from django.db import transaction
from django.http import HttpRequest
from django.urls import get_script_prefix, set_script_prefix

from helpdesk.models import User


def login_for(email: str) -> User:
    """The user with this address, made if there is none; without a password until the person sets one."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email)
        user.set_unusable_password()
        user.save()
    return user


def invite(request: HttpRequest, email: str) -> None:
    """Send the mail to set a password, once what the administrator did is kept.

    It is sent to those who have a password too: an administrator of one vendor does not learn who has a
    login at another.
    """
    prefix = get_script_prefix()

    def send() -> None:
        form = ResetPasswordForm(data={"email": email})
        with request_context(request), _addresses_under(prefix):
            if form.is_valid():
                form.save(request)

    # A mail server that is down does not undo the person; the form sends the mail again.
    transaction.on_commit(send, robust=True)


@contextmanager
def _addresses_under(prefix: str) -> Iterator[None]:
    """Links lead to the vendor's address, wherever the commit happens."""
    outer = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(outer)
