"""Posting JSON to an address that a vendor chose: signed, with an idempotency key, and never into our own network.

The signature is that of Standard Webhooks: `webhook-signature: v1,BASE64` is the HMAC-SHA256 of
`ID.TIMESTAMP.BODY` under the gateway's secret, and `webhook-id` stays the same when a delivery is sent again.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult

from django.conf import settings

from notifications import https
from notifications.reach import Unreachable

READ = 2000  # bytes of the answer; what is said there goes into the error
AGAIN = frozenset({408, 425, 429})


class Undelivered(Unreachable):
    """The address did not take it. A permanent failure is not tried again."""


def post(url: str, content: Mapping[str, Any], *, secret: str, key: str, now: datetime) -> None:
    """Send once; raises Undelivered unless the answer is of the 200s."""
    parts = checked(url)
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Helpdesk",
        "Idempotency-Key": key,
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(secret, key, stamp, body),
    }
    try:
        status, said = https.post(url, body, headers, trusted=settings.WEBHOOK_HOSTS, read=READ)
    except Unreachable as refusal:
        raise Undelivered(str(refusal), permanent=refusal.permanent) from refusal
    if not 200 <= status < 300:
        permanent = status < 500 and status not in AGAIN
        told = f"{parts.hostname} answered {status}: {said.decode('utf-8', 'replace')}"
        raise Undelivered(told[:300], permanent=permanent)


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """What proves to the receiver that we sent it."""
    signed = hmac.new(secret.encode(), f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def checked(url: str) -> SplitResult:
    """The parts of an address that may be posted to; raises Undelivered with the reason where it may not."""
    try:
        return https.checked(url, trusted=settings.WEBHOOK_HOSTS)
    except Unreachable as refusal:
        raise Undelivered(str(refusal), permanent=refusal.permanent) from refusal
