"""API tokens: given out once, known by their hash afterwards."""

import hashlib
import secrets
from datetime import datetime

from helpdesk.models import APIToken, User

PREFIX = "hd_"  # lets scanners of leaked secrets know one when they see it
SHOWN = len(PREFIX) + 6


def issue(user: User, *, now: datetime, name: str = "", expires_at: datetime | None = None) -> str:
    """Make a token for this person at the current vendor; it is readable here and never again."""
    token = PREFIX + secrets.token_urlsafe(32)
    APIToken.objects.create(
        user=user, name=name, start=token[:SHOWN], digest=digest(token), created_at=now, expires_at=expires_at
    )
    return token


def find(token: str, now: datetime) -> APIToken | None:
    """The valid token of the current vendor that this is; its use is noted once a day."""
    found: APIToken | None = APIToken.objects.valid(now).select_related("user").filter(digest=digest(token)).first()
    if found is not None and found.last_used_on != now.date():
        APIToken.objects.filter(pk=found.pk).update(last_used_on=now.date())
    return found


def digest(token: str) -> str:
    """A token is random enough for a plain hash: there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
