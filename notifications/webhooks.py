"""Posting JSON to an address that a vendor chose: signed, with an idempotency key, and never into our own network.

The signature is that of Standard Webhooks: `webhook-signature: v1,BASE64` is the HMAC-SHA256 of
`ID.TIMESTAMP.BODY` under the gateway's secret, and `webhook-id` stays the same when a delivery is sent again.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SILENCE = 5.0  # seconds without a byte
LONGEST = 15.0  # seconds for the whole of it
READ = 2000  # bytes of the answer; what is said there goes into the error
NAT64 = ipaddress.ip_network("64:ff9b::/96")
AGAIN = frozenset({408, 425, 429})
TRUSTED = ssl.create_default_context()


class Undelivered(Exception):
    """The address did not take it. A permanent failure is not tried again."""

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent


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
        "Host": parts.netloc,
        "Connection": "close",
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sock = _connected(parts)
    watch = Timer(LONGEST, _hang_up, [sock])  # a server that sends a byte now and then may not hold a worker
    watch.daemon = True
    watch.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        link = http.client.HTTPConnection(parts.hostname or "", _port(parts))
        link.sock = sock
        link.request("POST", path, body, headers)
        answer = link.getresponse()
        said = "" if answer.status < 300 else answer.read(READ).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered(f"{parts.hostname} did not answer: {str(error) or type(error).__name__}") from error
    finally:
        watch.cancel()
        sock.close()
    if not 200 <= answer.status < 300:
        permanent = answer.status < 500 and answer.status not in AGAIN
        raise Undelivered(f"{parts.hostname} answered {answer.status}: {said}"[:300], permanent=permanent)


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """What proves to the receiver that we sent it."""
    signed = hmac.new(secret.encode(), f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


# --- Where we post, and where not ------------------------------------------------------------------------


def checked(url: str) -> SplitResult:
    """The parts of an address that may be posted to; raises Undelivered with the reason where it may not."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Undelivered(f"This is no web address: {error}", permanent=True) from error
    if not parts.hostname or parts.username is not None or port == 0:
        raise Undelivered(
            "Write an address such as https://pager.example/in, without a name or password.", permanent=True
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_trusted(parts.hostname)):
        raise Undelivered("The address begins with https:// so that nobody reads along.", permanent=True)
    if any(character <= " " or character == "\x7f" for character in url):
        raise Undelivered("The address holds a character that no address may hold.", permanent=True)
    with suppress(ValueError):
        _refuse_inside(parts.hostname, ipaddress.ip_address(parts.hostname))
    return parts


def _is_trusted(host: str) -> bool:
    """Whether the operator of the installation vouches for this host."""
    return host.lower() in settings.WEBHOOK_HOSTS


def _refuse_inside(host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if not _is_trusted(host) and not _is_outside(address):
        raise Undelivered(f"{host} is an address inside our own network.", permanent=True)


def _is_outside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether it is an address of the public internet, also where it is wrapped in one of IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return _is_outside(wrapped)
    return address.is_global and not address.is_multicast


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _connected(parts: SplitResult) -> socket.socket:
    """A connection to the address that was checked, not to whatever the name means a moment later."""
    host = parts.hostname or ""
    family, kind, protocol, _, address = _resolved(host, _port(parts))
    sock = socket.socket(family, kind, protocol)
    sock.settimeout(SILENCE)
    try:
        sock.connect(address)
        if parts.scheme == "https":
            return TRUSTED.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    except OSError as error:
        sock.close()
        raise Undelivered(f"{host} did not answer: {error}") from error
    return sock


def _resolved(host: str, port: int) -> tuple[Any, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Undelivered(f"{host} is not found: {error}") from error
    for entry in found:  # one address inside is enough: the name is not what it says
        _refuse_inside(host, ipaddress.ip_address(entry[4][0]))
    return found[0]


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError, ValueError):
        sock.shutdown(socket.SHUT_RDWR)
