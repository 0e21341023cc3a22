"""How signing in fits the vendors: by invitation, and with links that lead to our own address."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from helpdesk.tenancy import current_vendor_or_none


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; the sign-up page says so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a password mail. The Host header is whatever somebody sent, so it decides nothing.

        The vendor's own host name is ours; any other request gets the installation's public address.
        """
        link = urlsplit(super().get_reset_password_from_key_url(key))
        vendor = current_vendor_or_none()
        if vendor is not None and vendor.domain and link.hostname == vendor.domain:
            return link.geturl()
        ours = urlsplit(settings.PUBLIC_URL)
        return link._replace(scheme=ours.scheme, netloc=ours.netloc).geturl()
