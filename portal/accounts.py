"""How signing in fits the vendors: nobody signs up where the vendor's process says by invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; the sign-up page says so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
