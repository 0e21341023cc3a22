"""Reply tokens of a vendor, made with the installation's key."""

from typing import Any

from helpdesk.tenancy import acting_for
from notifications.core.tokens import Token
from notifications.queries.keys import token_for, token_read


def test_a_token_of_another_vendor_proves_nothing_here(vendor: Any, other_vendor: Any) -> None:
    with acting_for(other_vendor):
        token = token_for(12, "c5")
        assert token_read(token) == Token(12, "c5")

    with acting_for(vendor):
        assert token_read(token) is None


def test_tokens_outlive_a_change_of_the_key_for_as_long_as_the_old_one_is_named(vendor: Any, settings: Any) -> None:
    old = settings.SECRET_KEY
    with acting_for(vendor):
        token = token_for(12, "c5")

        settings.SECRET_KEY = "new-" + old
        assert token_read(token) is None

        settings.SECRET_KEY_FALLBACKS = [old]
        assert token_read(token) == Token(12, "c5")
        assert token_for(12, "c5") != token
