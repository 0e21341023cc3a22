"""The keys of reply tokens, and tokens of the current vendor made and read with them."""

import hashlib
import hmac

from django.conf import settings

from helpdesk.tenancy import current_vendor
from notifications.core import tokens
from notifications.core.tokens import Token


def token_for(ticket_id: int, reader: str) -> str:
    """The token of a reader for a ticket of the current vendor."""
    return tokens.make(_key(settings.SECRET_KEY), current_vendor().pk, ticket_id, reader)


def token_read(token: str) -> Token | None:
    """What a token proves to the current vendor; keys that were replaced lately still count."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    proven = (tokens.read(_key(secret), current_vendor().pk, token) for secret in secrets)
    return next((found for found in proven if found), None)


def _key(secret: str | bytes) -> bytes:
    return hmac.digest(secret.encode() if isinstance(secret, str) else secret, b"helpdesk reply tokens", hashlib.sha256)
