"""Values that are encrypted at rest: sealed when they come in, opened where they are needed."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def sealed(value: str) -> str:
    """The value as it may be stored."""
    return _box().encrypt(value.encode()).decode()


def opened(stored: str) -> str:
    """What was sealed."""
    return _box().decrypt(stored.encode()).decode()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"secrets " + settings.SECRET_KEY.encode()).digest()))
